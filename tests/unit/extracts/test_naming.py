"""What a file's name and its manifest say."""

import json
from datetime import date

import pytest

from gpsync.errors import RefusedExtract
from gpsync.extracts.naming import check_name, parse_manifest, recognise
from gpsync.rules import Dataset, Kind

DAY = date(2026, 11, 30)
NAME = "gmc_register_20261130.csv"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (NAME, (Dataset.GMC_REGISTER, Kind.FULL, DAY)),
        (f"{NAME}.gz", (Dataset.GMC_REGISTER, Kind.FULL, DAY)),
        (f"{NAME}.zip", (Dataset.GMC_REGISTER, Kind.FULL, DAY)),
        ("gmc_register_20261130.zip", (Dataset.GMC_REGISTER, Kind.FULL, DAY)),
        ("gmc_register_delta_20261130.csv", (Dataset.GMC_REGISTER, Kind.DELTA, DAY)),
        ("practices_20261130.csv", (Dataset.PRACTICES, Kind.FULL, DAY)),
        ("performers_list_20261130.csv", (Dataset.PERFORMERS_LIST, Kind.FULL, DAY)),
        ("epraccur.csv", (Dataset.PRACTICES, Kind.FULL, None)),
        ("epraccur.zip", (Dataset.PRACTICES, Kind.FULL, None)),
        ("epraccur_20260901.csv", (Dataset.PRACTICES, Kind.FULL, date(2026, 9, 1))),
        ("epraccur-20260901.csv.gz", (Dataset.PRACTICES, Kind.FULL, date(2026, 9, 1))),
        ("epraccur20260901.zip", (Dataset.PRACTICES, Kind.FULL, date(2026, 9, 1))),
        ("epraccur_2026-09-01.csv", (Dataset.PRACTICES, Kind.FULL, date(2026, 9, 1))),
        ("epraccur_2026_09_01.csv.zip", (Dataset.PRACTICES, Kind.FULL, date(2026, 9, 1))),
    ],
)
def test_these_names_are_recognised(name, expected):
    assert recognise(name) == expected


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("gmc_register_20261131.csv", "no such day"),
        ("gmc_register_2026113.csv", "seven digits"),
        ("gmc_register_20261130.CSV", "another ending"),
        ("gmc_register_20261130.csv.part", "still being written"),
        ("gmc_register_20261130.csv.7z", "another packing"),
        ("gmc_register_20261130 (1).csv", "a second download"),
        (f"{NAME}\n", "a line end after it"),
        (f"x\n{NAME}", "a line end in it"),
        ("gmc_register_٢٠٢٦١١٣٠.csv", "digits of another script"),
        ("../gmc_register_20261130.csv", "a path"),
        ("gmc_20261130.csv", "no dataset"),
        ("practices_delta_20261130.csv", "a delta of something that has none"),
        ("notes.txt", "something else"),
        ("", "nothing"),
    ],
)
def test_these_names_are_nobodys(name, reason):
    assert recognise(name) is None, reason


@pytest.mark.parametrize(
    "name",
    ["epraccur.csv", "epraccur.zip", "epraccur_20260901.csv", "practices_20260901.csv", "gmc_register_20260901.csv"],
)
def test_these_names_say_no_more_than_they_may(name):
    check_name(name)


@pytest.mark.parametrize(
    "suffix", ["-2026", "_new", "_20261301", "_20260931", "01092026", "_20260901_2", "_2026-0901", "_202609", "_"]
)
@pytest.mark.parametrize("packing", [".csv", ".csv.gz", ".zip"])
def test_a_report_whose_name_goes_on_with_no_date_is_refused(suffix, packing):
    name = f"epraccur{suffix}{packing}"

    assert recognise(name) == (Dataset.PRACTICES, Kind.FULL, None)
    with pytest.raises(RefusedExtract, match="which is not a date") as caught:
        check_name(name)
    assert str(caught.value).startswith(name)


def test_a_manifest_is_read():
    text = json.dumps({"file": NAME, "bytes": 12, "sha256": "AB" * 32, "rows": 3, "as_of": "2026-11-30"})

    manifest = parse_manifest(text, NAME)

    assert (manifest.size, manifest.sha256, manifest.rows, manifest.as_of) == (12, "ab" * 32, 3, DAY)


def test_a_manifest_may_say_as_little_as_the_name():
    manifest = parse_manifest(json.dumps({"file": NAME}), NAME)

    assert (manifest.size, manifest.sha256, manifest.rows, manifest.as_of) == (None, None, None, None)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("{", "cut short"),
        ("bytes=12", "not JSON"),
        ("[]", "a list"),
        ('"gmc"', "a text"),
        ("null", "nothing"),
        ("{}", "no file name"),
        (f'{{"file": "{NAME}", "bytes": "12"}}', "a size in quotes"),
        (f'{{"file": "{NAME}", "bytes": 12.5}}', "half a byte"),
        (f'{{"file": "{NAME}", "bytes": -1}}', "a negative size"),
        (f'{{"file": "{NAME}", "bytes": true}}', "a size that is none"),
        (f'{{"file": "{NAME}", "rows": [3]}}', "a list of rows"),
        (f'{{"file": "{NAME}", "sha256": 5}}', "a number for a fingerprint"),
        (f'{{"file": "{NAME}", "as_of": "30/11/2026"}}', "another form of date"),
        (f'{{"file": "{NAME}", "as_of": 20261130}}', "a number for a date"),
        ("[" * 60_000, "brackets without end"),
        ("1" * 60_000, "digits without end"),
    ],
)
def test_what_is_no_manifest_is_refused(text, reason):
    with pytest.raises(RefusedExtract, match=r"gmc_register_20261130\.csv\.manifest\.json is not a manifest") as caught:
        parse_manifest(text, NAME)

    assert caught.value.__context__ is None, reason


def test_a_manifest_of_another_file_is_refused():
    with pytest.raises(RefusedExtract, match="describes another file: ask the sender"):
        parse_manifest(json.dumps({"file": "gmc_register_20261129.csv"}), NAME)
