"""How long a suspension may last before what waits is given up: twelve months to the day (C-19)."""

from datetime import date, timedelta

import pytest

from gpsync.window.status import Status


@pytest.mark.parametrize(
    ("since", "last_day"),
    [
        (date(2026, 1, 31), date(2027, 1, 31)),
        (date(2026, 3, 15), date(2027, 3, 15)),
        (date(2026, 11, 30), date(2027, 11, 30)),
        (date(2026, 12, 1), date(2027, 12, 1)),
        (date(2026, 12, 31), date(2027, 12, 31)),
        (date(2027, 2, 28), date(2028, 2, 28)),
        (date(2028, 2, 29), date(2029, 2, 28)),
    ],
)
def test_a_suspension_is_too_long_on_the_day_after_twelve_months(since, last_day):
    status = Status(suspended_since=since)

    assert not status.suspended_too_long(last_day)
    assert status.suspended_too_long(last_day + timedelta(days=1))
    assert not Status().suspended_too_long(last_day)
