"""What the list shows of each decided case."""

from dataclasses import dataclass

import pandas as pd

from gpsync.reconciliation.approvals.case_words import ChangeType, Decision
from gpsync.reconciliation.approvals.cases import Cases, Flags, Words, looked_up
from gpsync.reconciliation.membership import among

_SAME_REQUEST = ["post", "change", "target"]
_PAIRED = ["row", "gmc_number", "post", "change", "effective", "from_kind", "to_kind", "level", "rejected_on"]
#: A practice is only informed of these, and they end every post of the doctor's.
_LEAVING = [ChangeType.WITHDRAW, ChangeType.RETIRE_24H]


@dataclass(frozen=True)
class Shown:
    """Decided cases that were not retracted, of the kinds a practice decides, and what the list makes of them.

    `rows` has the columns of `Cases.rows` and: `is_applied` (the list shows what was approved), `looks_applied` (the
    list shows, at a matching date, what was asked for), `has_moved` (the list's own dates show since the rejection
    what was asked for, whatever the case's date), `is_covered` (the same was approved, then or later), `is_superseded`
    (a later approved case took its place), `applied_on` (the date the list gives, or null), `rejected_on`.
    """

    cases: Cases
    rows: pd.DataFrame


def compare(cases: Cases) -> Shown:
    """Every decided case beside the doctor's rows at that practice."""
    live = cases.current
    rows = live[live["practice_required"] & live["post"].notna() & (live["fully_approved"] | live["is_rejected"])]
    rows = rows.assign(target=_target(rows), rejected_on=_rejected_on(rows), row=range(len(rows)))
    pairs = _pairs(cases, rows)
    days = cases.facts.limits.effective_match_days
    rows = rows.assign(
        is_applied=_applied(rows, pairs),
        looks_applied=_in(rows, pairs, _matches(pairs, days)),
        has_moved=_in(rows, pairs, _moved(pairs)),
        is_covered=_covered(rows, days),
        is_superseded=_superseded(rows[rows["effective"] <= cases.today], rows),
        applied_on=looked_up(rows["row"], _applied_on(pairs[~_of_another_stay(cases, rows, pairs)])),
    )
    return Shown(cases, rows)


def _target(rows: pd.DataFrame) -> Words:
    """What sets two cases of one change type apart: the new type, the new commitment."""
    kind = rows["to_kind"].where(rows["change"] == ChangeType.ROLE_CHANGE)
    level = rows["level"].astype("str").where(rows["change"] == ChangeType.COMMITMENT_CHANGE)
    return kind.fillna(level).fillna("")


def _rejected_on(rows: pd.DataFrame) -> Words:
    """When the ICB or, where it did not, the practice rejected the case; else when it came in."""
    by_practice = rows["practice_on"].where(rows["practice"] == Decision.REJECTED)
    by_icb = rows["icb_on"].where(rows["icb"] == Decision.REJECTED)
    return by_icb.fillna(by_practice).fillna(rows["submitted"])


def _pairs(cases: Cases, rows: pd.DataFrame) -> pd.DataFrame:
    """Case by list row of the same doctor and practice: several of each are in order, so many to many."""
    posts = cases.posts.loc[among(cases.posts["post"], rows["post"]), ["post", "start", "end", "kind", "level"]]
    pairs = rows[_PAIRED].merge(posts, on="post", how="inner", validate="many_to_many", suffixes=("", "_listed"))
    began = pairs["start"].isna() | (pairs["start"] <= cases.today)
    return pairs.assign(
        is_current=began & (pairs["end"].isna() | (pairs["end"] >= cases.today)),
        # Somebody who has left since was there when the change took effect.
        was_there=began & (pairs["end"].isna() | (pairs["end"] >= pairs["effective"])),
        began_before=pairs["start"].isna() | (pairs["start"] <= pairs["effective"]),
        is_like_it=_like_it(pairs),
    )


def _like_it(pairs: pd.DataFrame) -> Flags:
    by_type = (pairs["change"] == ChangeType.ROLE_CHANGE) & (pairs["kind"] == pairs["to_kind"])
    by_level = (pairs["change"] == ChangeType.COMMITMENT_CHANGE) & (pairs["level_listed"] == pairs["level"])
    return by_type | by_level


def _in(rows: pd.DataFrame, pairs: pd.DataFrame, flags: Flags) -> Flags:
    return rows["row"].isin(pairs.loc[flags, "row"])


def _applied(rows: pd.DataFrame, pairs: pd.DataFrame) -> Flags:
    current, was_there = _in(rows, pairs, pairs["is_current"]), _in(rows, pairs, pairs["was_there"])
    stayed = _in(rows, pairs, pairs["is_current"] & pairs["began_before"])
    changed = _in(rows, pairs, pairs["is_current"] & pairs["is_like_it"]) | (~current & was_there)
    # A change without a new type or a new commitment says nothing that the list could lack.
    changed |= rows["target"] == ""
    is_join, is_leave = rows["change"] == ChangeType.JOIN, rows["change"] == ChangeType.LEAVE
    return (is_join & was_there) | (is_leave & ~stayed) | (~is_join & ~is_leave & changed)


