"""Messages of the bounce mailbox that were read, and what they did to the mails they speak of.

A message is known by its hash, written in the transaction of its effects: read again, it changes nothing.
"""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Date, case, cast, exists, func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or

from gpsync.rules import (
    GIVEN_AWAY_STATES,
    LIVE_LINK_STATES,
    LIVE_MAIL_STATES,
    ChangeReason,
    ChangeState,
    LinkState,
    MailState,
    ReturnedKind,
)
from gpsync.store.tables import email_change, link, mail_event, outbox, returned_mail, suppression

#: Who moves mails in the send log, and puts addresses on the suppression list.
ACTOR = "bounces"
#: Why an address was suppressed, and a mail or link ended.
BOUNCED = "BOUNCED"
_LONDON = ZoneInfo("Europe/London")
#: States of a change that what became of its mail decides about.
_MAILED = (ChangeState.QUEUED, ChangeState.SENT, ChangeState.UNVERIFIED_EXPIRED, ChangeState.RETURNED)


@dataclass(frozen=True)
class GivenMail:
    """A mail that a message speaks of, as it stands now."""

    mail_id: str
    generation: int
    recipient_key: str
    state: MailState
    link_id: str
    link_state: LinkState
    change_id: str | None
    epoch: int


def is_known(connection: Connection, sha256: str) -> bool:
    """Whether the message with this hash was read before."""
    query = select(returned_mail.c.sha256).where(returned_mail.c.sha256 == sha256)
    return connection.execute(query).first() is not None


@dataclass(frozen=True)
class Read:
    """A message that was read: its hash, what it was, the mail it is believed about, and the code it gave."""

    sha256: str
    kind: ReturnedKind
    mail_id: str | None = None
    status_code: str | None = None


def remember(connection: Connection, read: Read, now: datetime) -> None:
    """Write down that a message was read and what it was; the database refuses a second time."""
    connection.execute(insert(returned_mail).values(vars(read) | {"seen_at": now}))


def locked(connection: Connection, mail_id: str) -> GivenMail | None:
    """The mail with this id, which nobody else moves until the transaction ends."""
    columns = ("mail_id", "generation", "recipient_key", "state", "link_id", "change_id", "epoch")
    query = (
        select(*(outbox.c[name] for name in columns), link.c.state.label("link_state"))
        .join(link, link.c.link_id == outbox.c.link_id)
        .where(outbox.c.mail_id == mail_id)
        .with_for_update()
    )
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        return None
    return GivenMail(**{**row, "state": MailState(row["state"]), "link_state": LinkState(row["link_state"])})


def bounce(connection: Connection, mail: GivenMail, code: str | None, now: datetime, by: str = ACTOR) -> None:
    """End a mail whose address does not exist: nothing is sent to that address again, its link is withdrawn."""
    _move(connection, mail, MailState.BOUNCED, BOUNCED, code, now)
    note(connection, mail, MailState.BOUNCED, code or BOUNCED, code, now, by)
    _suppress(connection, mail, now.astimezone(_LONDON).date(), by)
    withdrawn = update(link).where(link.c.link_id == mail.link_id, link.c.state.in_(LIVE_LINK_STATES))
    connection.execute(withdrawn.values(state=LinkState.REVOKED, ended_at=now, reason=BOUNCED))
    _change(connection, mail, ChangeState.BOUNCED)


def give_back(
    connection: Connection, mail: GivenMail, kind: ReturnedKind, code: str | None, now: datetime, by: str = ACTOR
) -> None:
    """Note that the mail service gave a mail back undelivered. Its address is mailed again, and its link left alone.

    The change follows only where no later mail about it has gone out or is under way.
    """
    _move(connection, mail, MailState.RETURNED, str(kind).upper(), code, now)
    note(connection, mail, MailState.RETURNED, code or str(kind), code, now, by)
    _change(connection, mail, ChangeState.RETURNED)


def arrived(connection: Connection, mail: GivenMail, reason: str, code: str | None, now: datetime) -> None:
    """Settle a mail whose answer was lost: a report about it shows that the mail service had it."""
    _move(connection, mail, MailState.SENT, None, code, now)
    note(connection, mail, MailState.SENT, reason, code, now)
    _change(connection, mail, ChangeState.SENT)


def note(
    connection: Connection,
    mail: GivenMail,
    state: MailState,
    reason: str,
    code: str | None,
    now: datetime,
    by: str = ACTOR,
) -> None:
    """Put a line about a mail into the send log."""
    row = {"mail_id": mail.mail_id, "epoch": mail.epoch, "at": now, "state": state, "enhanced_code": code}
    connection.execute(insert(mail_event).values(row | {"actor": by, "reason": reason}))


def _move(
    connection: Connection, mail: GivenMail, state: MailState, reason: str | None, code: str | None, now: datetime
) -> None:
    """The mail's new state. One that went out without our knowing did so when it was last handed over."""
    handed_over = (
        select(func.max(mail_event.c.at))
        .where(mail_event.c.mail_id == mail.mail_id, mail_event.c.state == MailState.IN_DOUBT)
        .scalar_subquery()
    )
    gone = func.coalesce(outbox.c.sent_at, handed_over, outbox.c.dated_at, now)
    moved = update(outbox).where(outbox.c.mail_id == mail.mail_id, outbox.c.state == mail.state)
    connection.execute(moved.values(state=state, reason=reason, enhanced_code=code, sent_at=gone))


def _suppress(connection: Connection, mail: GivenMail, since: date, by: str) -> None:
    row = {"address_key": mail.recipient_key, "since": since, "reason": BOUNCED, "mail_id": mail.mail_id}
    connection.execute(insert_or(suppression).values(row | {"recorded_by": by}).on_conflict_do_nothing())


def _change(connection: Connection, mail: GivenMail, state: ChangeState) -> None:
    """The change that the mail was about, unless it has moved on by itself. Mails of other kinds are about none."""
    sent_on = cast(func.timezone(_LONDON.key, outbox.c.sent_at), Date)
    expires_on = cast(func.timezone(_LONDON.key, link.c.expires_at), Date)
    mailed = or_(
        email_change.c.state.in_(_MAILED),
        email_change.c.reason == ChangeReason.UNKNOWN_OUTCOME,
    )
    if state is ChangeState.RETURNED:
        mailed &= ~_is_followed()
    statement = update(email_change).where(
        email_change.c.change_id == outbox.c.change_id,
        outbox.c.mail_id == mail.mail_id,
        link.c.link_id == outbox.c.link_id,
        mailed,
    )
    columns = email_change.c
    # That its link should not have gone out yet stays true of one that came back (C-36).
    early = case((columns.reason == ChangeReason.SENT_EARLY, columns.reason))
    reason = early if state is ChangeState.RETURNED else None
    values = {columns.state: state, columns.reason: reason, columns.sent_on: sent_on, columns.expires_on: expires_on}
    connection.execute(statement.values(values))


def _is_followed() -> ColumnElement[bool]:
    """Whether a later mail about the same change has gone out, may have, or is under way: that one tells."""
    later = outbox.alias("later")
    counts = later.c.state.in_((*GIVEN_AWAY_STATES, *LIVE_MAIL_STATES))
    follows = (later.c.change_id == outbox.c.change_id) & (later.c.generation > outbox.c.generation) & counts
    return exists(select(later.c.mail_id).where(follows).correlate(outbox))
