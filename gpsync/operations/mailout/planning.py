"""One transaction: gather what is known, decide, and write down what was decided."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection

from gpsync import progress
from gpsync.mail import failpoints
from gpsync.operations.context import Context
from gpsync.operations.ids import mail_ids
from gpsync.operations.mailout.apply import apply_plan, apply_waiting
from gpsync.operations.mailout.forecast import hour_of, sentence
from gpsync.operations.mailout.gates import what_is_not_known, why_nothing_today
from gpsync.operations.mailout.gather import MailoutDay, gather
from gpsync.operations.mailout.letter_writer import LetterWriter
from gpsync.operations.mailout.policy import mailout_policy
from gpsync.operations.mailout.request import MailoutRequest
from gpsync.operations.sources import Sources
from gpsync.rules import ChangeReason, NotKnown
from gpsync.store.locks import lock_history
from gpsync.verification.holding_back import HeldBack
from gpsync.verification.mailout_plan import MailoutPlan, decide_waiting, plan_mails


@dataclass(frozen=True)
class Planned:
    """What was decided: `new` are the ids of the planned mails, `blocked` counts changes by what stops them.

    `not_today` says why no link goes out, `not_known` what the extracts do not say. `out_of_reach` counts what this
    installation may not mail. `pace` says, where nothing is kept, how long what would wait would take.
    """

    not_today: str | None = None
    not_known: Mapping[str, str] = field(default_factory=dict)
    blocked: Counter[ChangeReason] = field(default_factory=Counter)
    new: Sequence[str] = ()
    held_back: Sequence[HeldBack] = ()
    out_of_reach: int = 0
    pace: str | None = None


def plan_day(
    context: Context,
    sources: Sources,
    request: MailoutRequest,
    writer: LetterWriter,
    why_not_now: Callable[[], str | None],
) -> Planned:
    """Judge everybody; then put what is due into the outbox, or only count it.

    `why_not_now` says why none may go out at this hour. Where it is not known who is to be mailed, nobody is judged
    either: what waits stays as it is.
    """
    with context.engine.connect() as connection, connection.begin() as transaction:
        lock_history(connection)
        not_known = what_is_not_known(context, connection, sources, request.as_of)
        not_today = why_nothing_today(context, connection, request, not_known) or why_not_now()
        planned = Planned()
        if NotKnown.EVERYBODY not in not_known:
            day = MailoutDay(request.as_of, writer.now(), not_today is None, request.first_links)
            planned = _plan(context, connection, sources, day, writer, live=request.live)
        if not request.is_kept(context.today):
            transaction.rollback()
        elif request.live:
            failpoints.hit("before plan commit")
            transaction.commit()
            failpoints.hit("after plan commit")
    return replace(planned, not_today=not_today, not_known={**not_known, **planned.not_known})


def _plan(
    context: Context, connection: Connection, sources: Sources, day: MailoutDay, writer: LetterWriter, *, live: bool
) -> Planned:
    policy = mailout_policy(context, writer)
    with context.phase("gather"):
        facts = gather(context, connection, sources, day, policy)
    with context.phase("plan"):
        waiting = decide_waiting(facts, policy)
        plan = plan_mails(facts, facts.planning, waiting, policy) if facts.planning else None
    with context.phase("apply"):
        apply_waiting(connection, waiting, day.as_of, day.now)
        planned = _apply(context, connection, plan, day, writer, live=live) if plan else Planned()
    return replace(planned, blocked=Counter(block.reason for block in waiting.blocks.values()))


def _apply(
    context: Context, connection: Connection, plan: MailoutPlan, day: MailoutDay, writer: LetterWriter, *, live: bool
) -> Planned:
    """Put the mails into the outbox, and see that their letters can be written; undone where nothing is to be sent."""
    with connection.begin_nested() as savepoint:
        wanted = [*plan.renewals, *plan.mails]
        mails = [mail.planned(mail_ids()) for mail in progress.counted(wanted, "mails planned")]
        new = apply_plan(connection, plan, mails, day.now)
        # A letter that cannot be written is found before anything is sent.
        writer.check(progress.counted(mails, "letters checked"))
        pace = None
        if not live:
            held = [one.hold.hold_id for one in plan.held_back]
            pace = sentence(connection, context.settings, hour_of(day.as_of, context.now()), *held)
            savepoint.rollback()
    return Planned(
        not_known=plan.not_known,
        new=new,
        held_back=plan.held_back,
        out_of_reach=plan.out_of_reach,
        pace=pace,
    )
