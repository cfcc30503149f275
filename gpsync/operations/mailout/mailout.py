"""Mailing, without an orchestrator: catch up, plan, send, recount.

What is known (evidence, who may be mailed, what must be cancelled) is kept by every run for its own day; mails are
planned and sent only by a live one.
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from gpsync import progress
from gpsync.errors import WrongUse
from gpsync.interrupts import Interrupted
from gpsync.london import in_london
from gpsync.operations.context import Context
from gpsync.operations.link_secret import link_secrets
from gpsync.operations.mailout.catch_up import catch_up
from gpsync.operations.mailout.forecast import sentence
from gpsync.operations.mailout.letter_writer import LetterWriter, check_sender, letter_writer_of
from gpsync.operations.mailout.planning import plan_day
from gpsync.operations.mailout.recount import recount
from gpsync.operations.mailout.request import MailoutRequest
from gpsync.operations.mailout.result import MailoutResult
from gpsync.operations.mailout.send import send
from gpsync.operations.sources import Sources
from gpsync.rules import RunKind
from gpsync.store import not_known
from gpsync.store.locks import RunLock
from gpsync.store.outbox import queries
from gpsync.verification.live_day import why_not_live
from gpsync.verification.sending_days import parse_send_days
from gpsync.verification.sending_hours import SendingHours


def mail_out(
    context: Context,
    request: MailoutRequest,
    result: MailoutResult,
    tell: Callable[[int, int], None],
    lock: RunLock | None = None,
) -> None:
    """Mail what is due as of the request's day, while `lock` keeps other runs away.

    Raises WrongUse for settings or a day that make no sense.
    """
    check(context, request)
    progress.step("mailout", 0, 1)
    clock = _clock(context, request.as_of)
    writer = letter_writer_of(context, link_secrets(context), clock)
    hours = _hours(context, request)
    with context.engine.connect() as connection:
        carried = queries.waiting_ids(connection)
    sources = Sources(context.archive)
    if request.is_kept(context.today):
        catch_up(context, sources, request.as_of, clock())
    judged_at, today = context.now(), context.today
    planned = plan_day(context, sources, request, writer, lambda: hours.why_not_now(_london_time(context)))
    result.take(planned, carried)
    if request.is_kept(context.today):
        with context.engine.begin() as connection:
            not_known.keep(connection, RunKind.MAILOUT, result.not_known, request.as_of)
    if not request.live:
        return
    mails = {*carried, *planned.new}
    if result.not_today is None:
        _tell_pace(context, writer)
        try:
            result.stopped = send(
                context, writer, request.as_of, judged_at, tell, lambda: _is_over(context, hours, today), lock
            )
        except Interrupted:
            recount(context, writer, mails, result)
            raise
    result.is_alone = lock is None or lock.is_alone()
    recount(context, writer, mails, result)


def check(context: Context, request: MailoutRequest) -> None:
    """Raises WrongUse for settings or a day that no mailout can go by, before anything is recorded or done."""
    check_settings(context, live=request.live)
    _check_day(context, request)


def check_settings(context: Context, *, live: bool) -> None:
    """Raises WrongUse for settings that a mailout cannot go by, whatever its day."""
    SendingHours.parse(context.settings.send_hours)
    parse_send_days(context.settings.send_days)
    writer = letter_writer_of(context, link_secrets(context), context.now)
    if live:
        check_sender(writer)


def _check_day(context: Context, request: MailoutRequest) -> None:
    why_not = why_not_live(request.as_of, context.today, rehearsal=context.settings.rehearsal) if request.live else None
    if why_not is not None:
        raise WrongUse(why_not)


def _clock(context: Context, as_of: date) -> Callable[[], datetime]:
    """The hour by which mails are dated: the real one. Only a made-up day, which sends to nobody, has its own."""
    shift = timedelta(days=(as_of - context.today).days)
    return lambda: context.now() + shift


def _hours(context: Context, request: MailoutRequest) -> SendingHours:
    """The hours in which this run may send. One that sends nothing asks for none, nor does a made-up day."""
    wanted = SendingHours.parse(context.settings.send_hours)
    return wanted if request.live and request.as_of == context.today else SendingHours(0, 24)


def _is_over(context: Context, hours: SendingHours, today: date) -> bool:
    """Whether the run's hours, or its day, have ended: another day has gates and a cap of its own."""
    return context.today != today or not hours.include(_london_time(context))


def _london_time(context: Context) -> time:
    return in_london(context.now()).time()


def _tell_pace(context: Context, writer: LetterWriter) -> None:
    """Say what the sending that begins will take."""
    with context.engine.connect() as connection:
        pace = sentence(connection, context.settings, writer.now())
    if pace is not None:
        progress.say(pace)
