"""The nightly sync: every extract in the inbox to its outcome, in the order of dates."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from flows.observing import flow, show_table, task
from gpsync import progress
from gpsync.extracts import inbox
from gpsync.extracts.inbox_told import inbox_told
from gpsync.operations.context import Context, check_not_ahead, london_today, open_context
from gpsync.operations.ingest.ingest import take_in
from gpsync.operations.ingest.settle import Revision
from gpsync.operations.run_record import Summary, recorded_run
from gpsync.operations.staff.on_record import on_record
from gpsync.records import Arrival, ExtractRecord
from gpsync.rules import Action
from gpsync.settings import load_settings


@flow("gmc-sync")
def gmc_sync(as_of: date | None = None, inbox_folder: str | None = None, replace_because: str | None = None) -> Summary:
    """Take in what waits in the inbox, up to and including the extracts dated `as_of` (London's today).

    `replace_because`, a reason, allows an extract to replace the one accepted for its date.
    """
    as_of = as_of or london_today()
    summary = Summary()
    settings = load_settings(inbox=inbox_folder)
    check_not_ahead(settings, as_of)
    with open_context(settings) as context, recorded_run(context, "gmc_sync", as_of, summary) as lock:
        arrivals = look(context, as_of, summary)
        for number, arrival in enumerate(arrivals):
            progress.step(arrival.path.name, number, len(arrivals))
            lock.keep()
            with _kept(context, arrival, replace_because) as revision:
                summary.add(take_in_one(context, arrival, revision))
        publish(summary)
    return summary


@contextmanager
def _kept(context: Context, arrival: Arrival, replace_because: str | None) -> Iterator[Revision | None]:
    """The operator's word that an arrival may replace an accepted extract, kept as theirs; None without such a word."""
    if replace_because is None:
        yield None
        return
    with on_record(context, Action.REPLACE, arrival.path.name, replace_because):
        yield Revision(context.operator.name, replace_because)


@task("look into the inbox")
def look(context: Context, as_of: date, summary: Summary) -> tuple[Arrival, ...]:
    """The arrivals to take for a run of `as_of`. Files dated after the real today are taken, to be refused."""
    context.settings.check_inbox()
    found = inbox.look(context.settings.inbox_folder)
    summary.unrecognised, summary.closed = found.unrecognised, found.closed
    for line in inbox_told(found, context.settings.inbox_folder):
        progress.say(line)
    due = tuple(one for one in found.arrivals if one.as_of <= as_of or one.as_of > context.today)
    summary.waiting = len(found.arrivals) - len(due)
    return due


@task("take in an extract")
def take_in_one(context: Context, arrival: Arrival, revision: Revision | None) -> ExtractRecord | None:
    """One extract to its outcome. Never retried: the next run finds it where it lies."""
    return take_in(context, arrival, revision)


@task("publish counts")
def publish(summary: Summary) -> None:
    """Show the run's counts in Prefect. Anybody who may look there may see them: no personal data."""
    rows = [{"what": name, "count": number} for name, number in summary.counts().items()]
    show_table("gmc-sync-counts", rows, "What the sync did, in counts.")
    taken = [
        {"extract": entry.extract.file_name, "outcome": str(entry.outcome), "why": entry.reason}
        for entry in summary.taken
    ]
    show_table("gmc-sync-extracts", taken, "What became of each extract, and why.")
