"""What the drawn tables do not show of who is mailed, and of whether anybody is."""

from datetime import date, timedelta

import pytest

from gpsync.errors import WrongUse
from gpsync.mails import Person
from gpsync.rules import Registration
from gpsync.verification.eligibility import due_with_listing, possible_duplicates
from gpsync.verification.gates import Dates, Gates, why_not_today
from gpsync.verification.sending_days import parse_send_days
from gpsync.verification.sending_hours import SendingHours
from tests.spec.judging import CHANGE, DAY

MONDAY_TO_FRIDAY = frozenset(range(5))


def person(number, identity_key=("ada", "oak", "2001", "ada@doctor.example")):
    return Person(number, "Ada Oak", None, None, Registration.LICENSED, True, False, identity_key)


@pytest.mark.parametrize(
    ("included_since", "due"),
    [
        (None, DAY),
        (DAY - timedelta(days=1), DAY),
        (DAY, DAY),
        (DAY + timedelta(days=1), DAY + timedelta(days=1)),
    ],
)
def test_a_doctor_who_is_listed_later_is_due_on_that_day_at_the_earliest(included_since, due):
    assert due_with_listing(CHANGE, included_since).due_date == due


def test_numbers_with_the_same_names_year_and_address_are_twins():
    other = ("ada", "oak", "2002", "ada@doctor.example")

    assert possible_duplicates([person("9000001"), person("L900002"), person("9000003", other)]) == {
        "9000001",
        "L900002",
    }


def test_people_of_whom_too_little_is_known_are_nobodys_twins():
    assert possible_duplicates([person("9000001", None), person("9000002", None)]) == frozenset()


def test_one_number_given_twice_is_no_twin():
    assert possible_duplicates([person("9000001"), person("9000001")]) == frozenset()


def test_somebody_alone_is_nobodys_twin_although_the_year_is_not_given():
    assert possible_duplicates([person("9000001", ("ada", "oak", "", "ada@doctor.example"))]) == frozenset()


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("mon,tue,wed,thu,fri", MONDAY_TO_FRIDAY),
        (" Mon , WED,", {0, 2}),
        ("sun", {6}),
        ("thu,thu", {3}),
    ],
)
def test_sending_days_are_read(text, days):
    assert parse_send_days(text) == days


@pytest.mark.parametrize(("text", "found"), [("", "names no day"), (" , ", "names no day"), ("mon,monday", "'monday'")])
def test_wrong_sending_days_are_named(text, found):
    with pytest.raises(WrongUse, match=found):
        parse_send_days(text)


@pytest.mark.parametrize(("text", "hours"), [("8-18", (8, 18)), (" 0-24 ", (0, 24)), ("07-08", (7, 8))])
def test_sending_hours_are_read(text, hours):
    assert SendingHours.parse(text) == SendingHours(*hours)


@pytest.mark.parametrize("text", ["", "8", "18-8", "8-8", "8-25", "8am-6pm", "-1-5"])
def test_wrong_sending_hours_are_refused_with_an_example(text):
    with pytest.raises(WrongUse, match="write two full hours of a day as 8-18"):
        SendingHours.parse(text)


def test_a_performers_list_is_asked_for_only_where_it_counts():
    dates = Dates(register=DAY)

    assert why_not_today(DAY, dates, Gates(MONDAY_TO_FRIDAY, needs_list=False)) is None
    assert "No performers list" in (why_not_today(DAY, dates, Gates(MONDAY_TO_FRIDAY)) or "")


def test_a_day_without_mail_says_when_links_go_out_next():
    good_friday = date(2026, 4, 3)

    assert why_not_today(good_friday, Dates(good_friday), Gates(MONDAY_TO_FRIDAY)) == (
        "2026-04-03 is a bank holiday in England: links go out on 2026-04-07 (C-47)."
    )
    assert why_not_today(DAY, Dates(DAY), Gates(frozenset({1}))) == (
        "2026-03-16 is not a sending day: links go out on 2026-03-17 (C-47)."
    )


def test_how_old_a_register_or_list_may_be_is_set():
    dates, loose = Dates(date(2026, 3, 9), listed=date(2026, 3, 1)), Gates(MONDAY_TO_FRIDAY, 5, 15)

    assert why_not_today(DAY, dates, loose) is None
    assert why_not_today(DAY, dates, Gates(MONDAY_TO_FRIDAY, 4, 15)) == (
        "The newest register is of 2026-03-09, 5 working days old; at most 4 are allowed (C-35)."
    )
    assert why_not_today(DAY, dates, Gates(MONDAY_TO_FRIDAY, 5, 14)) == (
        "The newest performers list is of 2026-03-01, 15 days old; at most 14 are allowed (C-35)."
    )


@pytest.mark.parametrize(
    ("years", "alike"),
    [(("2001", "2001"), True), (("2001", "2002"), False), (("2001", ""), True), (("", ""), True)],
)
def test_a_year_that_is_not_given_tells_nobody_apart(years, alike):
    both = [person(f"900000{place}", ("ada", "oak", year, "ada@doctor.example")) for place, year in enumerate(years)]

    assert possible_duplicates(both) == (frozenset({"9000000", "9000001"}) if alike else frozenset())
