"""The made-up register's odd rows and odd nights, one test for each."""

import csv

import pytest

from gpsync.rules import Dataset
from gpsync.synthetic.scenario import DAY_LEVEL, NightTrap, trap_nights
from gpsync.synthetic.writing import synthesise
from tests.unit.synthetic.reading import DOCTORS, FRIDAY, Night, changed, nights_of


@pytest.mark.parametrize("surname", ["O'Brien", "Ní Dhomhnaill", "NA", "Null", "None"])
def test_surnames_that_careless_readers_lose(nights, surname):
    assert all(any(row["Surname"] == surname for row in night.rows) for night in nights if night.whole)


def test_a_doctor_with_one_name_only(nights):
    assert any(row["Given Name"] == "" and row["Surname"] for row in nights[0].rows)


@pytest.mark.parametrize("odd", ["\u00a0", "\u200b", "\ufeff", "  Hartley "])
def test_cells_with_what_cannot_be_seen(nights, odd):
    assert odd in nights[0].text


@pytest.mark.parametrize(
    "address",
    [
        "UPPER.CASE@DOCTOR.EXAMPLE",
        "doctor@bücher.example",
        "-",
        "n/a",
        "none",
        "two@a.example; three@b.example",
        "reception@surgery.example",
    ],
)
def test_addresses_that_need_care(nights, address):
    assert address in nights[0].emails().values()
    assert address in nights[-1].emails().values()


def test_two_doctors_share_a_mailbox_until_one_leaves_it(nights):
    holders = [list(night.emails().values()).count("the.marsdens@family.example") for night in nights if night.whole]

    assert holders[0] == 2
    assert holders[-1] == 1


def test_one_night_is_cut_in_the_middle_of_a_row(odd_nights, nights):
    cut = odd_nights[NightTrap.TRUNCATED]

    assert [night for night in nights if not night.whole] == [cut]
    assert len(next(csv.reader([cut.text.rsplit("\n", 1)[1]]))) < 49


def test_one_night_moves_more_addresses_than_can_be_believed_and_the_next_moves_them_back(odd_nights, nights):
    mass = odd_nights[NightTrap.MASS_CHANGE]
    place = nights.index(mass)
    before, after = nights[place - 1].emails(), nights[place + 1].emails()

    moved = changed(before, mass.emails())
    assert len(moved) >= max(0.015 * DOCTORS, 220)
    assert sum(mass.emails()[number].endswith("@trust.example") for number in moved) >= 220
    assert len(changed(before, after)) < 20


def test_one_night_is_issued_again_with_other_bytes(odd_nights, directory):
    (again,) = (directory / ".revised").glob("*.csv")

    first = odd_nights[NightTrap.REISSUED]
    assert again.name == first.path.name
    assert len(changed(first.emails(), Night(again).emails())) == 1
    assert (directory / ".revised" / f"{again.name}.manifest.json").exists()


def test_one_night_has_a_status_nobody_knows(odd_nights, nights):
    def unknown(night):
        return [row for row in night.rows if row["Registration Status"] == "Registered with a Restricted Licence"]

    assert [night for night in nights if night.whole and unknown(night)] == [odd_nights[NightTrap.UNKNOWN_STATUS]]


def test_one_night_has_two_rows_for_a_doctor_that_disagree(odd_nights, nights):
    def conflicts(night):
        surnames = {}
        for row in night.rows:
            surnames.setdefault(row["GMC Ref No"], set()).add(row["Surname"])
        return [number for number, found in surnames.items() if len(found) > 1]

    assert [night for night in nights if night.whole and conflicts(night)] == [odd_nights[NightTrap.CONFLICTING_ROWS]]


def test_one_night_spells_and_orders_its_headings_otherwise(odd_nights, nights):
    other, usual = odd_nights[NightTrap.OTHER_HEADINGS].headings, nights[0].headings

    assert {"Given name", "Year of Qualification"} <= set(other)
    assert [heading.casefold() for heading in other] != [heading.casefold() for heading in usual]
    assert len(other) == len(usual) == 49


def test_one_night_has_a_column_more(odd_nights, nights):
    assert [night for night in nights if len(night.headings) == 50] == [odd_nights[NightTrap.EXTRA_COLUMN]]


def test_without_traps_every_night_is_plain(tmp_path):
    synthesise(
        tmp_path, doctors=500, nights=14, seed=8, last_night=FRIDAY, datasets=[Dataset.GMC_REGISTER], traps=False
    )

    for night in nights_of(tmp_path):
        assert night.whole
        assert "\N{EN DASH}" not in night.text
        assert len({row["GMC Ref No"] for row in night.rows}) == len(night.rows)
    assert not (tmp_path / ".revised").exists()


@pytest.mark.parametrize(("files", "nights"), [(0, 2), (1, 1), (2, 2), (8, 12), (15, 21), (43, 60)])
def test_spoiled_nights_are_apart_and_never_first_or_last(files, nights):
    chosen = trap_nights(files, nights, DOCTORS)

    alone = [chosen[trap] for trap in DAY_LEVEL if trap in chosen]
    assert len(alone) == (3 if nights >= 12 else 0)
    assert all(list(chosen.values()).count(night) == 1 for night in alone)
    assert all(0 < night < files - 1 for night in chosen.values())
