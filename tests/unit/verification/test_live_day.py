"""About which day mails may be sent: today, and another one in a rehearsal only."""

from datetime import date, timedelta

import pytest

from gpsync.verification.live_day import why_not_live

TODAY = date(2026, 11, 30)


@pytest.mark.parametrize("rehearsal", [False, True])
@pytest.mark.parametrize("days", [-1, 0, 1])
def test_mails_are_about_today_or_rehearsed(days, rehearsal):
    why = why_not_live(TODAY + timedelta(days=days), TODAY, rehearsal=rehearsal)

    assert (why is None) == (rehearsal or days == 0)
    assert why is None or f"today is {TODAY}, not {TODAY + timedelta(days=days)}" in why
