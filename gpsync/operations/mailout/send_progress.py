"""How far the sending has got: shown for each mail at a terminal, and to an observer now and then."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from gpsync import progress
from gpsync.london import in_london

#: Seconds between two reports to the run's observer.
_TELL_SECONDS = 5.0


class SendProgress:
    """Reports how many of the mails are done, and by the clock `now` when all will be.

    `show`, if any, is given the per cent for an observer.
    """

    def __init__(self, now: Callable[[], datetime], show: Callable[[float], None] | None) -> None:
        self._now, self._show = now, show
        self._shown_at = self._began_at = time.monotonic()

    def __call__(self, done: int, total: int) -> None:
        """Report that so many of all mails are done."""
        progress.step(self._words(done, total), done, total)
        is_time = done == total or time.monotonic() - self._shown_at > _TELL_SECONDS
        if self._show is not None and is_time:
            self._shown_at = time.monotonic()
            self._show(100.0 * done / total)

    def _words(self, done: int, total: int) -> str:
        """What is being done, how fast, and until when it takes at that rate."""
        seconds = time.monotonic() - self._began_at
        if not done or seconds <= 0:
            return "mails"
        ends = in_london(self._now()) + timedelta(seconds=(total - done) * seconds / done)
        return f"mails, {60 * done / seconds:,.0f} a minute, until about {ends:%H:%M}"
