"""The made-up public list: the form, the columns and the quirks of the download, and nothing it does not have."""

import pytest

from gpsync.extracts.layouts import PERFORMERS_LIST
from gpsync.extracts.reading import read_text
from gpsync.extracts.tidying import tidy
from gpsync.rules import Dataset
from gpsync.synthetic.writing import synthesise
from tests.unit.synthetic.reading import FRIDAY, rows


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    folder = tmp_path_factory.mktemp("public")
    wanted = {"datasets": [Dataset.PERFORMERS_LIST], "public_list": True}
    (path,) = synthesise(folder, doctors=10_000, nights=1, seed=5, last_night=FRIDAY, **wanted)
    return path


def test_it_has_eleven_columns_all_quoted_and_ends_its_lines_as_windows_does(path):
    lines = path.read_bytes().split(b"\r\n")

    assert lines.pop() == b""
    assert all(line.startswith(b'"') and line.endswith(b'"') and line.count(b'","') == 10 for line in lines)
    assert b"\n" not in b"".join(lines)


def test_its_quirks_are_those_of_the_download(path):
    listed = rows(path)
    medical = [row for row in listed if row["Alignment"] == "Medical"]
    numbers = [row["Professional Registration Number"] for row in listed]

    assert all(number.startswith(" ") for number in numbers)
    assert len(set(numbers)) == len(numbers)
    assert {row["Status"] for row in listed} == {"Included"}
    assert any(row["Surname"] == "-" and " " in row["ForeName(s)"] for row in medical)
    assert any(row["Date in GP Register"] == "01 January 1900" for row in medical)
    assert len(medical) < len(listed)
    assert all(row["Date in GP Register"] == "" for row in medical if row["Performer Role"] == "GP Registrar")


def test_it_is_read_without_a_word_about_unknown_columns(path):
    text = read_text(path, PERFORMERS_LIST, path.name)
    frame = tidy(text.table, PERFORMERS_LIST, FRIDAY)

    assert text.notes == ()
    assert "practice_code" not in frame.columns and "performer_type" not in frame.columns
    assert frame["gmc_number"].str.fullmatch("[0-9]{6,7}").mean() > 0.99
    assert frame["unreadable"].isna().all()
