"""What is asked of the outbox: the mails that wait, what was mailed about each event, and counts."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, or_, select

from gpsync.mail_kinds import NOT_REMINDED_OF
from gpsync.mails import MailHistory, WaitingMail
from gpsync.rules import (
    AFTER_RETURN,
    HANDED_OVER_STATES,
    LIVE_MAIL_STATES,
    REMINDER,
    STAFF_MAIL_STATES,
    ChangeReason,
    ChangeState,
    HoldKind,
    MailKind,
    MailReason,
    MailState,
    Rank,
)
from gpsync.store.london_days import london_day
from gpsync.store.tables import email_change, hold, link, outbox

_IS_ALTERED = outbox.c.reason.is_not_distinct_from(MailReason.ALTERED)
#: Why mails were planned that follow another one automatically (C-51).
_FURTHER = (REMINDER, AFTER_RETURN)


def histories(
    connection: Connection,
    event_ids: Collection[str],
    gmc_numbers: Collection[str] = (),
    user_ids: Collection[str] = (),
) -> dict[str, MailHistory]:
    """The newest mail of each of these events, and of every event of these doctors and users, by event."""
    first = func.min(outbox.c.dated_at).over(partition_by=outbox.c.event_id)
    newest = func.row_number().over(partition_by=outbox.c.event_id, order_by=outbox.c.generation.desc())
    is_handed_over = outbox.c.state.in_(HANDED_OVER_STATES)
    # Of those handed over the newest, whatever was planned since.
    handed_over_first = (is_handed_over.desc(), outbox.c.generation.desc())
    newest_state = func.first_value(outbox.c.state).over(partition_by=outbox.c.event_id, order_by=handed_over_first)
    last_day = func.first_value(london_day(link.c.expires_at)).over(
        partition_by=outbox.c.event_id, order_by=handed_over_first
    )
    ranked = (
        select(
            outbox.c.event_id,
            outbox.c.mail_id,
            outbox.c.generation,
            outbox.c.state,
            outbox.c.reason,
            first.label("first_tried_at"),
            func.count().filter(is_handed_over).over(partition_by=outbox.c.event_id).label("handed_over"),
            func.bool_or(outbox.c.requested_by != "").over(partition_by=outbox.c.event_id).label("was_requested"),
            (newest_state == MailState.RETURNED).label("was_returned"),
            last_day.label("last_day"),
            newest.label("place"),
        )
        .join(link, link.c.link_id == outbox.c.link_id)
        .where(
            or_(
                outbox.c.event_id == func.any(list(event_ids)),
                outbox.c.gmc_number == func.any(list(gmc_numbers)),
                outbox.c.user_id == func.any(list(user_ids)),
            )
        )
        .subquery()
    )
    rows = connection.execute(select(ranked).where(ranked.c.place == 1)).mappings()
    return {
        row["event_id"]: MailHistory(
            row["event_id"],
            row["mail_id"],
            row["generation"],
            MailState(row["state"]),
            row["reason"],
            row["first_tried_at"],
            row["handed_over"],
            row["was_requested"],
            row["was_returned"],
            row["last_day"],
        )
        for row in rows
    }


def waiting(connection: Connection) -> list[WaitingMail]:
    """Every mail that may still go out, with the state of the change that it is about."""
    query = (
        select(
            outbox.c.mail_id,
            outbox.c.kind,
            outbox.c.event_id,
            outbox.c.change_id,
            outbox.c.gmc_number,
            outbox.c.recipient,
            outbox.c.recipient_key,
            outbox.c.state,
            outbox.c.dated_at,
            outbox.c.requested_by,
            ((outbox.c.requested_by == "") & outbox.c.requested_reason.in_(_FURTHER)).label("is_reminder"),
            email_change.c.state.label("change_state"),
            email_change.c.reason.label("change_reason"),
            email_change.c.due_date,
            hold.c.kind.label("hold_kind"),
        )
        .outerjoin(email_change, email_change.c.change_id == outbox.c.change_id)
        .outerjoin(hold, hold.c.hold_id == outbox.c.hold_id)
        .where(outbox.c.state.in_(LIVE_MAIL_STATES))
        .order_by(outbox.c.due_date, outbox.c.gmc_number, outbox.c.mail_id)
    )
    return [_waiting(*row) for row in connection.execute(query).all()]


def _waiting(mail_id: str, kind: str, *columns: Any) -> WaitingMail:
    """By position, because there may be a hundred thousand of them."""
    event_id, change_id, gmc_number, recipient, key, state, dated_at, requested_by, is_reminder, *change = columns
    change_state, change_reason, due_date, hold_kind = change
    return WaitingMail(
        mail_id,
        MailKind(kind),
        event_id,
        change_id,
        gmc_number,
        recipient,
        key,
        MailState(state),
        dated_at,
        requested_by,
        is_reminder,
        ChangeState(change_state) if change_state else None,
        change_reason,
        due_date,
        HoldKind(hold_kind) if hold_kind else None,
    )


def waiting_ids(connection: Connection) -> list[str]:
    """The ids of the mails that may still go out."""
    return list(connection.execute(select(outbox.c.mail_id).where(outbox.c.state.in_(LIVE_MAIL_STATES))).scalars())


def states(connection: Connection, mail_ids: Collection[str]) -> dict[MailState, int]:
    """How many of these mails are in each state."""
    query = select(outbox.c.state, func.count()).where(outbox.c.mail_id == func.any(list(mail_ids)))
    return {MailState(state): count for state, count in connection.execute(query.group_by(outbox.c.state))}


def sent_on(connection: Connection, day: date) -> int:
    """How many mails were sent on a London day."""
    london = london_day(outbox.c.sent_at)
    return connection.execute(select(func.count()).where(london == day)).scalar_one()


def planned_a_day(connection: Connection, first: date, last: date) -> list[int]:
    """How many mails were planned on each London day of a stretch on which any were, both ends included.

    First links are not counted: a first mailout says nothing about what is usual.
    """
    london = london_day(outbox.c.queued_at)
    usual = outbox.c.rank != Rank.FIRST_LINK
    query = select(func.count()).where(london.between(first, last), usual).group_by(london)
    return list(connection.execute(query).scalars())


def resends(connection: Connection, gmc_number: str, since: datetime) -> int:
    """How many mails asked for on this doctor's behalf since then went out or may still go out; renewals count once."""
    query = select(func.count()).where(
        outbox.c.gmc_number == gmc_number,
        outbox.c.requested_by != "",
        outbox.c.queued_at >= since,
        # One that was cancelled never went out: another has taken its place, or nobody wanted it any more.
        outbox.c.state != MailState.CANCELLED,
    )
    return connection.execute(query).scalar_one()


