"""Cases against practice approvals: who keeps whom waiting, and which cases cannot stand beside each other.

`judge` is the way into the whole group; what the list makes of decided cases is in `approvals_applied`, what it
shows without one in `approvals_unasked`, and who decided about whom in `approvals_people`.
"""

import pandas as pd

from gpsync.reconciliation import approvals_applied, approvals_people, approvals_unasked, listed
from gpsync.reconciliation.approvals_shown import compare
from gpsync.reconciliation.case_findings import either, raised
from gpsync.reconciliation.case_words import ChangeType, Decision
from gpsync.reconciliation.cases import Cases, prepare
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


def judge(facts: Facts) -> dict[Code, list[Finding]]:
    """The findings of every code of the group, and of PL_STATUS_UNKNOWN as far as cases are concerned.

    A change made against a rejection is not reported as made without approval too, nor the rejection as unresolved.
    A case whose performer is not known is not reported as unapplied.
    """
    cases = prepare(facts)
    shown, changes = compare(cases), approvals_unasked.between_extracts(cases)
    strangers = approvals_people.case_performer_unknown(cases)
    unapplied = approvals_applied.approved_not_applied(shown)
    unknown = {finding.case_id for finding in strangers}
    return {
        Code.APPROVAL_OVERDUE: approval_overdue(cases),
        Code.ICB_APPROVAL_OVERDUE: icb_approval_overdue(cases),
        Code.APPROVED_NOT_APPLIED: [finding for finding in unapplied if finding.case_id not in unknown],
        Code.APPLIED_WITHOUT_APPROVAL: approvals_unasked.applied_without_approval(shown, changes),
        Code.APPLIED_DESPITE_REJECTION: approvals_applied.applied_despite_rejection(shown, changes),
        Code.REJECTED_UNRESOLVED: approvals_applied.rejected_unresolved(shown, changes),
        Code.DUPLICATE_REQUEST: duplicate_request(cases),
        Code.CONFLICTING_REQUESTS: conflicting_requests(cases),
        Code.EFFECTIVE_DATE_DIFFERS: approvals_applied.effective_date_differs(shown),
        Code.BACKDATED_BEFORE_PENSION_YEAR: backdated_before_pension_year(cases),
        Code.APPROVER_NOT_AUTHORISED: approvals_people.approver_not_authorised(cases),
        Code.SELF_APPROVAL: approvals_people.self_approval(cases),
        Code.CASE_PERFORMER_UNKNOWN: strangers,
        Code.CASE_PERFORMER_NOT_ELIGIBLE: approvals_people.case_performer_not_eligible(cases),
        Code.WITHDRAWAL_DATE_PASSED: approvals_people.withdrawal_date_passed(cases),
        Code.WITHDRAWAL_WHILE_SUSPENDED: approvals_people.withdrawal_while_suspended(cases),
        Code.PL_STATUS_UNKNOWN: unknown_words(cases),
    }


def approval_overdue(cases: Cases) -> list[Finding]:
    """B26: the practice has not decided, 14 days after the case came in and its effective date passed."""
    limits, rows = cases.facts.limits, cases.rows
    open_rows = rows[rows["is_open"] & rows["practice_required"] & (rows["practice"] == Decision.PENDING)]
    days = (cases.today - open_rows["waiting_since"]).dt.days
    urgent = (days >= limits.approval_escalate_days) | (open_rows["effective"] < cases.today)
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


