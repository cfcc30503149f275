"""One sender's connection to the outbox, through conflicts and outages of the database.

A step is redone as a whole when the database asked for that. When the connection was lost with the answer to a
commit, a new session looks first whether the step was done: nobody may guess about an intent.
"""

import random
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import uuid4

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from gpsync.errors import GpsyncError
from gpsync.mail import failpoints
from gpsync.mails import Claim, Handover
from gpsync.rules import MailState, Rank
from gpsync.store import outbox

#: Serialisation failure, deadlock, lock not available, statement cancelled: nothing was done, try again.
_CONFLICTS = ("40001", "40P01", "55P03", "57014")
_TRIES = 3
#: Connection failures, and a server that is going down or coming up.
_OUTAGES = ("08", "57P")
_Answer = TypeVar("_Answer")
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 3.0


class DatabaseGone(GpsyncError):
    """The database could not be used for as long as a run waits for it."""


@dataclass(frozen=True)
class Terms:
    """What every sender of a run goes by. `outage_seconds` is how long a step waits for a lost database."""

    now: Callable[[], datetime]
    judged_at: datetime
    link_hours: int
    outage_seconds: float
    wait: Callable[[float], object] = time.sleep


class OutboxSession:
    """Takes mails and records what becomes of them; belongs to one thread. Its steps raise DatabaseGone."""

    def __init__(self, engine: Engine, terms: Terms) -> None:
        self._engine = engine
        self._terms = terms
        self._connection: Connection | None = None
        self._patience = terms.outage_seconds

    def claim(self, limit: int, last_rank: Rank) -> list[Claim]:
        """Take up to `limit` mails, none behind a rank. What a lost answer took is queued again first."""
        lease_token, now = uuid4().hex, self._terms.now()
        tries = 0

        def take(connection: Connection) -> list[Claim]:
            nonlocal tries
            tries += 1
            if tries > 1:
                outbox.release_lease(connection, lease_token, now)
            return outbox.claim(connection, lease_token, limit, now, self._terms.link_hours, last_rank)

        return self._do("claim", take)

    def intend(self, claim: Claim, body_sha256: str) -> bool:
        """Whether the mail may be handed over, which is then recorded for certain."""

        def record(connection: Connection) -> bool:
            return outbox.intend(connection, claim, body_sha256, self._terms.judged_at, self._terms.now())

        return self._surely("intent", record, claim, MailState.IN_DOUBT)

    def settle(self, claim: Claim, handover: Handover, next_at: datetime | None) -> bool:
        """Record how the handing over ended; False if somebody else has decided about the mail by now."""

        def record(connection: Connection) -> bool:
            return outbox.settle(connection, claim, handover, self._terms.now(), next_at)

        return self._surely("result", record, claim, outbox.state_after(handover, next_at))

    def withdraw(self, claim: Claim, reason: str) -> bool:
        """Cancel a mail that may not be sent."""

        def record(connection: Connection) -> bool:
            return outbox.withdraw(connection, claim, reason, self._terms.now())

        return self._surely("withdrawal", record, claim, MailState.CANCELLED)

    def hold_altered(self, claim: Claim) -> bool:
        """Hold a mail whose row was changed after it was planned."""

        def record(connection: Connection) -> bool:
            return outbox.hold_altered(connection, claim, self._terms.now())

        return self._surely("setting aside", record, claim, MailState.HELD)

    def release(self, claims: Iterable[Claim]) -> None:
        """Give back mails that were not tried."""
        taken = list(claims)
        if taken:
            self._do("release", lambda connection: outbox.release(connection, taken, self._terms.now()))

    def why_withdrawn(self, claim: Claim) -> str | None:
        """Which guard forbids the mail."""
        return self._do("look", lambda connection: outbox.why_withdrawn(connection, claim, self._terms.judged_at))

    def soonest(self, last_rank: Rank) -> datetime | None:
        """When the next mail up to a rank can be taken."""
        return self._do("look", lambda connection: outbox.soonest(connection, last_rank))

    def close(self) -> None:
        """Let go of the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _surely(self, step: str, action: Callable[[Connection], bool], claim: Claim, wanted: MailState) -> bool:
        """Do a step for one mail; True if it was done, by this try or by an earlier one whose answer was lost."""
        tries = 0

        def attempt(connection: Connection) -> bool:
            nonlocal tries
            tries += 1
            # The lease is this claim's alone, so nobody else can have brought the mail where it is. The epoch is
            # not: a claim may be lost with the server, and its number is given again.
            reached = outbox.MailPosition(wanted, claim.epoch, claim.lease_token)
            if tries > 1 and outbox.position_of(connection, claim.mail_id) == reached:
                return True
            # An earlier try may still be ending while this one waits for its lock.
            return action(connection) or (tries > 1 and outbox.position_of(connection, claim.mail_id) == reached)

        return self._do(step, attempt)

    def _do(self, step: str, action: Callable[[Connection], _Answer]) -> _Answer:
        """Do a step in a transaction of its own, again as a whole where that is safe."""
        ends = time.monotonic() + self._patience
        conflicts, pause = 0, _FIRST_PAUSE
        while True:
            try:
                return self._once(step, action)
            except DBAPIError as error:
                if _is_conflict(error) and conflicts < _TRIES:
                    conflicts += 1
                elif _is_outage(error) and time.monotonic() < ends:
                    self._drop()
                else:
                    # What is done on the way out waits no second time.
                    self._patience = 0
                    self._drop()
                    raise DatabaseGone(f"The database stopped the mailout: {_first_line(error)}") from None
            self._terms.wait(pause * (1 + random.random()))  # noqa: S311 - spreads senders apart, guards nothing
            pause = min(2 * pause, _LONGEST_PAUSE)

    def _once(self, step: str, action: Callable[[Connection], _Answer]) -> _Answer:
        if self._connection is None:
            self._connection = self._engine.connect()
        with self._connection.begin():
            answer = action(self._connection)
            failpoints.hit(f"before {step} commit")
        failpoints.hit(f"after {step} commit")
        return answer

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.invalidate()
            self.close()


def _is_conflict(error: DBAPIError) -> bool:
    return getattr(error.orig, "sqlstate", None) in _CONFLICTS


def _is_outage(error: DBAPIError) -> bool:
    state = getattr(error.orig, "sqlstate", None)
    return error.connection_invalidated or state is None or state.startswith(_OUTAGES)


def _first_line(error: DBAPIError) -> str:
    return str(error.orig).strip().splitlines()[0]
