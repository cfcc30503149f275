"""When a run stops by itself: the mail service is down, or it refuses too much (C-45)."""

import threading
from collections import deque

from gpsync.rules import Verdict

_REFUSED = (Verdict.BOUNCED, Verdict.POLICY_HELD)


class Breakers:
    """Watches what the senders of a run meet; several threads may tell it.

    `channel_errors` in a row, or so many policy refusals in a row, trip it; so do more refusals among the last
    `refused_of_last` mails than `refused_percent` of that number. Fewer mails are not waited for: a run that
    begins with refusals is stopped by the same count.
    """

    def __init__(self, channel_errors: int, refused_percent: float, refused_of_last: int) -> None:
        self._lock = threading.Lock()
        self._most_in_a_row = channel_errors
        self._most_refused = refused_percent / 100 * refused_of_last
        self._last: deque[bool] = deque(maxlen=refused_of_last)
        self._channel_errors = 0
        self._policy_refusals = 0

    def channel_failed(self, because: str | None = None) -> str | None:
        """Count a failure of the mail service, for a reason if one is known; why the run must stop, or None."""
        with self._lock:
            self._channel_errors += 1
            if self._channel_errors < self._most_in_a_row:
                return None
            failed = f"The mail service failed {self._channel_errors} times in a row"
            if because:
                return f"{failed}, and then: {because} Run the mailout again when that is put right."
            return f"{failed}: see whether it is up, then run the mailout again."

    def answered(self, verdict: Verdict) -> str | None:
        """Count an answer about a mail; the sentence why the run must stop, or None."""
        with self._lock:
            self._channel_errors = 0
            self._policy_refusals = self._policy_refusals + 1 if verdict is Verdict.POLICY_HELD else 0
            self._last.append(verdict in _REFUSED)
            return self._too_much_refused()

    def _too_much_refused(self) -> str | None:
        if self._policy_refusals >= self._most_in_a_row:
            return (
                f"The mail service refused {self._policy_refusals} mails in a row because of us: "
                "ask its operator why, then run the mailout again."
            )
        refused = sum(self._last)
        if refused > self._most_refused:
            return (
                f"The mail service refused {refused} of the last {len(self._last)} mails: "
                "see `gpsync status` for the codes, then run the mailout again."
            )
        return None
