"""Rows of cases and users for tests, and what the group of rules says of them."""

from collections.abc import Iterable
from typing import Any

from gpsync.reconciliation.approvals import judge as approvals
from gpsync.reconciliation.catalogue.approvals import ENTRIES
from gpsync.reconciliation.findings import Finding
from gpsync.rules import Code, Owner, Severity
from tests.factories import performer
from tests.unit.reconciliation.building import facts

Row = dict[str, str | None]
_ENTRIES = {entry.code: entry for entry in ENTRIES}


def case(change: str = "JOIN", **values: str | None) -> Row:
    """An open case that waits for its practice and is not late; today is 18 March 2026."""
    return {
        "case_id": "C1",
        "gmc_number": "9000001",
        "practice_code": "Z00001",
        "change_type": change,
        "submitted_date": "2026-03-10",
        "effective_date": "2026-03-16",
        "practice_decision": "PENDING",
        "case_status": "Proposed",
    } | values


def approved(change: str = "JOIN", **values: str | None) -> Row:
    """A case that the practice approved long enough ago for the list to show it."""
    decided: Row = {
        "submitted_date": "2026-01-20",
        "effective_date": "2026-02-16",
        "practice_decision": "APPROVED",
        "practice_decision_date": "2026-01-27",
        "decided_by_user_id": "U1",
        "case_status": "In Progress",
    }
    return case(change, **decided | values)


def rejected(change: str = "JOIN", **values: str | None) -> Row:
    """A case that the practice rejected on 27 January."""
    return approved(change, **{"practice_decision": "REJECTED", "case_status": "Closed"} | values)


def manager(**values: str | None) -> Row:
    """The practice's PL Practice Manager."""
    return {
        "user_id": "U1",
        "practice_code": "Z00001",
        "role": "PL Practice Manager",
        "account_status": "Active",
        "granted_date": "2024-01-01",
    } | values


def found(code: Code, cases: Iterable[Row], performers: Iterable[Row] | None = None, **given: Any) -> list[Finding]:
    """What the rule finds; unless told otherwise the list holds one salaried GP with a post since 2015."""
    on_list = [performer()] if performers is None else list(performers)
    return approvals.RULES[code](approvals.prepared(facts(approvals=list(cases), performers=on_list, **given)))


def verdicts(findings: Iterable[Finding]) -> list[tuple[str, Severity, Owner]]:
    """Key, severity and owner of each, the catalogue's where the finding does not say."""
    return [
        (one.key, one.severity or _ENTRIES[one.code].severity, one.owner or _ENTRIES[one.code].owners[0])
        for one in findings
    ]
