"""The history tables: what is held, what an extract changes, and how to go back to a date.

The caller opens the transaction, so that everything an extract changes becomes visible at once.
"""

from collections.abc import Sequence
from datetime import date

import pandas as pd
import pyarrow as pa
from sqlalchemy import Connection, Date, Text, bindparam, cast, delete, func, or_, select, text, update

from gpsync.extracts.layouts import Layout
from gpsync.frames import Changes, Held
from gpsync.records import Extract
from gpsync.store.copy_frames import copy_in, copy_out, read_pieces
from gpsync.store.tables import HISTORIES, absence, field_change

_TEXT = pa.string()
#: A first load, or a night like none before.
_MANY_ROWS = 20_000


def held(connection: Connection, layout: Layout) -> Held:
    """Keys and row numbers of all current records, and the absences that have not ended."""
    (key,) = layout.key
    table = HISTORIES[layout.dataset]
    # Many records in one value: the driver hands over hundreds of values instead of 400,000.
    record = table.c[key] + "," + cast(table.c.row_hash, Text)
    pieces = (
        select(func.string_agg(record, "\n")).where(table.c.valid_to.is_(None)).group_by(func.left(table.c[key], 4))
    )
    rows = read_pieces(connection.execute(pieces).scalars(), {key: _TEXT, "row_hash": pa.int64()})
    absences = copy_out(
        connection,
        "SELECT key, absent_from, confirmed_on FROM absence "
        f"WHERE dataset = '{layout.dataset}' AND returned_on IS NULL",
        {key: _TEXT, "absent_from": _TEXT, "confirmed_on": _TEXT},
    )
    return Held(rows, absences)


def current_rows(connection: Connection, layout: Layout, keys: Sequence[str]) -> pd.DataFrame:
    """Whole current rows, tidy (dates in ISO form), for these keys; every row when they are most of the table."""
    (key,) = layout.key
    table = HISTORIES[layout.dataset].name
    _name_keys(connection, "wanted", keys)
    return copy_out(
        connection,
        f"SELECT {', '.join(f't.{name}' for name in layout.names)} FROM {table} t JOIN wanted w ON w.key = t.{key} "
        "WHERE t.valid_to IS NULL",
        dict.fromkeys(layout.names, _TEXT),
    )


def _name_keys(connection: Connection, name: str, keys: Sequence[str]) -> None:
    """Put keys into a temporary table of one column, `key`, that ends with the transaction."""
    connection.execute(text(f"DROP TABLE IF EXISTS {name}"))
    connection.execute(text(f"CREATE TEMPORARY TABLE {name} (key text PRIMARY KEY) ON COMMIT DROP"))
    copy_in(connection, name, pd.DataFrame({"key": pd.array(keys, dtype="str")}))
    connection.execute(text(f"ANALYZE {name}"))


def apply(connection: Connection, layout: Layout, extract: Extract, changes: Changes, rows: pd.DataFrame) -> None:
    """Make the changes of one extract; `rows` are the versions that start, ready for the table."""
    table = HISTORIES[layout.dataset]
    _close(connection, layout, changes.replaced, extract.as_of)
    _close_gone(connection, layout, changes.gone, extract.as_of)
    copy_in(connection, table.name, rows)
    if len(rows) > _MANY_ROWS:
        # What the planner knows of the table is no longer true, and the next queries come before autovacuum.
        connection.execute(text(f"ANALYZE {table.name}"))
    _refresh(connection, layout, changes.refreshed)
    _record_absences(connection, layout, extract, changes)
    (key,) = layout.key
    ledger = changes.ledger.rename(columns={key: "key"}).assign(
        dataset=str(layout.dataset), extract_id=extract.extract_id, as_of=extract.as_of.isoformat()
    )
    copy_in(connection, field_change.name, ledger)


def _close(connection: Connection, layout: Layout, keys: Sequence[str], as_of: date) -> None:
    """End the current versions of these keys. One that started on the same date never held: it goes."""
    if not keys:
        return
    table = HISTORIES[layout.dataset]
    current = table.c.valid_to.is_(None) & (table.c[layout.key[0]] == func.any(bindparam("keys", list(keys))))
    connection.execute(delete(table).where(current, table.c.valid_from == as_of))
    connection.execute(update(table).where(current).values(valid_to=as_of, closed_on=as_of))


