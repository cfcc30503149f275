"""Who decided a case, and about whom: authority, interest and standing."""

import pandas as pd

from gpsync.reconciliation.approvals.case_findings import either, raised
from gpsync.reconciliation.approvals.case_words import CaseStatus, ChangeType, Decision
from gpsync.reconciliation.approvals.cases import Cases, Flags, dates, looked_up
from gpsync.reconciliation.findings import Finding
from gpsync.reconciliation.listed import ends, folded, in_capitals
from gpsync.reconciliation.membership import among
from gpsync.rules import NO_NEW_POST, Code, ListStatus, Owner, Registration, Severity

_PRACTICE_MANAGER = "pl practice manager"
_DECISION = ("practice_decision", "practice_decision_date", "decided_by_user_id")
_REQUEST = ("change_type", "effective_date", "case_status")

#: Classes with which a doctor cannot take up or change a post in general practice.
_BARRED = frozenset(
    {
        Registration.DECEASED,
        Registration.ERASED,
        Registration.RELINQUISHED,
        Registration.LAPSED,
        Registration.SUSPENDED,
        Registration.UNLICENSED,
        Registration.PROVISIONAL_UNLICENSED,
        Registration.TEMPORARY_UNLICENSED,
    }
)


def approver_not_authorised(cases: Cases) -> list[Finding]:
    """B36: who decided for the practice was no PL Practice Manager there that day. ICB decisions are not judged."""
    decided = _decided(cases)
    day = decided["practice_on"].fillna(decided["submitted"]).fillna(cases.today)
    pairs = decided.assign(day=day)[["case_id", "decided_by_user_id", "practice_code", "day"]].merge(
        _managers(cases),
        left_on=["decided_by_user_id", "practice_code"],
        right_on=["user_id", "practice_code"],
        how="inner",
        validate="many_to_many",  # a role may have been granted, revoked and granted again
    )
    in_time = pairs["granted"].isna() | (pairs["granted"] <= pairs["day"])
    in_time &= pairs["revoked"].isna() | (pairs["revoked"] > pairs["day"])
    return raised(
        Code.APPROVER_NOT_AUTHORISED,
        decided[~among(decided["case_id"], pairs.loc[in_time, "case_id"])],
        "Case {case_id} was decided by user {decided_by_user_id}, who was not an active PL Practice Manager of "
        "practice {practice_code} that day.",
        _DECISION,
    )


def _decided(cases: Cases) -> pd.DataFrame:
    rows = cases.rows
    return rows[rows["practice"].isin([Decision.APPROVED, Decision.REJECTED]) & rows["decided_by_user_id"].notna()]


def _managers(cases: Cases) -> pd.DataFrame:
    users = cases.facts.users[["user_id", "practice_code", "role", "granted_date", "revoked_date"]]
    users = users.astype("str")
    # An account that is deactivated now may have been active that day; only dates show it.
    users = users[folded(users["role"]) == _PRACTICE_MANAGER]
    users = users.assign(user_id=in_capitals(users["user_id"]))
    return users.assign(granted=dates(users["granted_date"]), revoked=dates(ends(users["revoked_date"])))


def self_approval(cases: Cases) -> list[Finding]:
    """B37: who decided is the doctor whom the case is about."""
    decided = _decided(cases)
    users = cases.facts.users[["user_id", "linked_gmc_number"]].astype("str").dropna()
    users = users.assign(user_id=in_capitals(users["user_id"]))
    own = pd.MultiIndex.from_frame(decided[["decided_by_user_id", "gmc_number"]]).isin(pd.MultiIndex.from_frame(users))
    return raised(
        Code.SELF_APPROVAL,
        decided.assign(owner=either(decided["icb_required"], Owner.ICB, Owner.PM))[own],
        "Case {case_id} about {gmc_number} was decided by that doctor's own user account ({decided_by_user_id}).",
        _DECISION,
    )


