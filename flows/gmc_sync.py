"""The nightly sync: every extract in the inbox to its outcome, in the order of dates."""

from datetime import date

from flows.counts import publish
from flows.observing import flow, task
from gpsync import progress
from gpsync.environment import load_settings
from gpsync.operations.context import Context, check_not_ahead, london_today, open_context
from gpsync.operations.ingest.arrivals import due_arrivals, take_in_arrival
from gpsync.operations.ingest.summary import Summary
from gpsync.operations.run_record import recorded_run
from gpsync.records import Arrival, ExtractRecord
from gpsync.rules import RunKind


@flow("gmc-sync")
def gmc_sync(as_of: date | None = None, inbox_folder: str | None = None, replace_because: str | None = None) -> Summary:
    """Take in what waits in the inbox, up to and including the extracts dated `as_of` (London's today).

    `replace_because`, a reason, allows an extract to replace the one accepted for its date.
    """
    as_of = as_of or london_today()
    summary = Summary()
    settings = load_settings(inbox=inbox_folder)
    check_not_ahead(settings, as_of)
    with open_context(settings, starts=True) as context, recorded_run(context, RunKind.SYNC, as_of, summary) as lock:
        arrivals = look(context, as_of, summary)
        for number, arrival in enumerate(arrivals):
            progress.step(arrival.path.name, number, len(arrivals))
            lock.keep()
            summary.add(take_in_one(context, arrival, replace_because))
        outcomes = (summary.outcomes(), "What became of each extract, and why.")
        publish("gmc-sync", summary, "What the sync did, in counts.", extracts=outcomes)
    return summary


@task("look into the inbox")
def look(context: Context, as_of: date, summary: Summary) -> tuple[Arrival, ...]:
    """The arrivals to take in for a run of `as_of`."""
    return due_arrivals(context, as_of, summary)


@task("take in an extract")
def take_in_one(context: Context, arrival: Arrival, replace_because: str | None) -> ExtractRecord | None:
    """One extract to its outcome. Never retried: the next run finds it where it lies."""
    return take_in_arrival(context, arrival, replace_because)
