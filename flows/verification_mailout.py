"""The mailout: one correct link to each person, once."""

import time
from contextvars import copy_context
from datetime import date, datetime, timedelta

from flows.observing import flow, progress_bar, show_table, task
from gpsync import progress
from gpsync.london import LONDON
from gpsync.operations.context import Context, london_today, open_context
from gpsync.operations.mailout.mailout import mail_out
from gpsync.operations.mailout.request import MailoutRequest
from gpsync.operations.mailout.result import MailoutResult
from gpsync.operations.run_record import recorded_run
from gpsync.settings import load_settings
from gpsync.store.locks import RunLock
from gpsync.store.runs import MAILOUT, MAILOUT_REHEARSAL

#: Seconds between two words to whoever observes the run.
_TELL_SECONDS = 5.0


@flow("verification-mailout")
def verification_mailout(
    as_of: date | None = None, live: bool = False, first_links: bool = False, confirm_gap: bool = False
) -> MailoutResult:
    """Judge, plan, send and recount as of `as_of` (London's today). Sends only if `live`, and the settings allow it."""
    as_of = as_of or london_today()
    result = MailoutResult(live=live)
    flow_name = MAILOUT if live else MAILOUT_REHEARSAL
    with open_context(load_settings()) as context, recorded_run(context, flow_name, as_of, result) as lock:
        mail_once(context, MailoutRequest(as_of, live, first_links, confirm_gap), result, lock)
        publish(result)
    return result


@task("mail")
def mail_once(context: Context, request: MailoutRequest, result: MailoutResult, lock: RunLock) -> None:
    """Never retried: what became of each mail is in the outbox, and the next run goes on from there."""
    # Senders are threads; whoever listens to this run is known to its own thread only.
    here = copy_context()
    teller = _Teller(request.live)
    mail_out(context, request, result, lambda done, total: here.run(teller, done, total), lock)


class _Teller:
    """Tells how far the sending has come: the terminal each mail, the observer now and then."""

    def __init__(self, live: bool) -> None:
        self._show = progress_bar("verification-mailout-progress") if live else None
        self._told_at = self._began_at = time.monotonic()

    def __call__(self, done: int, total: int) -> None:
        progress.step(self._words(done, total), done, total)
        is_time = done == total or time.monotonic() - self._told_at > _TELL_SECONDS
        if self._show is not None and is_time:
            self._told_at = time.monotonic()
            self._show(100.0 * done / total)

    def _words(self, done: int, total: int) -> str:
        """What is being done, how fast, and until when it takes at that rate."""
        seconds = time.monotonic() - self._began_at
        if not done or seconds <= 0:
            return "mails"
        ends = datetime.now(LONDON) + timedelta(seconds=(total - done) * seconds / done)
        return f"mails, {60 * done / seconds:,.0f} a minute, until about {ends:%H:%M}"


@task("publish counts")
def publish(result: MailoutResult) -> None:
    """Show the run's counts in Prefect: no personal data."""
    rows = [{"what": name, "count": number} for name, number in result.counts().items()]
    show_table("verification-mailout-counts", rows, "The mailout, in counts.")
