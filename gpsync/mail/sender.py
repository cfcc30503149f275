"""One sender of a mailout: its SMTP connection, its session with the outbox, and one mail after the other."""

import hashlib
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from gpsync import rules
from gpsync.errors import AlteredMail
from gpsync.mail import failpoints
from gpsync.mail.handover import hand_over
from gpsync.mail.journal import Journal
from gpsync.mail.outbox_session import DatabaseGone, OutboxSession
from gpsync.mail.run_state import WITHDRAWN, RunState
from gpsync.mail.smtp_connection import ChannelError, SmtpConnection
from gpsync.mail.throttle import Throttle
from gpsync.mails import Claim, Handover, Outgoing, Reply
from gpsync.rules import ChangeReason, MailReason, Phase, Rank, Verdict
from gpsync.store import outbox

#: Mails taken at a time: few enough to be dealt with long before their leases lapse.
BATCH = 20
#: Mails not begun within this part of their lease go back to the queue.
_LEASE_SECONDS = rules.LEASE_MINUTES * 60 / 2
#: A mail at which the mail service fails so often is deferred as if it had been refused: others wait behind it.
_FAILURES_OF_ONE_MAIL = 3
_NOT_GIVEN = Handover(Verdict.DEFERRED, Phase.BODY)


@dataclass(frozen=True)
class Tools:
    """What a sender works with.

    `write` raises AlteredMail for a mail that is not as it was planned, and ValueError for one that cannot be written.
    `channel_pauses` are seconds after failures in a row; the last one repeats.
    """

    open_connection: Callable[[], SmtpConnection]
    write: Callable[[Claim], Outgoing]
    verdict_of: Callable[[Phase, Reply | None], Verdict]
    next_try: Callable[[int, datetime, datetime, float], datetime | None]
    journal: Journal
    throttle: Throttle
    now: Callable[[], datetime]
    mails_per_connection: int
    patience_seconds: float
    channel_pauses: Sequence[float]


