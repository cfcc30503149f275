"""The first mails of a first mailout, which are to be seen to work before the rest is released."""

from datetime import datetime

from sqlalchemy import Connection, Date, cast, exists, func, insert, literal, or_, select, update

from gpsync.mails import PROGRAM, FirstMail
from gpsync.rules import HoldKind, LinkState, MailReason, MailState
from gpsync.store.tables import link, mail_event, outbox, verification

_LONDON = "Europe/London"


def of_hold(connection: Connection, hold_id: str) -> list[FirstMail]:
    """The hold's first mails by GMC number; one that was written anew is left to the mail that took its place.

    A link counts as confirmed however we know: by its use, by a later link to the same address, or by the portal.
    """
    sent_on = cast(func.timezone(_LONDON, outbox.c.sent_at), Date)
    verified = exists().where(
        verification.c.gmc_number == outbox.c.gmc_number,
        verification.c.address_key == outbox.c.recipient_key,
        verification.c.verified_on >= sent_on,
    )
    query = (
        select(
            outbox.c.gmc_number,
            outbox.c.state,
            outbox.c.sent_at,
            or_(link.c.state == LinkState.CONFIRMED, verified).label("is_confirmed"),
        )
        .join(link, link.c.link_id == outbox.c.link_id)
        .where(outbox.c.canary_of == hold_id, outbox.c.reason.is_distinct_from(MailReason.WRITTEN_ANEW))
        .order_by(outbox.c.gmc_number, outbox.c.generation)
    )
    return [FirstMail(**{**row, "state": MailState(row["state"])}) for row in connection.execute(query).mappings()]


def not_gone(connection: Connection, hold_id: str) -> list[str]:
    """The ids of the hold's first mails that still wait to be sent."""
    waiting = outbox.c.state.in_((MailState.PENDING, MailState.DEFERRED))
    query = select(outbox.c.mail_id).where(outbox.c.canary_of == hold_id, waiting)
    return list(connection.execute(query).scalars())


def appoint(connection: Connection, hold_id: str, number: int, now: datetime) -> int:
    """Let so many of the hold's mails go out as first mails, those that would go first; returns how many there were."""
    chosen = (
        select(outbox.c.mail_id)
        .where(outbox.c.hold_id == hold_id, outbox.c.state == MailState.HELD)
        .order_by(outbox.c.rank, outbox.c.due_date, outbox.c.gmc_number, outbox.c.mail_id)
        .limit(number)
        .with_for_update()
    )
    moved = (
        update(outbox)
        .where(outbox.c.mail_id.in_(chosen))
        .values(state=MailState.PENDING, canary_of=hold_id, next_at=now)
        .returning(outbox.c.mail_id, outbox.c.epoch)
    ).cte("moved")
    told = (literal(now), literal(MailState.PENDING), literal(PROGRAM), literal(HoldKind.CANARY))
    logged = insert(mail_event).from_select(
        ["mail_id", "epoch", "at", "state", "actor", "reason"], select(moved.c.mail_id, moved.c.epoch, *told)
    )
    # Not `rowcount`, which SQLAlchemy does not keep for an INSERT.
    return len(connection.execute(logged.returning(mail_event.c.event_number)).all())
