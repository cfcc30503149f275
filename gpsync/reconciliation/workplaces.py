"""Practices on the day of a run, and what names them: posts, undecided cases, roles.

A word that is not known is read in the way that raises a finding: an account of unknown status may act, but
is not the approver that a practice needs.
"""

from collections.abc import Iterable
from datetime import date

import pandas as pd

from gpsync.reconciliation.facts import Facts
from gpsync.reconciliation.findings import Shown
from gpsync.reconciliation.listed import ends, folded, in_capitals
from gpsync.reconciliation.mailboxes import email_keys
from gpsync.rules import SHUT_ACCOUNTS, AccountStatus

_OVER = frozenset({"closed", "retracted"})
_AGREED = frozenset({"APPROVED", "NOT_REQUIRED"})
#: A practice is informed of these and does not decide.
_NOTIFIED_ONLY = frozenset({"RETIRE_24H", "WITHDRAW"})

_ACTIVE_PRACTICE = frozenset({"A", "ACTIVE"})
_CLOSED_PRACTICE = frozenset({"C", "CLOSED", "INACTIVE"})
#: An organisation has several settings at once where it plays several roles: `RO76|RO268`.
_GP_SETTING = r"(?:^|[^A-Z0-9])(?:0*4|RO76)(?:[^A-Z0-9]|$)"


def posts(performers: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """The assignments that have not ended, those still to come included: `is_current`, `is_begun`.

    `is_current`: it has started, at the latest today. `is_begun`: before today. A blank start has passed.
    """
    day = as_of.isoformat()
    start, end = performers["assignment_start_date"].astype("str"), performers["assignment_end_date"].astype("str")
    lasts = end.isna() | (end >= day)
    rows, start = performers.loc[lasts, ["gmc_number", "practice_code"]], start[lasts]
    return rows.assign(is_current=start.isna() | (start <= day), is_begun=start.isna() | (start < day))


def open_cases(facts: Facts) -> pd.DataFrame:
    """The cases neither closed, retracted nor rejected: `is_undecided` by practice or ICB, `awaits_practice`."""
    cases = facts.approvals
    cases = cases.assign(case_id=in_capitals(cases["case_id"]))
    practice, icb = cases["practice_decision"], cases["icb_decision"]
    is_open = ~folded(cases["case_status"]).isin(_OVER) & (practice != "REJECTED") & (icb != "REJECTED")
    awaits_practice = ~practice.isin(_AGREED)
    cases = cases.assign(
        is_undecided=awaits_practice | (icb.notna() & ~icb.isin(_AGREED)),
        awaits_practice=awaits_practice & ~cases["change_type"].isin(_NOTIFIED_ONLY),
    )
    columns = ["case_id", "gmc_number", "practice_code", "change_type", "is_undecided", "awaits_practice"]
    return cases.loc[is_open, columns]


def undecided_cases(facts: Facts) -> pd.DataFrame:
    """The open cases that wait for the practice or the ICB; `awaits_practice` says for which."""
    cases = open_cases(facts)
    return cases[cases["is_undecided"]]


def roles(facts: Facts) -> pd.DataFrame:
    """The roles granted and not revoked, `role` and `account_status` folded, with the address's `email_key`.

    `is_active`: the account is known to be active. `may_act`: it is not known to be shut.
    """
    users, day = facts.users, facts.as_of.isoformat()
    granted, revoked = users["granted_date"].astype("str"), ends(users["revoked_date"])
    rows = users[(granted.isna() | (granted <= day)) & (revoked.isna() | (revoked > day))]
    rows = rows.assign(**{name: in_capitals(rows[name]) for name in ("user_id", "nominated_by_user_id")})
    status = folded(rows["account_status"])
    return rows.assign(
        role=folded(rows["role"]),
        account_status=status,
        email_key=email_keys(rows["email"]),
        is_active=status == AccountStatus.ACTIVE,
        may_act=~status.isin(SHUT_ACCOUNTS),
    )


def practices(facts: Facts) -> pd.DataFrame:
    """One row for each practice, by code, with `is_closed`, `is_active` and `is_gp`.

    An extract that carries no settings at all says nothing about them: all its practices pass for GP practices.
    """
    # Sorted, so that the order of repeated rows in the file decides nothing.
    order = ["practice_code", "status", "close_date", "prescribing_setting"]
    rows = facts.practices.sort_values(order, na_position="first").drop_duplicates("practice_code", keep="last")
    close, setting = ends(rows["close_date"]), rows["prescribing_setting"]
    is_closed = rows["status"].isin(_CLOSED_PRACTICE) | (close <= facts.as_of.isoformat())
    return rows.assign(
        is_closed=is_closed,
        is_active=rows["status"].isin(_ACTIVE_PRACTICE) & ~is_closed,
        is_gp=setting.str.contains(_GP_SETTING, regex=True, na=False) | bool(setting.isna().all()),
    ).set_index("practice_code", drop=False)


def named(values: Iterable[str], most: int = 10) -> str:
    """The distinct values in order, so many of them; how many more there are is said."""
    distinct = sorted(set(values))
    shown = ", ".join(distinct[:most])
    if len(distinct) <= most:
        return shown
    return Shown(f"{shown} and {len(distinct) - most} more", ", ".join(distinct))
