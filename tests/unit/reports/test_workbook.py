from dataclasses import replace
from datetime import date
from zipfile import ZipFile

import openpyxl
import pytest

from gpsync.reports.columns import COLUMNS, KEY, REASON, UNTIL
from gpsync.reports.workbook import write_workbook
from gpsync.rules import MismatchState, Owner
from tests.unit.reports.building import NOT_ASSESSED, large, report, row
from tests.unit.reports.payloads import INJECTIONS, MANGLED, everywhere

_HEADINGS = [column.heading for column in COLUMNS]


@pytest.fixture
def written(tmp_path):
    def write(one):
        write_workbook(one, tmp_path / "report.xlsx")
        return openpyxl.load_workbook(tmp_path / "report.xlsx")

    return write


def _cells(book):
    return [cell for sheet in book for line in sheet.iter_rows() for cell in line if cell.value is not None]


def test_a_summary_comes_first_and_then_a_sheet_for_every_owner_with_rows(written):
    book = written(report([row(owner=Owner.OPS), row(owner=Owner.GP), row(owner=Owner.OPS)]))

    assert book.sheetnames == ["Summary", "GP", "Data team"]
    assert [book["GP"].max_row, book["Data team"].max_row] == [2, 3]


def test_a_report_without_rows_says_what_was_compared(written):
    book = written(report(not_assessed=NOT_ASSESSED))

    said = [cell.value for cell in _cells(book)]
    assert book.sheetnames == ["Summary"]
    assert "GMC register" in said and 61_204 in said
    assert "No accounts extract has arrived for 9 days." in said


@pytest.mark.parametrize("payload", INJECTIONS)
def test_no_value_becomes_a_formula_a_link_or_xml(written, tmp_path, payload):
    book = written(report([everywhere(payload)]))

    ours = {
        heading: number for number, heading in enumerate(_HEADINGS, start=1) if heading in ("First seen", "Days open")
    }
    theirs = [cell for cell in _cells(book) if cell.parent.title != "Summary" and cell.column not in ours.values()]
    assert {"s"} == {cell.data_type for cell in theirs}
    assert {"@"} == {cell.number_format for cell in theirs}
    assert {"s", "n", "d"} == {cell.data_type for cell in _cells(book)}
    assert not any(cell.hyperlink for cell in _cells(book))
    with ZipFile(tmp_path / "report.xlsx") as parts:
        assert not any(b"<f>" in parts.read(name) for name in parts.namelist() if "worksheets" in name)
        assert [name for name in parts.namelist() if "external" in name.lower()] == []


@pytest.mark.parametrize("text", MANGLED)
def test_what_excel_would_change_stays_as_it_is(written, text):
    line = [cell.value or "" for cell in written(report([everywhere(text)]))["NHS England"][2]]

    values = dict(zip(_HEADINGS, line, strict=True))
    assert {text} == {values[heading] for heading in (KEY, "Number", "GMC number", "Practice", "Case", "Summary")}


def test_dates_and_numbers_are_such_so_that_staff_can_sort_by_them(written):
    cells = dict(zip(_HEADINGS, written(report([row(3)]))["NHS England"][2], strict=True))

    assert (cells["First seen"].value.date(), cells["Days open"].value) == (date(2026, 11, 20), 3)
    assert cells["First seen"].number_format == "yyyy-mm-dd"


def test_names_stand_beside_their_numbers(written):
    named = replace(row(), doctor_name="Alex Made-Up", practice_name="Made-Up Surgery")
    values = dict(zip(_HEADINGS, [cell.value for cell in written(report([named]))["NHS England"][2]], strict=True))

    assert (values["Doctor"], values["Practice name"], values["Owner"]) == (
        "Alex Made-Up",
        "Made-Up Surgery",
        "NHS England",
    )


def test_staff_find_empty_text_cells_with_a_hint(written):
    sheet = written(report([row(), row()]))["NHS England"]

    for heading in (UNTIL, REASON):
        letter = sheet.cell(1, _HEADINGS.index(heading) + 1).column_letter
        assert sheet[f"{letter}2"].value is None
        assert sheet.column_dimensions[letter].number_format == "@"
        hints = [one for one in sheet.data_validations.dataValidation if f"{letter}2" in one.sqref]
        assert [heading] == [one.promptTitle for one in hints]
    assert sheet.freeze_panes == "A2"
    assert f"A1:{sheet.cell(3, len(_HEADINGS)).coordinate}" == sheet.auto_filter.ref


def test_what_was_acknowledged_is_shown_but_not_in_the_columns_that_are_read_back(written):
    aside = row(
        state=MismatchState.ACKNOWLEDGED,
        acknowledged_until=date(2026, 12, 24),
        acknowledged_by="J. Made-Up",
        acknowledged_reason="the GMC corrects it",
    )
    values = dict(zip(_HEADINGS, [cell.value for cell in written(report([aside]))["NHS England"][2]], strict=True))

    assert values["Set aside now"] == "until 2026-12-24 by J. Made-Up: the GMC corrects it"
    assert (values[UNTIL], values[REASON]) == (None, None)


def test_a_text_too_long_for_a_cell_says_that_it_was_cut(written):
    book = written(report([row(summary="ä𝒳" * 20_000)]))

    text = book["NHS England"].cell(2, _HEADINGS.index("Summary") + 1).value
    assert text.endswith("… (cut)") and len(text.encode("utf-16-le")) <= 2 * 32_767


def test_the_same_report_gives_the_same_bytes(tmp_path):
    for name in ("one.xlsx", "two.xlsx"):
        write_workbook(large(50), tmp_path / name)

    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one.xlsx", "two.xlsx"]


def test_every_row_of_a_large_report_is_there(written):
    one = large(2_000)
    book = written(one)

    keys = [cell.value for sheet in book.worksheets[1:] for cell in sheet["G"][1:]]
    assert len(one.rows) == len(keys)
