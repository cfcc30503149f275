"""The report as an Excel workbook: a summary, and a sheet for everybody who has something to do.

What we counted or dated ourselves is a number or a date. Every other cell is text, and formatted as text: values come
from other people's records, and as text `=HYPERLINK(…)` is no formula, `MAR1` no date, `5E1` no number, and a leading
zero stays.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time
from io import BytesIO
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from gpsync.reports.columns import COLUMNS, KEY, REASON, UNTIL
from gpsync.reports.report import Report, Row
from gpsync.rules import MismatchState, Owner

_HEADINGS = [column.heading for column in COLUMNS]
_HINTS = {
    UNTIL: "The last day of the acknowledgement, such as 2026-12-31 or 31/12/2026. Later than the report, "
    "and at most 366 days on. Fill in the reason too.",
    REASON: "Why nothing needs to be done until then, in a few words, without addresses.",
}
#: A cell holds 32,767 UTF-16 units, at most two to a character; Excel would silently cut the rest off.
_LONGEST = 16_000
_CUT = " … (cut)"


class _Forms:
    """How cells of each sort are written."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.text = book.add_format({"num_format": "@", "valign": "top"})
        self.heading = book.add_format({"num_format": "@", "valign": "top", "bold": True})
        self.number = book.add_format({"num_format": "#,##0", "valign": "top"})
        self.day = book.add_format({"num_format": "yyyy-mm-dd", "valign": "top", "align": "left"})


def write_workbook(report: Report, path: Path) -> None:
    """Write the report to `path`. The same report gives the same bytes."""
    # In memory: otherwise the parts, which name doctors, lie about in the temporary folder meanwhile.
    written = BytesIO()
    with xlsxwriter.Workbook(written, {"in_memory": True}) as book:
        book.set_properties({"created": datetime.combine(report.as_of, time(), UTC)})
        forms = _Forms(book)
        _write_lines(book.add_worksheet("Summary"), _summary(report), forms)
        for owner in Owner:
            rows = [row for row in report.rows if row.mismatch.owner is owner]
            if rows:
                _write_rows(book.add_worksheet(owner.called), rows, forms)
    path.write_bytes(written.getvalue())


def _write_rows(sheet: Worksheet, rows: Sequence[Row], forms: _Forms) -> None:
    for position, column in enumerate(COLUMNS):
        # The format of the column also holds for the cells that staff fill in: a date typed there stays as typed.
        sheet.set_column(position, position, column.width, forms.text)
        _write_text(sheet, 0, position, column.heading, forms.heading)
    for number, row in enumerate(rows, start=1):
        for position, column in enumerate(COLUMNS):
            _write(sheet, number, position, column.value(row), forms)
    for heading, hint in _HINTS.items():
        position = _HEADINGS.index(heading)
        message = {"validate": "any", "input_title": heading, "input_message": hint}
        sheet.data_validation(1, position, len(rows), position, message)
    sheet.autofilter(0, 0, len(rows), len(COLUMNS) - 1)
    sheet.freeze_panes(1, 0)
    # No green corners on numbers that are meant to be text.
    sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{len(rows) + 1}"})


def _write_lines(sheet: Worksheet, lines: Iterator[tuple[str | int, ...]], forms: _Forms) -> None:
    sheet.set_column(0, 0, 24, forms.text)
    sheet.set_column(1, 5, 32, forms.text)
    for number, line in enumerate(lines):
        # A line with one cell is the heading of those below it.
        for position, content in enumerate(line):
            if isinstance(content, str) and len(line) == 1:
                _write_text(sheet, number, position, content, forms.heading)
            else:
                _write(sheet, number, position, content, forms)
    sheet.freeze_panes(1, 0)
    sheet.ignore_errors({"number_stored_as_text": "A1:XFD1000"})


def _write(sheet: Worksheet, row: int, column: int, value: str | int | date, forms: _Forms) -> None:
    if isinstance(value, date):
        sheet.write_datetime(row, column, datetime.combine(value, time()), forms.day)
    elif isinstance(value, int):
        sheet.write_number(row, column, value, forms.number)
    elif value:
        _write_text(sheet, row, column, value, forms.text)


def _write_text(sheet: Worksheet, row: int, column: int, content: str, form: Format) -> None:
    # XlsxWriter takes a text between these two tags for ready-made XML and writes it as it is: a value could
    # break the workbook or put anything into it. A space before it makes it text again.
    if content.startswith("<r>"):
        content = f" {content}"
    if len(content) > _LONGEST:
        content = content[:_LONGEST] + _CUT
    if sheet.write_string(row, column, content, form):
        raise ValueError(f"Row {row + 1} of sheet {sheet.get_name()} does not fit into a workbook.")


def _summary(report: Report) -> Iterator[tuple[str | int, ...]]:
    yield (f"Mismatches on {report.as_of.isoformat()}",)
    yield ("Standing", len(report.rows))
    yield ("New or seen again", len(report.new))
    yield ("Resolved in this run", len(report.resolved))
    yield ("Could not be checked again", len(report.unassessed))
    yield ("Past their limit", str(len(report.past_limit)))
    yield ("Acknowledged", str(sum(row.mismatch.state is MismatchState.ACKNOWLEDGED for row in report.rows)))
    yield ()
    yield ("To be acted on, by severity",)
    yield from ((severity.capitalize(), count, severity.meaning) for severity, count in report.by_severity().items())
    yield ()
    yield ("To be acted on, by owner",)
    yield from ((owner.called, count, owner.meaning) for owner, count in report.by_owner().items() if count)
    yield ()
    yield from _what_was_done(report)
    yield ()
    yield ("To acknowledge a mismatch",)
    yield (
        "",
        f"Fill in '{UNTIL}' and '{REASON}' in its row, leave '{KEY}' as it is, save, and send it to the data team to "
        "import.",
    )
    yield ("", "It comes back after that day, and earlier if one of the compared values changes.")


def _what_was_done(report: Report) -> Iterator[tuple[str | int, ...]]:
    yield ("What was compared",)
    yield ("Source", "With", "In both", "Only in the source", "Only in the other")
    for one in report.comparisons:
        yield (one.left, one.right, one.both, one.only_left, one.only_right)
    yield ()
    yield (f"Not assessed: {len(report.not_assessed)}; assessed: {report.assessed_codes}",)
    yield from ((one.number, one.code, one.title, one.reason) for one in report.not_assessed)
