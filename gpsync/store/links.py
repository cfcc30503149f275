"""Verification links as they are kept: by the hash of their token, and what becomes of them.

Every move is one guarded UPDATE, so that of several at the same time one wins and the others change nothing.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, RowMapping, Update, and_, func, or_, select, update

from gpsync.london import london_date
from gpsync.mails import Link
from gpsync.records import Verification
from gpsync.rules import LEFT_REGISTER, LIVE_LINK_STATES, LinkState, MailKind
from gpsync.store import verifications
from gpsync.store.copy_records import copy_records
from gpsync.store.tables import doctor, link

#: What the verifications that links brought are said to come from.
SOURCE = "link"
_FIELDS = [link.c[name] for name in Link.__dataclass_fields__]
_IS_LIVE = link.c.state.in_(LIVE_LINK_STATES)


_IS_CURRENT = and_(doctor.c.gmc_number == link.c.gmc_number, doctor.c.valid_to.is_(None))


def _address_is_current() -> ColumnElement[bool]:
    """Whether the link's address is the one in the current record of a doctor who is registered."""
    theirs = and_(doctor.c.email_key == link.c.address_key, doctor.c.registration_class.not_in(LEFT_REGISTER))
    return select(doctor.c.gmc_number).where(_IS_CURRENT, theirs).exists()


def add(connection: Connection, links: Iterable[Link]) -> None:
    """Keep new links. The database refuses a second live one of the same holder."""
    rows = [vars(one) for one in links]
    if rows:
        copy_records(connection, link.name, rows)


def of_token(connection: Connection, token_sha256: str) -> Link | None:
    """The link whose token has this hash."""
    row = connection.execute(select(*_FIELDS).where(link.c.token_sha256 == token_sha256)).mappings().one_or_none()
    return _link(row) if row else None


def of_doctor(connection: Connection, gmc_number: str) -> list[Link]:
    """One doctor's links, oldest first."""
    query = select(*_FIELDS).where(link.c.gmc_number == gmc_number).order_by(link.c.issued_at, link.c.link_id)
    return [_link(row) for row in connection.execute(query).mappings()]


def mark_opened(connection: Connection, link_id: str, now: datetime) -> None:
    """Write down the first look at a link's page; a link that is past that stays as it is."""
    statement = update(link).where(link.c.link_id == link_id, link.c.state == LinkState.ISSUED)
    connection.execute(statement.values(state=LinkState.OPENED, opened_at=now))


def consume(connection: Connection, used: Link, now: datetime, *, recorded_at: datetime | None = None) -> bool:
    """Use a link at `now`, if it could be used then; False where it could not, or was used already.

    A doctor's address is verified in the same transaction, on London's date. `recorded_at` is when the use was
    reported, where that was later.
    """
    # An expired link too: its use may be reported after its end, and `now` lies before that.
    usable = and_(link.c.state.in_((*LIVE_LINK_STATES, LinkState.EXPIRED)), link.c.expires_at > now)
    theirs = or_(link.c.gmc_number.is_(None), _address_is_current())
    statement = update(link).where(link.c.link_id == used.link_id, usable, theirs)
    confirmed = statement.values(state=LinkState.CONFIRMED, confirmed_at=now, ended_at=now, reason=None)
    if connection.execute(confirmed).rowcount != 1:
        return False
    if used.gmc_number is not None:
        verified = Verification(used.gmc_number, used.address_key, london_date(now))
        verifications.record(connection, [verified], SOURCE, recorded_at or now)
    return True


def end(connection: Connection, link_ids: Collection[str], state: LinkState, reason: str, now: datetime) -> int:
    """End these links if they are live; returns how many were."""
    return _end(connection, update(link).where(link.c.link_id == func.any(list(link_ids))), state, reason, now)


def expire(connection: Connection, now: datetime) -> int:
    """End live links whose time has passed; returns how many."""
    passed = update(link).where(link.c.expires_at <= now)
    return _end(connection, passed, LinkState.EXPIRED, "It was not used in time.", now)


def revoke_of_those_who_left(connection: Connection, now: datetime) -> int:
    """End live links of doctors who have died or are no longer registered (C-17, C-18); returns how many."""
    has_left = select(doctor.c.gmc_number).where(_IS_CURRENT, doctor.c.registration_class.in_(LEFT_REGISTER)).exists()
    theirs = update(link).where(link.c.gmc_number.is_not(None), has_left)
    return _end(connection, theirs, LinkState.REVOKED, "The doctor is no longer registered.", now)


def supersede_stale(connection: Connection, now: datetime) -> int:
    """End live links of doctors who now have another address, or none; returns how many."""
    stale = update(link).where(link.c.gmc_number.is_not(None), ~_address_is_current())
    return _end(connection, stale, LinkState.SUPERSEDED, "The doctor's address at the GMC has changed.", now)


def _end(connection: Connection, which: Update, state: LinkState, reason: str, now: datetime) -> int:
    values = {"state": state, "reason": reason, "ended_at": now}
    if state is LinkState.EXPIRED:
        # A link that is ended before its time has run out now: its expiry alone says until when it could be used.
        values["expires_at"] = func.least(link.c.expires_at, now)
    return connection.execute(which.where(_IS_LIVE).values(values)).rowcount


class Ledger:
    """What `link_tokens` asks and records about links, in this connection's transaction.

    `recorded_at` is when we learn of confirmations, where that is later than they happened.
    """

    def __init__(self, connection: Connection, recorded_at: datetime | None = None) -> None:
        self._connection = connection
        self._recorded_at = recorded_at

    def find(self, token_sha256: str) -> Link | None:
        """The link whose token has this hash."""
        return of_token(self._connection, token_sha256)

    def current_key(self, link: Link) -> str | None:
        """The doctor's address now, by its key; None for one who is not registered any more.

        A user's link is bound to nothing that could change.
        """
        if link.gmc_number is None:
            return link.address_key
        query = select(doctor.c.email_key).where(
            doctor.c.gmc_number == link.gmc_number,
            doctor.c.valid_to.is_(None),
            doctor.c.registration_class.not_in(LEFT_REGISTER),
        )
        return self._connection.execute(query).scalar_one_or_none()

    def mark_opened(self, link_id: str, now: datetime) -> None:
        """Write down the first look at a link's page."""
        mark_opened(self._connection, link_id, now)

    def mark_confirmed(self, link: Link, now: datetime) -> bool:
        """Use the link if it can be used; of several calls exactly one returns True."""
        return consume(self._connection, link, now, recorded_at=self._recorded_at)


def _link(row: RowMapping) -> Link:
    return Link(**{**row, "kind": MailKind(row["kind"]), "state": LinkState(row["state"])})


def doctors_with_links(connection: Connection) -> set[str]:
    """GMC numbers of the doctors who have a link that can still be used, or will be sent one."""
    query = select(link.c.gmc_number).where(link.c.state.in_(LIVE_LINK_STATES), link.c.gmc_number.is_not(None))
    return set(connection.execute(query).scalars())
