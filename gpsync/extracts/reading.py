"""From a CSV file to a table of text: header matched, every row as wide as the header.

pyarrow reads, because it refuses ragged rows where other parsers shift columns in silence. Its own
messages quote the offending row, which is personal data, so they are replaced by a row number.
"""

import csv
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
from pyarrow import csv as arrow_csv

from gpsync.errors import RefusedExtract
from gpsync.extracts.headings import DROPPED, letters
from gpsync.extracts.layouts import Column, Layout
from gpsync.extracts.mistranslation import mistranslated
from gpsync.extracts.scanning import check_quotes, scan

#: Bytes that are parsed at once, as a rule and at most.
_BLOCK, _LARGEST_BLOCK = 4 << 20, 1 << 29
#: Column of the file without a heading, in the table only until it is known whether it has values.
_UNNAMED = "unnamed "
#: A note names so many unknown headings, and so much of each.
_HEADINGS_NAMED, _HEADING_LENGTH = 5, 40


@dataclass(frozen=True)
class TextTable:
    """An extract as text: our column names, values untouched, blanks null; and what was noticed.

    `mistranslated` are the numbers of the rows, from 1, whose value was converted once too often, by column.
    """

    table: pa.Table
    notes: tuple[str, ...] = ()
    mistranslated: Mapping[str, Sequence[int]] = field(default_factory=dict)


def read_text(path: Path, layout: Layout, name: str, *, delta: bool = False) -> TextTable:
    """The kept columns of the CSV file at `path`, delivered under `name`, as strings in file order.

    Raises RefusedExtract for a file that is cut short, ragged, empty of rows or without a required column.
    """
    line_ends = scan(path, name)
    first = _first_row(path, name)
    headerless = layout.headerless_width is not None and _is_headerless(first, layout)
    kept = _by_position(first, layout, name) if headerless else _by_heading(first, layout.expected(delta=delta), name)
    unnamed = [] if headerless else [index for index, heading in enumerate(first) if not heading.strip()]
    header = 0 if headerless else 1
    table = _parse(path, kept | {index: f"{_UNNAMED}{index}" for index in unnamed}, len(first), skip=header, name=name)
    notes = () if headerless else _unknown(first, kept, _blank(table, unnamed), layout)
    table = table.select(list(kept.values()))
    if table.num_rows == 0:
        raise RefusedExtract(f"{name} has a header and no rows: ask the sender for the whole file.")
    if table.num_rows + header != line_ends:
        check_quotes(path, name)  # some lines are no row: blank, part of a quoted value, or swallowed by one
    return TextTable(table, notes, mistranslated(table, layout))


def _first_row(path: Path, name: str) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        try:
            row = next(csv.reader(stream), [])
        except csv.Error:  # a first line of 128 kB without a comma
            row = []
    if len(row) < 2:
        raise RefusedExtract(f"{name} is not separated by commas: ask the sender for a comma-separated file.")
    return row


def _is_headerless(first: Sequence[str], layout: Layout) -> bool:
    headings = {letters(heading) for column in layout.columns for heading in column.headings}
    return not any(letters(cell) in headings for cell in first)


def _by_position(first: Sequence[str], layout: Layout, name: str) -> dict[int, str]:
    if len(first) != layout.headerless_width:
        raise RefusedExtract(
            f"{name} has no header and {len(first)} columns in row 1, not {layout.headerless_width}: "
            "ask the sender for the agreed layout."
        )
    return {column.position - 1: column.name for column in layout.columns if column.position is not None}


def _by_heading(first: Sequence[str], columns: Sequence[Column], name: str) -> dict[int, str]:
    ours = {letters(heading): column.name for column in columns for heading in column.headings}
    kept: dict[int, str] = {}
    for index, heading in enumerate(first):
        column = ours.get(letters(heading))
        if column is None:
            continue  # of no use here: such headings may be repeated, as the ODS's "Null" does
        before = next((place for place, known in kept.items() if known == column), None)
        if before is not None:
            both = f"column {before + 1}, {first[before].strip()!r}, and column {index + 1}, {heading.strip()!r}"
            raise RefusedExtract(f"{name} has two columns for {column} ({both}): ask the sender which one is right.")
        kept[index] = column
    missing = [column.headings[0] for column in columns if column.required and column.name not in kept.values()]
    if missing:
        raise RefusedExtract(f"{name} lacks the column {missing[0]!r}: ask the sender for the agreed layout.")
    return kept


def _blank(table: pa.Table, unnamed: Collection[int]) -> set[int]:
    """Of the columns without a heading those without a value: what a spreadsheet's trailing commas leave."""
    return {index for index in unnamed if table[f"{_UNNAMED}{index}"].null_count == table.num_rows}


def _unknown(first: Sequence[str], kept: Collection[int], blank: Collection[int], layout: Layout) -> tuple[str, ...]:
    """A note of the columns that are neither kept nor blank nor known to be of no use, if there are any."""
    dropped = {letters(heading) for heading in DROPPED.get(layout.dataset, ())}
    unknown = [
        heading
        for index, heading in enumerate(first)
        if index not in kept and index not in blank and letters(heading) not in dropped
    ]
    if not unknown:
        return ()
    named = ", ".join(repr(heading.strip()[:_HEADING_LENGTH]) for heading in unknown[:_HEADINGS_NAMED])
    more = f" and {len(unknown) - _HEADINGS_NAMED} more" if len(unknown) > _HEADINGS_NAMED else ""
    what = "1 column is not known and was" if len(unknown) == 1 else f"{len(unknown)} columns are not known and were"
    return (f"{what} ignored: {named}{more}.",)


def _parse(path: Path, kept: dict[int, str], width: int, *, skip: int, name: str) -> pa.Table:
    size = path.stat().st_size
    # A row must fit into a block; one that does not has a value that is far too long, and only that row is quarantined.
    for block in [_BLOCK] if size <= _BLOCK else [_BLOCK, min(size + 1, _LARGEST_BLOCK)]:
        # pyarrow's own message quotes the row, so it may not even be the context of the one raised here.
        with suppress(pa.ArrowInvalid):
            return _parsed(path, kept, width, skip, block)
    raise _ragged(path, width, name)


def _parsed(path: Path, kept: dict[int, str], width: int, skip: int, block: int) -> pa.Table:
    positions = [f"column {index}" for index in range(width)]
    wanted = [positions[index] for index in kept]
    table = arrow_csv.read_csv(
        path,
        # Skipped after the names and not before them: there a heading may hold a line end.
        read_options=arrow_csv.ReadOptions(column_names=positions, skip_rows_after_names=skip, block_size=block),
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
    return table.rename_columns(list(kept.values()))


def _ragged(path: Path, width: int, name: str) -> RefusedExtract:
    """Find the first row of another width; only now, because it reads the file once more."""
    with path.open(encoding="utf-8-sig", newline="") as stream, suppress(csv.Error):
        rows = csv.reader(stream)
        for row in rows:
            if row and len(row) != width:
                return RefusedExtract(
                    f"{name} has {len(row)} values in line {rows.line_num:,} where the first line has {width}: "
                    "it is cut short or damaged; ask the sender for it again."
                )
    return RefusedExtract(f"{name} cannot be read as a comma-separated file: ask the sender for it again.")
