"""Made-up extracts: what is written, when, and that the same arguments write the same bytes."""

import csv
import hashlib
import json
import re
from datetime import date
from pathlib import Path

import pytest

from gpsync.extracts.layouts import LAYOUTS
from gpsync.extracts.naming import recognise
from gpsync.rules import Dataset, Kind
from gpsync.synthetic.scenario import Rates
from gpsync.synthetic.writing import REVISED, synthesise

FRIDAY = date(2026, 3, 6)
#: Twenty-one nights up to FRIDAY.
MONDAYS = ["20260216", "20260223", "20260302"]


@pytest.fixture(scope="module")
def inbox(tmp_path_factory):
    directory = tmp_path_factory.mktemp("synthetic")
    synthesise(directory, doctors=2000, nights=21, seed=5, last_night=FRIDAY)
    return directory


def contents(directory):
    return {path.relative_to(directory): path.read_bytes() for path in directory.rglob("*") if path.is_file()}


def rows(path):
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_same_arguments_write_the_same_bytes(inbox, tmp_path):
    synthesise(tmp_path, doctors=2000, nights=21, seed=5, last_night=FRIDAY)

    assert contents(tmp_path) == contents(inbox)


def test_another_seed_writes_other_doctors(inbox, tmp_path):
    synthesise(tmp_path, doctors=2000, nights=21, seed=6, last_night=FRIDAY)

    others, ours = contents(tmp_path), contents(inbox)
    assert others.keys() == ours.keys()
    assert all(others[name] != ours[name] for name in ours if name.suffix == ".csv")


def test_a_register_file_comes_every_weekday_and_the_others_on_mondays_and_at_the_end(inbox):
    dated = {dataset: sorted(p.stem[-8:] for p in inbox.glob(f"{dataset}_2*.csv")) for dataset in Dataset}

    weekdays = [*range(16, 21), *range(23, 28)]
    assert dated[Dataset.GMC_REGISTER] == [f"202602{day}" for day in weekdays] + [
        f"2026030{day}" for day in range(2, 7)
    ]
    assert all(dated[dataset] == [*MONDAYS, "20260306"] for dataset in Dataset if dataset is not Dataset.GMC_REGISTER)


def test_a_last_night_on_a_sunday_ends_with_fridays_files(tmp_path):
    paths = synthesise(tmp_path, doctors=60, nights=4, seed=1, last_night=date(2026, 3, 8))

    assert sorted({path.stem[-8:] for path in paths}) == ["20260305", "20260306"]
    assert len(paths) == 2 + 5 + 5  # the weekly five on the first and the last weekday, for there is no Monday


def test_a_weekend_alone_has_no_files(tmp_path):
    assert synthesise(tmp_path, doctors=60, nights=2, seed=1, last_night=date(2026, 3, 8)) == []


def test_paths_come_in_the_order_of_their_dates_and_are_extract_names(tmp_path):
    paths = synthesise(tmp_path, doctors=60, nights=14, seed=1, last_night=FRIDAY)

    assert [path.stem[-8:] for path in paths] == sorted(path.stem[-8:] for path in paths)
    assert all(recognise(path.name)[1] is Kind.FULL for path in paths)
    assert {path.parent for path in paths} == {tmp_path}


def test_only_the_datasets_asked_for_are_written(tmp_path):
    paths = synthesise(tmp_path, doctors=60, nights=3, seed=1, last_night=FRIDAY, datasets=[Dataset.PRACTICES])

    assert [path.name for path in paths] == ["practices_20260304.csv", "practices_20260306.csv"]


def test_progress_counts_every_file_up_to_the_total(tmp_path):
    counts_seen = []

    synthesise(
        tmp_path, doctors=60, nights=14, seed=1, last_night=FRIDAY, progress=lambda *counts: counts_seen.append(counts)
    )

    total = len(list(tmp_path.rglob("*.csv")))
    assert counts_seen == [(done, total) for done in range(1, total + 1)]


def test_each_manifest_describes_its_file(inbox):
    paths = sorted(inbox.rglob("*.csv"))

    whole = [path for path in paths if path.read_bytes().endswith(b"\n")]
    assert len(paths) - len(whole) == 1  # the truncated night
    for path in whole:
        content = path.read_bytes()
        assert json.loads(path.with_name(f"{path.name}.manifest.json").read_text()) == {
            "file": path.name,
            "bytes": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
            "rows": len(rows(path)),
            "as_of": date.fromisoformat(path.stem[-8:]).isoformat(),
        }


def test_manifests_can_be_left_out_and_nothing_hidden_stays_behind(tmp_path, inbox):
    synthesise(tmp_path, doctors=60, nights=3, seed=1, last_night=FRIDAY, manifests=False)

    assert not list(tmp_path.rglob("*.json"))
    assert {path.name for folder in (tmp_path, inbox) for path in folder.rglob(".*")} <= {REVISED}


def test_headings_are_those_of_the_layouts(inbox):
    for dataset, layout in LAYOUTS.items():
        first = next(iter(rows(inbox / f"{dataset}_20260306.csv")))
        if dataset is not Dataset.GMC_REGISTER:
            assert list(first) == [column.headings[0] for column in layout.columns]
        assert {column.headings[0] for column in layout.columns} <= set(first)


def test_nobody_in_any_file_is_real(inbox):
    """Numbers begin with 9, except the deliberately odd; addresses end in .example, whatever else is wrong."""
    numbers, mails = set(), set()
    for path in inbox.rglob("*.csv"):
        for row in rows(path):
            numbers |= {row.get("GMC Ref No") or "9", row.get("Linked GMC Ref No") or "9"}
            mails |= {
                value for name, value in row.items() if name and value and "email" in name.lower() and "@" in value
            }
    assert all(re.fullmatch(r" ?9[0-9]*", number) for number in numbers)
    assert all(mail.strip("\u00a0\ufeff ").lower().endswith(".example") for mail in mails)


def test_practice_codes_are_made_up(inbox):
    codes = {row["Practice Code"] for row in rows(inbox / "practices_20260306.csv")}

    assert len(codes) == 40  # one for 50 doctors
    assert all(re.fullmatch(r"Z[0-9]{5}", code) for code in codes)


def test_higher_rates_change_more(tmp_path):
    def emails(name, rates):
        paths = synthesise(
            tmp_path / name, doctors=3000, nights=2, seed=1, last_night=FRIDAY, rates=rates,
            datasets=[Dataset.GMC_REGISTER], traps=False,
        )  # fmt: skip
        first, second = ({row["GMC Ref No"]: row["Email Address"] for row in rows(path)} for path in paths)
        return sum(first[number] != second[number] for number in first.keys() & second.keys())

    assert emails("none", Rates(0, 0, 0, 0, 0)) < 5 < 30 < emails("many", Rates(email_changed=0.05))


@pytest.mark.parametrize("doctors", [0, 9_000_000])
def test_impossible_sizes_are_refused(tmp_path, doctors):
    with pytest.raises(ValueError, match="doctors asked for"):
        synthesise(tmp_path, doctors=doctors, nights=1, seed=1, last_night=FRIDAY)


def test_no_nights_are_refused(tmp_path: Path):
    with pytest.raises(ValueError, match="nights asked for"):
        synthesise(tmp_path, doctors=10, nights=0, seed=1, last_night=FRIDAY)


@pytest.mark.parametrize("doctors", [1, 7, 50])
def test_a_handful_of_doctors_is_enough_to_write_all_datasets(tmp_path, doctors):
    paths = synthesise(tmp_path, doctors=doctors, nights=14, seed=1, last_night=FRIDAY)

    assert len(paths) == 10 + 5 * 3
