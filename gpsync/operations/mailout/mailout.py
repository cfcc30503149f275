"""Mailing, without an orchestrator: catch up, judge, plan, send, recount.

What is known (evidence, who may be mailed, what must be cancelled) is kept by every run for its own day; mails are
planned and sent only by a live one.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from time import monotonic, sleep

from sqlalchemy import Connection

from gpsync import progress
from gpsync.errors import WrongUse
from gpsync.extracts.inbox import LONDON
from gpsync.interrupts import Interrupted
from gpsync.mail import failpoints
from gpsync.mail.dispatch import replay
from gpsync.mails import PROGRAM, PlannedMail, WaitingMail
from gpsync.operations.context import Context
from gpsync.operations.link_secret import link_secrets
from gpsync.operations.mailout.catch_up import catch_up
from gpsync.operations.mailout.forecast import hour_of, sentence, why_capped
from gpsync.operations.mailout.letter_writer import LetterWriter, check_sender, letter_writer_of
from gpsync.operations.mailout.planning import Ground, appoint_first_mails, planned, written_anew
from gpsync.operations.mailout.recalling import recalled
from gpsync.operations.mailout.result import EVERYBODY, VERIFIED, MailoutResult, staff_states
from gpsync.operations.mailout.send import journal_of, send
from gpsync.operations.mailout.standing import Evidence, find_blocks, gather_evidence, policy
from gpsync.operations.reconcile.gather import newest_rows, unknown_in, unknown_in_register
from gpsync.records import EmailChange
from gpsync.rules import Audience, ChangeReason, ChangeState, Dataset, HoldKind, MailState
from gpsync.store import email_changes, extracts, holds, mailout, not_known, outbox
from gpsync.store.locks import RunLock, lock_history
from gpsync.verification.delta_chain import missing_days
from gpsync.verification.eligibility import Block
from gpsync.verification.gates import Dates, Gates, why_not_today
from gpsync.verification.live_day import why_not_live
from gpsync.verification.sending_days import parse_send_days
from gpsync.verification.sending_hours import SendingHours
from gpsync.verification.unknown import audience_not_known, verified_not_known

#: A mail cancelled for this reason is planned again when it is due.
NOT_DUE_YET = "NOT_DUE_YET"
#: Nobody has released an early link, and its window has passed: it is planned anew, and waits for nobody (C-52).
WINDOW_PASSED = "WINDOW_PASSED"
#: This installation may not mail the address's domain (C-49). Planned again when it may.
OUT_OF_REACH = "OUT_OF_REACH"
#: So long a mail may be in hand after the run's own are done, and how often that is looked at.
_STRAGGLERS_SECONDS, _PAUSE_SECONDS = 10.0, 0.2


@dataclass(frozen=True)
class MailoutRequest:
    """What a run of the mailout is asked to do."""

    as_of: date
    live: bool = False
    first_links: bool = False
    confirm_gap: bool = False

    def is_kept(self, today: date) -> bool:
        """Whether what the run finds out is kept: not what a rehearsal says of another day."""
        return self.live or self.as_of == today


def mail_out(
    context: Context,
    request: MailoutRequest,
    result: MailoutResult,
    tell: Callable[[int, int], None],
    lock: RunLock | None = None,
) -> None:
    """Mail what is due as of the order's day, while `lock` keeps other runs away.

    Raises WrongUse for settings or a day that make no sense.
    """
    why_not = why_not_live(request.as_of, context.today, rehearsal=context.settings.rehearsal) if request.live else None
    if why_not is not None:
        raise WrongUse(why_not)
    progress.step("mailout", 0, 1)
    clock = _clock(context, request.as_of)
    writer = letter_writer_of(context, link_secrets(context), clock)
    hours = _hours(context, request)
    if request.live:
        check_sender(writer)
    with context.engine.connect() as connection:
        carried = [mail.mail_id for mail in mailout.live(connection)]
    if request.is_kept(context.today):
        catch_up(context, request.as_of, clock())
    _look_at_extracts(context, request, result)
    result.not_today = _why_not_today(context, request, result) or hours.why_not_now(_london_time(context))
    judged_at, today = context.now(), context.today
    new = _judge_and_plan(context, request, writer, result)
    if request.is_kept(context.today):
        with context.engine.begin() as connection:
            not_known.keep(connection, mailout.MAILOUT, result.not_known, request.as_of)
    if request.live and result.not_today is None:
        _tell_pace(context, writer)
        try:
            result.stopped = send(
                context, writer, request.as_of, judged_at, tell, lambda: _is_over(context, hours, today), lock
            )
        except Interrupted:
            _recount(context, writer, carried, new, result)
            raise
    if request.live:
        result.is_alone = lock is None or lock.is_alone()
        _recount(context, writer, carried, new, result)


def check_settings(context: Context, *, live: bool) -> None:
    """Raises WrongUse for settings that a mailout cannot go by, whatever its day."""
    SendingHours.parse(context.settings.send_hours)
    parse_send_days(context.settings.send_days)
    writer = letter_writer_of(context, link_secrets(context), context.now)
    if live:
        check_sender(writer)


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
    return context.today != today or not hours.hold(_london_time(context))


def _london_time(context: Context) -> time:
    return context.now().astimezone(LONDON).time()


def _look_at_extracts(context: Context, request: MailoutRequest, result: MailoutResult) -> None:
    """Say so where the newest extracts do not tell who is to be mailed (C-16), or who is verified (C-28)."""
    with context.engine.connect() as connection:
        lists = extracts.newest_two(connection, Dataset.PERFORMERS_LIST, request.as_of)
        performers = newest_rows(context, Dataset.PERFORMERS_LIST, lists)
        listed = unknown_in(Dataset.PERFORMERS_LIST, performers, lists)
        register = unknown_in_register(context, connection, request.as_of)
        newest = extracts.newest_two(connection, Dataset.PCSE_ACCOUNTS, request.as_of)
        accounts = newest_rows(context, Dataset.PCSE_ACCOUNTS, newest)
    unsure = verified_not_known(unknown_in(Dataset.PCSE_ACCOUNTS, accounts, newest))
    if unsure is not None:
        result.not_known[VERIFIED] = unsure
    why = audience_not_known(context.settings.audience, listed, register)
    if why is not None:
        result.not_known[EVERYBODY] = why


def _why_not_today(context: Context, request: MailoutRequest, result: MailoutResult) -> str | None:
    settings = context.settings
    gates = Gates(
        weekdays=parse_send_days(settings.send_days),
        register_fresh_working_days=settings.register_fresh_working_days,
        list_fresh_days=settings.list_fresh_days,
        needs_list=settings.audience is Audience.PERFORMERS,
        confirm_gap=request.confirm_gap,
        delta_gap_waits=settings.delta_gap_waits,
    )
    with context.engine.connect() as connection:
        register = extracts.newest_two(connection, Dataset.GMC_REGISTER, date.max)
        listed = extracts.newest_two(connection, Dataset.PERFORMERS_LIST, request.as_of)
        missing = missing_days(extracts.positions(connection, Dataset.GMC_REGISTER), request.as_of)
        dates = Dates(
            register=register[0].extract.as_of if register else None,
            before_register=register[1].extract.as_of if len(register) > 1 else None,
            listed=listed[0].extract.as_of if listed else None,
            last_run=mailout.newest_as_of(connection),
            missing_delta=missing[0] if missing else None,
            audience_not_known=result.not_known.get(EVERYBODY),
        )
    return why_not_today(request.as_of, dates, gates)


def _judge_and_plan(
    context: Context, request: MailoutRequest, writer: LetterWriter, result: MailoutResult
) -> list[str]:
    """Judge everybody; then put what is due into the outbox, or only count it. Returns the new mails' ids.

    Where nobody can tell who is to be mailed, nobody is judged either: what waits stays as it is.
    """
    if EVERYBODY in result.not_known:
        return []
    with context.phase("judge"), context.engine.connect() as connection, connection.begin() as transaction:
        lock_history(connection)
        changes, evidence = _judge(context, connection, request.as_of, writer, result)
        if not request.is_kept(context.today):
            transaction.rollback()
    if result.not_today is not None:
        return []
    with context.phase("plan"), context.engine.connect() as connection, connection.begin() as transaction:
        lock_history(connection)
        ground = Ground(context, connection, request.as_of, request.first_links, writer, changes, evidence)
        mails = [*written_anew(ground), *planned(ground, result)]
        result.planned = outbox.plan(connection, mails, writer.now())
        appoint_first_mails(ground)
        new = mailout.known(connection, [mail.mail_id for mail in mails])
        _rehearse_writing(writer, mails)
        if request.live:
            failpoints.hit("before plan commit")
            transaction.commit()
            failpoints.hit("after plan commit")
        else:
            held = [hold.hold_id for hold, _ in result.would_hold]
            result.pace = [sentence(connection, context.settings, hour_of(request.as_of, writer.now()), *held)]
            transaction.rollback()
    return new


def _judge(
    context: Context, connection: Connection, as_of: date, writer: LetterWriter, result: MailoutResult
) -> tuple[list[EmailChange], Evidence]:
    """Judge every change that waits or is queued, keep what stops it, and cancel the mails that must not go out.

    Returns the changes that nothing stops, and what was known of their doctors.
    """
    performers = newest_rows(
        context, Dataset.PERFORMERS_LIST, extracts.newest_two(connection, Dataset.PERFORMERS_LIST, as_of)
    )
    changes = email_changes.to_be_judged(connection)
    wanted = {one.gmc_number: one.new_key for one in changes}
    dates = {one.change_date for one in changes}
    evidence = gather_evidence(context, connection, as_of, wanted, performers, dates)
    found = find_blocks(changes, evidence, policy(context))
    result.blocked = Counter(block.reason for block in found.values())
    mailout.judged(connection, [(one, block.state, block.reason) for one, block in found.items()], as_of)
    waiting = mailout.live(connection)
    recalled_mails = recalled(context, connection, as_of, waiting, performers)
    reasons = {
        mail.mail_id: recalled_mails.get(mail.mail_id)
        or _why_cancel(mail, found, as_of)
        or _why_unreachable(mail, writer)
        for mail in waiting
    }
    _cancel(connection, reasons, writer.now())
    holds.close_early_links(connection, writer.now())
    waits_again = {mail.change_id for mail in waiting if reasons[mail.mail_id] == WINDOW_PASSED}
    free = [one for one in changes if one.change_id not in found]
    return [replace(one, state=ChangeState.WAITING) if one.change_id in waits_again else one for one in free], evidence


def _cancel(connection: Connection, why: Mapping[str, str | None], now: datetime) -> None:
    """Cancel the mails that there is a reason to cancel."""
    reasons: dict[str, list[str]] = {}
    for mail_id, reason in why.items():
        if reason is not None:
            reasons.setdefault(reason, []).append(mail_id)
    for reason, mail_ids in reasons.items():
        outbox.cancel(connection, mail_ids, reason, PROGRAM, now)


def _why_cancel(mail: WaitingMail, found: Mapping[str, Block], as_of: date) -> str | None:
    """Why the mail of a change that something stops, or that is over, must not go out."""
    if mail.change_id is None:
        return None
    if mail.change_id in found:
        return found[mail.change_id].reason
    if mail.change_state is not ChangeState.QUEUED:
        return mail.change_reason or ChangeReason.NEWER_CHANGE
    # A late extract may show that its window ends later than was known; only a person may waive that.
    if mail.due_date is not None and mail.due_date > as_of and not mail.requested_by:
        return NOT_DUE_YET
    if mail.state is MailState.HELD and mail.hold_kind is HoldKind.EARLY_LINK and (mail.due_date or as_of) <= as_of:
        return WINDOW_PASSED
    return None


def _why_unreachable(mail: WaitingMail, writer: LetterWriter) -> str | None:
    """A mail may have been planned under other settings, or come with a copy of another installation's database."""
    return None if writer.may_reach(mail.recipient_key) else OUT_OF_REACH


