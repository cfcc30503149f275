"""Changes between lists, and whether anybody approved them."""

from dataclasses import dataclass, replace

import pandas as pd

from gpsync.reconciliation.approvals import list_changes
from gpsync.reconciliation.approvals.case_findings import raised
from gpsync.reconciliation.approvals.case_words import ChangeType
from gpsync.reconciliation.approvals.cases import Cases, Flags, Words, prepare
from gpsync.reconciliation.approvals.shown import Shown
from gpsync.reconciliation.facts import Facts
from gpsync.reconciliation.findings import Finding
from gpsync.reconciliation.membership import among
from gpsync.rules import Code, Dataset

_WITHOUT_PRACTICE = [ChangeType.WITHDRAW, ChangeType.RETIRE_24H]


@dataclass(frozen=True)
class Changes:
    """Changes that no case allows.

    `kept`: one row for each that nobody has taken back, as `list_changes.read` gives it, with its `key`. `rows`: those
    that the newest list shows. `refused`: `key` of each of these that only rejected cases asked for, with the `case_id`
    of each.
    """

    kept: pd.DataFrame
    rows: pd.DataFrame
    refused: pd.DataFrame


def compared(facts: Facts) -> Facts:
    """The facts with the newest list compared with the one before, its changes in `list_changes` with the others."""
    before = facts.previous_performers
    if before is None:
        return facts
    listed_on = facts.newest.get(Dataset.PERFORMERS_LIST, facts.as_of)
    newest = list_changes.between(before, facts.performers, listed_on)
    together = pd.concat([facts.list_changes, newest])
    return replace(facts, list_changes=together, previous_performers=None)


def unapproved(facts: Facts) -> pd.DataFrame:
    """The changes to be kept, as `Facts.list_changes` has them: neither approved nor taken back."""
    return list_changes.written(between_lists(prepare(facts)).kept)


def between_lists(cases: Cases) -> Changes:
    """The changes that nobody has approved or corrected, beside the cases that asked for them."""
    rows = list_changes.read(compared(cases.facts).list_changes)
    if rows.empty:
        rows = rows.assign(key=rows["post"])
        return Changes(rows, rows, pd.DataFrame(columns=["key", "case_id"], dtype="str"))
    kind = ("|" + rows["kind"]).fillna("")
    rows = rows.assign(key=rows["post"] + "|" + rows["change"] + kind, row=range(len(rows)))
    pairs = _beside_cases(cases, rows)
    approved = set(pairs.loc[pairs["fully_approved"], "row"]) | _withdrawn(cases, rows)
    kept = list_changes.not_undone(rows.assign(is_approved=rows["row"].isin(approved)))
    rows = kept[list_changes.shown(kept, cases.posts, cases.today)]
    refused = pairs.loc[pairs["is_rejected"] & pairs["row"].isin(rows["row"]), ["key", "case_id"]]
    return Changes(kept, rows, refused)


def applied_without_approval(shown: Shown, changes: Changes) -> list[Finding]:
    """B29: the list changed, and no approved case allows it. The rejected ones are reported as such."""
    rows = changes.rows
    covered = shown.rows.loc[shown.rows["is_covered"], "case_id"]
    refused = changes.refused.loc[~among(changes.refused["case_id"], covered), "key"]
    hits = rows[~among(rows["key"], refused)].sort_values("key")
    return raised(
        Code.APPLIED_WITHOUT_APPROVAL,
        hits.assign(list_date=hits["changed_on"].dt.strftime("%Y-%m-%d") if len(hits) else None),
        "The list shows a {change} of {gmc_number} at practice {practice_code} that no approved case allows.",
        ("change", "kind", "list_date"),
    )


def _beside_cases(cases: Cases, rows: pd.DataFrame) -> pd.DataFrame:
    """Change by case of the same kind at the same post, with an effective date near one that the change bears."""
    asked = cases.current[["case_id", "post", "change", "effective", "to_kind", "fully_approved", "is_rejected"]]
    # Several changes and several cases may belong to one doctor and practice.
    pairs = rows.merge(asked, on=["post", "change"], how="inner", validate="many_to_many")
    fits = (pairs["change"] != ChangeType.ROLE_CHANGE) | pairs["to_kind"].isna() | (pairs["to_kind"] == pairs["kind"])
    days = _days(cases)
    return pairs[fits & (_near(pairs, pairs["changed_on"], days) | _near(pairs, pairs["or_on"], days))]


def _days(cases: Cases) -> pd.Timedelta:
    return pd.Timedelta(days=cases.facts.limits.effective_match_days)


def _near(pairs: pd.DataFrame, day: Words, days: pd.Timedelta) -> Flags:
    return (pairs["effective"] - day).abs() <= days


def _withdrawn(cases: Cases, rows: pd.DataFrame) -> set[int]:
    """Leaves that a withdrawal or retirement of the doctor explains: practices are only informed of those."""
    live = cases.current
    leaving = live[live["change"].isin(_WITHOUT_PRACTICE) & ~live["is_rejected"]][["gmc_number", "effective"]]
    left = rows[rows["change"] == ChangeType.LEAVE]
    pairs = left.merge(leaving.dropna(), on="gmc_number", how="inner", validate="many_to_many")
    return set(pairs.loc[_near(pairs, pairs["changed_on"], _days(cases)), "row"])