def case_performer_unknown(cases: Cases) -> list[Finding]:
    """B38: the case's number is not on the list; an open join may be a doctor whose application is pending."""
    rows = cases.rows
    applies = (rows["change"] == ChangeType.JOIN) & rows["is_open"]
    return raised(
        Code.CASE_PERFORMER_UNKNOWN,
        rows[~among(rows["gmc_number"], cases.posts["gmc_number"]) & ~applies],
        "Case {case_id} at practice {practice_code} is about {gmc_number}, who is not on the performers list.",
        _REQUEST,
    )


def case_performer_not_eligible(cases: Cases) -> list[Finding]:
    """B39: an undecided join or change of type for a doctor whom the register or the list bars.

    The register counts whether or not the doctor is on the list: an applicant who was erased must not be approved. Nor
    does it help that the register has dropped the doctor since.
    """
    register, posts = cases.facts.last_records, cases.posts
    barred = register[register["registration_class"].isin(_BARRED)].drop_duplicates("gmc_number")
    status = barred.set_index("gmc_number")["registration_status"]
    on_list = posts[posts["status"].isin(NO_NEW_POST)].sort_values("list_status")
    stopped = on_list.dropna(subset=["gmc_number"]).drop_duplicates("gmc_number").set_index("gmc_number")["list_status"]
    rows = cases.rows[cases.rows["undecided"]]
    rows = rows[rows["change"].isin([ChangeType.JOIN, ChangeType.ROLE_CHANGE])]
    rows = rows.assign(
        registration_status=looked_up(rows["gmc_number"], status),
        list_status=looked_up(rows["gmc_number"], stopped),
    )
    return raised(
        Code.CASE_PERFORMER_NOT_ELIGIBLE,
        rows.dropna(subset=["registration_status", "list_status"], how="all"),
        "Case {case_id} ({change_type} at practice {practice_code}) waits for a decision about {gmc_number}, who "
        "may not perform.",
        ("change_type", "registration_status", "list_status"),
    )


def withdrawal_date_passed(cases: Cases) -> list[Finding]:
    """B40: the doctor was to withdraw or retire by now and is still listed."""
    rows = cases.current
    rows = rows[rows["change"].isin([ChangeType.WITHDRAW, ChangeType.RETIRE_24H]) & ~rows["is_rejected"]]
    rows = rows[(rows["effective"] < cases.today) & among(rows["gmc_number"], cases.doctors(cases.posts["listed"]))]
    rows = rows[rows["is_open"] | ~_came_back(cases, rows)]
    days = (cases.today - rows["effective"]).dt.days
    late = days > cases.facts.limits.approval_escalate_days
    return raised(
        Code.WITHDRAWAL_DATE_PASSED,
        rows.assign(
            severity=either(late, Severity.HIGH, Severity.MEDIUM),
            owner=either(rows["status"] == CaseStatus.AWAITING_NHSE, Owner.NHSE, Owner.PCSE_PL),
        ),
        "Case {case_id} ({change_type} of {gmc_number}) was to take effect on {effective_date}, and the doctor is "
        "still listed.",
        _REQUEST,
    )


def _came_back(cases: Cases, rows: pd.DataFrame) -> Flags:
    """Whether the list's status is younger than the case; after a 24-hour retirement a GP is meant to be back."""
    posts = cases.posts[cases.posts["listed"]]
    since = dates(posts["status_effective_date"]).groupby(posts["gmc_number"]).max()
    return (rows["change"] == ChangeType.RETIRE_24H) | (looked_up(rows["gmc_number"], since) > rows["effective"])


def withdrawal_while_suspended(cases: Cases) -> list[Finding]:
    """B41: a withdrawal waits for a decision and the list says the doctor is suspended."""
    rows = cases.rows[cases.rows["undecided"] & (cases.rows["change"] == ChangeType.WITHDRAW)]
    suspended = cases.doctors(cases.posts["status"] == ListStatus.SUSPENDED)
    return raised(
        Code.WITHDRAWAL_WHILE_SUSPENDED,
        rows[among(rows["gmc_number"], suspended)].assign(list_status=ListStatus.SUSPENDED.written),
        "Case {case_id} asks for the withdrawal of {gmc_number}, who is suspended from the list.",
        (*_REQUEST, "list_status"),
    )
