"""What changed between two lists: who joined, left or changed type at a practice.

Assignments are compared as they were entered, whether or not they run today, so that a start or an end entered in
advance is judged once: when it appears. A change stands until somebody approves or corrects it, however many lists
have come since.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, TypeAlias

import pandas as pd

from gpsync.frames import LIST_CHANGE
from gpsync.reconciliation.approvals.case_words import ChangeType
from gpsync.reconciliation.approvals.cases import Words, dates, looked_up, posts_of
from gpsync.reconciliation.membership import among

_OPPOSITE = {ChangeType.JOIN.value: ChangeType.LEAVE.value, ChangeType.LEAVE.value: ChangeType.JOIN.value}


def between(before: pd.DataFrame, after: pd.DataFrame, listed_on: date) -> pd.DataFrame:
    """The changes that a list of `listed_on` shows against the list before, both as their layout has them.

    The columns are those of `frames.LIST_CHANGE`. Types are folded, several joined by commas.
    """
    day = pd.Timestamp(listed_on)
    old = posts_of(before, listed_on).dropna(subset=["post"])
    new = posts_of(after, listed_on).dropna(subset=["post"])
    old_running, new_running = running(old, day), running(new, day)
    rows = pd.concat(
        [
            _joined(old_running, new_running, day),
            _left(old, new, old_running, day),
            _retyped(old_running, new_running, day),
        ],
        ignore_index=True,
    )
    written = {name: rows[name].dt.strftime("%Y-%m-%d") for name in ("changed_on", "or_on")} if len(rows) else {}
    rows = rows.assign(**written, listed_on=listed_on.isoformat())
    return rows.sort_values(["gmc_number", "practice_code", "change"])[LIST_CHANGE].astype("str")


def running(posts: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """The assignments that have not ended before a day."""
    return posts[posts["end"].isna() | (posts["end"] >= day)]


def _one_each(posts: pd.DataFrame, change: ChangeType) -> pd.DataFrame:
    rows = posts.sort_values(["post", "start"]).drop_duplicates("post")
    return rows[["post", "gmc_number", "practice_code"]].assign(change=change.value, kind=None, was=None)


def _joined(old_running: pd.DataFrame, new_running: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    added = new_running[~among(new_running["post"], old_running["post"])]
    rows = _one_each(added, ChangeType.JOIN)
    start = looked_up(rows["post"], added.groupby("post")["start"].min())
    return rows.assign(changed_on=start.fillna(day), or_on=start)


def _left(old: pd.DataFrame, new: pd.DataFrame, old_running: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """Posts that had no end and have one now, and posts that ran and are not in the list any more.

    A doctor who was taken off the list needs no practice's approval for it.
    """
    went_on = old.loc[old["end"].isna(), "post"]
    ended = old_running[among(old_running["post"], went_on) | ~among(old_running["post"], new["post"])]
    rows = _one_each(ended[~_goes_on(ended, new) & ~_off_list(ended, new)], ChangeType.LEAVE)
    end = looked_up(rows["post"], new.groupby("post")["end"].max())
    return rows.assign(changed_on=end.fillna(day), or_on=end)


def _goes_on(rows: pd.DataFrame, new: pd.DataFrame) -> "pd.Series[bool]":
    return among(rows["post"], new.loc[new["end"].isna(), "post"])


def _off_list(rows: pd.DataFrame, new: pd.DataFrame) -> "pd.Series[bool]":
    return among(rows["gmc_number"], new["gmc_number"]) & ~among(
        rows["gmc_number"], new.loc[new["listed"], "gmc_number"]
    )


def _retyped(old: pd.DataFrame, new: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """A type that the doctor did not have at the practice before; one filled in where there was none is no change."""
    had = old.dropna(subset=["kind"])
    rows = new[new["kind"].notna() & among(new["post"], had["post"])]
    rows = rows[~among(_typed(rows), _typed(had))].sort_values(["post", "kind", "start"])
    rows = rows.drop_duplicates(["post", "kind"], keep="last")[["post", "gmc_number", "practice_code", "kind", "start"]]
    types = had.drop_duplicates(["post", "kind"]).sort_values("kind").groupby("post")["kind"].agg(",".join)
    return rows.rename(columns={"start": "or_on"}).assign(
        change=ChangeType.ROLE_CHANGE.value, was=looked_up(rows["post"], types), changed_on=day
    )


def _typed(posts: pd.DataFrame) -> Words:
    return posts["post"] + "|" + posts["kind"]


def shown(changes: pd.DataFrame, posts: pd.DataFrame, today: pd.Timestamp) -> "pd.Series[bool]":
    """Which changes the newest list, by its `posts`, still shows. `changes` have `post` too.

    A join stands while the list has the stay that it began, even once that has ended; a leave while the post has an end
    or is gone, and the doctor is not off the list; a new type while the doctor has it there.
    """
    posts = posts.dropna(subset=["post"])
    is_join, is_leave = changes["change"] == ChangeType.JOIN, changes["change"] == ChangeType.LEAVE
    last = posts.assign(end=posts["end"].fillna(pd.Timestamp.max.floor("D"))).groupby("post")["end"].max()
    joined = is_join & (looked_up(changes["post"], last) >= changes["changed_on"])
    left = is_leave & ~_goes_on(changes, posts) & ~_off_list(changes, posts)
    retyped = ~is_join & ~is_leave & among(_typed(changes), _typed(running(posts, today)))
    return joined | left | retyped


def not_undone(changes: pd.DataFrame) -> pd.DataFrame:
    """The changes, in the order of lists, that nobody has approved (`is_approved`) and that no later one took back.

    Reversing a change that nobody had approved is a correction, and needs no approval. An approved join or
    leave makes all that was before it at the post good, an approved type the types before it. Of several changes of one
    kind at one post the newest counts.
    """
    by_post: dict[str, dict[tuple[str, str], _Change]] = {}
    for row in changes.sort_values("listed_on", kind="stable").to_dict("records"):
        _follow(by_post.setdefault(row["post"], {}), row)
    rows = [row for own in by_post.values() for row in own.values()]
    return pd.DataFrame(rows, columns=list(changes.columns)).astype(changes.dtypes.to_dict())


_Change: TypeAlias = dict[Any, Any]


def _follow(own: dict[tuple[str, str], _Change], row: _Change) -> None:
    """What stands at one post, `own`, after one more change there."""
    is_type = row["change"] == ChangeType.ROLE_CHANGE
    if row["is_approved"]:
        undone = [key for key in own if key[0] == ChangeType.ROLE_CHANGE or not is_type]
    else:
        undone = [key for key, one in own.items() if _takes_back(row, one)]
    for key in undone:
        del own[key]
    if undone or row["is_approved"]:
        return
    if is_type:
        row = row | {"was": ",".join(sorted(_approved_types(own, row)))}
    own[(row["change"], row["kind"] if is_type else "")] = row


def _takes_back(row: _Change, earlier: _Change) -> bool:
    if row["change"] == ChangeType.ROLE_CHANGE:
        return bool(earlier["change"] == row["change"] and row["kind"] in _types(earlier))
    return bool(_OPPOSITE.get(row["change"]) == earlier["change"])


def _types(row: _Change) -> set[str]:
    return set(row["was"].split(",")) if isinstance(row["was"], str) else set()


def _approved_types(own: dict[tuple[str, str], _Change], row: _Change) -> set[str]:
    """The types before this change and before those that nobody approved either."""
    was = _types(row)
    for key, one in own.items():
        if key[0] == ChangeType.ROLE_CHANGE and key[1] in was:
            was = was - {key[1]} | _types(one)
    return was


def read(changes: pd.DataFrame) -> pd.DataFrame:
    """Changes as they are kept, with `post` and real dates."""
    rows = changes.reindex(columns=LIST_CHANGE).astype("str")
    written = {name: dates(rows[name]) for name in ("changed_on", "or_on", "listed_on")}
    return rows.assign(**written, post=rows["gmc_number"] + "|" + rows["practice_code"]).reset_index(drop=True)


def written(changes: pd.DataFrame) -> pd.DataFrame:
    """The other way round."""
    texts = {name: changes[name].dt.strftime("%Y-%m-%d").astype("str") for name in ("changed_on", "or_on", "listed_on")}
    return changes.assign(**texts)[LIST_CHANGE].astype("str").reset_index(drop=True)


def joined(changes: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """The changes between several pairs of lists, in one frame."""
    return pd.concat(changes, ignore_index=True)
