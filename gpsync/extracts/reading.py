"""From a CSV file to a table of text: header matched, every row as wide as the header.

pyarrow reads, because it refuses ragged rows where other parsers shift columns in silence. Its own
messages quote the offending row, which is personal data, so they are replaced by a row number.
"""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
from pyarrow import csv as arrow_csv

from gpsync.errors import RefusedExtract
from gpsync.extracts.layouts import Column, Layout
from gpsync.extracts.scanning import scan

_BLOCK = 4 << 20
_NOT_A_LETTER = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class TextTable:
    """An extract as text: our column names, values untouched, blanks null; and what was noticed."""

    table: pa.Table
    notes: tuple[str, ...] = ()


def read_text(path: Path, layout: Layout, name: str, *, delta: bool = False) -> TextTable:
    """The kept columns of the CSV file at `path`, delivered under `name`, as strings in file order.

    Raises RefusedExtract for a file that is cut short, ragged, empty of rows or without a required column.
    """
    scan(path, name)
    first = _first_row(path, name)
    headerless = layout.headerless_width is not None and _is_headerless(first, layout)
    if headerless:
        kept, notes = _by_position(first, layout, name), ()
    else:
        kept, notes = _by_heading(first, layout.expected(delta=delta), name)
    table = _parse(path, kept, len(first), skip=0 if headerless else 1, name=name)
    if table.num_rows == 0:
        raise RefusedExtract(f"{name} has a header and no rows: ask the sender for the whole file.")
    return TextTable(table, notes)


def _first_row(path: Path, name: str) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        row = next(csv.reader(stream), [])
    if len(row) < 2:
        raise RefusedExtract(f"{name} is not separated by commas: ask the sender for a comma-separated file.")
    return row


def _is_headerless(first: Sequence[str], layout: Layout) -> bool:
    headings = {_plain(heading) for column in layout.columns for heading in column.headings}
    return not any(_plain(cell) in headings for cell in first)


def _plain(heading: str) -> str:
    return _NOT_A_LETTER.sub("", heading.casefold())


def _by_position(first: Sequence[str], layout: Layout, name: str) -> dict[int, str]:
    if len(first) != layout.headerless_width:
        raise RefusedExtract(
            f"{name} has no header and {len(first)} columns in row 1, not {layout.headerless_width}: "
            "ask the sender for the agreed layout."
        )
    return {column.position - 1: column.name for column in layout.columns if column.position is not None}


def _by_heading(first: Sequence[str], columns: Sequence[Column], name: str) -> tuple[dict[int, str], tuple[str, ...]]:
    ours = {_plain(heading): column.name for column in columns for heading in column.headings}
    kept: dict[int, str] = {}
    for index, heading in enumerate(first):
        column = ours.get(_plain(heading))
        if column in kept.values():
            raise RefusedExtract(f"{name} has two columns for {column}: ask the sender which one holds.")
        if column is not None:
            kept[index] = column
    missing = [column.headings[0] for column in columns if column.required and column.name not in kept.values()]
    if missing:
        raise RefusedExtract(f"{name} lacks the column {missing[0]!r}: ask the sender for the agreed layout.")
    duplicates = len(first) - len({heading.strip().casefold() for heading in first})
    if duplicates:
        raise RefusedExtract(f"{name} names {duplicates} of its columns twice: ask the sender for the agreed layout.")
    return kept, ()


def _parse(path: Path, kept: dict[int, str], width: int, *, skip: int, name: str) -> pa.Table:
    positions = [f"column {index}" for index in range(width)]
    wanted = [positions[index] for index in kept]
    try:
        table = arrow_csv.read_csv(
            path,
            read_options=arrow_csv.ReadOptions(column_names=positions, skip_rows=skip, block_size=_BLOCK),
            parse_options=arrow_csv.ParseOptions(newlines_in_values=True),
            convert_options=arrow_csv.ConvertOptions(
                include_columns=wanted,
                column_types=dict.fromkeys(wanted, pa.string()),
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
                check_utf8=False,  # the scan has done it
            ),
        )
    except pa.ArrowInvalid:
        raise _ragged(path, width, name) from None
    return table.rename_columns(list(kept.values()))


def _ragged(path: Path, width: int, name: str) -> RefusedExtract:
    """Find the first row of another width; only now, because it reads the file once more."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        for number, row in enumerate(csv.reader(stream), start=1):
            if row and len(row) != width:
                return RefusedExtract(
                    f"{name} has {len(row)} values in line {number:,} where the first line has {width}: "
                    "it is cut short or damaged; ask the sender for it again."
                )
    return RefusedExtract(f"{name} cannot be read as a comma-separated file: ask the sender for it again.")
