"""Decided cases against the list: approved and not applied, rejected and applied, applied from another date."""

import pandas as pd

from gpsync.reconciliation.approvals.case_findings import either, raised
from gpsync.reconciliation.approvals.case_words import ChangeType
from gpsync.reconciliation.approvals.cases import Flags, Words, looked_up
from gpsync.reconciliation.approvals.shown import Shown
from gpsync.reconciliation.approvals.unasked import Changes
from gpsync.reconciliation.findings import Finding
from gpsync.reconciliation.membership import among
from gpsync.rules import Code, Severity
from gpsync.working_days import working_days_before

_REQUEST = ("change_type", "to_type", "commitment", "effective_date")
_DECISIONS = ("practice_decision", "practice_decision_date", "icb_decision", "icb_decision_date")


def approved_not_applied(shown: Shown) -> list[Finding]:
    """B28: approved by everybody, effective 5 working days ago or more, and the list does not show it."""
    hits = _unapplied(shown)
    return raised(
        Code.APPROVED_NOT_APPLIED,
        hits.assign(listed=_listed(shown, hits)),
        "Case {case_id} ({change_type} of {gmc_number} at practice {practice_code}) was approved for "
        "{effective_date}, and the list does not show it.",
        (*_REQUEST, "listed"),
    )


def _unapplied(shown: Shown) -> pd.DataFrame:
    """An approved change is not missed for a doctor who has left the list since: only a post still open is."""
    cases, rows = shown.cases, shown.rows
    latest = working_days_before(cases.facts.as_of, cases.facts.limits.apply_lag_working_days)
    on_list, off_list = cases.doctors(cases.posts["listed"]), cases.doctors(~cases.posts["listed"])
    gone = among(rows["gmc_number"], off_list) & ~among(rows["gmc_number"], on_list)
    missing = rows["fully_approved"] & ~rows["is_applied"] & ~rows["is_superseded"]
    missing &= (rows["effective"] <= pd.Timestamp(latest)) & (~gone | (rows["change"] == ChangeType.LEAVE))
    return rows[missing]


def _listed(shown: Shown, hits: pd.DataFrame) -> Words:
    """What the list shows instead, for the evidence."""
    posts = shown.cases.posts
    posts = posts[posts["assigned"] & among(posts["post"], hits["post"])].sort_values("assignment_start_date")
    here = posts.fillna({"performer_type": "no type", "level_of_commitment": "no commitment"}).groupby("post")
    types = looked_up(hits["post"], here["performer_type"].agg(_together)).astype("str")
    levels = looked_up(hits["post"], here["level_of_commitment"].agg(_together)).astype("str")
    text = types.where(hits["change"] == ChangeType.ROLE_CHANGE, levels)
    return text.where(hits["change"] != ChangeType.LEAVE, "assignment still open").fillna("no assignment")


def _together(words: Words) -> str:
    return ", ".join(sorted(set(words)))


def applied_despite_rejection(shown: Shown, changes: Changes) -> list[Finding]:
    """B30: rejected by the practice or the ICB, never approved, and the list shows the change."""
    rows = shown.rows
    return raised(
        Code.APPLIED_DESPITE_REJECTION,
        rows[_applied_anyway(shown, changes)],
        "Case {case_id} ({change_type} of {gmc_number} at practice {practice_code}) was rejected, and the list shows "
        "the change.",
        (*_REQUEST, *_DECISIONS),
    )


def _applied_anyway(shown: Shown, changes: Changes) -> Flags:
    rows = shown.rows
    seen = rows["looks_applied"] | among(rows["case_id"], changes.refused["case_id"])
    return rows["is_rejected"] & ~rows["is_covered"] & seen


def rejected_unresolved(shown: Shown, changes: Changes) -> list[Finding]:
    """B31: rejected more than 14 days ago, never asked for again, and the list has not changed since the rejection."""
    cases, rows = shown.cases, shown.rows
    days = (cases.today - rows["rejected_on"]).dt.days
    everything = cases.rows.sort_values(["submitted", "case_id"], na_position="first")
    last = everything.drop_duplicates(["post", "change"], keep="last")["case_id"]
    unresolved = rows["is_rejected"] & ~rows["is_covered"] & ~_applied_anyway(shown, changes) & ~rows["has_moved"]
    return raised(
        Code.REJECTED_UNRESOLVED,
        rows[unresolved & (days > cases.facts.limits.approval_overdue_days) & among(rows["case_id"], last)],
        "Case {case_id} ({change_type} of {gmc_number} at practice {practice_code}) was rejected and has not been "
        "asked for again.",
        (*_REQUEST, *_DECISIONS),
    )


def effective_date_differs(shown: Shown) -> list[Finding]:
    """B34: the list dates a join or a leave otherwise than it was approved, whether or not the date has come."""
    rows = shown.rows[shown.rows["fully_approved"] & shown.rows["applied_on"].notna() & shown.rows["effective"].notna()]
    # Of two approved cases for one date in the list, the later submitted corrects the other.
    rows = rows.sort_values(["submitted", "case_id"], na_position="first")
    rows = rows.drop_duplicates(["post", "change", "applied_on"], keep="last").sort_values("case_id")
    hits = rows[(rows["applied_on"] != rows["effective"]) & ~among(rows["case_id"], _unapplied(shown)["case_id"])]
    gap = (hits["applied_on"] - hits["effective"]).dt.days.abs()
    late = either(gap > shown.cases.facts.limits.effective_match_days, Severity.MEDIUM, Severity.LOW)
    other_year = _pension_year(hits["applied_on"]) != _pension_year(hits["effective"])
    return raised(
        Code.EFFECTIVE_DATE_DIFFERS,
        hits.assign(
            severity=late.mask(other_year, Severity.HIGH.value),
            list_date=hits["applied_on"].dt.strftime("%Y-%m-%d"),
        ),
        "Case {case_id} ({change_type} of {gmc_number} at practice {practice_code}) was approved for "
        "{effective_date}; the list says {list_date}.",
        ("change_type", "effective_date", "list_date"),
    )


def _pension_year(days: Words) -> Words:
    """The year whose 1 April began it."""
    return days.dt.year - (days.dt.month < 4)
