"""Whether an extract brings values that were converted between encodings once too often, and whose they are."""

from collections.abc import Mapping, Sequence

import pandas as pd
from sqlalchemy import Connection

from gpsync.extracts.layouts import LAYOUTS, Layout
from gpsync.operations.context import Context
from gpsync.records import Extract, GuardFinding
from gpsync.register.guards import SAMPLE
from gpsync.rules import Guard
from gpsync.store import extracts, history
from gpsync.store.tables import HISTORIES


def mistranslation(
    context: Context, extract: Extract, rows: pd.DataFrame, found: Mapping[str, Sequence[int]]
) -> tuple[GuardFinding, ...]:
    """The finding that holds the extract, or none.

    `rows` are its tidy rows with their `row_number`, `found` the numbers of the rows in question by column. A value
    that stands in what was accepted before holds nothing again: a person has looked at it.
    """
    if not found:
        return ()
    layout = LAYOUTS[extract.dataset]
    suspects = {
        value: None
        for column, numbers in found.items()
        for value in _values(rows[rows["row_number"].isin(numbers)], layout, column)
    }
    with context.engine.connect() as connection:
        before = _rows_before(connection, context, layout, extract, [key for key, _, _ in suspects])
    known = {value for column in found if column in before.columns for value in _values(before, layout, column)}
    keys = dict.fromkeys(key for key, column, text in suspects if (key, column, text) not in known)
    return (GuardFinding(Guard.MISTRANSLATED, len(keys), 0, tuple(keys)[:SAMPLE]),) if keys else ()


def _rows_before(
    connection: Connection, context: Context, layout: Layout, extract: Extract, keys: Sequence[str]
) -> pd.DataFrame:
    """What is held of the records with these keys, or the extract accepted before this one where none are held."""
    if layout.dataset in HISTORIES:
        return history.current_rows(connection, layout, list(keys))
    newest = extracts.newest_two(connection, layout.dataset, extract.as_of)
    return context.archive.read_rows(newest[0]) if newest else pd.DataFrame(columns=layout.names)


def _values(rows: pd.DataFrame, layout: Layout, column: str) -> list[tuple[str, str, str]]:
    """Key, column and value of each row that has one."""
    parts = [rows[name].fillna("") for name in layout.key if name in rows.columns]
    keys = ("|".join(map(str, key)) for key in zip(*parts, strict=True))
    return [(key, column, str(text)) for key, text in zip(keys, rows[column], strict=True) if pd.notna(text)]
