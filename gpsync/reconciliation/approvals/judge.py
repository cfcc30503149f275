"""Approval cases on their own: who keeps whom waiting, and what is dated back too far.

`judge` is the way into the whole group. Cases that contradict each other are in `approvals_requests`, what
the list makes of decided cases in `approvals_applied`, what it shows without any in `approvals_unasked`, and who
decided about whom in `approvals_people`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from gpsync.reconciliation import listed
from gpsync.reconciliation.approvals import applied, people, requests, unasked
from gpsync.reconciliation.approvals.case_findings import either, raised
from gpsync.reconciliation.approvals.case_words import ChangeType, Decision
from gpsync.reconciliation.approvals.cases import Cases, prepare
from gpsync.reconciliation.approvals.shown import Shown, compare
from gpsync.reconciliation.facts import Facts
from gpsync.reconciliation.findings import Finding
from gpsync.rules import Code, Dataset, Owner, Severity

_REQUEST = ("change_type", "effective_date", "submitted_date")
#: The columns whose words are checked, and the column that is null where the word is not known.
_CHECKED = {
    "change_type": "change",
    "practice_decision": "practice",
    "icb_decision": "icb",
    "case_status": "status",
}


@dataclass(frozen=True)
class Prepared:
    """What the rules look at. What is costly and only some of them need is worked out when the first asks for it."""

    cases: Cases

    @cached_property
    def shown(self) -> Shown:
        """What the list shows of the decided cases."""
        return compare(self.cases)

    @cached_property
    def changes(self) -> unasked.Changes:
        """What changed between lists and no case allows."""
        return unasked.between_lists(self.cases)

    @cached_property
    def of_unknown(self) -> list[Finding]:
        """The findings about cases whose performer is not known."""
        return people.case_performer_unknown(self.cases)


def prepared(facts: Facts) -> Prepared:
    """The cases and the list, ready for every rule of the group."""
    return Prepared(prepare(facts))


def judge(facts: Facts) -> dict[Code, list[Finding]]:
    """The findings of every code of the group, and of PL_STATUS_UNKNOWN as far as cases are concerned.

    A change made against a rejection is not reported as made without approval too, nor the rejection as unresolved.
    """
    on = prepared(facts)
    return {code: rule(on) for code, rule in RULES.items()}


def approved_not_applied(on: Prepared) -> list[Finding]:
    """B28, but for cases whose performer is not known: those are reported as such."""
    unknown = {finding.case_id for finding in on.of_unknown}
    return [finding for finding in applied.approved_not_applied(on.shown) if finding.case_id not in unknown]


def approval_overdue(cases: Cases) -> list[Finding]:
    """B26: the practice has not decided, 14 days after the case came in and its effective date passed."""
    limits, rows = cases.facts.limits, cases.rows
    open_rows = rows[rows["is_open"] & rows["practice_required"] & (rows["practice"] == Decision.PENDING)]
    days = (cases.today - open_rows["waiting_since"]).dt.days
    # A case is only waited for once it has taken effect, so its effective date says nothing of urgency.
    urgent = days >= limits.approval_escalate_days
    hits = open_rows.assign(severity=either(urgent, Severity.HIGH, Severity.MEDIUM))
    return raised(
        Code.APPROVAL_OVERDUE,
        hits[days >= limits.approval_overdue_days],
        "Practice {practice_code} has not decided case {case_id} ({change_type} of {gmc_number}).",
        (*_REQUEST, "practice_decision"),
    )


def icb_approval_overdue(cases: Cases) -> list[Finding]:
    """B27: the practice approved and the ICB, which must too, has not decided for 14 days."""
    limits, rows = cases.facts.limits, cases.rows
    is_waiting = (rows["practice"] == Decision.APPROVED) & (rows["icb"] == Decision.PENDING)
    waiting = rows[rows["is_open"] & rows["icb_required"] & is_waiting]
    days = (cases.today - waiting["practice_on"].fillna(waiting["submitted"])).dt.days
    hits = waiting.assign(severity=either(days >= limits.approval_escalate_days, Severity.HIGH, Severity.MEDIUM))
    return raised(
        Code.ICB_APPROVAL_OVERDUE,
        hits[days >= limits.approval_overdue_days],
        "The ICB has not decided case {case_id} ({change_type} of {gmc_number}), which practice {practice_code} "
        "has approved.",
        (*_REQUEST, "practice_decision_date", "icb_decision"),
    )


def backdated_before_pension_year(cases: Cases) -> list[Finding]:
    """B35: a join from before this pension year, not rejected, and still of this year's concern.

    A case that was closed in an earlier pension year belongs to that year's joiner forms.
    """
    year = cases.facts.as_of.year - (cases.facts.as_of.month < 4)
    first = pd.Timestamp(year, 4, 1)
    rows = cases.current
    touched = rows[["submitted", "practice_on", "icb_on"]].max(axis=1) >= first
    concerns = (rows["change"] == ChangeType.JOIN) & ~rows["is_rejected"] & (rows["is_open"] | touched)
    return raised(
        Code.BACKDATED_BEFORE_PENSION_YEAR,
        rows[concerns & (rows["effective"] < first)],
        "Case {case_id}: {gmc_number} is to join practice {practice_code} from {effective_date}, "
        f"before the pension year that began on {listed.written(first.date().isoformat())}.",
        (*_REQUEST, "practice_decision"),
    )


def unknown_words(cases: Cases) -> list[Finding]:
    """A change type, decision or case status that gpsync does not know: no rule can say the case is in order."""
    rows, words = cases.rows, {}
    for column, read in _CHECKED.items():
        unknown = rows[read].isna()
        if column == "practice_decision":  # blank is in order where the practice is only informed
            unknown &= rows["practice_required"] | rows[column].notna()
        words[column] = rows[column].fillna("(blank)").where(unknown)
    found = rows[["case_id", "gmc_number", "practice_code"]].assign(**words).dropna(subset=list(words), how="all")
    said = [
        ", ".join(f"{name.replace('_', ' ')} {row[name]}" for name in words if isinstance(row[name], str))
        for row in found.to_dict("records")
    ]
    return raised(
        Code.PL_STATUS_UNKNOWN,
        found.assign(key=f"{Dataset.PRACTICE_APPROVALS}|" + found["case_id"], said=said, owner=Owner.OPS.value),
        "Case {case_id} says what gpsync does not know: {said}.",
        words,
    )


RULES: Mapping[Code, Callable[[Prepared], list[Finding]]] = {
    Code.APPROVAL_OVERDUE: lambda on: approval_overdue(on.cases),
    Code.ICB_APPROVAL_OVERDUE: lambda on: icb_approval_overdue(on.cases),
    Code.APPROVED_NOT_APPLIED: approved_not_applied,
    Code.APPLIED_WITHOUT_APPROVAL: lambda on: unasked.applied_without_approval(on.shown, on.changes),
    Code.APPLIED_DESPITE_REJECTION: lambda on: applied.applied_despite_rejection(on.shown, on.changes),
    Code.REJECTED_UNRESOLVED: lambda on: applied.rejected_unresolved(on.shown, on.changes),
    Code.DUPLICATE_REQUEST: lambda on: requests.duplicate_request(on.cases),
    Code.CONFLICTING_REQUESTS: lambda on: requests.conflicting_requests(on.cases),
    Code.EFFECTIVE_DATE_DIFFERS: lambda on: applied.effective_date_differs(on.shown),
    Code.BACKDATED_BEFORE_PENSION_YEAR: lambda on: backdated_before_pension_year(on.cases),
    Code.APPROVER_NOT_AUTHORISED: lambda on: people.approver_not_authorised(on.cases),
    Code.SELF_APPROVAL: lambda on: people.self_approval(on.cases),
    Code.CASE_PERFORMER_UNKNOWN: lambda on: on.of_unknown,
    Code.CASE_PERFORMER_NOT_ELIGIBLE: lambda on: people.case_performer_not_eligible(on.cases),
    Code.WITHDRAWAL_DATE_PASSED: lambda on: people.withdrawal_date_passed(on.cases),
    Code.WITHDRAWAL_WHILE_SUSPENDED: lambda on: people.withdrawal_while_suspended(on.cases),
    Code.PL_STATUS_UNKNOWN: lambda on: unknown_words(on.cases),
}
