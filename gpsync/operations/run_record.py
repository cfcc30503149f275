"""A run: alone, written down, and honest about how it ended."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Protocol

from gpsync import progress
from gpsync.errors import GpsyncError
from gpsync.operations.collecting import rare_collections
from gpsync.operations.context import Context
from gpsync.operations.killed_runs import clear_up
from gpsync.store import runs
from gpsync.store.database import lost
from gpsync.store.locks import RunLock, run_lock
from gpsync.store.refusals import explained
from gpsync.store.runs import SECONDS
from gpsync.tracebacks import is_debugging, redacted

__all__ = ["RunLock", "RunSummary", "recorded_run"]

#: How long a run waits for a lost database to record its end, and between two tries.
_PATIENCE_SECONDS, _PAUSE_SECONDS = 30.0, 0.5

DONE, ATTENTION, FAILED, STOPPED = "done", "attention", "failed", "stopped"


class RunSummary(Protocol):
    """What a run reports when it ends."""

    @property
    def needs_a_person(self) -> bool:
        """Whether somebody must act on what the run did."""

    def counts(self) -> dict[str, int]:
        """The figures of the run, by name."""


@contextmanager
def recorded_run(context: Context, flow: str, as_of: date, summary: RunSummary) -> Iterator[RunLock]:
    """Hold the run lock and keep a record of the run, whose `summary` the block fills.

    What a run that was killed has left is cleared up first. The lock is handed out, because it can be lost with its
    session: long work asks it now and then to `keep` others away. At the end it does not matter any more.

    An error that nobody foresaw may quote a doctor's data, and the orchestrator stores messages: so
    it leaves here as its type and its place in the code only.
    """
    with rare_collections(), _without_its_words(), run_lock(context.engine) as lock:
        clear_up(context)
        with context.engine.begin() as connection:
            run_id = runs.start(connection, flow, as_of, context.now())
        outcome = FAILED
        try:
            with _without_its_words():
                yield lock
            outcome = ATTENTION if summary.needs_a_person else DONE
        except BaseException as error:
            # Ours, or whatever an orchestrator raises where it was asked to end a run.
            outcome = FAILED if isinstance(error, Exception) else STOPPED
            raise
        finally:
            _finish(context, run_id, outcome, summary)


@contextmanager
def _without_its_words() -> Iterator[None]:
    """An error of ours passes; any other leaves as a sentence without its message."""
    try:
        yield
    except GpsyncError:
        raise
    except Exception as error:
        if is_debugging():
            raise
        raise explained(error) or redacted(error) from None


def _finish(context: Context, run_id: str, outcome: str, summary: RunSummary) -> None:
    """Record how a run ended, when the database is there; otherwise the next run will find it dead."""
    ends = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            with context.engine.begin() as connection:
                seconds = {name: round(taken, 1) for name, taken in context.seconds.items()}
                counts = {**summary.counts(), **({SECONDS: seconds} if seconds else {})}
                runs.finish(connection, run_id, outcome, counts, context.now())
            return
        except Exception as error:
            if lost(error) is None:
                raise
            if time.monotonic() > ends:
                progress.say("The database cannot be reached, so how this run ended is not recorded there.")
                return
        time.sleep(_PAUSE_SECONDS)
