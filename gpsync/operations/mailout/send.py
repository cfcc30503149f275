"""The loop that hands mails over, within the day's cap."""

import time
from collections.abc import Callable
from datetime import date, datetime
from functools import partial

from gpsync import rules
from gpsync.bounces.replies import verdict_of
from gpsync.errors import LockLost
from gpsync.interrupts import awaited
from gpsync.mail.dispatch import SendingLimits, dispatch
from gpsync.mail.journal import Journal
from gpsync.mail.smtp_connection import open_connection
from gpsync.operations.context import Context
from gpsync.operations.mailout.letter_writer import LetterWriter
from gpsync.settings import Settings
from gpsync.store.locks import RunLock
from gpsync.store.outbox import queries
from gpsync.verification.mail_states import next_try
from gpsync.verification.pace import reserved

_JOURNAL = "mail-journal.jsonl"
#: A run waits so long for mails that were refused for now: the first pause, and what it may be drawn out by.
_PATIENCE_SECONDS = 20 * 60
#: Seconds between two looks whether this run still keeps others away.
_LOOK_SECONDS = 2.0


def journal_of(context: Context) -> Journal:
    """The result journal of this installation."""
    return Journal(context.settings.home_folder / _JOURNAL)


def send(
    context: Context,
    writer: LetterWriter,
    as_of: date,
    judged_at: datetime,
    tell: Callable[[int, int], None],
    until: Callable[[], bool] = lambda: False,
    lock: RunLock | None = None,
) -> str | None:
    """Hand over what is ready, within the day's cap, `until` its hours are over and while `lock` keeps others away.

    Returns why the run stopped early, or None.
    """
    with context.engine.connect() as connection:
        left = max(0, context.settings.daily_cap - queries.sent_on(connection, as_of))
    journal = journal_of(context)
    with context.phase("send"), awaited() as stop:
        done = dispatch(
            context.engine,
            partial(open_connection, writer.server),
            writer.write,
            verdict_of,
            next_try,
            journal,
            _limits(context.settings, left),
            now=writer.now,
            judged_at=judged_at,
            link_hours=context.settings.link_hours,
            stop=stop,
            tell=tell,
            until=until,
            why_not=_others(lock),
            patience_seconds=_PATIENCE_SECONDS,
        )
    journal.close()
    return done.stopped_because


def _others(lock: RunLock | None) -> Callable[[], str | None]:
    """Whether another run is in progress, asked as often as one likes: the sentence to stop with, or None."""
    if lock is None:
        return lambda: None
    asked_at = time.monotonic()

    def look() -> str | None:
        nonlocal asked_at
        if time.monotonic() - asked_at < _LOOK_SECONDS:
            return None
        asked_at = time.monotonic()
        try:
            lock.keep()
        except LockLost as others:
            return str(others)
        return None

    return look


def _limits(settings: Settings, cap: int) -> SendingLimits:
    return SendingLimits(
        mails_per_connection=rules.MAILS_PER_CONNECTION,
        channel_errors=rules.CHANNEL_ERRORS,
        cap=cap,
        reserved=reserved(settings.daily_cap, settings.reserved_percent),
        per_minute=settings.per_minute,
        per_domain_minute=settings.per_domain_minute,
        connections=settings.connections,
    )