def for_staff(connection: Connection, number: int = 20) -> list[dict[str, object]]:
    """Mails that a person must look at: which, whose, in what state and why; the oldest first."""
    query = (
        select(
            outbox.c.mail_id,
            func.coalesce(outbox.c.gmc_number, outbox.c.user_id).label("to"),
            outbox.c.state,
            outbox.c.reason,
            outbox.c.phase,
            outbox.c.smtp_code,
            outbox.c.enhanced_code,
            outbox.c.queued_at,
        )
        # What two people release is shown as a hold.
        .where(outbox.c.state.in_(STAFF_MAIL_STATES), (outbox.c.state != MailState.HELD) | _IS_ALTERED)
        .order_by(outbox.c.queued_at, outbox.c.mail_id)
        .limit(number)
    )
    return [dict(row) for row in connection.execute(query).mappings()]


def altered(connection: Connection) -> list[str]:
    """The mails whose rows are not as they were planned, by id."""
    query = select(outbox.c.mail_id).where(outbox.c.state == MailState.HELD, _IS_ALTERED)
    return list(connection.execute(query.order_by(outbox.c.queued_at, outbox.c.mail_id)).scalars())


def came_back(connection: Connection, first: date, last: date) -> dict[str, str | None]:
    """First links and users' links that came back undelivered and could be used last on a day from `first` to `last`.

    Keyed by event, with the doctor's number; None for a user's.
    """
    query = (
        select(outbox.c.event_id, outbox.c.gmc_number)
        .join(link, link.c.link_id == outbox.c.link_id)
        .where(
            outbox.c.kind.in_(NOT_REMINDED_OF),
            outbox.c.state == MailState.RETURNED,
            london_day(link.c.expires_at).between(first, last),
        )
    )
    return {event_id: gmc_number for event_id, gmc_number in connection.execute(query)}


def in_doubt(connection: Connection) -> set[tuple[str, str]]:
    """Doctor and address key of every mail of which nobody knows whether it went out (C-44)."""
    query = select(outbox.c.gmc_number, outbox.c.recipient_key).where(
        outbox.c.state == MailState.UNKNOWN, outbox.c.gmc_number.is_not(None)
    )
    return {(gmc_number, key) for gmc_number, key in connection.execute(query)}


def refused(connection: Connection) -> set[str]:
    """The events that a person has decided against mailing about."""
    query = select(outbox.c.event_id).where(
        outbox.c.state == MailState.CANCELLED, outbox.c.reason == ChangeReason.REFUSED
    )
    return set(connection.execute(query).scalars())
