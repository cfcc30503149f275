"""Working days: 3 April 2026 is Good Friday, 6 April Easter Monday, 25 and 28 December are kept."""

from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpsync.working_days import all_working_days_before, working_days_before, working_days_between

DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2026-03-16", "2026-03-16", 0),
        ("2026-03-16", "2026-03-17", 1),
        ("2026-03-13", "2026-03-16", 1),  # over a weekend
        ("2026-03-14", "2026-03-15", 0),  # Saturday to Sunday
        ("2026-04-02", "2026-04-07", 1),  # over Easter
        ("2026-12-24", "2027-01-04", 4),  # over Christmas and New Year
        ("2026-03-17", "2026-03-16", -1),
    ],
)
def test_working_days_between_count_the_end_and_not_the_start(start, end, expected):
    assert working_days_between(date.fromisoformat(start), date.fromisoformat(end)) == expected


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        ("2026-03-18", 5, "2026-03-11"),  # a Wednesday
        ("2026-03-16", 1, "2026-03-15"),  # on Monday the whole weekend lies 1 working day back
        ("2026-03-14", 1, "2026-03-12"),
        ("2026-04-08", 5, "2026-03-30"),  # 31 March, 1, 2, 7 and 8 April
        ("2027-01-04", 5, "2026-12-23"),  # 24, 29, 30 and 31 December, 4 January
    ],
)
def test_going_back_working_days(day, count, expected):
    assert working_days_before(date.fromisoformat(day), count) == date.fromisoformat(expected)


@given(DAYS, st.integers(1, 30))
def test_going_back_finds_the_last_day_from_which_enough_have_passed(day, count):
    before = working_days_before(day, count)

    assert working_days_between(before, day) == count
    assert working_days_between(before + timedelta(days=1), day) == count - 1


def test_a_column_of_days_keeps_its_blanks_and_its_index():
    days = pd.Series(pd.to_datetime(["2026-03-18", None]), index=[7, 9])

    assert all_working_days_before(days, 5).to_dict() == {7: pd.Timestamp(2026, 3, 11), 9: pd.NaT}
    assert all_working_days_before(days.head(0), 5).empty


def test_no_working_days_back_is_a_slip():
    with pytest.raises(ValueError, match="at least 1 working day"):
        working_days_before(date(2026, 3, 18), 0)
