"""The performers list against the GMC register: who may not be on the list, or not as they are.

A doctor has one class in the register's last record, or was never there, or has a number that cannot be one. So nobody
is found under two of the first nine codes, but for a number that has left the register: it is reported as not found
only where its last class is not a mismatch on its own.
"""

from collections.abc import Callable, Mapping

import pandas as pd

from gpsync.reconciliation.facts import Facts
from gpsync.reconciliation.findings import AT_WORK, Finding
from gpsync.reconciliation.listed import GP_PERFORMER, Row, one_each, written
from gpsync.reconciliation.registration.details import (
    gmc_restriction_not_on_list,
    gp_register_date_differs,
    not_on_gp_register,
    placeholder_date,
    registrar_on_gp_register,
)
from gpsync.reconciliation.registration.matched import ListedBesideRegister, beside_register
from gpsync.reconciliation.registration.names import name_differs
from gpsync.reconciliation.registration.numbers import gmc_not_found, gmc_number_invalid, gmc_status_unknown
from gpsync.rules import Code, Dataset, ListStatus, Registration, Severity

_UNLICENSED = (
    Registration.UNLICENSED,
    Registration.PROVISIONAL_UNLICENSED,
    Registration.TEMPORARY_UNLICENSED,
)


def gmc_deceased_on_list(on: ListedBesideRegister) -> list[Finding]:
    """The register records a death, and the list still shows the doctor (B01)."""
    return _findings(Code.GMC_DECEASED_ON_LIST, on, on.of_class([Registration.DECEASED]))


def gmc_erased_on_list(on: ListedBesideRegister) -> list[Finding]:
    """Erased from the register, and still listed (B02)."""
    return _findings(Code.GMC_ERASED_ON_LIST, on, on.of_class([Registration.ERASED]))


def gmc_relinquished_on_list(on: ListedBesideRegister) -> list[Finding]:
    """Gave registration up, and still listed; critical while working (B03)."""
    hits = on.of_class([Registration.RELINQUISHED])
    return _findings(Code.GMC_RELINQUISHED_ON_LIST, on, hits, at_work=Severity.CRITICAL)


def gmc_lapsed_on_list(on: ListedBesideRegister) -> list[Finding]:
    """Registration ended in another way, and still listed; critical while working (B04)."""
    hits = on.of_class([Registration.LAPSED])
    return _findings(Code.GMC_LAPSED_ON_LIST, on, hits, at_work=Severity.CRITICAL)


def gmc_suspended_list_active(on: ListedBesideRegister) -> list[Finding]:
    """Suspended by the GMC but not on the list (B05)."""
    return _findings(Code.GMC_SUSPENDED_LIST_ACTIVE, on, on.of_class([Registration.SUSPENDED]) & on.rows["active"])


def gmc_no_licence_on_list(on: ListedBesideRegister) -> list[Finding]:
    """Registered without a licence, and active on the list; critical while working (B06)."""
    hits = on.of_class(_UNLICENSED) & on.rows["active"]
    return _findings(Code.GMC_NO_LICENCE_ON_LIST, on, hits, at_work=Severity.CRITICAL)


def gmc_provisional_or_temporary_on_list(on: ListedBesideRegister) -> list[Finding]:
    """Provisionally or temporarily registered, and listed as a fully qualified GP (B07)."""
    hits = on.of_class([Registration.PROVISIONAL, Registration.TEMPORARY]) & (on.rows["role"] == GP_PERFORMER)
    return _findings(Code.GMC_PROVISIONAL_OR_TEMPORARY_ON_LIST, on, hits)


def gmc_restored_list_suspended(on: ListedBesideRegister) -> list[Finding]:
    """Licensed in more than one extract, and still suspended on the list (B16)."""
    newest = on.facts.newest.get(Dataset.GMC_REGISTER, on.facts.as_of).isoformat()
    # A record may read differently since today for another reason, a new address say.
    settled = (on.rows["valid_from"] < newest) | (on.rows["previous_class"] == Registration.LICENSED)
    suspended = on.rows["status"] == ListStatus.SUSPENDED
    hits = on.rows["in_register"] & on.of_class([Registration.LICENSED]) & settled & suspended
    return _findings(Code.GMC_RESTORED_LIST_SUSPENDED, on, hits)


