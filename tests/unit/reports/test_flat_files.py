import csv
import json
import re

import pytest

from gpsync.reports.columns import COLUMNS
from gpsync.reports.flat_files import harmless, write_csv, write_json
from gpsync.rules import Owner
from tests.unit.reports.building import NOT_ASSESSED, large, report, row
from tests.unit.reports.payloads import INJECTIONS, MANGLED, everywhere

_BEGINNINGS = tuple("=+-@\t\r\n\x00＝＋－＠")
_HEADINGS = [column.heading for column in COLUMNS]


@pytest.fixture
def lines(tmp_path):
    def write(one):
        write_csv(one, tmp_path / "report.csv")
        with (tmp_path / "report.csv").open(encoding="utf-8-sig", newline="") as file:
            return list(csv.reader(file, strict=True))

    return write


@pytest.mark.parametrize("payload", INJECTIONS)
def test_no_cell_begins_a_formula(lines, payload):
    cells = [cell for line in lines(report([everywhere(payload)])) for cell in line]

    assert [cell for cell in cells if cell.lstrip(' "').startswith(_BEGINNINGS)] == []


@pytest.mark.parametrize("payload", INJECTIONS)
@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_no_cell_begins_a_formula_where_the_list_separator_is_another_one(lines, tmp_path, payload, separator):
    lines(report([everywhere(payload)]))
    text = (tmp_path / "report.csv").read_text(encoding="utf-8-sig")
    # As crude as a program can be that takes no notice of the quotes.
    cells = [cell.strip(' "') for cell in re.split(rf"[{separator}\r\n]", text)]

    assert [cell for cell in cells if cell.startswith(_BEGINNINGS)] == []


def test_ordinary_text_stays_as_it_is():
    for text in ("O'Neill-Smith", "a = b", "list_status: Included; gmc_status: -1", "Ångström", "5 + 3, at most", ""):
        assert harmless(text) == text


@pytest.mark.parametrize("text", MANGLED)
def test_no_value_is_changed(lines, text):
    _, line = lines(report([everywhere(text)]))

    assert text == dict(zip(_HEADINGS, line, strict=True))["Practice"]


def test_the_file_is_utf_8_with_a_mark_and_every_field_is_quoted(lines, tmp_path):
    lines(report([row(summary='He said "no", twice\nand Zoë agreed')]))

    raw = (tmp_path / "report.csv").read_bytes()
    assert raw.startswith(b'\xef\xbb\xbf"Mismatch ID","Code"')
    assert "Zoë".encode() in raw and b'""no""' in raw
    assert raw.endswith(b',"",""\r\n')


def test_a_report_without_rows_is_a_heading(lines):
    assert lines(report()) == [_HEADINGS]


def test_json_holds_the_whole_report_with_values_as_they_are(tmp_path):
    one = report([row(3, summary="=1+1", owner=Owner.GP, evidence={"b": "Zoë", "a": "-1"})], not_assessed=NOT_ASSESSED)
    write_json(one, tmp_path / "report.json")
    read = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))

    assert (read["as_of"], read["assessed_codes"], read["by_owner"]["GP"]) == ("2026-11-23", 74, 1)
    (first,) = read["rows"]
    assert tuple(first[name] for name in ("summary", "first_seen", "days_open", "resolved_on")) == (
        "=1+1",
        "2026-11-20",
        3,
        None,
    )
    assert list(first["evidence"].items()) == [("a", "-1"), ("b", "Zoë")]
    assert read["not_assessed"][0]["number"] == "B64"
    assert read["comparisons"][0]["both"] == 61_204


def test_the_same_report_gives_the_same_files(tmp_path):
    for name in ("one", "two"):
        write_csv(large(300), tmp_path / f"{name}.csv")
        write_json(large(300), tmp_path / f"{name}.json")

    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "two.csv").read_bytes()
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()
