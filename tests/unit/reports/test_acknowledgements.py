import csv
from datetime import date, datetime, timedelta

import openpyxl
import pytest

from gpsync.errors import WrongUse
from gpsync.reports.acknowledgements import Acknowledgement, read_acknowledgements
from gpsync.reports.columns import COLUMNS, KEY, REASON, UNTIL
from gpsync.reports.flat_files import write_csv
from gpsync.reports.workbook import write_workbook
from gpsync.rules import Owner
from tests.unit.reports.building import DAY, report, row

_HEADINGS = [column.heading for column in COLUMNS]
_KEYS = [f"{place:016x}" for place in range(10)]
_REPORT = report(
    [row(mismatch_id=_KEYS[0]), row(mismatch_id=_KEYS[1]), row(mismatch_id=_KEYS[2], owner=Owner.GP, summary="Zoë; x")]
)
_TOMORROW = DAY + timedelta(days=1)


@pytest.fixture
def edited(tmp_path):
    """Writes the workbook, lets it be edited, saves it and reads it back."""

    def edit(*changes):
        path = tmp_path / "report.xlsx"
        write_workbook(_REPORT, path)
        book = openpyxl.load_workbook(path)
        for sheet, number, heading, value in changes:
            book[sheet].cell(number, _HEADINGS.index(heading) + 1).value = value
        book.save(path)
        return read_acknowledgements(path, DAY)

    return edit


def _table(tmp_path, *lines, headings=(KEY, UNTIL, REASON)):
    path = tmp_path / "small.xlsx"
    book = openpyxl.Workbook()
    book.active.title = "NHS England"
    for line in (headings, *lines):
        book.active.append(line)
    book.save(path)
    return path


def _problems(path):
    taken, problems = read_acknowledgements(path, DAY)
    return taken, [(one.row, one.what_to_do) for one in problems]


def test_a_workbook_nobody_touched_sets_nothing_aside(edited):
    assert edited() == ([], [])


def test_two_rows_that_staff_filled_in_come_back(edited):
    taken, problems = edited(
        ("NHS England", 3, UNTIL, "31/12/2026"),
        ("NHS England", 3, REASON, "The GMC corrects it"),
        ("GP", 2, UNTIL, datetime.fromisoformat("2027-01-04")),
        ("GP", 2, REASON, " on  leave\n"),
    )

    assert problems == []
    assert {
        Acknowledgement(_KEYS[1], date(2026, 12, 31), "The GMC corrects it"),
        Acknowledgement(_KEYS[2], date(2027, 1, 4), "on leave"),
    } == set(taken)


def test_a_problem_names_file_sheet_row_and_what_to_do_and_the_others_are_taken(edited):
    taken, problems = edited(
        ("NHS England", 2, UNTIL, "soon"),
        ("NHS England", 2, REASON, "ok"),
        ("NHS England", 3, REASON, "The GMC corrects it"),
        ("GP", 2, UNTIL, "2026-12-31"),
        ("GP", 2, REASON, "on leave"),
    )

    assert [Acknowledgement(_KEYS[2], date(2026, 12, 31), "on leave")] == taken
    assert {
        "report.xlsx, sheet NHS England, row 2: Write 'Set aside until' as a date, such as 2026-12-31 or 31/12/2026.",
        "report.xlsx, sheet NHS England, row 2: Fill in 'Reason' with at least 3 characters.",
        "report.xlsx, sheet NHS England, row 3: Fill in 'Set aside until', or clear the reason.",
    } == {one.sentence for one in problems}


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-12-31", date(2026, 12, 31)),
        ("2026-12-31 00:00:00", date(2026, 12, 31)),
        ("31/12/2026", date(2026, 12, 31)),
        ("31 December 2026", date(2026, 12, 31)),
        ("31/12/2026 00:00:00", date(2026, 12, 31)),
        ("2026-12-31T15:30:00", date(2026, 12, 31)),
        ("4/3/2027", date(2027, 3, 4)),  # the day comes first
        (" 31/12/2026 ", date(2026, 12, 31)),
        (datetime.fromisoformat("2026-12-31 15:30"), date(2026, 12, 31)),
        (date(2026, 12, 31), date(2026, 12, 31)),
        (46_387, date(2026, 12, 31)),  # a date cell that was formatted as a number
        (_TOMORROW.isoformat(), _TOMORROW),
        ((DAY + timedelta(days=366)).isoformat(), DAY + timedelta(days=366)),
    ],
)
def test_a_date_may_be_written_in_several_ways(tmp_path, written, meant):
    taken, problems = _problems(_table(tmp_path, (_KEYS[0], written, "a reason")))

    assert ([meant], []) == ([one.until for one in taken], problems)


@pytest.mark.parametrize(
    ("written", "message"),
    [
        (DAY.isoformat(), "must be later than 2026-11-23"),
        ((DAY - timedelta(days=1)).isoformat(), "must be later"),
        ((DAY + timedelta(days=367)).isoformat(), "may be 2027-11-24 at the latest"),
        ("12/31/2026", "as a date"),
        ("31.12.2026", "as a date"),
        ("31/12/26", "as a date"),
        ("2027-02-29", "as a date"),
        ("٢٠٢٦-١٢-٣١", "as a date"),
        ("=TODAY()+30", "as a date"),
        (True, "as a date"),
        (-1, "as a date"),
        (1e300, "as a date"),
        ("#N/A", "as a date"),
        (None, "Fill in"),
    ],
)
def test_any_other_date_is_a_problem(tmp_path, written, message):
    taken, problems = _problems(_table(tmp_path, (_KEYS[0], written, "a reason")))

    assert taken == []
    ((number, what_to_do),) = problems
    assert number == 2 and message in what_to_do