def _findings(
    code: Code, on: ListedBesideRegister, hits: "pd.Series[bool]", *, at_work: Severity | None = None
) -> list[Finding]:
    """One finding for each doctor; `at_work` is the severity for one who works at a practice today."""
    working = set(on.rows.loc[hits & on.rows["working"], "gmc_number"])
    return [
        Finding(
            code,
            key=row["gmc_number"],
            summary=f"GMC register{_until(row)}: {row['registration_status']}. Performers list: {row['list_status']}.",
            gmc_number=row["gmc_number"],
            severity=at_work if row["gmc_number"] in working else None,
            evidence={
                "registration_status": row["registration_status"],
                "list_status": row["list_status"],
                "performer_role": row["performer_role"],
                AT_WORK: "yes" if row["gmc_number"] in working else "no",
            },
        )
        for row in one_each(on.rows[hits], ["registration_status", "list_status", "performer_role", "left_on"])
    ]


def _until(row: Row) -> str:
    """Not part of the evidence: that a doctor has left the register changes nothing about the mismatch."""
    return f", which has not shown the doctor since {written(row['left_on'])}" if row["left_on"] else ""


RULES: Mapping[Code, Callable[[ListedBesideRegister], list[Finding]]] = {
    Code.GMC_DECEASED_ON_LIST: gmc_deceased_on_list,
    Code.GMC_ERASED_ON_LIST: gmc_erased_on_list,
    Code.GMC_RELINQUISHED_ON_LIST: gmc_relinquished_on_list,
    Code.GMC_LAPSED_ON_LIST: gmc_lapsed_on_list,
    Code.GMC_SUSPENDED_LIST_ACTIVE: gmc_suspended_list_active,
    Code.GMC_NO_LICENCE_ON_LIST: gmc_no_licence_on_list,
    Code.GMC_PROVISIONAL_OR_TEMPORARY_ON_LIST: gmc_provisional_or_temporary_on_list,
    Code.GMC_NOT_FOUND: gmc_not_found,
    Code.GMC_NUMBER_INVALID: gmc_number_invalid,
    Code.NOT_ON_GP_REGISTER: not_on_gp_register,
    Code.REGISTRAR_ON_GP_REGISTER: registrar_on_gp_register,
    Code.GP_REGISTER_DATE_DIFFERS: gp_register_date_differs,
    Code.PLACEHOLDER_DATE: placeholder_date,
    Code.NAME_DIFFERS: name_differs,
    Code.GMC_RESTRICTION_NOT_ON_LIST: gmc_restriction_not_on_list,
    Code.GMC_RESTORED_LIST_SUSPENDED: gmc_restored_list_suspended,
    Code.GMC_STATUS_UNKNOWN: gmc_status_unknown,
}

#: The codes that follow from a doctor's class.
_BY_CLASS = (
    Code.GMC_DECEASED_ON_LIST,
    Code.GMC_ERASED_ON_LIST,
    Code.GMC_RELINQUISHED_ON_LIST,
    Code.GMC_LAPSED_ON_LIST,
    Code.GMC_SUSPENDED_LIST_ACTIVE,
    Code.GMC_NO_LICENCE_ON_LIST,
    Code.GMC_PROVISIONAL_OR_TEMPORARY_ON_LIST,
)


def judge(facts: Facts) -> dict[Code, list[Finding]]:
    """What every rule of this group finds; the list and the register are put side by side once."""
    on = beside_register(facts)
    found = {code: rule(on) for code, rule in RULES.items()}
    named = {finding.gmc_number for code in _BY_CLASS for finding in found[code]}
    not_found = [finding for finding in found[Code.GMC_NOT_FOUND] if finding.gmc_number not in named]
    return found | {Code.GMC_NOT_FOUND: not_found}
