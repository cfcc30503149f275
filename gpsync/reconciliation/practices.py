"""Practices that the records name and the Organisation Data Service (ODS) knows differently, or not at all.

One finding for each practice, however many performers, cases and users name it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import pandas as pd

from gpsync.reconciliation import workplaces
from gpsync.reconciliation.facts import Facts
from gpsync.reconciliation.findings import Finding
from gpsync.reconciliation.listed import performers
from gpsync.reconciliation.membership import among
from gpsync.rules import Code

#: The codes that are in the catalogue and for which gpsync reads no extract yet.
NOT_JUDGED: Mapping[Code, str] = MappingProxyType(
    {Code.ODS_MEMBERSHIP_DIFFERS: "No extract of the ODS's GP memberships is read."}
)

#: A branch surgery has its practice's code and three characters more.
_BRANCH_LENGTH, _PARENT_LENGTH = 9, 6
#: ICB staff hold this role at their board, whose code is no practice's.
_ICB_ROLE = "pl approver"


@dataclass(frozen=True)
class Named:
    """What the rules look at: practices that something is wrong with, and the rows that name one of them or none.

    `practices` has a row for each, by code. `posts` are assignments that have not ended, `cases` undecided ones,
    `users` roles that let somebody act. Without any practices extract nothing `is_comparable`.
    """

    practices: pd.DataFrame
    posts: pd.DataFrame
    cases: pd.DataFrame
    users: pd.DataFrame
    is_comparable: bool


def prepare(facts: Facts) -> Named:
    """Everything that names a practice on the day. Active GP practices are left out: no rule is about them."""
    practices = workplaces.practices(facts)
    doubtful = practices[~(practices["is_active"] & practices["is_gp"])]
    sound = practices.loc[practices["is_active"] & practices["is_gp"], "practice_code"]
    roles = workplaces.roles(facts)
    users = roles[roles["may_act"] & ~roles["role"].str.startswith(_ICB_ROLE, na=False)]
    naming = (workplaces.posts(performers(facts).rows, facts.as_of), workplaces.undecided_cases(facts), users)
    posts, cases, users = (
        rows[rows["practice_code"].notna() & ~among(rows["practice_code"], sound)] for rows in naming
    )
    return Named(doubtful, posts, cases, users, is_comparable=not practices.empty)


def judge(facts: Facts) -> dict[Code, list[Finding]]:
    """The findings of every code of the group. A closed practice is not reported as dormant or of another kind."""
    prepared = prepare(facts)
    return {code: rule(prepared) for code, rule in _RULES.items()}


def practice_not_in_ods(named: Named) -> list[Finding]:
    """B42: a code that no practice has, well formed or not."""
    if not named.is_comparable:
        return []
    codes = _codes(named.posts, named.cases, named.users)
    unknown_codes = [one for one in codes if one not in named.practices.index and len(one) != _BRANCH_LENGTH]
    summary = "Practice code {} is named in the records and is not known to the ODS."
    return [_finding(Code.PRACTICE_NOT_IN_ODS, one, summary, _who(named, one)) for one in unknown_codes]


def practice_closed(named: Named) -> list[Finding]:
    """B43: a closed practice where somebody works, waits for a decision or can act."""
    posts = named.posts[named.posts["is_current"]]
    hits = _known(named, _codes(posts, named.cases, named.users), named.practices["is_closed"])
    columns = ["status", "close_date", "successor_code"]
    summary = "Practice {} is closed and still has performers, undecided cases or users."
    return [
        _finding(Code.PRACTICE_CLOSED, one, summary, _values(named, one, columns) | _who(named, one)) for one in hits
    ]


def practice_not_active(named: Named) -> list[Finding]:
    """B44: a practice neither active nor closed where somebody has worked since before today."""
    is_other = ~named.practices["is_active"] & ~named.practices["is_closed"]
    hits = _known(named, _codes(named.posts[named.posts["is_begun"]]), is_other)
    summary = "Practice {} is not active at the ODS and has performers."
    return [
        _finding(Code.PRACTICE_NOT_ACTIVE, one, summary, _values(named, one, ["status"]) | _who(named, one))
        for one in hits
    ]


def practice_not_gp_setting(named: Named) -> list[Finding]:
    """B45: a place of work that is no GP practice."""
    is_other = ~named.practices["is_gp"] & ~named.practices["is_closed"]
    hits = _known(named, _codes(named.posts[named.posts["is_current"]], named.cases), is_other)
    summary = "Organisation {} has performers or undecided cases and is not a GP practice at the ODS."
    return [
        _finding(
            Code.PRACTICE_NOT_GP_SETTING, one, summary, _values(named, one, ["prescribing_setting"]) | _who(named, one)
        )
        for one in hits
    ]


def practice_code_is_branch(named: Named) -> list[Finding]:
    """B46: a branch surgery's code where the practice's belongs."""
    branches = [one for one in _codes(named.posts, named.cases, named.users) if len(one) == _BRANCH_LENGTH]
    summary = "Code {} is a branch surgery's, not a practice's."
    return [
        _finding(Code.PRACTICE_CODE_IS_BRANCH, one, summary, {"parent_code": one[:_PARENT_LENGTH]} | _who(named, one))
        for one in branches
    ]


def ods_membership_differs(named: Named) -> list[Finding]:
    """B47: never judged so far, see `NOT_JUDGED`."""
    return []


_RULES: Mapping[Code, Callable[[Named], list[Finding]]] = {
    Code.PRACTICE_NOT_IN_ODS: practice_not_in_ods,
    Code.PRACTICE_CLOSED: practice_closed,
    Code.PRACTICE_NOT_ACTIVE: practice_not_active,
    Code.PRACTICE_NOT_GP_SETTING: practice_not_gp_setting,
    Code.PRACTICE_CODE_IS_BRANCH: practice_code_is_branch,
    Code.ODS_MEMBERSHIP_DIFFERS: ods_membership_differs,
}


def _codes(*frames: pd.DataFrame) -> list[str]:
    return sorted({code for frame in frames for code in frame["practice_code"].unique()})


def _known(named: Named, codes: Iterable[str], where: "pd.Series[bool]") -> list[str]:
    """The codes of practices the mask is true of."""
    hits = set(where.index[where])
    return [code for code in codes if code in hits]


def _values(named: Named, code: str, columns: list[str]) -> dict[str, str]:
    values = named.practices.loc[code, columns].fillna("")
    return {column: str(value) for column, value in zip(columns, values, strict=True)}


def _who(named: Named, code: str) -> dict[str, str]:
    """Who names the practice: staff must know whose record to correct."""
    sources = (
        ("performers", named.posts, "gmc_number"),
        ("cases", named.cases, "case_id"),
        ("users", named.users, "user_id"),
    )
    found = {word: frame.loc[frame["practice_code"] == code, column].dropna() for word, frame, column in sources}
    return {word: workplaces.named(values) for word, values in found.items() if len(values)}


def _finding(code: Code, practice_code: str, summary: str, evidence: Mapping[str, str]) -> Finding:
    return Finding(code, practice_code, summary.format(practice_code), practice_code=practice_code, evidence=evidence)
