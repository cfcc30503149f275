"""The mailout's engine: sends what is in the outbox through several connections at once (C-43 to C-50).

What may be mailed was decided before; here it is only made sure that each mail goes out at most once, that
nothing is lost silently, and that a run stops when the mail service does not want it.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import Engine, NullPool

from gpsync import progress, rules
from gpsync.errors import GpsyncError
from gpsync.mail.circuit_breaker import CircuitBreaker
from gpsync.mail.journal import Journal, for_certain
from gpsync.mail.outbox_session import OutboxSession, Terms
from gpsync.mail.run_state import WITHDRAWN, RunState
from gpsync.mail.sender import Sender, Tools
from gpsync.mail.smtp_connection import SmtpConnection
from gpsync.mail.throttle import Throttle
from gpsync.mails import Claim, Outgoing, Reply
from gpsync.rules import MailState, Phase, Rank, Verdict
from gpsync.store import outbox
from gpsync.store.sessions import engine_for

#: The states of a mail before its intent is recorded.
#: Seconds to wait after each failure of the mail service in a row; the last one repeats.
CHANNEL_PAUSES = (0.5, 1, 2, 4, 8, 15, 30, 60)


@dataclass(frozen=True)
class SendingLimits:
    """How much and how fast a run may send; 0 mails a minute means no limit. `cap` is for the run.

    First links leave the last `reserved` mails of the cap to all others.
    """

    cap: int
    reserved: int = 0
    per_minute: int = rules.PER_MINUTE
    per_domain_minute: int = rules.PER_DOMAIN_MINUTE
    connections: int = rules.CONNECTIONS
    mails_per_connection: int = rules.MAILS_PER_CONNECTION
    channel_errors: int = rules.CHANNEL_ERRORS
    channel_errors_at_first: int = rules.CHANNEL_ERRORS_AT_FIRST
    refused_percent: float = rules.REFUSED_PERCENT
    refused_of_last: int = rules.REFUSED_OF_LAST
    policy_in_a_row: int = rules.POLICY_IN_A_ROW
    policy_refused: int = rules.POLICY_REFUSED
    policy_of_last: int = rules.POLICY_OF_LAST


@dataclass(frozen=True)
class Dispatched:
    """What became of the mails of a run, each counted by its last outcome; `deferred` includes those given up.

    `recovered` answers were found in the journal of an earlier run, `lost` mails had been left in doubt by one.
    `stopped_because` is a sentence for people, None for a run that ended because nothing was left or its cap reached.
    """

    sent: int = 0
    deferred: int = 0
    bounced: int = 0
    policy_held: int = 0
    unknown: int = 0
    withdrawn: int = 0
    stopped_because: str | None = None
    recovered: int = 0
    lost: int = 0


def dispatch(
    engine: Engine,
    open_connection: Callable[[], SmtpConnection],
    write: Callable[[Claim], Outgoing],
    verdict_of: Callable[[Phase, Reply | None], Verdict],
    next_try: Callable[[int, datetime, datetime, float], datetime | None],
    journal: Journal,
    limits: SendingLimits,
    *,
    now: Callable[[], datetime],
    judged_at: datetime,
    link_hours: int = rules.LINK_HOURS,
    stop: threading.Event | None = None,
    tell: Callable[[int, int], None] = lambda done, total: None,
    until: Callable[[], bool] = lambda: False,
    why_not: Callable[[], str | None] = lambda: None,
    throttle: Throttle | None = None,
    patience_seconds: float = 0.0,
    outage_seconds: float = 30.0,
    channel_pauses: Sequence[float] = CHANNEL_PAUSES,
) -> Dispatched:
    """Send what the outbox has ready, and say what became of it.

    `judged_at` is when it was judged who may be mailed: an extract accepted later ends the run. `stop`, once set,
    and `until`, once true, end it after the mails in hand, as does `why_not`, once it says why no other may be begun.
    `patience_seconds` is how long mails refused for now are awaited at the end, `outage_seconds` how long a lost
    database is. Raises GpsyncError when the journal
    knows of mails that the database has no record of.
    """
    recovered = replay(engine, journal)
    with engine.begin() as connection:
        swept = outbox.sweep(connection, now())
        ready = outbox.ready(connection, now())
    breaker = CircuitBreaker(
        channel_errors=limits.channel_errors,
        channel_errors_at_first=limits.channel_errors_at_first,
        refused=(limits.refused_percent / 100 * limits.refused_of_last, limits.refused_of_last),
        policy_in_a_row=limits.policy_in_a_row,
        policy_refused=(limits.policy_refused, limits.policy_of_last),
    )
    others = sum(ready.values()) - ready.get(Rank.FIRST_LINK, 0)
    run = RunState(
        limits.cap,
        _expected(limits, ready.get(Rank.FIRST_LINK, 0), others),
        breaker,
        stop or threading.Event(),
        tell=tell,
        until=until,
        reserved=limits.reserved,
        others=others,
        why_not=why_not,
        # Senders are threads; the listener of this run is known to its own thread only.
        say=partial(copy_context().run, progress.say),  # type: ignore[call-arg]
    )
    tools = Tools(
        open_connection=open_connection,
        write=write,
        verdict_of=verdict_of,
        next_try=next_try,
        journal=journal,
        throttle=throttle or Throttle(limits.per_minute, limits.per_domain_minute),
        now=now,
        mails_per_connection=limits.mails_per_connection,
        patience_seconds=patience_seconds,
        channel_pauses=channel_pauses,
    )
    terms = Terms(now, judged_at, link_hours, outage_seconds)
    with _own_connections(engine) as own:
        _work([Sender(tools, OutboxSession(own, terms), run) for _ in range(limits.connections)], run)
    return _dispatched(run, recovered, swept.in_doubt)


def _expected(limits: SendingLimits, first_links: int, others: int) -> int:
    """How many of the ready mails the cap leaves room for."""
    before = min(limits.cap, others)
    return before + max(0, min(first_links, limits.cap - limits.reserved - before))


def replay(engine: Engine, journal: Journal) -> int:
    """Bring the journal's answers home and clear it; returns how many the database did not have yet.

    Raises GpsyncError, and keeps the journal, when the database is older than it.
    """
    entries, newest = journal.entries(), journal.newest()
    handed_over = [*([newest] if newest else []), *for_certain(entries)]
    with engine.begin() as connection:
        positions = outbox.positions_for_certain(connection, {entry.mail_id for entry in (*entries, *handed_over)})
        for entry in handed_over:
            if _is_older(positions.get(entry.mail_id), entry.epoch):
                raise GpsyncError(_restored(journal, handed_over[-1].at))
        open_ones = (entry for entry in entries if _is_open(positions.get(entry.mail_id)))
        recovered = sum(
            outbox.record(connection, entry.mail_id, entry.epoch, entry.lease_token, entry.handover, entry.at, entry.at)
            for entry in open_ones
        )
    journal.clear()
    return recovered


def _restored(journal: Journal, last: datetime) -> str:
    return (
        f"{journal.path.parent} records mails, the last at {last:%Y-%m-%d %H:%M} UTC, that this database has no "
        "record of sending: was it restored from a backup? Cancel what went out since that backup before anything is "
        f"sent, then move {journal.path.name} and {journal.newest_path.name} away."
    )


def _is_open(position: outbox.MailPosition | None) -> bool:
    """Whether an answer could still change a mail's state."""
    return position is not None and position.state in (MailState.CLAIMED, MailState.IN_DOUBT, MailState.UNKNOWN)


