"""The people who hold roles: nominated or not, at a closed practice, at several, behind a shared address."""

from collections.abc import Callable, Iterable
from typing import Any

import pandas as pd

from gpsync.reconciliation.findings import Finding, masked_address
from gpsync.reconciliation.listed import ends, folded, in_capitals
from gpsync.reconciliation.workplaces import named
from gpsync.rules import AccountStatus, Code, Severity

MANAGER, ADMINISTRATOR = "pl practice manager", "pl organisation administrator"
_NOMINATOR = "cqc registered manager"
_TITLES = {MANAGER: "PL Practice Manager", ADMINISTRATOR: "PL Organisation Administrator"}
#: The roles of the performers list part of PCSE Online begin so.
_PL = "pl "


def nominators(users: pd.DataFrame) -> pd.DataFrame:
    """Everybody who is or was a practice's CQC Registered Manager: `user_id`, `practice_code`, `since`, `until`."""
    rows = users.loc[folded(users["role"]) == _NOMINATOR, ["user_id", "practice_code", "granted_date", "revoked_date"]]
    rows = rows.assign(user_id=in_capitals(rows["user_id"]), revoked_date=ends(rows["revoked_date"]))
    return rows.set_axis(["nominated_by_user_id", "practice_code", "since", "until"], axis="columns").astype("str")


def judge(
    holders: pd.DataFrame, at_closed: pd.DataFrame, nominators: pd.DataFrame, pseudonym: Callable[[str], str]
) -> dict[Code, list[Finding]]:
    """The findings about people; `holders` and `at_closed` are roles as in `Staffing`, `pseudonym` as in `Facts`."""
    acting = holders[holders["may_act"]]
    return {
        Code.ADMINISTRATOR_NOT_NOMINATED: administrator_not_nominated(acting, nominators),
        Code.USER_AT_SEVERAL_PRACTICES: user_at_several_practices(acting, pseudonym),
        Code.ROLE_AT_CLOSED_PRACTICE: role_at_closed_practice(at_closed[at_closed["may_act"]]),
        Code.ROLE_ON_DEACTIVATED_ACCOUNT: role_on_deactivated_account(holders),
        Code.SHARED_USER_EMAIL: shared_user_email(acting, pseudonym),
    }


def administrator_not_nominated(acting: pd.DataFrame, nominators: pd.DataFrame) -> list[Finding]:
    """B52: an administrator whom no Registered Manager of the practice, at the time, has named."""
    columns = ["user_id", "practice_code", "nominated_by_user_id", "granted_date"]
    roles = acting.loc[acting["role"] == ADMINISTRATOR, columns].astype("str").drop_duplicates()
    keys = ["nominated_by_user_id", "practice_code"]
    # A manager may have come, gone and come back: one nomination in office is enough.
    beside = roles[roles[keys[0]].notna()].merge(nominators, on=keys, how="inner", validate="many_to_many")
    granted = beside["granted_date"]
    starts = granted.isna() | beside["since"].isna() | (beside["since"] <= granted)
    ends = granted.isna() | beside["until"].isna() | (beside["until"] > granted)
    in_order = beside.loc[starts & ends, columns].drop_duplicates()
    judged = roles.merge(in_order, on=columns, how="left", validate="one_to_one", indicator="found")
    wrong = judged[judged["found"] == "left_only"].sort_values(columns).drop_duplicates(["user_id", "practice_code"])
    return [
        Finding(
            Code.ADMINISTRATOR_NOT_NOMINATED,
            f"{user}|{practice}",
            f"User {user} administers practice {practice} without a nomination by its CQC Registered Manager.",
            practice_code=practice,
            user_id=user,
            evidence={"nominated_by_user_id": nominator, "granted_date": granted},
        )
        for user, practice, nominator, granted in wrong[columns].fillna("").itertuples(index=False, name=None)
    ]


