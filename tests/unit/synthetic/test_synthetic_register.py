"""The made-up register: its layout, what its nights tell, and that the guards would accept them."""

import re
from datetime import date

import pytest

from gpsync.rules import REGISTRATION_STATUSES, Dataset
from gpsync.synthetic import words
from gpsync.synthetic.doctors import numbers
from gpsync.synthetic.scenario import DAY_LEVEL, NightTrap, calendar, trap_nights
from gpsync.synthetic.writing import synthesise
from tests.unit.synthetic.reading import DOCTORS, FRIDAY, changed, nights_of

#: The specification's headings, in its order.
SPECIFICATION = """
GMC Ref No|Surname|Given name|Gender|Qualification|Year of Qualification|Place of Qualification|PR Date|FR Date
Specialist Register Date|GP Register Date|Registration Status|ARF Due Date
Specialty1|Specialty2|Specialty3|Specialty4|Specialty5|Specialty6|Specialty7
Sub-Specialty1|Sub-Specialty2|Sub-Specialty3|Sub-Specialty4|Sub-Specialty5|Sub-Specialty6|Sub-Specialty7
FtP Conditions Exist|FtP Undertakings Exist|Other Names|FtP Warnings Exist|Place of Qualification Country
Revalidation Status|Designated Body|Responsible Officer|Doctor in Training|Training Deanery/LETB
Training Programme Speciality|GMC Approved Trainer|Trainer Deanery/LETB 1|Trainer Deanery/LETB 2
Trainer Deanery/LETB 3|Trainer Programmes Speciality 1|Trainer Programmes Speciality 2
Trainer Programmes Speciality 3|ID Check Not Done|Temporary Covid Registration
"""


def test_the_heading_row_is_the_specification_and_the_email_columns(nights):
    expected = [heading for line in SPECIFICATION.split("\n") if line for heading in line.split("|")]

    assert len(expected) == 47
    headings = nights[0].headings
    assert [heading.casefold() for heading in headings[:47]] == [heading.casefold() for heading in expected]
    assert headings[47:] == ["Email Address", "Email Last Updated"]


def test_the_first_night_holds_every_doctor_once_and_one_of_them_twice(nights):
    listed = [row["GMC Ref No"] for row in nights[0].rows]

    assert len(listed) == DOCTORS + 1
    assert set(listed) == {str(9_000_000 + doctor) for doctor in range(1, DOCTORS + 1)}
    twin = next(row for row in nights[0].rows if row["GMC Ref No"] == listed[-1])
    assert nights[0].rows[-1] == twin


def test_dates_are_eight_digits_or_have_lost_their_leading_zero(nights):
    texts = {row[name] for row in nights[-1].rows for name in row if name.endswith("Date")} - {""}

    assert all(re.fullmatch(r"[0-9]{7,8}", text) for text in texts)
    assert any(len(text) == 7 for text in texts)


def test_every_status_is_met_with_a_hyphen_or_an_en_dash(nights):
    texts = {row["Registration Status"] for row in nights[0].rows}

    assert {re.sub(" +", " ", text.replace("\N{EN DASH}", "-")).strip() for text in texts} == set(REGISTRATION_STATUSES)
    assert any("\N{EN DASH}" in text for text in texts)
    assert any(text.startswith("Not Registered - ") for text in texts)


@pytest.mark.parametrize(("doctors", "count"), [(200, 30), (1000, 14), (DOCTORS, 21)])
def test_every_night_but_the_spoiled_ones_is_believable(tmp_path, doctors, count):
    """The guards' sums, done anew: against the last night that was accepted."""
    synthesise(tmp_path, doctors=doctors, nights=count, seed=4, last_night=FRIDAY, datasets=[Dataset.GMC_REGISTER])
    nights = nights_of(tmp_path)
    spoiled = {
        trap_nights(len(nights), count, doctors).get(trap) for trap in DAY_LEVEL if trap is not NightTrap.REISSUED
    }
    held = nights[0].emails()
    for place, night in enumerate(nights[1:], start=1):
        if place in spoiled:
            continue
        emails = night.emails()
        assert abs(len(night.rows) - len(held)) <= 0.15 * len(held)
        assert len(held.keys() - emails.keys()) <= max(0.01 * len(held), 2)
        assert len(emails.keys() - held.keys()) < 0.02 * len(held)
        assert len(changed(held, emails)) < max(0.01 * len(held), 200)
        assert sum("Restricted" in row["Registration Status"] for row in night.rows) + 2 < 0.02 * len(night.rows)
        held = emails


def histories(nights):
    """The addresses of each doctor on the whole nights that will be accepted, one after the other."""
    found = {}
    for night in nights:
        for number, email in night.emails().items():
            found.setdefault(number, []).append(email.lower())
    return {number: [e for i, e in enumerate(run) if i == 0 or run[i - 1] != e] for number, run in found.items()}


def test_addresses_tell_the_stories_the_window_is_about(nights, odd_nights):
    spoiled = [odd_nights[NightTrap.TRUNCATED], odd_nights[NightTrap.MASS_CHANGE]]
    runs = [run for run in histories([night for night in nights if night not in spoiled]).values() if len(run) > 1]

    assert any(len(run) == 2 and all(run) for run in runs)  # A, B
    assert any(len(run) == 3 and all(run) and run[0] == run[2] for run in runs)  # A, B, A
    assert any(len(run) == 3 and len({*run}) == 3 and all(run) for run in runs)  # A, B, C
    assert any(run[0] == "" and run[1] for run in runs)  # blank, B
    assert any(len(run) == 2 and run[1] == "" for run in runs)  # A, blank
    assert any(len(run) == 3 and run[1] == "" and run[0] == run[2] for run in runs)  # A, blank, A
    assert any(len({*run}) == 3 and len(run) == 5 for run in runs)  # churn: A, B, C, B, C


def test_doctors_come_go_and_are_missed_once(nights, odd_nights):
    whole = [
        {row["GMC Ref No"] for row in night.rows} for night in nights if night is not odd_nights[NightTrap.TRUNCATED]
    ]
    ever = set().union(*whole)
    presence = {number: "".join("X" if number in night else "." for night in whole) for number in ever}

    assert any(re.fullmatch(r"\.+X+", seen) for seen in presence.values())
    assert any(re.fullmatch(r"X+\.+", seen) for seen in presence.values())
    assert any(re.fullmatch(r"X+\.X+", seen) for seen in presence.values())


def test_statuses_names_fees_and_spellings_change(nights):
    first, last = ({row["GMC Ref No"]: row for row in night.rows} for night in (nights[0], nights[-1]))
    both = first.keys() & last.keys()

    for name in ("Registration Status", "Surname", "ARF Due Date", "Designated Body"):
        assert any(first[number][name] != last[number][name] for number in both), name
    spellings = [(first[number]["Email Address"], last[number]["Email Address"]) for number in both]
    assert any(before != after and before.lower() == after.lower() for before, after in spellings)


def test_numbers_begin_with_nine_for_as_long_as_they_last():
    assert numbers([0, 999_998, 999_999, 3_999_998]).tolist() == [9_000_001, 9_999_999, 8_000_000, 6_999_999]


def test_the_calendar_keeps_to_weekdays():
    assert calendar(3, date(2026, 3, 9)).register == (date(2026, 3, 9),)
    assert calendar(3, date(2026, 3, 9)).weekly == {date(2026, 3, 9)}


def test_status_weights_cover_every_status():
    assert len(words.STATUS_WEIGHTS) == len(words.STATUSES)
