"""Returned messages that wait for a person: kept until somebody settles them, or something else settles them.

What is kept of a message is personal data: it goes when the message is settled, when it waits no longer, and in any
case when it is past retention.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, Select, Update, and_, exists, func, or_, select, update

from gpsync.mails import PROGRAM
from gpsync.rules import FOR_A_PERSON, KEPT_MESSAGES, ChangeState, LinkState, MailState, ReturnedKind
from gpsync.store.tables import doctor, email_change, link, outbox, returned_mail, verification

#: Of a message's hash so many digits name it.
ID_DIGITS = 12


@dataclass(frozen=True)
class Waiting:
    """A message that a person must look at: when it was read, what it is, and the mail it is about, if any.

    `name` says where it lies in the mailbox, `message` is what is kept of it; either may be gone. `holder` is the
    doctor or user whom the mail was for.
    """

    sha256: str
    seen_at: datetime
    kind: ReturnedKind
    mail_id: str | None
    status_code: str | None
    holder: str | None
    name: str | None = field(repr=False)
    message: str | None = field(repr=False)

    @property
    def message_id(self) -> str:
        """What a person calls it."""
        return self.sha256[:ID_DIGITS]

    def listed(self) -> dict[str, object]:
        """The message in a list, without anything that it says."""
        return {
            "id": self.message_id,
            "read": f"{self.seen_at:%Y-%m-%d %H:%M} UTC",
            "kind": str(self.kind),
            "code": self.status_code,
            "to": self.holder,
            "mail": self.mail_id,
        }


def keep(connection: Connection, sha256: str, name: str, message: str | None) -> None:
    """Keep what a person needs of a message that was read; of too many at once only where they lie."""
    is_kept = select(func.count()).where(returned_mail.c.message.is_not(None))
    if connection.execute(is_kept).scalar_one() >= KEPT_MESSAGES:
        message = None
    connection.execute(_row(sha256).values(name=name, message=message))


def settle_opened(connection: Connection, sha256: str, now: datetime) -> None:
    """Settle what waits because a message could not be opened: by now it has been."""
    values = {"settled_at": now, "settled_by": PROGRAM, "settled_reason": "It could be opened since.", "name": None}
    connection.execute(_row(sha256).where(returned_mail.c.settled_at.is_(None)).values(values))


def settle(connection: Connection, sha256: str, by: str, reason: str, now: datetime) -> None:
    """Record that a person has looked, who, when and why; what was kept of the message goes."""
    values = {"settled_at": now, "settled_by": by, "settled_reason": reason, "name": None, "message": None}
    connection.execute(_row(sha256).values(values))


def waiting(connection: Connection, number: int | None = None) -> list[Waiting]:
    """The messages that wait for a person, the oldest first."""
    query = _waiting().order_by(returned_mail.c.seen_at, returned_mail.c.sha256).limit(number)
    return [Waiting(**{**row, "kind": ReturnedKind(row["kind"])}) for row in connection.execute(query).mappings()]


def named(connection: Connection, message_id: str) -> list[Waiting]:
    """The messages that wait and whose hash begins like this, locked until the transaction ends."""
    which = returned_mail.c.sha256.startswith(message_id.lower(), autoescape=True)
    query = _waiting().where(which).with_for_update(of=returned_mail)
    return [Waiting(**{**row, "kind": ReturnedKind(row["kind"])}) for row in connection.execute(query).mappings()]


def count(connection: Connection) -> int:
    """How many messages wait for a person."""
    return connection.execute(select(func.count()).select_from(returned_mail).where(_waits())).scalar_one()


def forget(connection: Connection, horizon: date | None) -> int:
    """Forget what was kept of messages that wait no longer, or were read before the horizon; returns how many."""
    is_over = ~_waits() if horizon is None else or_(~_waits(), returned_mail.c.seen_at < horizon)
    kept = or_(returned_mail.c.message.is_not(None), returned_mail.c.name.is_not(None))
    return connection.execute(update(returned_mail).where(kept, is_over).values(name=None, message=None)).rowcount


def _row(sha256: str) -> Update:
    return update(returned_mail).where(returned_mail.c.sha256 == sha256)


def _waiting() -> Select[tuple[object, ...]]:
    columns = ("sha256", "seen_at", "kind", "mail_id", "status_code", "name", "message")
    holder = func.coalesce(outbox.c.gmc_number, outbox.c.user_id).label("holder")
    joined = returned_mail.outerjoin(outbox, outbox.c.mail_id == returned_mail.c.mail_id)
    return select(*(returned_mail.c[name] for name in columns), holder).select_from(joined).where(_waits())


def _waits() -> ColumnElement[bool]:
    """Whether a person must look: about a mail that came back, only while nothing has followed."""
    is_return = returned_mail.c.kind == ReturnedKind.RETURNED
    return and_(
        returned_mail.c.settled_at.is_(None),
        returned_mail.c.kind.in_(FOR_A_PERSON),
        or_(~is_return, _is_unanswered()),
    )


def _is_unanswered() -> ColumnElement[bool]:
    """Whether the mail of a message came back, and it is still the last word to somebody who has not got a link."""
    mail, later = outbox.alias("mail"), outbox.alias("later")
    followed = exists().where(
        later.c.event_id == mail.c.event_id,
        later.c.generation > mail.c.generation,
        later.c.state != MailState.CANCELLED,
    )
    used = exists().where(link.c.link_id == mail.c.link_id, link.c.state == LinkState.CONFIRMED)
    stands = exists().where(email_change.c.change_id == mail.c.change_id, email_change.c.state == ChangeState.RETURNED)
    moved = ~exists().where(
        doctor.c.gmc_number == mail.c.gmc_number,
        doctor.c.valid_to.is_(None),
        doctor.c.email_key == mail.c.recipient_key,
    )
    verified = exists().where(
        verification.c.gmc_number == mail.c.gmc_number,
        verification.c.address_key == mail.c.recipient_key,
        verification.c.recorded_at >= mail.c.queued_at,
    )
    # A change knows by itself what has become of its address; a doctor's first link is asked about here.
    over = or_(
        mail.c.change_id.is_not(None) & ~stands,
        mail.c.change_id.is_(None) & mail.c.gmc_number.is_not(None) & (moved | verified),
    )
    return exists().where(
        mail.c.mail_id == returned_mail.c.mail_id, mail.c.state == MailState.RETURNED, ~followed, ~used, ~over
    )
