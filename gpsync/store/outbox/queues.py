"""How many mails wait, and how many went out: what a forecast is made from."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, func, select

from gpsync.rules import MailState, Rank
from gpsync.store.london_days import london_day
from gpsync.store.tables import outbox

_TO_BE_SENT = (MailState.PENDING, MailState.CLAIMED, MailState.DEFERRED)


def waiting(connection: Connection) -> dict[Rank, int]:
    """How many mails of each rank wait to be sent, those that are refused for now among them."""
    return _by_rank(connection, outbox.c.state.in_(_TO_BE_SENT))


def ready(connection: Connection, now: datetime) -> dict[Rank, int]:
    """How many of them wait for nothing but their turn."""
    return _by_rank(connection, outbox.c.state.in_(_TO_BE_SENT) & (outbox.c.next_at <= now))


def held(connection: Connection, hold_ids: Collection[str]) -> dict[Rank, int]:
    """How many mails of each rank are kept back by these holds."""
    return _by_rank(connection, (outbox.c.state == MailState.HELD) & (outbox.c.hold_id == func.any(list(hold_ids))))


def others_a_day(connection: Connection, first: date, last: date) -> list[int]:
    """How many mails that were no first links were sent on each London day of a stretch on which any mail was."""
    london = london_day(outbox.c.sent_at)
    number = func.count().filter(outbox.c.rank != Rank.FIRST_LINK)
    return list(connection.execute(select(number).where(london.between(first, last)).group_by(london)).scalars())


def sent_since(connection: Connection, since: datetime) -> tuple[int, datetime | None]:
    """How many mails were sent since then, and when the first of them was."""
    query = select(func.count(), func.min(outbox.c.sent_at)).where(outbox.c.sent_at >= since)
    number, first = connection.execute(query).one()
    return number, first


def _by_rank(connection: Connection, which: ColumnElement[bool]) -> dict[Rank, int]:
    query = select(outbox.c.rank, func.count()).where(which).group_by(outbox.c.rank)
    return {Rank(rank): number for rank, number in connection.execute(query)}