@pytest.mark.parametrize(
    "key", [None, "", "1.23457E+15", 1234567890123456, "0123", "g" * 16, "0" * 15, "0" * 17, "٠" * 16, "=A1"]
)
def test_an_id_that_was_changed_is_a_problem(tmp_path, key):
    taken, problems = _problems(_table(tmp_path, (key, "2026-12-31", "a reason")))

    assert taken == []
    assert ["copy it from there again" in what for _, what in problems] == [True]


@pytest.mark.parametrize("reason", ["ab", "", " a ", "a\x7f", "=1+1"])
def test_a_reason_has_at_least_three_characters_and_is_no_formula(tmp_path, reason):
    taken, problems = _problems(_table(tmp_path, (_KEYS[0], "2026-12-31", reason)))

    assert taken == [] and len(problems) == 1


def test_a_problem_never_repeats_what_staff_wrote(tmp_path):
    _, problems = read_acknowledgements(_table(tmp_path, ("CANARY", "CANARY", "CA"), (None, "CANARY", "")), DAY)

    assert problems and not any("CANARY" in one.sentence for one in problems)


def test_a_row_filled_in_twice_is_taken_once_if_alike_and_never_if_not(tmp_path):
    alike, unlike = (_KEYS[0], "2026-12-31", "a reason"), (_KEYS[1], "2026-12-31", "a reason")
    taken, problems = _problems(_table(tmp_path, alike, unlike, alike, (_KEYS[1], "2027-01-31", "a reason")))

    assert [_KEYS[0]] == [one.mismatch_id for one in taken]
    assert [number for number, _ in problems] == [3, 5]


def test_columns_may_be_moved_and_a_title_put_above_them(tmp_path):
    path = _table(
        tmp_path, (), (REASON, KEY, "x", UNTIL.upper()), ("a reason", _KEYS[0], 1, "2026-12-31"), headings=("T",)
    )
    taken, problems = _problems(path)

    assert ([Acknowledgement(_KEYS[0], date(2026, 12, 31), "a reason")], []) == (taken, problems)


@pytest.mark.parametrize("headings", [(KEY, UNTIL, "Why"), (KEY, UNTIL, REASON, REASON), ("a", "b", "c")])
def test_an_owners_sheet_without_its_headings_is_a_problem_and_not_passed_over(tmp_path, headings):
    taken, problems = _problems(_table(tmp_path, (_KEYS[0], "2026-12-31", "a reason"), headings=headings))

    assert taken == []
    assert [number for number, _ in problems] == [1]


def test_a_sheet_of_somebodys_own_is_passed_over(tmp_path):
    path = _table(tmp_path, (_KEYS[0], "2026-12-31", "a reason"))
    book = openpyxl.load_workbook(path)
    book.create_sheet("my notes").append(["call", "back"])
    book.save(path)

    assert len(read_acknowledgements(path, DAY)[0]) == 1


def _resaved(tmp_path, separator=",", encoding="utf-8-sig", quoting=csv.QUOTE_MINIMAL, until="31/12/2026"):
    """The CSV file as another program saves it after two cells were filled in."""
    path = tmp_path / "report.csv"
    write_csv(_REPORT, path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file))
    lines[3][_HEADINGS.index(UNTIL)] = until
    lines[3][_HEADINGS.index(REASON)] = "Zoë is on leave"
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=separator, quoting=quoting).writerows(lines)
    return path


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "cp1252", "utf-16"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
def test_a_csv_file_is_read_however_excel_has_saved_it(tmp_path, separator, encoding, quoting):
    taken, problems = read_acknowledgements(_resaved(tmp_path, separator, encoding, quoting), DAY)

    assert ([Acknowledgement(_KEYS[2], date(2026, 12, 31), "Zoë is on leave")], []) == (taken, problems)


def test_a_problem_in_a_csv_file_names_its_row(tmp_path):
    _, (problem,) = read_acknowledgements(_resaved(tmp_path, until="never"), DAY)

    assert problem.sentence.startswith("report.csv, row 4: Write 'Set aside until' as a date")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("report.xlsx", b"no zip file", "cannot be opened as a workbook"),
        ("report.xlsx", b"PK\x03\x04cut off", "cannot be opened as a workbook"),
        ("report.xls", b"", "neither a workbook"),
        ("report.csv", b"", "no column 'Mismatch ID'"),
        ("report.csv", b"Mismatch ID|Set aside until|Reason\r\n", "no column 'Mismatch ID'"),
        ("report.csv", b'Mismatch ID,Set aside until,Reason\r\n"a,b,c\r\n', "quotation mark"),
        ("report.csv", b"Mismatch ID,\x81\xff", "not readable text"),
        ("report.csv", b"\xff\xfea", "not readable text"),
        (None, b"", "no file"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_one_sentence(tmp_path, name, content, message):
    path = tmp_path / (name or "other.csv")
    if name:
        path.write_bytes(content)

    with pytest.raises(WrongUse, match=message):
        read_acknowledgements(path, DAY)


def test_a_workbook_that_is_no_report_is_refused(tmp_path):
    path = tmp_path / "other.xlsx"
    openpyxl.Workbook().save(path)

    with pytest.raises(WrongUse, match="has no sheet with the columns"):
        read_acknowledgements(path, DAY)
