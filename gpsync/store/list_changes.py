"""Which lists have been compared with which, and the changes that were found and are still open."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd
import pyarrow as pa
from sqlalchemy import Connection, delete, func, insert, select

from gpsync.frames import LIST_CHANGE
from gpsync.rules import ACCEPTED_OUTCOMES, Dataset
from gpsync.store.copy_frames import copy_in, copy_out
from gpsync.store.tables import extract, list_change, list_comparison


@dataclass(frozen=True)
class AcceptedList:
    """An accepted performers list: its id, its date, and the layout's columns that it has."""

    list_id: str
    as_of: date
    columns: frozenset[str]


def accepted_lists(connection: Connection, as_of: date) -> list[AcceptedList]:
    """Every accepted performers list dated up to a day, in the order of dates."""
    query = select(extract.c.extract_id, extract.c.as_of, extract.c.columns).where(
        extract.c.dataset == Dataset.PERFORMERS_LIST,
        extract.c.outcome.in_(ACCEPTED_OUTCOMES),
        extract.c.as_of <= as_of,
    )
    rows = connection.execute(query.order_by(extract.c.as_of, extract.c.kind))
    return [AcceptedList(list_id, day, frozenset(columns)) for list_id, day, columns in rows]


def compared(connection: Connection, as_of: date) -> dict[str, str]:
    """For each list dated up to a day that has been compared: the list that it was compared with."""
    query = select(list_comparison.c.list_id, list_comparison.c.predecessor_id)
    query = query.join(extract, extract.c.extract_id == list_comparison.c.list_id).where(extract.c.as_of <= as_of)
    return {list_id: predecessor for list_id, predecessor in connection.execute(query)}


def forget(connection: Connection, list_ids: Collection[str]) -> None:
    """Forget comparisons of these lists and what they found: another list has come between, or in their place."""
    for table in (list_comparison, list_change):
        connection.execute(delete(table).where(table.c.list_id == func.any(list(list_ids))))


def mark_compared(connection: Connection, pairs: Collection[tuple[str, str]], as_of: date) -> None:
    """Write down, for pairs of a list and the one before it, that a run of `as_of` has compared them."""
    if pairs:
        rows = [{"list_id": one, "predecessor_id": before, "compared_on": as_of} for one, before in pairs]
        connection.execute(insert(list_comparison), rows)


def kept(connection: Connection, as_of: date) -> pd.DataFrame:
    """The changes kept of lists dated up to a day, in their order; columns as in `frames.LIST_CHANGE`."""
    names = [name for name in LIST_CHANGE if name != "listed_on"]
    columns = ", ".join(f"nullif(c.{name}, '')" if name in ("kind", "was") else f"c.{name}" for name in names)
    return copy_out(
        connection,
        f"SELECT {columns}, e.as_of FROM list_change c JOIN extract e ON e.extract_id = c.list_id "
        f"WHERE e.as_of <= '{as_of}' ORDER BY e.as_of, c.gmc_number, c.practice_code, c.change, c.kind",
        dict.fromkeys(LIST_CHANGE, pa.string()),
    )


def keep(connection: Connection, changes: pd.DataFrame, list_ids: Mapping[str, str]) -> None:
    """Put these changes in the place of those kept of the same lists; `list_ids` are the lists by date (ISO)."""
    connection.execute(delete(list_change).where(list_change.c.list_id == func.any(list(list_ids.values()))))
    rows = changes.drop_duplicates(["listed_on", "gmc_number", "practice_code", "change", "kind"])
    rows = rows.assign(list_id=rows["listed_on"].map(list_ids).astype("str"))
    filled = {name: rows[name].fillna("") for name in ("kind", "was")}
    copy_in(connection, list_change.name, rows.assign(**filled).drop(columns="listed_on"))
