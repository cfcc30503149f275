"""When a run stops early: the mail service is down, or it refuses too much (C-45)."""

import threading
from collections import deque

from gpsync import rules
from gpsync.rules import Verdict

_ASK = "see `gpsync status` for the codes, ask its operator why, then run the mailout again."
_REFUSED = (Verdict.BOUNCED, Verdict.POLICY_HELD)


class CircuitBreaker:
    """Watches what the senders of a run meet; several threads may report to it.

    `channel_errors` in a row trip it; as long as no mail was answered, `channel_errors_at_first` do. So does a mail
    service that refuses us: `policy_in_a_row`, or `policy_refused[0]` among the last `policy_refused[1]` mails. So do
    more than `refused[0]` refusals of either kind among the last `refused[1]` mails. Fewer mails are not waited for: a
    run that begins with refusals is stopped by the same counts.
    """

    def __init__(
        self,
        *,
        channel_errors: int,
        channel_errors_at_first: int = rules.CHANNEL_ERRORS_AT_FIRST,
        refused: tuple[float, int],
        policy_in_a_row: int,
        policy_refused: tuple[int, int],
    ) -> None:
        self._lock = threading.Lock()
        self._most_channel_errors, self._most_in_a_row = channel_errors, policy_in_a_row
        self._most_refused, self._most_policy = refused[0], policy_refused[0]
        self._refused: deque[bool] = deque(maxlen=refused[1])
        self._policy: deque[bool] = deque(maxlen=policy_refused[1])
        self._most_at_first = min(channel_errors, channel_errors_at_first)
        self._channel_errors = 0
        self._was_answered = False
        self._in_a_row = 0

    def channel_failed(self, because: str | None = None) -> str | None:
        """Count a failure of the mail service, for a reason if one is known; why the run must stop, or None."""
        with self._lock:
            self._channel_errors += 1
            if self._channel_errors < (self._most_channel_errors if self._was_answered else self._most_at_first):
                return None
            failed = f"The mail service failed {self._channel_errors} times in a row"
            if because:
                return f"{failed}, and then: {because} Run the mailout again when that is fixed."
            return f"{failed}: check that it is running, then run the mailout again."

    def answered(self, verdict: Verdict) -> str | None:
        """Count an answer about a mail; the sentence why the run must stop, or None."""
        with self._lock:
            self._channel_errors, self._was_answered = 0, True
            refuses_us = verdict is Verdict.POLICY_HELD
            self._in_a_row = self._in_a_row + 1 if refuses_us else 0
            self._policy.append(refuses_us)
            self._refused.append(verdict in _REFUSED)
            return self._too_much_refused()

    def _too_much_refused(self) -> str | None:
        policy, refused = sum(self._policy), sum(self._refused)
        if self._in_a_row >= self._most_in_a_row:
            return f"The mail service refused {self._in_a_row} mails in a row because of us: {_ASK}"
        if policy >= self._most_policy:
            return f"The mail service refused {policy} of the last {len(self._policy)} mails because of us: {_ASK}"
        if refused > self._most_refused:
            return (
                f"The mail service refused {refused} of the last {len(self._refused)} mails: "
                "see `gpsync status` for the codes, then run the mailout again."
            )
        return None
