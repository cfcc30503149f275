"""One-off bank holidays, such as a coronation's: told of by a setting, and kept wherever days are counted."""

from datetime import date

import pytest

from gpsync.bank_holidays import is_bank_holiday, observe_also, parse_bank_holidays
from gpsync.environment import load_settings
from gpsync.errors import WrongUse
from gpsync.verification.sending_days import sending_day
from gpsync.working_days import working_days_between

FRIDAY, MONDAY, TUESDAY = date(2027, 5, 7), date(2027, 5, 10), date(2027, 5, 11)


@pytest.fixture(autouse=True)
def _none_afterwards():
    yield
    observe_also(())


@pytest.mark.parametrize(
    ("setting", "next_day", "days"), [("", MONDAY, 2), (" 2027-05-10, ", TUESDAY, 1), ("2027-05-09", MONDAY, 2)]
)
def test_a_one_off_bank_holiday_is_no_sending_day_and_no_working_day(monkeypatch, setting, next_day, days):
    monkeypatch.setenv("GPSYNC_BANK_HOLIDAYS", setting)
    load_settings()

    assert sending_day(date(2027, 5, 8)) == next_day
    assert working_days_between(FRIDAY, TUESDAY) == days
    assert is_bank_holiday(date(2027, 12, 27)), "those that are known ahead stay"


def test_one_that_is_taken_back_is_kept_no_longer(monkeypatch):
    monkeypatch.setenv("GPSYNC_BANK_HOLIDAYS", "2027-05-10")
    load_settings()
    monkeypatch.delenv("GPSYNC_BANK_HOLIDAYS")
    load_settings()

    assert not is_bank_holiday(MONDAY)


@pytest.mark.parametrize("text", ["10/05/2027", "2027-05-32", "2027-05-10;2027-05-11", "May"])
def test_what_is_no_date_is_named(text):
    with pytest.raises(WrongUse, match=r"GPSYNC_BANK_HOLIDAYS is wrong: .* is not a date"):
        parse_bank_holidays(text)
