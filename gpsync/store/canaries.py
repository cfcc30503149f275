"""The first mails of a first mailout, which are to be seen to work before the rest is released."""

from sqlalchemy import Connection, exists, or_, select

from gpsync.mails import FirstMail
from gpsync.rules import READY_MAIL_STATES, LinkState, MailReason, MailState
from gpsync.store.london_days import london_day
from gpsync.store.tables import link, outbox, verification


def of_hold(connection: Connection, hold_id: str) -> list[FirstMail]:
    """The hold's first mails by GMC number; one that was replaced by a new letter is left to that letter.

    A link counts as confirmed however we know: by its use, by a later link to the same address, or by the portal.
    """
    sent_on = london_day(outbox.c.sent_at)
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
    waiting = outbox.c.state.in_(READY_MAIL_STATES)
    query = select(outbox.c.mail_id).where(outbox.c.canary_of == hold_id, waiting)
    return list(connection.execute(query).scalars())