def user_at_several_practices(acting: pd.DataFrame, pseudonym: Callable[[str], str]) -> list[Finding]:
    """B53: an address that opens several practices. The one that gave a role first is asked."""
    rows = acting[acting["email_key"].notna()]
    found = []
    for email, held in _groups(rows, ["email_key"], "practice_code"):
        users, practices = held["user_id"].unique(), held["practice_code"].unique()
        oldest = held.assign(granted=held["granted_date"].fillna("~")).sort_values(["granted", "practice_code"])
        with_pl = held.loc[held["role"].str.startswith(_PL, na=False), "practice_code"].nunique()
        found.append(
            Finding(
                Code.USER_AT_SEVERAL_PRACTICES,
                pseudonym(email[0]),
                f"The same address is in use at practices {named(practices)}.",
                practice_code=oldest["practice_code"].iloc[0],
                user_id=min(users),
                severity=Severity.MEDIUM if with_pl > 1 else Severity.LOW,
                evidence={"practices": named(practices), "users": named(users), "email": masked_address(email[0])},
                members={"practices": tuple(sorted(practices)), "users": tuple(sorted(users))},
                formerly="|".join([*sorted(users), *sorted(practices)]),
            )
        )
    return _once(found)


def role_at_closed_practice(acting: pd.DataFrame) -> list[Finding]:
    """B54: somebody who can still act for a practice that has closed."""
    held = acting.groupby(["user_id", "practice_code"])["role"].agg(lambda roles: named(roles.dropna()))
    return [
        Finding(
            Code.ROLE_AT_CLOSED_PRACTICE,
            f"{user}|{practice}",
            f"User {user} still has access for practice {practice}, which has closed.",
            practice_code=practice,
            user_id=user,
            evidence={"roles": roles},
        )
        for user, practice, roles in held.reset_index().itertuples(index=False, name=None)
    ]


def role_on_deactivated_account(holders: pd.DataFrame) -> list[Finding]:
    """B55: the practice's approver or administrator has no account any more, and nobody else has the role."""
    rows = holders[holders["role"].isin(_TITLES)]
    is_active = rows["is_active"].groupby([rows["practice_code"], rows["role"]]).transform("any")
    columns = ["user_id", "practice_code", "role"]
    hits = rows.loc[(rows["account_status"] == AccountStatus.DEACTIVATED) & ~is_active.astype(bool), columns]
    return [
        Finding(
            Code.ROLE_ON_DEACTIVATED_ACCOUNT,
            f"{user}|{practice}|{_TITLES[role]}",
            f"The only {_TITLES[role]} of practice {practice} is user {user}, whose account is deactivated.",
            practice_code=practice,
            user_id=user,
            evidence={"role": _TITLES[role], "account_status": AccountStatus.DEACTIVATED.written},
        )
        for user, practice, role in hits.drop_duplicates().sort_values(columns).itertuples(index=False, name=None)
    ]


def shared_user_email(acting: pd.DataFrame, pseudonym: Callable[[str], str]) -> list[Finding]:
    """B56: several people at one practice behind one address: nobody can tell who approved what."""
    rows = acting[acting["email_key"].notna()]
    found = []
    for (practice, email), held in _groups(rows, ["practice_code", "email_key"], "user_id"):
        users = sorted(held["user_id"].unique())
        found.append(
            Finding(
                Code.SHARED_USER_EMAIL,
                f"{practice}|{pseudonym(email)}",
                f"Users {named(users)} of practice {practice} share one address.",
                practice_code=practice,
                user_id=users[0],
                evidence={"users": named(users), "email": masked_address(email)},
                members={"users": tuple(users)},
                formerly="|".join([practice, *users]),
            )
        )
    return _once(found)


def _groups(rows: pd.DataFrame, by: list[str], differing: str) -> Iterable[tuple[tuple[Any, ...], pd.DataFrame]]:
    """The groups that hold more than one `differing`, in order."""
    pairs = rows[[*by, differing]].drop_duplicates()
    several = pairs.loc[pairs.duplicated(by, keep=False), by].drop_duplicates()
    return rows.merge(several, on=by, how="inner", validate="many_to_one").groupby(by)


def _once(findings: Iterable[Finding]) -> list[Finding]:
    """The same people may share two addresses: that is one mismatch."""
    by_group: dict[str | None, Finding] = {}
    for finding in findings:
        by_group.setdefault(finding.formerly, finding)
    return list(by_group.values())
