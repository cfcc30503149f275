"""The extracts that tell of made-up worlds, as text."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from tests.outcomes.world import Record, World

#: The headings of each extract, in the order of its columns.
HEADINGS = {
    "gmc_register": "GMC Ref No,Surname,Given Name,Other Names,Year Of Qualification,GP Register Date,"
    "Registration Status,FtP Conditions Exist,FtP Undertakings Exist,Email Address",
    "performers_list": "Alignment,GMC Ref No,Forenames,Surname,Performer Role,Performer Type,List Status,"
    "Status Effective Date,Date First On List,Date In GP Register,NHSE Region,Practice Code,Assignment Start Date,"
    "Assignment End Date,Level Of Commitment,Last Worked Date,Conditions Flag",
    "practice_users": "User ID,Practice Code,Full Name,Email,Role,Account Status,Granted Date,Revoked Date,"
    "Nominated By User ID,Linked GMC Ref No",
    "pcse_accounts": "GMC Ref No,Username Email,Account Status,Verified Date",
    "practices": "Practice Code,Practice Name,Region Code,Open Date,Close Date,Status,ICB Code,Prescribing Setting",
    "practice_approvals": "Case ID,GMC Ref No,Practice Code,Change Type,From Type,To Type,Commitment,Submitted Date,"
    "Effective Date,Practice Decision,Practice Decision Date,Decided By User ID,ICB Decision,ICB Decision Date,"
    "Case Status",
}
_UNKNOWN_STATUS = "Registered somehow"


def register(worlds: Iterable[World], day: date, *, delta: bool) -> str:
    """The register's file of a night: all of it, or what was touched."""
    heading = HEADINGS["gmc_register"] + (",Action,Date Processed" if delta else "")
    lines = [line for world in worlds for line in _register_lines(world, day, delta=delta)]
    return "".join(f"{line}\n" for line in [heading, *lines])


def _register_lines(world: World, day: date, *, delta: bool) -> Iterator[str]:
    for number, doctor in world.doctors.items():
        row = {**doctor, "status": _UNKNOWN_STATUS} if number in world.garbled else doctor
        if not delta and number not in world.missing:
            yield _line(row)
        elif delta and number in world.touched:
            yield f"{_line(row)},{'D' if number in world.missing else 'U'},{day:%d%m%Y}"


#: Rows of somebody to whom nothing happens.
_STEADY: dict[str, str] = {
    "performers_list": "Medical,9999100,Max,Linden,GP Performer,Salaried,Withdrawn,2026-01-31,2012-01-01,2010-01-01,"
    "LONDON COMMISSIONING REGION,A99901,2015-04-01,2026-01-31,44,2026-01-30,N",
    "pcse_accounts": "9999100,max.linden@doctor.example,Active,2024-01-01",
    "practice_users": "U900,A99901,Ray Fir,ray.fir@surgery.example,CQC Registered Manager,Active,2020-01-01,2024-01-01,"
    "U900,9999100",
    "practices": "C99904,SURGERY C99904,Y56,1990-01-01,2025-01-01,C,QMJ,4",
    "practice_approvals": "CAS9999,9999100,A99901,LEAVE,Salaried,Salaried,44,2026-01-02,2026-01-31,APPROVED,2026-01-03,"
    "U900,NOT_REQUIRED,2026-01-03,Closed",
}


def others(worlds: Sequence[World], *, has_steady: bool) -> dict[str, str]:
    """The other extracts by dataset, without those that have no row.

    With somebody to whom nothing happens there is a value in every column, so that each of them tells something.
    """
    records: dict[str, list[Record]] = {
        "performers_list": [post for world in worlds for post in world.posts],
        "pcse_accounts": [{"number": number, **one} for world in worlds for number, one in world.accounts.items()],
        "practice_users": [user for world in worlds for user in world.users],
        "practices": [practice for world in worlds for practice in world.practices.values()],
        "practice_approvals": [case for world in worlds for case in world.cases],
    }
    steady = {name: [row] if has_steady else [] for name, row in _STEADY.items()}
    lines = {name: [*map(_line, found), *steady[name]] for name, found in records.items()}
    return {name: "".join(f"{line}\n" for line in [HEADINGS[name], *found]) for name, found in lines.items() if found}


def _line(record: Mapping[str, str]) -> str:
    return ",".join(record.values())
