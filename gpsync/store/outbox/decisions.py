"""What people, and later judgements, do with mails: cancel them, decide about them, count them."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, func, select

from gpsync.rules import WAITING_MAIL_STATES, MailReason, MailState
from gpsync.store.outbox.moves import CHANGE_SENT, REVOKE_LINKS, UNQUEUE_CHANGES, move, words
from gpsync.store.tables import outbox

_CANCEL = move(
    f"state = '{MailState.CANCELLED}', reason = :reason",
    f"o.mail_id = ANY(:mail_ids) AND o.state IN ({words(WAITING_MAIL_STATES)})",
    also=(REVOKE_LINKS, UNQUEUE_CHANGES),
)
#: Its mail was handed over when it was last in doubt, and that is when it was sent.
_SENT = move(
    f"state = '{MailState.SENT}', reason = NULL, sent_at = coalesce((SELECT max(v.at) FROM mail_event v"
    f" WHERE v.mail_id = o.mail_id AND v.state = '{MailState.IN_DOUBT}'), :at)",
    f"o.mail_id = :mail_id AND o.state = '{MailState.UNKNOWN}'",
    also=(CHANGE_SENT,),
)
_NOT_SENT = move(
    f"state = '{MailState.CANCELLED}', reason = :reason",
    f"o.mail_id = :mail_id AND (o.state IN ({words((MailState.UNKNOWN, MailState.POLICY_HELD, MailState.DEAD))})"
    f" OR (o.state = '{MailState.HELD}' AND o.reason = '{MailReason.ALTERED}'))",
    also=(REVOKE_LINKS, UNQUEUE_CHANGES),
)
#: The mail stays cancelled; why it was is in the send log, to which this adds what has become of it.
_MARK_REPLACED = move(
    f"reason = '{MailReason.WRITTEN_ANEW}'", f"o.mail_id = :mail_id AND o.state = '{MailState.CANCELLED}'"
)


def cancel(connection: Connection, mail_ids: Collection[str], reason: str, by: str, now: datetime) -> int:
    """Cancel those of these mails that wait to be sent, and revoke their links; returns how many.

    One that is being sent this moment is left: its sender looks for itself whether it still may.
    """
    values = {"mail_ids": list(mail_ids), "reason": reason, "actor": by, "at": now}
    return len(connection.execute(_CANCEL, values).all())


def resolve(connection: Connection, mail_id: str, sent: bool, by: str, reason: str, now: datetime) -> bool:
    """Record a person's decision about a mail that no program may decide about (C-44); False if it is none such.

    A mail of unknown outcome was `sent`, or was not; one that was refused, given up or altered can only be not sent.
    One not sent is cancelled and its link revoked, so that its event may be mailed again with another link.
    """
    values = {"mail_id": mail_id, "actor": by, "reason": reason, "at": now}
    return len(connection.execute(_SENT if sent else _NOT_SENT, values).all()) == 1


def mark_replaced(connection: Connection, mail_id: str, by: str, now: datetime) -> None:
    """Record that another mail has taken the place of this cancelled one."""
    connection.execute(_MARK_REPLACED, {"mail_id": mail_id, "actor": by, "reason": MailReason.WRITTEN_ANEW, "at": now})


def counts(connection: Connection) -> dict[MailState, int]:
    """How many mails are in each state."""
    rows = connection.execute(select(outbox.c.state, func.count()).group_by(outbox.c.state))
    return {MailState(state): count for state, count in rows}


def oldest_in_doubt(connection: Connection) -> datetime | None:
    """Until when the sender of the oldest mail in doubt has it; in the past, that sender has vanished."""
    query = select(func.min(outbox.c.lease_until)).where(outbox.c.state == MailState.IN_DOUBT)
    return connection.execute(query).scalar()
