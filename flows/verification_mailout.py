"""The mailout: one correct link to each person, once."""

from contextvars import copy_context
from datetime import date

from flows.counts import publish
from flows.observing import flow, progress_bar, task
from gpsync.environment import load_settings
from gpsync.operations.context import Context, london_today, open_context
from gpsync.operations.mailout.mailout import check, mail_out
from gpsync.operations.mailout.request import MailoutRequest
from gpsync.operations.mailout.result import MailoutResult
from gpsync.operations.mailout.send_progress import SendProgress
from gpsync.operations.run_record import RunLock, recorded_run
from gpsync.rules import RunKind


@flow("verification-mailout")
def verification_mailout(
    as_of: date | None = None, live: bool = False, first_links: bool = False, confirm_gap: bool = False
) -> MailoutResult:
    """Judge, plan, send and recount as of `as_of` (London's today). Sends only if `live`, and the settings allow it."""
    as_of = as_of or london_today()
    result = MailoutResult(live=live)
    kind = RunKind.MAILOUT if live else RunKind.MAILOUT_REHEARSAL
    request = MailoutRequest(as_of, live, first_links, confirm_gap)
    with open_context(load_settings()) as context:
        check(context, request)
        with recorded_run(context, kind, as_of, result) as lock:
            mail_once(context, request, result, lock)
            publish("verification-mailout", result, "The mailout, in counts.")
    return result


@task("mail")
def mail_once(context: Context, request: MailoutRequest, result: MailoutResult, lock: RunLock) -> None:
    """Never retried: what became of each mail is in the outbox, and the next run goes on from there."""
    # Senders are threads; the listener of this run is known to its own thread only.
    here = copy_context()
    tell = SendProgress(context.now, progress_bar("verification-mailout-progress") if request.live else None)
    mail_out(context, request, result, lambda done, total: here.run(tell, done, total), lock)
