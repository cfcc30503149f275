"""Every accepted list is compared with the one before it, once, however many come between two reconciliations.

A list that comes late, or a revision, changes what stands before its successor: then that is compared again.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from gpsync.operations.context import Context
from gpsync.operations.sources import Sources
from gpsync.reconciliation.approvals import unasked
from gpsync.reconciliation.approvals.list_changes import between, joined
from gpsync.reconciliation.facts import Facts
from gpsync.rules import Dataset
from gpsync.store import list_changes
from gpsync.store.list_changes import AcceptedList

if TYPE_CHECKING:
    import pandas as pd

#: The optional columns without which two lists cannot be compared: a list that lacks one, or leaves it blank in every
#: row, is passed over, and its neighbours are compared with each other.
_NEEDED = frozenset({"practice_code", "assignment_start_date", "assignment_end_date", "performer_type"})


@dataclass(frozen=True)
class Comparisons:
    """What there is to compare for a run of a day.

    `changes`: those kept, and those of the lists that were passed by since the last run. `before_newest`: the list to
    compare the newest with, or None where that was done. `due`: each list to be marked, with the one before it.
    `newest_is_comparable`: whether the newest list can be compared at all.
    """

    lists: Sequence[AcceptedList]
    changes: "pd.DataFrame"
    before_newest: "pd.DataFrame | None"
    due: Sequence[tuple[AcceptedList, AcceptedList]]
    newest_is_comparable: bool


@dataclass
class _Rows:
    """The rows of lists that are asked for in the order of dates, each read once: memory holds two of them."""

    sources: Sources
    held: "dict[str, pd.DataFrame]" = field(default_factory=dict)

    def of(self, one: AcceptedList) -> "pd.DataFrame":
        if one.list_id not in self.held:
            before = dict(list(self.held.items())[-1:])
            self.held = before | {one.list_id: self.sources.rows_once(one.list_id, Dataset.PERFORMERS_LIST)}
        return self.held[one.list_id]


def compare(context: Context, connection: Connection, sources: Sources, as_of: date) -> Comparisons:
    """Compare every list dated up to a day with the one before, where that has not been done."""
    lists = list_changes.accepted_lists(connection, as_of)
    telling = [one for one in lists if _tells(context, one)]
    pairs = [(after, before) for before, after in pairwise(telling)]
    compared = list_changes.compared(connection, as_of)
    wanted = {after.list_id: before.list_id for after, before in pairs}
    list_changes.forget(connection, [one for one, before in compared.items() if wanted.get(one) != before])
    due = [pair for pair in pairs if compared.get(pair[0].list_id) != pair[1].list_id]
    found, before_newest, rows = [list_changes.kept(connection, as_of)], None, _Rows(sources)
    for after, before in due:
        if after is lists[-1]:
            before_newest = rows.of(before)
        else:
            found.append(between(rows.of(before), rows.of(after), after.as_of))
    return Comparisons(lists, joined(found), before_newest, due, telling[-1:] == lists[-1:])


def _tells(context: Context, one: AcceptedList) -> bool:
    """Whether a list says what lists are compared by."""
    if not one.columns >= _NEEDED:
        return False
    with suppress(FileNotFoundError):
        return not context.archive.blank_columns_of(one.list_id) & _NEEDED
    # Its rows were taken out of the archive; where it must be compared, that is reported.
    return True


def keep(connection: Connection, facts: Facts, comparisons: Comparisons, as_of: date, *, is_assessed: bool) -> None:
    """Keep what was found: what stands, or all of it where nobody could judge whether it does.

    `facts` are those that were judged, the newest list compared.
    """
    lists = comparisons.lists
    is_compared = is_assessed and bool(lists) and comparisons.newest_is_comparable
    changes = unasked.unapproved(facts) if is_compared and not facts.list_changes.empty else facts.list_changes
    list_ids = {one.as_of.isoformat(): one.list_id for one in lists}
    list_changes.keep(connection, changes, list_ids)
    pairs = [(after.list_id, before.list_id) for after, before in comparisons.due]
    list_changes.mark_compared(connection, pairs, as_of)