def _is_older(position: outbox.MailPosition | None, epoch: int) -> bool:
    """Whether a mail is back in its state from before it was handed over in this epoch: the intent came first."""
    if position is None:
        return True
    return position.epoch < epoch or (position.epoch == epoch and position.state in rules.BEFORE_INTENT_STATES)


@contextmanager
def _own_connections(engine: Engine) -> Iterator[Engine]:
    """The same database without a pool: however many senders there are, each has a connection of its own."""
    own = engine_for(engine.url, NullPool)
    try:
        yield own
    finally:
        own.dispose()


def _work(senders: Sequence[Sender], run: RunState) -> None:
    """Let the senders work side by side; an error that one did not expect is raised when all have ended."""
    with ThreadPoolExecutor(len(senders), thread_name_prefix="sender") as pool:
        working = [pool.submit(sender.work) for sender in senders]
        try:
            for done in working:
                done.result()
        except BaseException:
            # Ctrl-C reaches this thread only: the senders finish the mails in hand and begin no others.
            run.end("It was interrupted.")
            raise


def _dispatched(run: RunState, recovered: int, lost: int) -> Dispatched:
    return Dispatched(
        sent=run.count(Verdict.SENT),
        deferred=run.count(Verdict.DEFERRED),
        bounced=run.count(Verdict.BOUNCED),
        policy_held=run.count(Verdict.POLICY_HELD),
        unknown=run.count(Verdict.UNKNOWN),
        withdrawn=run.count(WITHDRAWN),
        stopped_because=run.stopped_because,
        recovered=recovered,
        lost=lost,
    )
