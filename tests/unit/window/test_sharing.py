"""Who shares an address, and who counts as a holder of it: the dead and the no longer registered do not."""

from dataclasses import replace
from datetime import date

import pytest

from gpsync.mails import Person
from gpsync.records import AddressPeriod
from gpsync.rules import NOT_REGISTERED, ChangeReason, ChangeState, Registration
from gpsync.window.sharing import hold_shared, is_handed_on, registered_with
from tests.spec.judging import CHANGE

GONE = {*NOT_REGISTERED, Registration.DECEASED}
ADA, BEN, CYD = "9000001", "9000002", "9000003"
CHANGED = replace(CHANGE, gmc_number=ADA, change_date=date(2026, 3, 2), due_date=date(2026, 3, 16))
KEY = CHANGED.new_key


def person(number, registration=Registration.LICENSED, key=KEY):
    return Person(number, "Oak", key, key, registration, True, False, None)


def march(day):
    return date(2026, 3, day)


def held(number, since=march(1), until=None, registration=Registration.LICENSED):
    return AddressPeriod(number, KEY, registration, since, until)


@pytest.mark.parametrize("registration", list(Registration))
def test_only_the_registered_are_holders_of_an_address(registration):
    found = registered_with([person(ADA), person(BEN, registration), person(CYD, key=None)])

    assert found == {KEY: {ADA} if registration in GONE else {ADA, BEN}}


def test_holders_are_told_apart_by_address():
    assert registered_with([person(ADA), person(BEN, key="other")]) == {KEY: {ADA}, "other": {BEN}}


@pytest.mark.parametrize("registration", list(Registration))
def test_only_the_registered_share_an_address(registration):
    (judged,) = hold_shared([CHANGED], {KEY: [held(ADA), held(BEN, registration=registration)]})

    assert judged == (
        CHANGED if registration in GONE else replace(CHANGED, state=ChangeState.HELD, reason=ChangeReason.SHARED_EMAIL)
    )


@pytest.mark.parametrize(
    ("until", "due"),
    [
        (march(1), march(16)),
        (march(2), march(16)),
        (march(3), march(16)),
        (march(16), march(16)),
        (march(17), march(17)),
        (march(20), march(20)),
    ],
)
def test_a_sharing_that_has_ended_puts_the_change_off_to_that_day(until, due):
    (judged,) = hold_shared([CHANGED], {KEY: [held(BEN, until=march(3)), held(CYD, until=until)]})

    assert judged == replace(CHANGED, due_date=due)


@pytest.mark.parametrize("state", list(ChangeState))
def test_only_a_change_that_has_not_gone_out_is_held(state):
    (judged,) = hold_shared([replace(CHANGED, state=state)], {KEY: [held(BEN)]})

    assert (judged.reason is ChangeReason.SHARED_EMAIL) == (state in (ChangeState.WAITING, ChangeState.QUEUED))


@pytest.mark.parametrize(
    ("given_up", "taken", "as_of", "expected"),
    [
        (date(2026, 1, 1), date(2026, 1, 1), date(2026, 1, 1), True),
        (date(2026, 1, 1), date(2026, 1, 31), date(2026, 3, 2), True),
        (date(2026, 1, 1), date(2026, 1, 31), date(2026, 3, 3), False),
        (date(2026, 1, 1), date(2026, 2, 1), date(2026, 2, 1), False),
        (date(2026, 1, 2), date(2026, 1, 1), date(2026, 1, 2), False),
        (None, date(2026, 1, 2), date(2026, 1, 2), False),
    ],
)
def test_an_address_is_handed_on_within_thirty_days_and_for_thirty_days(given_up, taken, as_of, expected):
    periods = [held(ADA, taken), held(BEN, date(2025, 1, 1), given_up)]

    assert is_handed_on(ADA, periods, as_of) is expected


def test_nobody_hands_an_address_on_to_themselves_or_to_one_who_never_showed_it():
    assert not is_handed_on(ADA, [held(ADA, march(1), march(2)), held(ADA, march(3))], march(3))
    assert not is_handed_on(ADA, [held(BEN, march(1), march(2))], march(3))


def test_an_address_is_taken_up_when_it_is_shown_without_a_break():
    broken = [held(ADA, date(2026, 1, 1), march(1)), held(ADA, march(10)), held(BEN, date(2025, 1, 1), march(9))]
    unbroken = [held(ADA, march(1)), held(ADA, date(2026, 1, 1), march(1)), held(BEN, date(2025, 1, 1), march(1))]

    assert is_handed_on(ADA, broken, march(10))
    assert not is_handed_on(ADA, unbroken, march(10))


def test_who_gave_it_up_and_shows_it_again_has_not_given_it_up():
    again = [held(ADA, march(5)), held(BEN, march(1), march(2)), held(BEN, march(3))]
    twice = [held(ADA, march(5)), held(BEN, march(1), march(2)), held(BEN, march(3), march(6))]

    assert not is_handed_on(ADA, again, march(5))
    assert not is_handed_on(ADA, twice, march(6))
    assert is_handed_on(ADA, [*twice, held(CYD, march(1), march(4))], march(6))
