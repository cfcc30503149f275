"""Messages of the bounce mailbox that were read.

A message is known by its hash, written in the transaction of its effects: read again, it changes nothing.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from gpsync.rules import ReturnedKind
from gpsync.store.tables import returned_mail


@dataclass(frozen=True)
class Read:
    """A message that was read: its hash, what it was, the mail it is trusted about, and the code it gave."""

    sha256: str
    kind: ReturnedKind
    mail_id: str | None = None
    status_code: str | None = None


def is_known(connection: Connection, sha256: str) -> bool:
    """Whether the message with this hash was read before."""
    query = select(returned_mail.c.sha256).where(returned_mail.c.sha256 == sha256)
    return connection.execute(query).first() is not None


def remember(connection: Connection, read: Read, now: datetime) -> None:
    """Write down that a message was read and what it was; the database refuses a second time."""
    connection.execute(insert(returned_mail).values(vars(read) | {"seen_at": now}))
