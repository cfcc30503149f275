"""What the senders of one run share: how many mails may still go, what became of them, and whether to go on."""

import threading
import time
from collections import Counter
from collections.abc import Callable

from gpsync.mail.circuit_breaker import CircuitBreaker
from gpsync.mails import Handover
from gpsync.rules import HANDED_OVER_VERDICTS, Rank, Verdict

#: A mail that was cancelled, or held, at the last moment.
WITHDRAWN = "withdrawn"
#: Seconds after which a sender that waits looks whether the run has ended.
_GLANCE = 0.2


class RunState:
    """The state of a run; every sender's thread may use it.

    `cap` is how many mails may be handed over in all, the last `reserved` of them no first links; `total` how many are
    expected to be tried, for `tell`, which is called with how many have been dealt with and that number. `until` says
    whether the hours of sending are over. `others` mails are ready that go before first links, and are left room for
    even while other senders have only taken them. `why_not` says why no other mail may be begun, or None. `say` is
    called at once when the mail service fails for the first time.
    """

    def __init__(
        self,
        cap: int,
        total: int,
        breaker: CircuitBreaker,
        stop: threading.Event,
        *,
        tell: Callable[[int, int], None],
        until: Callable[[], bool],
        reserved: int = 0,
        others: int = 0,
        why_not: Callable[[], str | None] = lambda: None,
        say: Callable[[str], None] = lambda line: None,
    ) -> None:
        self._cap, self._reserved, self._others = cap, reserved, others
        self._total, self._breaker, self._stop = total, breaker, stop
        self._tell, self._until, self._why_not, self._say = tell, until, why_not, say
        self._has_failed = False
        self._changed = threading.Condition()
        self._given = self._in_hand = 0
        # Deferred mails may be tried again in the same run; of all others a count is enough.
        self._deferred: set[str] = set()
        self._done: Counter[str] = Counter()
        self._failures: Counter[str] = Counter()
        self.stopped_because: str | None = None

    def goes_on(self) -> bool:
        """Whether another mail may be begun."""
        if self._stop.is_set():
            self.end("It was asked to stop.")
        elif self._until():
            self.end("The hours in which mails are sent are over.")
        else:
            self.end(self._why_not())
        return self.stopped_because is None

    def end(self, because: str | None) -> None:
        """End the run, for the first reason given; None changes nothing."""
        with self._changed:
            self.stopped_because = self.stopped_because or because
            self._changed.notify_all()

    def room(self, rank: Rank = min(Rank)) -> int:
        """How many more mails of a rank may be begun now; waits while that depends on mails that others have in hand.

        First links leave a part of the cap to all others (C-48).
        """
        with self._changed:
            while self._in_hand and self._left(rank) <= 0 < self._left(rank) + self._in_hand and self.goes_on():
                self._changed.wait(_GLANCE)
            return self._left(rank)

    def _left(self, rank: Rank) -> int:
        kept = self._reserved + max(0, self._others) if rank is Rank.FIRST_LINK else 0
        return self._cap - kept - self._given - self._in_hand

    def last_rank(self) -> Rank:
        """The last rank of which a mail may be begun."""
        return Rank.FIRST_LINK if self.room(Rank.FIRST_LINK) > 0 else Rank.REMINDER

    def begin(self, rank: Rank) -> bool:
        """Begin a mail, to be ended by `ended` or `given_back`; False if there is no more room for its rank."""
        with self._changed:
            if not self.room(rank) > 0 or not self.goes_on():
                return False
            self._in_hand += 1
            self._others -= rank is not Rank.FIRST_LINK
            return True

    def ended(self, mail_id: str, outcome: str) -> None:
        """Note what became of a mail that was begun: a verdict, or WITHDRAWN."""
        with self._changed:
            self._in_hand -= 1
            self._given += outcome in HANDED_OVER_VERDICTS
            self._deferred.discard(mail_id)
            if outcome == Verdict.DEFERRED:
                self._deferred.add(mail_id)
            else:
                self._done[outcome] += 1
            self._changed.notify_all()
            dealt_with = len(self._deferred) + self._done.total()
            self._tell(dealt_with, max(self._total, dealt_with))

    def given_back(self, rank: Rank) -> None:
        """A mail of a rank that was begun has not been tried after all."""
        with self._changed:
            self._in_hand -= 1
            self._others += rank is not Rank.FIRST_LINK
            self._changed.notify_all()

    def answered(self, handover: Handover) -> None:
        """Note the mail service's answer about a mail."""
        if handover.verdict is not None:
            self.end(self._breaker.answered(handover.verdict))

    def channel_failed(self, mail_id: str | None = None, because: str | None = None) -> int:
        """Note that the mail service failed; returns how often it has with this mail in hand."""
        self.end(self._breaker.channel_failed(because))
        with self._changed:
            if not self._has_failed:
                # A person who waits wants to know now, not when the run gives up.
                self._has_failed = True
                self._say(f"{because or 'The mail service failed.'} It is tried again.")
            self._failures.update([mail_id] if mail_id else [])
            return self._failures[mail_id] if mail_id else 0

    def wait(self, seconds: float) -> None:
        """Wait, but no longer than the run goes on."""
        ends = time.monotonic() + seconds
        while (left := ends - time.monotonic()) > 0 and self.goes_on():
            self._stop.wait(min(left, _GLANCE))

    def count(self, outcome: str) -> int:
        """For how many mails this was the last outcome in this run."""
        return len(self._deferred) if outcome == Verdict.DEFERRED else self._done[outcome]