def _close_gone(connection: Connection, layout: Layout, gone: dict[str, str], as_of: date) -> None:
    """End the versions of records confirmed gone on the first day of their absence."""
    if not gone:
        return
    table = HISTORIES[layout.dataset]
    statement = (
        update(table)
        .where(table.c[layout.key[0]] == bindparam("gone_key"), table.c.valid_to.is_(None))
        .values(valid_to=func.greatest(table.c.valid_from, cast(bindparam("absent_from"), Date)), closed_on=as_of)
    )
    connection.execute(statement, [{"gone_key": key, "absent_from": since} for key, since in gone.items()])
    _set_absences(connection, layout, list(gone), confirmed_on=as_of)


def _refresh(connection: Connection, layout: Layout, rows: pd.DataFrame) -> None:
    """Give current versions new row numbers and the values of a newly supplied column, in place."""
    if rows.empty:
        return
    name, (key,) = HISTORIES[layout.dataset].name, layout.key
    columns = ", ".join((key, *layout.tracked, "row_hash"))
    connection.execute(text("DROP TABLE IF EXISTS refreshed"))
    connection.execute(
        text(f"CREATE TEMPORARY TABLE refreshed ON COMMIT DROP AS SELECT {columns} FROM {name} WITH NO DATA")
    )
    copy_in(connection, "refreshed", rows)
    values = ", ".join(f"{column} = r.{column}" for column in (*layout.tracked, "row_hash"))
    connection.execute(
        text(f"UPDATE {name} t SET {values} FROM refreshed r WHERE t.{key} = r.{key} AND t.valid_to IS NULL")
    )


def _record_absences(connection: Connection, layout: Layout, extract: Extract, changes: Changes) -> None:
    if changes.returned:
        _set_absences(connection, layout, changes.returned, returned_on=extract.as_of)
    if changes.missing_once:
        deleted = extract.kind == "delta"
        frame = pd.DataFrame({"key": pd.array(changes.missing_once, dtype="str")})
        copy_in(
            connection,
            absence.name,
            frame.assign(dataset=str(layout.dataset), absent_from=extract.as_of.isoformat(), deleted=str(deleted)),
        )


def _set_absences(connection: Connection, layout: Layout, keys: Sequence[str], **values: date) -> None:
    connection.execute(
        update(absence)
        .where(
            absence.c.dataset == layout.dataset,
            absence.c.returned_on.is_(None),
            absence.c.key == func.any(bindparam("keys", list(keys))),
        )
        .values(**values)
    )


def rewind(connection: Connection, layout: Layout, to: date) -> set[str]:
    """Take the history back to the evening before `to`; returns the keys whose history that touched."""
    table, key = HISTORIES[layout.dataset], layout.key[0]
    touched: set[str] = set()
    started = delete(table).where(table.c.valid_from >= to).returning(table.c[key])
    touched.update(connection.execute(started).scalars())
    reopened = update(table).where(table.c.closed_on >= to).values(valid_to=None, closed_on=None)
    touched.update(connection.execute(reopened.returning(table.c[key])).scalars())
    ours = absence.c.dataset == layout.dataset
    dates = (absence.c.absent_from, absence.c.confirmed_on, absence.c.returned_on)
    connection.execute(delete(field_change).where(field_change.c.dataset == layout.dataset, field_change.c.as_of >= to))
    touched.update(
        connection.execute(select(absence.c.key).where(ours, or_(*(column >= to for column in dates)))).scalars()
    )
    connection.execute(delete(absence).where(ours, absence.c.absent_from >= to))
    for column in (absence.c.confirmed_on, absence.c.returned_on):
        connection.execute(update(absence).where(ours, column >= to).values({column.name: None}))
    return touched


def current_count(connection: Connection, layout: Layout) -> int:
    """How many records are current."""
    table = HISTORIES[layout.dataset]
    return connection.execute(select(func.count()).where(table.c.valid_to.is_(None)).select_from(table)).scalar_one()


def is_empty(connection: Connection, layout: Layout) -> bool:
    """Whether the dataset has no history at all."""
    return connection.execute(select(HISTORIES[layout.dataset].c.row_hash).limit(1)).first() is None
