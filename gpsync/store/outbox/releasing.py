"""Releasing mails that a hold keeps back: all of them, or the first ones of a first mailout."""

from datetime import datetime

from sqlalchemy import Connection

from gpsync.mails import PROGRAM
from gpsync.rules import HoldKind, MailState
from gpsync.store.outbox.moves import move

_LET_GO = move(
    f"state = '{MailState.PENDING}', next_at = :at", f"o.hold_id = :hold_id AND o.state = '{MailState.HELD}'"
)
_APPOINT = move(
    f"state = '{MailState.PENDING}', canary_of = :hold_id, next_at = :at",
    "o.mail_id = chosen.mail_id",
    first=(
        f"chosen AS (SELECT mail_id FROM outbox WHERE hold_id = :hold_id AND state = '{MailState.HELD}'"
        " ORDER BY rank, due_date, gmc_number, mail_id LIMIT :limit FOR UPDATE)"
    ),
    source="FROM chosen",
)


def let_go(connection: Connection, hold_id: str, by: str, reason: str, now: datetime) -> int:
    """Let the hold's mails be sent; returns how many."""
    values = {"hold_id": hold_id, "actor": by, "reason": reason, "at": now}
    return len(connection.execute(_LET_GO, values).all())


def appoint(connection: Connection, hold_id: str, number: int, now: datetime) -> int:
    """Let so many of the hold's mails go out as first mails, those that would go first; returns how many there were."""
    values = {"hold_id": hold_id, "limit": number, "actor": PROGRAM, "reason": HoldKind.CANARY, "at": now}
    return len(connection.execute(_APPOINT, values).all())