def _rehearse_writing(writer: LetterWriter, mails: Sequence[PlannedMail]) -> None:
    """Write every letter once: one that cannot be written is found before anything is sent."""
    for mail in progress.counted(mails, "letters written"):
        writer.write_planned(mail)


def _tell_pace(context: Context, writer: LetterWriter) -> None:
    """Say what the sending that begins will take."""
    with context.engine.connect() as connection:
        told = sentence(connection, context.settings, writer.now())
    if told is not None:
        progress.say(told)


def _is_under_way(context: Context) -> bool:
    with context.engine.connect() as connection:
        return outbox.under_way(connection)


def _recount(context: Context, writer: LetterWriter, carried: list[str], new: list[str], result: MailoutResult) -> None:
    """Count where every mail of the run stands now; a run that does not add up has failed.

    A database that fell in mid-run may have lost answers that it had taken: the journal has them. A run that lost the
    run lock to this one may still have a mail in hand: it is given a moment to end it.
    """
    if result.is_alone and _is_under_way(context):
        replay(context.engine, journal_of(context))
        ends = monotonic() + _STRAGGLERS_SECONDS
        while _is_under_way(context) and monotonic() < ends:
            sleep(_PAUSE_SECONDS)
    with context.engine.connect() as connection:
        result.carried = len(carried)
        result.states = mailout.states(connection, {*carried, *new})
        result.for_staff = staff_states(outbox.counts(connection))
        if result.not_today is None:
            capped = None if result.stopped else why_capped(connection, context.settings, writer.now())
            result.pace = [capped, sentence(connection, context.settings, writer.now())]
    result.check()
    progress.say(result.lines()[0])
