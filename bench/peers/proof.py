"""The proof that a peer's history is right: fast and wrong would not count."""

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
from database import connected
from psycopg2 import sql
from register import kept_headings, read_kept

Row = tuple[str | None, ...]


class WrongHistory(Exception):
    """A peer's history is not what the two files say."""


@dataclass(frozen=True)
class History:
    """Where a peer keeps its versions; `valid_to` is the column that is null in a current one."""

    schema: str
    table: str
    valid_to: str


def prove(history: History, url: str, night1: Path, night2: Path) -> dict[str, int]:
    """Checks the closed versions' number and every current row against the files; the counts.

    Raises WrongHistory when they are not equal.
    """
    before, after = _by_number(read_kept(night1)), _by_number(read_kept(night2))
    changed = sum(after[number] != row for number, row in before.items() if number in after)
    gone = len(before.keys() - after.keys())
    current, closed = _versions(history, url, list(kept_headings(night2)))
    if len(current) != len(after):
        raise WrongHistory(f"{len(current)} current rows for {len(after)} in the file")
    if {row[0]: row for row in current} != after:
        raise WrongHistory("a current row is not as it is in the file")
    if closed != changed + gone:
        raise WrongHistory(f"{closed} closed rows for {changed} changed and {gone} gone")
    counts = {"rows": len(after), "changed": changed, "gone": gone}
    return counts | {"current_rows": len(current), "history_rows": len(current) + closed}


def _by_number(table: pa.Table) -> dict[str, Row]:
    # The key is the first of the kept columns.
    return {row[0]: row for row in zip(*(column.to_pylist() for column in table.columns), strict=True)}


def _versions(history: History, url: str, names: list[str]) -> tuple[list[Row], int]:
    """The current rows, key first, and the number of closed ones."""
    table, valid_to = sql.Identifier(history.schema, history.table), sql.Identifier(history.valid_to)
    columns = sql.SQL(", ").join(map(sql.Identifier, names))
    with connected(url) as connection, connection.cursor() as cursor:
        cursor.execute(sql.SQL("SELECT {} FROM {} WHERE {} IS NULL").format(columns, table, valid_to))
        current = cursor.fetchall()
        cursor.execute(sql.SQL("SELECT count({}) FROM {}").format(valid_to, table))
        return current, cursor.fetchone()[0]