def duplicate_request(cases: Cases) -> list[Finding]:
    """B32: the same change is asked for twice, with effective dates at most 28 days apart, and not decided."""
    asked = ["post", "change"]
    rows = cases.rows[cases.rows["undecided"]].dropna(subset=asked)
    rows = rows.assign(day=rows["effective"].fillna(rows["submitted"])).sort_values([*asked, "day", "case_id"])
    near = rows.groupby(asked)["day"].diff().dt.days <= cases.facts.limits.effective_match_days
    twice = pd.MultiIndex.from_frame(rows[asked]).isin(pd.MultiIndex.from_frame(rows.loc[near, asked]))
    first = rows[twice].groupby(asked, as_index=False).agg(
        gmc_number=("gmc_number", "first"),
        practice_code=("practice_code", "first"),
        change_type=("change", "first"),
        case_ids=("case_id", lambda ids: ", ".join(sorted(ids))),
        by_practice=("practice_required", "any"),
        at_practice=("practice", lambda words: (words == Decision.PENDING).any()),
    )
    return raised(
        Code.DUPLICATE_REQUEST,
        first.assign(key=first["post"] + "|" + first["change"], owner=_decider(first)),
        "{change_type} of {gmc_number} at practice {practice_code} is asked for more than once: cases {case_ids}.",
        ("change_type", "case_ids"),
    )


def _decider(requests: pd.DataFrame) -> "pd.Series[str]":
    """The practice while it has one to decide, then the ICB; the GP who asked where neither decides."""
    owner = either(requests["at_practice"].astype(bool), Owner.PM, Owner.ICB)
    return owner.where(requests["by_practice"].astype(bool), Owner.GP.value)


def conflicting_requests(cases: Cases) -> list[Finding]:
    """B33: joining and leaving the same practice, or a change from a type the GP does not have, not yet decided."""
    rows = cases.rows[cases.rows["undecided"]].dropna(subset=["post"])
    leaving = rows[rows["change"] == ChangeType.LEAVE].groupby("post")["case_id"].agg(", ".join)
    joining = rows[(rows["change"] == ChangeType.JOIN) & rows["post"].isin(leaving.index)]
    joining = joining.assign(others=joining["post"].map(leaving), key=joining["post"] + "|JOIN|LEAVE")
    both = joining.groupby("key", as_index=False).agg(
        gmc_number=("gmc_number", "first"),
        practice_code=("practice_code", "first"),
        join_cases=("case_id", ", ".join),
        leave_cases=("others", "first"),
    )
    return raised(
        Code.CONFLICTING_REQUESTS,
        both,
        "{gmc_number} asks both to join practice {practice_code} (case {join_cases}) and to leave it "
        "(case {leave_cases}).",
        ("join_cases", "leave_cases"),
    ) + raised(
        Code.CONFLICTING_REQUESTS,
        _from_another_type(cases, rows),
        "Case {case_id} asks to change {gmc_number} from {from_type}, which the list does not show.",
        ("from_type", "to_type", "list_type"),
    )


def _from_another_type(cases: Cases, rows: pd.DataFrame) -> pd.DataFrame:
    """Changes of type that start from none the doctor has at the practice, or, without a post there, anywhere."""
    rows = rows[(rows["change"] == ChangeType.ROLE_CHANGE) & rows["from_kind"].notna()]
    typed = cases.posts.dropna(subset=["gmc_number", "kind"])
    types = typed.sort_values("kind").drop_duplicates(["gmc_number", "kind"])
    anywhere = types.groupby("gmc_number")["kind"].agg(", ".join)
    here = typed[typed["assigned"] & typed["post"].isin(rows["post"])].sort_values("kind")
    there = here.drop_duplicates(["post", "kind"]).groupby("post")["kind"].agg(", ".join)
    current = rows["post"].map(there).fillna(rows["gmc_number"].map(anywhere))
    differs = [
        isinstance(known, str) and kind not in known.split(", ")
        for kind, known in zip(rows["from_kind"], current, strict=True)
    ]
    return rows.assign(list_type=current)[differs]


def backdated_before_pension_year(cases: Cases) -> list[Finding]:
    """B35: a join from before this pension year, not rejected, and still of this year's concern.

    A case that was closed in an earlier pension year belongs to that year's joiner forms.
    """
    year = cases.facts.as_of.year - (cases.facts.as_of.month < 4)
    first = pd.Timestamp(year, 4, 1)
    rows = cases.live
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
        if column == "practice_decision":  # blank is in order where the practice is only told
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
