"""When a mismatch is past its limit: of each severity the last day within it, and the first day past it."""

from datetime import date

import pytest

from gpsync.reconciliation.ageing import is_past_limit
from gpsync.rules import Severity

MONDAY, FRIDAY = date(2026, 3, 16), date(2026, 3, 13)
#: The day before Good Friday; Easter Monday is no working day either.
MAUNDY_THURSDAY = date(2026, 4, 2)


@pytest.mark.parametrize(
    ("severity", "since", "within", "past"),
    [
        (Severity.CRITICAL, MONDAY, date(2026, 3, 16), date(2026, 3, 17)),
        (Severity.CRITICAL, FRIDAY, date(2026, 3, 15), date(2026, 3, 16)),
        (Severity.CRITICAL, MAUNDY_THURSDAY, date(2026, 4, 6), date(2026, 4, 7)),
        (Severity.HIGH, MONDAY, date(2026, 3, 23), date(2026, 3, 24)),
        (Severity.HIGH, MAUNDY_THURSDAY, date(2026, 4, 13), date(2026, 4, 14)),
        (Severity.MEDIUM, MONDAY, date(2026, 3, 30), date(2026, 3, 31)),
        (Severity.LOW, MONDAY, date(2026, 4, 16), date(2026, 4, 17)),
    ],
)
def test_a_mismatch_is_past_its_limit_on_the_day_after_the_last(severity, since, within, past):
    assert not is_past_limit(severity, since, since)
    assert not is_past_limit(severity, since, within)
    assert is_past_limit(severity, since, past)


def test_information_has_no_limit():
    assert not is_past_limit(Severity.INFO, MONDAY, date(2030, 1, 1))
