"""The GP Register, dates and restrictions: what the list says of a doctor who is rightly on it."""

from collections.abc import Iterable
from datetime import timedelta

import pandas as pd

from gpsync.reconciliation.findings import Finding
from gpsync.reconciliation.listed import (
    DATE_COLUMNS,
    FIRST_BELIEVABLE_DAY,
    GP_PERFORMER,
    GP_REGISTRAR,
    Row,
    one_each,
    texts,
    written,
)
from gpsync.reconciliation.registration.matched import ListedBesideRegister
from gpsync.rules import Code, ListStatus, Registration, Severity

_REGISTERED = (
    Registration.LICENSED,
    Registration.UNLICENSED,
    Registration.PROVISIONAL,
    Registration.PROVISIONAL_UNLICENSED,
    Registration.TEMPORARY,
    Registration.TEMPORARY_UNLICENSED,
)
#: Those who have to be taken off the list, whatever else it says of them.
_NO_LONGER = (Registration.DECEASED, Registration.ERASED)
#: The type that may work in general practice without being on the GP Register.
_LOCALLY_EMPLOYED = "locally employed doctor"
_YES, _NO = ("Y", "YES"), ("N", "NO")


def not_on_gp_register(on: ListedBesideRegister) -> list[Finding]:
    """A registered doctor, listed as a GP, whom the GP Register does not hold (B10)."""
    rows = on.rows
    as_gp = (rows["role"] == GP_PERFORMER) & (rows["kind"] != _LOCALLY_EMPLOYED)
    hits = rows[rows["in_register"] & on.of_class(_REGISTERED) & rows["gp_register_date"].isna() & as_gp]
    return [
        Finding(
            Code.NOT_ON_GP_REGISTER,
            key=row["gmc_number"],
            summary="Listed as a GP, but the GMC register shows no GP Register date.",
            gmc_number=row["gmc_number"],
            evidence={"gp_register_date": "", **_picked(row, ["performer_role", "performer_type"])},
        )
        for row in one_each(hits, ["performer_role", "performer_type"])
    ]


def registrar_on_gp_register(on: ListedBesideRegister) -> list[Finding]:
    """Listed as a registrar some time after joining the GP Register (B11). The dead and the erased submit nothing."""
    limits = on.facts.limits
    overdue = (on.facts.as_of - timedelta(limits.registrar_lag_days)).isoformat()
    long_overdue = (on.facts.as_of - timedelta(limits.registrar_high_days)).isoformat()
    is_registrar = (on.rows["role"] == GP_REGISTRAR) & ~on.of_class(_NO_LONGER)
    hits = on.rows[is_registrar & (on.rows["gp_register_date"] <= overdue)]
    return [
        Finding(
            Code.REGISTRAR_ON_GP_REGISTER,
            key=row["gmc_number"],
            summary=f"On the GP Register since {written(row['gp_register_date'])}, but listed as a registrar.",
            gmc_number=row["gmc_number"],
            severity=Severity.HIGH if row["gp_register_date"] < long_overdue else None,
            evidence=_picked(row, ["gp_register_date", "performer_role"]),
        )
        for row in one_each(hits, ["gp_register_date", "performer_role"])
    ]


def gp_register_date_differs(on: ListedBesideRegister) -> list[Finding]:
    """List and register give two different plausible dates (B12)."""
    listed, registered = on.rows["date_in_gp_register"], on.rows["gp_register_date"]
    believable = (listed >= FIRST_BELIEVABLE_DAY) & (registered >= FIRST_BELIEVABLE_DAY)
    columns = ["date_in_gp_register", "gp_register_date"]
    return [
        Finding(
            Code.GP_REGISTER_DATE_DIFFERS,
            key=row["gmc_number"],
            summary=f"GP Register date: {written(row['date_in_gp_register'])} on the performers list, "
            f"{written(row['gp_register_date'])} on the GMC register.",
            gmc_number=row["gmc_number"],
            evidence=_picked(row, columns),
        )
        for row in one_each(on.rows[believable & (listed != registered)], columns)
    ]


def placeholder_date(on: ListedBesideRegister) -> list[Finding]:
    """A date on the list that only stands for "no date held", or is too old to be true (B13)."""
    odd: dict[str, dict[str, str]] = {}
    for column in DATE_COLUMNS:
        # Later values win, in the fixed order of `texts`: one value of each column is enough to find the record.
        for row in texts(on.rows[on.rows[column] < FIRST_BELIEVABLE_DAY], ["gmc_number", column]):
            odd.setdefault(row["gmc_number"], {})[column] = row[column]
    return [
        Finding(
            Code.PLACEHOLDER_DATE,
            key=number,
            summary=f"Not a real date on the performers list: {_named(dates)}.",
            gmc_number=number,
            evidence=dates,
        )
        for number, dates in sorted(odd.items())
    ]


def gmc_restriction_not_on_list(on: ListedBesideRegister) -> list[Finding]:
    """Conditions or undertakings at the GMC, of which the list shows nothing (B15). The dead and erased need none."""
    rows = on.rows[~on.of_class(_NO_LONGER)]
    restricted = _not_no(rows["ftp_conditions"]) | _not_no(rows["ftp_undertakings"])
    hits = rows[restricted & (rows["status"] == ListStatus.INCLUDED) & ~rows["conditions_flag"].isin(_YES)]
    columns = ["ftp_conditions", "ftp_undertakings", "list_status", "conditions_flag"]
    return [
        Finding(
            Code.GMC_RESTRICTION_NOT_ON_LIST,
            key=row["gmc_number"],
            summary="The GMC has restricted the doctor's practice, and the performers list shows no conditions.",
            gmc_number=row["gmc_number"],
            evidence=_picked(row, columns),
        )
        for row in one_each(hits, columns)
    ]


def _not_no(flags: "pd.Series[str]") -> "pd.Series[bool]":
    # A word that is neither yes nor no counts as yes: better one look too many.
    return flags.notna() & ~flags.isin(_NO)


def _picked(row: Row, columns: Iterable[str]) -> dict[str, str]:
    return {name: row[name] for name in columns}


def _named(dates: Iterable[str]) -> str:
    return ", ".join(column.replace("_", " ") for column in dates)
