"""What waits in the inbox on a night, and taking in one of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from gpsync import progress
from gpsync.extracts import inbox
from gpsync.extracts.inbox_messages import inbox_messages
from gpsync.operations.context import Context
from gpsync.operations.ingest.ingest import take_in
from gpsync.operations.ingest.settle import Revision
from gpsync.operations.ingest.summary import Summary
from gpsync.operations.on_record import on_record
from gpsync.records import Arrival, ExtractRecord
from gpsync.rules import Action


def due_arrivals(context: Context, as_of: date, summary: Summary) -> tuple[Arrival, ...]:
    """The arrivals to take in for a run of `as_of`; those that are left are counted in `summary` and reported.

    Files dated after the real today are taken, to be refused.
    """
    context.settings.check_inbox()
    found = inbox.look(context.settings.inbox_folder)
    summary.unrecognised, summary.closed = found.unrecognised, found.closed
    for line in inbox_messages(found, context.settings.inbox_folder):
        progress.say(line)
    due = tuple(one for one in found.arrivals if one.as_of <= as_of or one.as_of > context.today)
    summary.waiting = len(found.arrivals) - len(due)
    return due


def take_in_arrival(context: Context, arrival: Arrival, replace_because: str | None) -> ExtractRecord | None:
    """One arrival to its outcome; with a reason it may replace the extract accepted for its date."""
    with _revision(context, arrival, replace_because) as revision:
        return take_in(context, arrival, revision)


@contextmanager
def _revision(context: Context, arrival: Arrival, because: str | None) -> Iterator[Revision | None]:
    """The operator's decision that an arrival may replace an accepted extract, recorded as theirs; None without one."""
    if because is None:
        yield None
        return
    with on_record(context, Action.REPLACE, arrival.path.name, because):
        yield Revision(context.operator.name, because)
