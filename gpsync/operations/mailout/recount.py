"""Counting, when a mailout ends, the state of each of its mails: counts that do not add up are a fault."""

from collections.abc import Collection
from time import monotonic, sleep

from gpsync import progress
from gpsync.mail.dispatch import replay
from gpsync.operations.context import Context
from gpsync.operations.mailout.forecast import sentence, why_capped
from gpsync.operations.mailout.letter_writer import LetterWriter
from gpsync.operations.mailout.result import MailoutResult, staff_states
from gpsync.operations.mailout.send import journal_of
from gpsync.store import outbox
from gpsync.store.outbox import queries

#: So long a mail may be in hand after the run's own are done, and how often that is looked at.
_STRAGGLERS_SECONDS, _PAUSE_SECONDS = 10.0, 0.2


def recount(context: Context, writer: LetterWriter, mails: Collection[str], result: MailoutResult) -> None:
    """Count the states of the run's mails, those left by earlier runs included. Raises DoesNotAddUp.

    A database that fell in mid-run may have lost answers that it had taken: the journal has them. A run that lost the
    run lock to this one may still have a mail in hand: it is given a moment to end it.
    """
    if result.is_alone and _is_under_way(context):
        replay(context.engine, journal_of(context))
        ends = monotonic() + _STRAGGLERS_SECONDS
        while _is_under_way(context) and monotonic() < ends:
            sleep(_PAUSE_SECONDS)
    with context.engine.connect() as connection:
        result.states = queries.states(connection, set(mails))
        result.for_staff = staff_states(outbox.counts(connection))
        if result.not_today is None:
            capped = None if result.stopped else why_capped(connection, context.settings, writer.now())
            result.pace = [capped, sentence(connection, context.settings, writer.now())]
    result.check()
    progress.say(result.lines()[0])


def _is_under_way(context: Context) -> bool:
    with context.engine.connect() as connection:
        return outbox.under_way(connection)
