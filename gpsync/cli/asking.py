"""Commands that only read. They import neither Prefect nor Great Expectations nor pandas."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer
from sqlalchemy import Connection, RowMapping

from gpsync.cli.application import DATA_TEAM, SUPPORT, app
from gpsync.cli.console import heading, print_json, print_table, say
from gpsync.cli.options import AsJson, Date, GmcNumber, today
from gpsync.london import long_date

if TYPE_CHECKING:
    from gpsync.settings import Settings
    from gpsync.verification.explanation import Line

#: So many phases of a run are shown.
_PHASES = 4


@app.command(rich_help_panel=DATA_TEAM, epilog="Example: gpsync runs --last 5")
def runs(
    last: Annotated[int, typer.Option(min=1, help="How many runs, the newest first.")] = 20, json: AsJson = False
) -> None:
    """Show the last runs: how each ended, and how long it and its phases took."""
    from gpsync.environment import load_settings
    from gpsync.store import runs as stored
    from gpsync.store.database import reading

    with reading(load_settings()) as connection:
        rows = [_run(row) for row in stored.latest(connection, last)]
    if json:
        print_json({"runs": rows})
    else:
        print_table([{**row, "phases": _phases(row["phases"])} for row in rows], empty="No run yet.")


def _run(row: RowMapping) -> dict[str, object]:
    from gpsync.store.runs import SECONDS

    ended = row["finished_at"]
    return {
        "run": row["flow"],
        "as of": row["as_of"],
        "started": f"{row['started_at']:%Y-%m-%d %H:%M:%S} UTC",
        "seconds": round((ended - row["started_at"]).total_seconds(), 1) if ended else None,
        "ended": row["outcome"],
        "phases": row["summary"].get(SECONDS, {}),
    }


def _phases(seconds: object) -> str:
    """The phases that took longest, in words."""
    if not isinstance(seconds, dict):
        return ""
    longest = sorted(seconds.items(), key=lambda one: -one[1])[:_PHASES]
    return ", ".join(f"{name} {taken}" for name, taken in longest if taken >= 0.1)


@app.command(rich_help_panel=SUPPORT, epilog="Example: gpsync why 9000001 --masked")
def why(
    gmc_number: GmcNumber,
    as_of: Date = None,
    json: AsJson = False,
    masked: Annotated[
        bool, typer.Option("--masked", help="Show addresses as a***@d***.example: for output that others may read.")
    ] = False,
) -> None:
    """Explain one doctor's record: what was seen, what was decided, and why."""
    from gpsync.environment import load_settings
    from gpsync.errors import WrongUse
    from gpsync.reconciliation.findings import masked_address
    from gpsync.register.characters import one_line, unambiguous
    from gpsync.store import email_changes
    from gpsync.store.database import reading
    from gpsync.verification.explanation import explanation

    when, settings = as_of or today(), load_settings()
    show = masked_address if masked else unambiguous
    with reading(settings) as connection:
        doctor, ledger, changes, mail, calendar = _known(connection, gmc_number)
        last_updated = email_changes.last_updated(connection, gmc_number)
        held = _in_held_extracts(connection, settings, gmc_number, show)
    if doctor is None and not held:
        raise WrongUse(
            f"No accepted extract has shown a doctor with the number {gmc_number}: look it up in the GMC's register."
        )
    lines = explanation(doctor, ledger, changes, mail, calendar, when, last_updated, show) if doctor is not None else []
    lines = sorted([*lines, *(line for line in held if line.on <= when)], key=lambda line: line.on)
    if json:
        days = [{"on": line.on, "what": line.what} for line in lines]
        print_json({"gmc_number": gmc_number, "as_of": when, "story": days})
        return
    heading(f"Doctor {gmc_number}, as of {long_date(when)}")
    for line in lines:
        say(f"{line.on}  {one_line(line.what)}")
    if not changes:
        say("No email change has been seen.")


def _in_held_extracts(
    connection: Connection, settings: "Settings", gmc_number: str, show: Callable[[str], str]
) -> list["Line"]:
    """What extracts that wait for a person say of a doctor: the person who decides about them must know it."""
    from gpsync.extracts.archive import archive_in
    from gpsync.rules import Dataset
    from gpsync.store import extracts

    held = [one for one in extracts.held(connection) if one.extract.dataset is Dataset.GMC_REGISTER]
    if not held:
        return []
    from gpsync.verification.explanation import Line

    where = archive_in(settings.home_folder, settings.archive_folder)
    return [
        Line(
            one.extract.as_of,
            f"The held extract {one.extract.extract_id} shows {row['registration_status']}, "
            f"{show(row['email']) if row['email'] else 'no email address'}: it counts once it is approved.",
        )
        for one in held
        for row in where.rows_about(one, "gmc_number", gmc_number)
    ]


def _known(connection: Connection, gmc_number: str):  # type: ignore[no-untyped-def]
    from gpsync.rules import Dataset
    from gpsync.store import email_changes, extracts, field_changes, links, suppressions
    from gpsync.store.outbox import log
    from gpsync.verification.explanation import Correspondence
    from gpsync.window.timeline import Calendar

    doctors = email_changes.doctors(connection, [gmc_number])
    return (
        doctors[0] if doctors else None,
        field_changes.of_record(connection, Dataset.GMC_REGISTER, gmc_number),
        email_changes.of_doctor(connection, gmc_number),
        Correspondence(
            log.of_doctor(connection, gmc_number),
            links.of_doctor(connection, gmc_number),
            suppressions.of_doctor(connection, gmc_number),
        ),
        Calendar(extracts.positions(connection, Dataset.GMC_REGISTER)),
    )
