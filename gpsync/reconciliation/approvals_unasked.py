"""What changed between two extracts of the list, and whether anybody approved it.

Assignments are compared as they were entered, whether or not they run today, so that a start or an end entered in
advance is judged once: when it appears.
"""

from dataclasses import dataclass, replace

import pandas as pd

from gpsync.reconciliation.approvals_shown import Shown
from gpsync.reconciliation.case_findings import raised
from gpsync.reconciliation.case_words import ChangeType
from gpsync.reconciliation.cases import Cases, Flags, Words, looked_up, posts_of
from gpsync.reconciliation.findings import Finding
from gpsync.reconciliation.membership import among
from gpsync.rules import Code, Dataset

_COLUMNS = ["key", "post", "gmc_number", "practice_code", "change", "kind", "on", "or_on"]
_WITHOUT_PRACTICE = [ChangeType.WITHDRAW, ChangeType.RETIRE_24H]


@dataclass(frozen=True)
class Changes:
    """`rows`: one row for each change; `on` is its date as the list gives it, `or_on` another it may bear.

    `approved`: keys of the changes that a case allows. `refused`: `key` of each change that only rejected cases
    asked for, with the `case_id` of each.
    """

    rows: pd.DataFrame
    approved: frozenset[str]
    refused: pd.DataFrame


def between_extracts(cases: Cases) -> Changes:
    """The changes since the extract before, beside the cases that asked for them; none on the baseline."""
    before = cases.facts.previous_performers
    if before is None:
        return Changes(pd.DataFrame(columns=_COLUMNS), frozenset(), pd.DataFrame(columns=["key", "case_id"]))
    old = posts_of(replace(cases.facts, performers=before)).dropna(subset=["post"])
    new = cases.posts.dropna(subset=["post"])
    listed_on = pd.Timestamp(cases.facts.newest.get(Dataset.PERFORMERS_LIST, cases.facts.as_of))
    old_running, new_running = _running(old, cases.today), _running(new, cases.today)
    rows = pd.concat(
        [
            _joined(old_running, new_running, listed_on),
            _left(old, new, old_running, listed_on),
            _retyped(old_running, new_running, listed_on),
        ],
        ignore_index=True,
    )
    return _beside_cases(cases, rows)


def applied_without_approval(shown: Shown, changes: Changes) -> list[Finding]:
    """B29: the list changed, and no approved case allows it. The rejected ones are reported as such."""
    rows = changes.rows
    covered = shown.rows.loc[shown.rows["is_covered"], "case_id"]
    refused = changes.refused.loc[~among(changes.refused["case_id"], covered), "key"]
    hits = rows[~rows["key"].isin(changes.approved) & ~among(rows["key"], refused)].sort_values("key")
    return raised(
        Code.APPLIED_WITHOUT_APPROVAL,
        hits.assign(list_date=hits["on"].dt.strftime("%Y-%m-%d") if len(hits) else None),
        "The list shows a {change} of {gmc_number} at practice {practice_code} that no approved case allows.",
        ("change", "kind", "list_date"),
    )


def _running(posts: pd.DataFrame, today: pd.Timestamp) -> pd.DataFrame:
    return posts[posts["end"].isna() | (posts["end"] >= today)]


def _one_each(posts: pd.DataFrame, change: ChangeType) -> pd.DataFrame:
    rows = posts.sort_values(["post", "start"]).drop_duplicates("post")
    return rows[["post", "gmc_number", "practice_code"]].assign(
        key=rows["post"] + f"|{change}", change=change.value, kind=None
    )


def _joined(old: pd.DataFrame, new: pd.DataFrame, listed_on: pd.Timestamp) -> pd.DataFrame:
    added = new[~among(new["post"], old["post"])]
    rows = _one_each(added, ChangeType.JOIN)
    start = looked_up(rows["post"], added.groupby("post")["start"].min())
    return rows.assign(on=start.fillna(listed_on), or_on=start)


def _left(old: pd.DataFrame, new: pd.DataFrame, old_running: pd.DataFrame, listed_on: pd.Timestamp) -> pd.DataFrame:
    """Posts that had no end and have one now, and posts that ran and are not in the list any more.

    Who was taken off the list needs no practice's word for it.
    """
    went_on, goes_on = old.loc[old["end"].isna(), "post"], new.loc[new["end"].isna(), "post"]
    ended = old_running[among(old_running["post"], went_on) | ~among(old_running["post"], new["post"])]
    ended = ended[~among(ended["post"], goes_on)]
    is_listed = among(ended["gmc_number"], new.loc[new["listed"], "gmc_number"])
    rows = _one_each(ended[is_listed | ~among(ended["gmc_number"], new["gmc_number"])], ChangeType.LEAVE)
    end = looked_up(rows["post"], new.groupby("post")["end"].max())
    return rows.assign(on=end.fillna(listed_on), or_on=end)


def _retyped(old: pd.DataFrame, new: pd.DataFrame, listed_on: pd.Timestamp) -> pd.DataFrame:
    """A type that the doctor did not have at the practice before; one filled in where there was none is no change."""
    had = old.dropna(subset=["kind"])
    rows = new[new["kind"].notna() & among(new["post"], had["post"])]
    key = rows["post"] + "|ROLE_CHANGE|" + rows["kind"]
    rows = rows.assign(key=key, change=ChangeType.ROLE_CHANGE.value, on=listed_on, or_on=rows["start"])
    rows = rows[~among(key, had["post"] + "|ROLE_CHANGE|" + had["kind"])].sort_values(["key", "start"])
    return rows.drop_duplicates("key", keep="last")[_COLUMNS]


def _beside_cases(cases: Cases, rows: pd.DataFrame) -> Changes:
    days = pd.Timedelta(days=cases.facts.limits.effective_match_days)
    asked = cases.live[["case_id", "post", "change", "effective", "to_kind", "fully_approved", "is_rejected"]]
    # Several changes and several cases may belong to one doctor and practice.
    pairs = rows.merge(asked, on=["post", "change"], how="inner", validate="many_to_many")
    fits = (pairs["change"] != ChangeType.ROLE_CHANGE) | pairs["to_kind"].isna() | (pairs["to_kind"] == pairs["kind"])
    pairs = pairs[fits & (_near(pairs, pairs["on"], days) | _near(pairs, pairs["or_on"], days))]
    approved = set(pairs.loc[pairs["fully_approved"], "key"]) | _withdrawn(cases, rows, days)
    refused = pairs.loc[pairs["is_rejected"] & ~pairs["key"].isin(approved), ["key", "case_id"]]
    return Changes(rows, frozenset(approved), refused)


def _near(pairs: pd.DataFrame, day: Words, days: pd.Timedelta) -> Flags:
    return (pairs["effective"] - day).abs() <= days


def _withdrawn(cases: Cases, rows: pd.DataFrame, days: pd.Timedelta) -> set[str]:
    """Leaves that a withdrawal or retirement of the doctor explains: practices are only told of those."""
    live = cases.live
    leaving = live[live["change"].isin(_WITHOUT_PRACTICE) & ~live["is_rejected"]][["gmc_number", "effective"]]
    left = rows[rows["change"] == ChangeType.LEAVE]
    pairs = left.merge(leaving.dropna(), on="gmc_number", how="inner", validate="many_to_many")
    return set(pairs.loc[_near(pairs, pairs["on"], days), "key"])