class Sender:
    """Belongs to one thread."""

    def __init__(self, tools: Tools, session: OutboxSession, run: RunState) -> None:
        self._tools, self._session, self._run = tools, session, run
        self._smtp: SmtpConnection | None = None
        self._failures = 0
        self._idle_since: float | None = None

    def work(self) -> None:
        """Send until nothing is left, the run has ended, or the database is gone."""
        try:
            while self._run.goes_on() and (room := self._run.room()) > 0:
                last_rank = self._run.last_rank()
                claims = self._session.claim(min(BATCH, room), last_rank)
                if claims:
                    self._send_all(claims)
                elif not self._await_more(last_rank):
                    return
        except DatabaseGone as error:
            self._run.end(str(error))
        except BaseException:
            self._run.end("It met an error of its own.")
            raise
        finally:
            self._close()
            self._session.close()

    def _await_more(self, last_rank: Rank) -> bool:
        """Wait for mails that were refused for now and may be tried again soon (greylisting)."""
        self._idle_since = self._idle_since or time.monotonic()
        soonest = self._session.soonest(last_rank)
        left = self._tools.patience_seconds - (time.monotonic() - self._idle_since)
        if soonest is None or left <= 0 or soonest > self._tools.now() + timedelta(seconds=left):
            return False
        pause = (soonest - self._tools.now()).total_seconds()
        self._run.wait(max(pause, 0.05))
        return True

    def _send_all(self, claims: Sequence[Claim]) -> None:
        """Deal with these mails; those not begun go back to the queue."""
        begin_by = time.monotonic() + _LEASE_SECONDS
        left = list(claims)
        try:
            while left and self._may_begin(left[0], begin_by):
                if not self._deal_with(left[0]):
                    break
                left.pop(0)
        finally:
            # Only what is merely taken goes back to the queue: a mail in doubt stays so.
            self._session.release(left)
        if self._failures:
            pauses = self._tools.channel_pauses
            self._run.wait(pauses[min(self._failures, len(pauses)) - 1])

    def _may_begin(self, claim: Claim, begin_by: float) -> bool:
        domain = claim.recipient_key.rpartition("@")[2]
        while self._run.goes_on() and time.monotonic() < begin_by:
            seconds = self._tools.throttle.wait_for(domain)
            if seconds <= 0:
                break
            self._run.wait(seconds)
        if time.monotonic() >= begin_by or not self._run.begin(claim.rank):
            return False
        self._tools.throttle.took(domain)
        return True

    def _deal_with(self, claim: Claim) -> bool:
        """Try one mail that was begun; False if it is to go back to the queue untried."""
        outcome: str | None = None
        try:
            outcome = self._try(claim)
        finally:
            if outcome is None:
                self._run.given_back(claim.rank)
            else:
                self._run.ended(claim.mail_id, outcome)
        return outcome is not None

    def _try(self, claim: Claim) -> str | None:
        """What became of the mail: a verdict, WITHDRAWN, or None if it was not tried."""
        try:
            outgoing = self._tools.write(claim)
            body_sha256 = hashlib.sha256(outgoing.message).hexdigest()
            if claim.body_sha256 not in (None, body_sha256):
                return self._withdraw(claim, outbox.LETTER_CHANGED)
            smtp = self._open()
            return self._hand_over(smtp, claim, outgoing, body_sha256) if smtp else None
        except AlteredMail:
            return self._hold_altered(claim)
        except ValueError:
            # An address or a letter that must not be sent. Many of these are our own fault.
            self._run.answered(Handover(Verdict.POLICY_HELD, Phase.SENDER))
            return self._withdraw(claim, ChangeReason.INVALID_EMAIL)

    def _hand_over(self, smtp: SmtpConnection, claim: Claim, outgoing: Outgoing, body_sha256: str) -> str | None:
        has_intent = False

        def intend() -> bool:
            nonlocal has_intent
            has_intent = self._session.intend(claim, body_sha256)
            return has_intent

        try:
            handover = hand_over(smtp, outgoing, intend, self._tools.verdict_of)
        except DatabaseGone:
            # Whether the intent is recorded is not known; that the dot has not been sent is.
            self._write_down(claim, _NOT_GIVEN, self._tools.now())
            raise
        if handover.verdict is None:
            return self._not_allowed(claim)
        if handover.verdict in (Verdict.CHANNEL_BACKOFF, Verdict.CHANNEL_STOP):
            return self._channel_refused(claim, handover)
        self._failures = 0
        self._run.answered(handover)
        return self._record(claim, handover, has_intent=has_intent)

    def _record(self, claim: Claim, handover: Handover, *, has_intent: bool) -> str:
        """Write the outcome down: into the journal once the mail may have gone, then into the database."""
        now = self._tools.now()
        next_at = None
        if handover.verdict is Verdict.DEFERRED:
            # Spreads the tries; it guards nothing.
            next_at = self._tools.next_try(claim.attempts + 1, claim.first_tried_at, now, random.random())  # noqa: S311
        if has_intent:
            self._write_down(claim, handover, now)
        self._session.settle(claim, handover, next_at)
        return str(handover.verdict)

    def _write_down(self, claim: Claim, handover: Handover, now: datetime) -> None:
        failpoints.hit("before result journal")
        try:
            self._tools.journal.append(claim.mail_id, claim.epoch, claim.lease_token, handover, now)
        except OSError as error:
            # The database may still take this one, but no other mail may go without the journal.
            self._run.end(f"The journal {self._tools.journal.path} cannot be written: {error.strerror}.")
        failpoints.hit("after result journal")

    def _not_allowed(self, claim: Claim) -> str | None:
        """The intent was refused: find out why, and withdraw the mail unless it is not ours to withdraw."""
        reason = self._session.why_withdrawn(claim)
        if reason == outbox.NEWER_EXTRACT:
            self._run.end(
                "An extract was accepted meanwhile: run the mailout again, so that it takes the extract into account."
            )
            return None
        if reason == outbox.LEASE_LOST:
            return None
        if reason == MailReason.ALTERED:
            return self._hold_altered(claim)
        # The one thing the intent compares besides is the letter itself.
        return self._withdraw(claim, reason or outbox.LETTER_CHANGED)

    def _withdraw(self, claim: Claim, reason: str) -> str:
        self._session.withdraw(claim, reason)
        return WITHDRAWN

    def _hold_altered(self, claim: Claim) -> str:
        self._session.hold_altered(claim)
        return WITHDRAWN

    def _channel_refused(self, claim: Claim, handover: Handover) -> str | None:
        if handover.verdict is Verdict.CHANNEL_STOP:
            self._run.end(
                f"The mail service refuses us with code {handover.code}: check the sending account and its address."
            )
            return None
        self._failures += 1
        if self._run.channel_failed(claim.mail_id) < _FAILURES_OF_ONE_MAIL:
            return None
        deferred = Handover(Verdict.DEFERRED, handover.phase, handover.code, handover.enhanced)
        return self._record(claim, deferred, has_intent=False)

    def _open(self) -> SmtpConnection | None:
        """The open connection to the mail service, a new one after so many mails; None if there is none to be had."""
        if self._smtp and (self._smtp.closed or self._smtp.mails >= self._tools.mails_per_connection):
            self._close()
        try:
            self._smtp = self._smtp or self._tools.open_connection()
        except ChannelError as error:
            self._failures += 1
            self._run.end(str(error) if error.fatal else None)
            self._run.channel_failed(because=str(error))
        return self._smtp

    def _close(self) -> None:
        if self._smtp:
            self._smtp.close()
            self._smtp = None