def _matches(pairs: pd.DataFrame, days: int) -> Flags:
    """List rows that show the change a case asked for: by their dates, or by the new type or commitment."""
    joined = (pairs["change"] == ChangeType.JOIN) & pairs["is_current"]
    joined &= pairs["start"].isna() | _within(pairs["start"], pairs["effective"], days)
    goes_on = pairs.loc[pairs["end"].isna(), "row"]
    left = (pairs["change"] == ChangeType.LEAVE) & ~pairs["row"].isin(goes_on)
    left &= _within(pairs["end"], pairs["effective"], days)
    is_new = (pairs["change"] != ChangeType.ROLE_CHANGE) | (pairs["kind"] != pairs["from_kind"])
    return joined | left | pairs["is_current"] & pairs["is_like_it"] & is_new


def _moved(pairs: pd.DataFrame) -> Flags:
    """List rows that took effect, by their own dates, on the day of the rejection or after it."""
    since = pairs["rejected_on"]
    joined = (pairs["change"] == ChangeType.JOIN) & (pairs["start"] >= since)
    goes_on = pairs.loc[pairs["end"].isna(), "row"]
    left = (pairs["change"] == ChangeType.LEAVE) & ~pairs["row"].isin(goes_on) & (pairs["end"] >= since)
    is_new = (pairs["change"] != ChangeType.ROLE_CHANGE) | (pairs["kind"] != pairs["from_kind"])
    lasted = pairs["end"].isna() | (pairs["end"] >= since)
    return joined | left | pairs["is_like_it"] & is_new & lasted


def _within(one: Words, other: Words, days: int) -> Flags:
    return (one - other).abs() <= pd.Timedelta(days=days)


def _covered(rows: pd.DataFrame, days: int) -> Flags:
    approved = rows[rows["fully_approved"]].groupby(_SAME_REQUEST, as_index=False)["effective"].max()
    both = rows[["row", "effective", *_SAME_REQUEST]].merge(
        approved, on=_SAME_REQUEST, how="left", validate="many_to_one", suffixes=("", "_approved")
    )
    is_covered = both["effective_approved"] >= both["effective"] - pd.Timedelta(days=days)
    return rows["row"].isin(both.loc[is_covered, "row"])


def _superseded(begun: pd.DataFrame, rows: pd.DataFrame) -> Flags:
    """A later move replaces an earlier one, and any earlier change of type or commitment at the same practice."""
    moves = begun["change"].isin([ChangeType.JOIN, ChangeType.LEAVE])
    order = begun.assign(is_change=~moves).sort_values(["effective", "is_change", "submitted", "case_id"])
    order = order[order["fully_approved"]]
    newest: set[int] = set()
    for change in (ChangeType.JOIN, ChangeType.ROLE_CHANGE, ChangeType.COMMITMENT_CHANGE):
        family = order["change"].isin([change, ChangeType.JOIN, ChangeType.LEAVE])
        last = order[family].drop_duplicates("post", keep="last")
        newest |= set(last["row"])
    return rows["fully_approved"] & ~rows["row"].isin(newest)


def _applied_on(pairs: pd.DataFrame) -> Words:
    """The list's own date for a join or a leave: of several, the nearest to the case's."""
    # A start or an end entered in advance differs as soon as it stands there.
    joined = (pairs["change"] == ChangeType.JOIN) & (pairs["end"].isna() | (pairs["end"] >= pairs["effective"]))
    goes_on = pairs.loc[pairs["end"].isna() & pairs["began_before"], "row"]
    left = (pairs["change"] == ChangeType.LEAVE) & pairs["began_before"] & ~pairs["row"].isin(goes_on)
    on = pairs["start"].where(joined, pairs["end"].where(left))
    dated = pairs.assign(on=on, gap=(on - pairs["effective"]).abs()).dropna(subset=["on"])
    nearest = dated.sort_values(["gap", "on"]).drop_duplicates("row")
    return nearest.set_index("row")["on"]


def _of_another_stay(cases: Cases, rows: pd.DataFrame, pairs: pd.DataFrame) -> Flags:
    """List rows that a join or a leave still to come is not about, because an approved move lies between the two.

    A row that began before the doctor leaves is not the return that was approved for later, and one that ends before
    the doctor joins again not the leave after that.
    """
    pairs = pairs.assign(pair=range(len(pairs)))
    to_come = pairs[pairs["effective"] > cases.today]
    moves = rows[rows["fully_approved"]][["post", "gmc_number", "change", "effective"]]
    leaves, joins = (moves[moves["change"] == change] for change in (ChangeType.LEAVE, ChangeType.JOIN))
    live = cases.current
    going = live[live["change"].isin(_LEAVING) & ~live["is_rejected"]][["gmc_number", "effective"]]
    joining = to_come[to_come["change"] == ChangeType.JOIN]
    found = [
        _parted(joining, joining["start"], leaves[["post", "effective"]], "post"),
        _parted(joining, joining["start"], going, "gmc_number"),
    ]
    leaving = to_come[to_come["change"] == ChangeType.LEAVE]
    found.append(_parted(leaving, leaving["end"], joins[["post", "effective"]], "post"))
    return pairs["pair"].isin(pd.concat(found))


def _parted(pairs: pd.DataFrame, day: Words, moves: pd.DataFrame, by: str) -> Words:
    """The pairs of which a move lies after the list's own `day` and not after the date of the case."""
    beside = pairs.assign(day=day).merge(
        moves.dropna(), on=by, how="inner", validate="many_to_many", suffixes=("", "_moved")
    )
    between = (beside["day"] < beside["effective_moved"]) & (beside["effective_moved"] <= beside["effective"])
    return beside.loc[between, "pair"]
