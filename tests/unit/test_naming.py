"""What a file's name and its manifest say."""

import json
from datetime import date

import pytest

from gpsync.errors import RefusedExtract
from gpsync.extracts.naming import parse_manifest, recognise
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
        ("epraccur-2026.csv.gz", (Dataset.PRACTICES, Kind.FULL, None)),
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
