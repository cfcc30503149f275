"""Who may approve and administer at each practice: too few people, too many, or not the right ones.

Practices that have closed are reported for their users alone: nobody is wanted there any more.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

from gpsync.reconciliation import workplaces
from gpsync.reconciliation.facts import Facts
from gpsync.reconciliation.findings import Finding
from gpsync.reconciliation.listed import performers
from gpsync.reconciliation.roles import holders
from gpsync.reconciliation.roles.holders import ADMINISTRATOR, MANAGER
from gpsync.rules import Code, Owner, Severity


@dataclass(frozen=True)
class Staffing:
    """What the rules look at.

    `practices`: the active GP practices, by code, with the numbers of `posts`, `cases` undecided, cases that
    `await_practice`, `managers` and `administrators` known to be active, `users` that may act. `holders`: every
    role that stands at a practice that has not closed; `at_closed`: those at practices that have.
    `nominators`: every CQC Registered Manager there ever was. `most_administrators` is the limit.
    """

    practices: pd.DataFrame
    holders: pd.DataFrame
    at_closed: pd.DataFrame
    nominators: pd.DataFrame
    most_administrators: int


def prepare(facts: Facts) -> Staffing:
    """Everything about the roles of the day."""
    practices, roles = workplaces.practices(facts), workplaces.roles(facts)
    roles = roles[roles["practice_code"].notna()]
    is_closed = roles["practice_code"].isin(practices.index[practices["is_closed"]])
    return Staffing(
        practices=_counted(practices[practices["is_active"] & practices["is_gp"]], facts, roles),
        holders=roles[~is_closed],
        at_closed=roles[is_closed],
        nominators=holders.nominators(facts.users),
        most_administrators=facts.limits.max_user_administrators,
    )


def _counted(practices: pd.DataFrame, facts: Facts, roles: pd.DataFrame) -> pd.DataFrame:
    posts = workplaces.posts(performers(facts).rows, facts.as_of)
    cases = workplaces.undecided_cases(facts)
    is_manager, is_administrator = roles["role"] == MANAGER, roles["role"] == ADMINISTRATOR
    return practices.assign(
        posts=_count(practices, posts[posts["is_current"]]),
        cases=_count(practices, cases),
        await_practice=_count(practices, cases[cases["awaits_practice"]]),
        managers=_count(practices, roles[is_manager & roles["is_active"]]),
        administrators=_count(practices, _people(roles[is_administrator & roles["is_active"]])),
        users=_count(practices, roles[roles["may_act"]]),
    )


def _count(practices: pd.DataFrame, rows: pd.DataFrame) -> "pd.Series[int]":
    return rows["practice_code"].value_counts().reindex(practices.index, fill_value=0)


def _people(roles: pd.DataFrame) -> pd.DataFrame:
    return roles.drop_duplicates(["practice_code", "user_id"])


def judge(facts: Facts) -> dict[Code, list[Finding]]:
    """The findings of every code of the group."""
    prepared = prepare(facts)
    in_numbers = {code: rule(prepared) for code, rule in _RULES.items()}
    people = holders.judge(prepared.holders, prepared.at_closed, prepared.nominators, facts.pseudonym)
    return in_numbers | people


def no_pl_practice_manager(staffing: Staffing) -> list[Finding]:
    """B48: nobody can approve. Where nobody can give the role either, the Registered Manager comes first."""
    rows = staffing.practices
    hits = rows[(rows["managers"] == 0) & ((rows["posts"] > 0) | (rows["cases"] > 0))]
    summary = "Nobody at practice {} can approve changes to the performers list."
    return [
        _finding(
            Code.NO_PL_PRACTICE_MANAGER,
            code,
            summary,
            severity=Severity.HIGH if waiting else Severity.MEDIUM,
            owner=Owner.UA if administrators else Owner.RM,
            evidence={"pl_practice_managers": "0", "cases_waiting": "yes" if waiting else "no"},
        )
        for code, waiting, administrators in _values(hits, "await_practice", "administrators")
    ]


def no_user_administrator(staffing: Staffing) -> list[Finding]:
    """B49: nobody can give or take away roles, though somebody works, waits or may act there."""
    rows = staffing.practices
    is_used = (rows["posts"] > 0) | (rows["cases"] > 0) | (rows["users"] > 0)
    summary = "Nobody at practice {} can give or take away roles."
    return [
        _finding(Code.NO_USER_ADMINISTRATOR, code, summary, evidence={"pl_organisation_administrators": "0"})
        for (code,) in _values(rows[is_used & (rows["administrators"] == 0)])
    ]


def too_many_user_administrators(staffing: Staffing) -> list[Finding]:
    """B50: more administrators than a practice may have, those with accounts of unknown status included."""
    holders = staffing.holders
    people = _people(holders[(holders["role"] == ADMINISTRATOR) & holders["may_act"]])
    hits = people["practice_code"].value_counts()
    hits = hits[hits > staffing.most_administrators]
    users = people[people["practice_code"].isin(hits.index)].groupby("practice_code")["user_id"]
    summary = f"Practice {{}} has more than {staffing.most_administrators} PL Organisation Administrators."
    return [
        _finding(
            Code.TOO_MANY_USER_ADMINISTRATORS, str(code), summary, evidence={"administrators": workplaces.named(people)}
        )
        for code, people in users
    ]


def single_user_administrator(staffing: Staffing) -> list[Finding]:
    """B51: one administrator, and nobody when that one is away."""
    rows = staffing.practices
    summary = "Practice {} has only 1 PL Organisation Administrator."
    return [
        _finding(Code.SINGLE_USER_ADMINISTRATOR, code, summary, evidence={"pl_organisation_administrators": "1"})
        for (code,) in _values(rows[rows["administrators"] == 1])
    ]


_RULES: Mapping[Code, Callable[[Staffing], list[Finding]]] = {
    Code.NO_PL_PRACTICE_MANAGER: no_pl_practice_manager,
    Code.NO_USER_ADMINISTRATOR: no_user_administrator,
    Code.TOO_MANY_USER_ADMINISTRATORS: too_many_user_administrators,
    Code.SINGLE_USER_ADMINISTRATOR: single_user_administrator,
}


def _values(practices: pd.DataFrame, *columns: str) -> list[tuple[str, ...]]:
    return list(practices.sort_index()[["practice_code", *columns]].itertuples(index=False, name=None))


def _finding(
    code: Code,
    practice_code: str,
    summary: str,
    *,
    evidence: Mapping[str, str],
    severity: Severity | None = None,
    owner: Owner | None = None,
) -> Finding:
    return Finding(
        code,
        practice_code,
        summary.format(practice_code),
        practice_code=practice_code,
        severity=severity,
        owner=owner,
        evidence=evidence,
    )
