"""The made-up performers list and practices: in order for the most part, and wrong in every known way."""

from collections import Counter
from datetime import timedelta

import pytest

from gpsync.rules import Dataset
from gpsync.synthetic.writing import synthesise
from tests.unit.synthetic.reading import FRIDAY, by, day, rows


def test_most_performers_agree_with_the_register(medical, register):
    known = [row for row in medical if row["GMC Ref No"] in register]
    sound = [
        row
        for row in known
        if row["List Status"] == "Included"
        and "Registered with Licence" in register[row["GMC Ref No"]]["Registration Status"]
        and (register[row["GMC Ref No"]]["Surname"].strip() in (row["Surname"], row["Forenames"].split(" ", 1)[-1]))
    ]

    assert len(sound) / len(medical) > 0.9


@pytest.mark.parametrize(
    "status",
    ["Deceased", "Erased", "relinquished", "Administrative", "Suspended", "without a Licence", "Provisionally"],
)
def test_doctors_who_may_not_practise_are_still_listed(medical, register, status):
    assert any(
        status in register.get(row["GMC Ref No"], {}).get("Registration Status", "")
        and row["List Status"] == "Included"
        for row in medical
    )


def test_the_list_follows_the_register_for_others(medical):
    assert {"Deceased", "Removed", "Withdrawn", "Suspended"} <= {row["List Status"] for row in medical}


def test_numbers_the_register_does_not_know_and_numbers_that_are_none(medical, register):
    numbers = {row["GMC Ref No"] for row in medical}

    assert any(len(number) == 7 and number not in register for number in numbers)
    assert any(len(number) == 6 for number in numbers)


def test_registrars_who_are_gps_already_and_gps_who_are_not_yet(medical, register):
    def on_gp_register(row):
        return day(register.get(row["GMC Ref No"], {}).get("GP Register Date", ""))

    registrars = [row for row in medical if row["Performer Role"] == "GP Registrar"]
    assert any(on_gp_register(row) and on_gp_register(row) < FRIDAY - timedelta(days=28) for row in registrars)
    assert sum(on_gp_register(row) is None for row in registrars) > len(registrars) * 0.7
    gps = [row for row in medical if row["Performer Role"] == "GP Performer" and row["GMC Ref No"] in register]
    assert any(on_gp_register(row) is None for row in gps)


def test_dates_differ_or_stand_for_none(medical, register):
    assert any(row["Date In GP Register"] == "01 January 1900" for row in medical)
    assert any(row["Date First On List"] == "01 January 1900" for row in medical)
    dates = [
        (day(row["Date In GP Register"]), day(register[row["GMC Ref No"]]["GP Register Date"]))
        for row in medical
        if row["GMC Ref No"] in register and row["Date In GP Register"]
    ]
    assert any(ours != theirs for ours, theirs in dates if theirs)
    assert sum(ours == theirs for ours, theirs in dates) > 0.95 * len(dates)


def test_whole_names_stand_in_the_forenames_and_numbers_are_padded(last):
    listed = last[Dataset.PERFORMERS_LIST]

    assert any(row["Surname"] == "-" and " " in row["Forenames"] for row in listed)
    assert any(row["GMC Ref No"].startswith(" 9") for row in listed)
    assert any(row["Alignment"] == "Dental" for row in listed)


def test_work_types_and_statuses_that_cannot_be(medical):
    found = {
        "registrar type": any(
            r["Performer Type"] == "Registrar" and r["Performer Role"] == "GP Performer" for r in medical
        ),
        "registrar role": any(
            r["Performer Type"] == "Salaried" and r["Performer Role"] == "GP Registrar" for r in medical
        ),
        "partner of none": any(r["Performer Type"] == "Principal" and not r["Practice Code"] for r in medical),
        "no work": any(day(r["Last Worked Date"]) < FRIDAY - timedelta(days=365) for r in medical),
        "unknown status": any(r["List Status"] == "Lapsed" for r in medical),
        "off the list": any(r["List Status"] == "Removed" and r["Practice Code"] for r in medical),
        "conditions": any(r["Conditions Flag"] == "Y" for r in medical),
    }
    assert [name for name, there in found.items() if not there] == []


def test_conditions_the_list_has_not_heard_of(medical, register):
    flags = [
        r["Conditions Flag"] for r in medical if register.get(r["GMC Ref No"], {}).get("FtP Conditions Exist") == "Y"
    ]

    assert {"Y", "N"} == set(flags)


def test_somebody_works_more_than_all_week_and_somebody_has_two_statuses(medical):
    people = by([row for row in medical if row["Practice Code"] and not row["Assignment End Date"]], "GMC Ref No")

    assert any(sum(int(row["Level Of Commitment"]) for row in posts) > 100 for posts in people.values())
    assert any(len({row["List Status"] for row in posts}) > 1 for posts in people.values())
    assert sum(len(posts) == 2 for posts in people.values()) > 10


def test_practices_are_known_to_the_list_but_for_two(medical, last):
    practices = {row["Practice Code"]: row for row in last[Dataset.PRACTICES]}
    codes = {row["Practice Code"] for row in medical} - {""}

    assert codes - practices.keys() == {"Z99999", "Z10001001"}
    assert Counter(row["Status"] for row in practices.values())["A"] > 110
    assert {"C", "D"} <= {row["Status"] for row in practices.values()}
    assert any(row["Prescribing Setting"] != "4" for row in practices.values())
    closed = {code for code, row in practices.items() if row["Close Date"]}
    assert closed & codes
    assert all(practices[code]["Successor Code"] in practices for code in closed)


@pytest.mark.parametrize("doctors", [300, 1000])
def test_somebody_has_left_a_practice_in_a_small_list_too(tmp_path, doctors):
    synthesise(tmp_path, doctors=doctors, nights=1, seed=1, last_night=FRIDAY)

    shown = rows(max(tmp_path.glob("performers_list_*.csv")))

    assert any(row["Assignment End Date"] for row in shown)
