"""Whether an extract brings values that were converted between encodings once too often, and whose they are."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from gpsync.extracts.archive import no_rows
from gpsync.extracts.layouts import LAYOUTS, Layout
from gpsync.extracts.mistranslation import known_values, values_in
from gpsync.operations.context import Context
from gpsync.records import Extract, GuardFinding
from gpsync.register.guards import SAMPLE
from gpsync.rules import Guard
from gpsync.store import extracts, history
from gpsync.store.tables import HISTORIES

if TYPE_CHECKING:
    import pandas as pd


def mistranslation(
    context: Context, extract: Extract, rows: "pd.DataFrame", found: Mapping[str, Sequence[int]]
) -> tuple[GuardFinding, ...]:
    """The finding that holds the extract, or none.

    `rows` are its tidy rows with their `row_number`, `found` the numbers of the rows in question by column. A value
    that stands in what was accepted before holds nothing again: a person has looked at it.
    """
    if not found:
        return ()
    layout = LAYOUTS[extract.dataset]
    suspects = dict.fromkeys(values_in(rows, layout, found))
    with context.engine.connect() as connection:
        before = _rows_before(connection, context, layout, extract, [key for key, _, _ in suspects])
    known = known_values(before, layout, found)
    keys = dict.fromkeys(value[0] for value in suspects if value not in known)
    return (GuardFinding(Guard.MISTRANSLATED, len(keys), 0, tuple(keys)[:SAMPLE]),) if keys else ()


def _rows_before(
    connection: Connection, context: Context, layout: Layout, extract: Extract, keys: Sequence[str]
) -> "pd.DataFrame":
    """What is held of the records with these keys, or the extract accepted before this one where none are held."""
    if layout.dataset in HISTORIES:
        return history.current_rows(connection, layout, list(keys))
    newest = extracts.newest_two(connection, layout.dataset, extract.as_of)
    return context.archive.read_rows(newest[0]) if newest else no_rows(layout.dataset)
