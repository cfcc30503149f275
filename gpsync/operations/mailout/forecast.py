"""Sentences about the time that mails take: how many sending days, until when, and how a run is going."""

import statistics
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Connection

from gpsync.london import LONDON, london_date
from gpsync.rules import USUAL_DAYS, Rank, RunKind
from gpsync.settings import Settings
from gpsync.store import runs
from gpsync.store.outbox import queries, queues
from gpsync.verification.pace import Outlook, Pace, Queue, UnderWay, outlook, reserved, room_today, under_way
from gpsync.verification.sending_days import parse_send_days
from gpsync.verification.sending_hours import SendingHours

#: A run's rate is that of its last minutes.
_RATE_MINUTES = 10


def pace_of(connection: Connection, settings: Settings, today: date) -> Pace:
    """The pace that the settings allow, beside what usually goes out on a day."""
    sent = queues.others_a_day(connection, today - timedelta(days=USUAL_DAYS), today - timedelta(days=1))
    return Pace(
        cap=settings.daily_cap,
        reserved=reserved(settings.daily_cap, settings.reserved_percent),
        per_minute=settings.per_minute,
        hours=SendingHours.parse(settings.send_hours),
        weekdays=parse_send_days(settings.send_days),
        others=round(statistics.median(sent)) if sent else 0,
    )


def queue_of(by_rank: Mapping[Rank, int]) -> Queue:
    """Mails counted by rank, as the pace distinguishes them."""
    first_links = by_rank.get(Rank.FIRST_LINK, 0)
    return Queue(first_links, sum(by_rank.values()) - first_links)


def forecast(connection: Connection, settings: Settings, now: datetime, *hold_ids: str) -> tuple[Queue, Outlook | None]:
    """The mails that wait, those of these holds among them, and when all of them will have gone."""
    today = london_date(now)
    queue = queue_of(queues.waiting(connection)) + queue_of(queues.held(connection, hold_ids))
    pace = pace_of(connection, settings, today)
    return queue, outlook(queue, pace, now, queries.sent_on(connection, today))


def sentence(connection: Connection, settings: Settings, now: datetime, *hold_ids: str) -> str | None:
    """The forecast in a sentence; None where no mail waits."""
    queue, found = forecast(connection, settings, now, *hold_ids)
    if not queue.total:
        return None
    pace = pace_of(connection, settings, london_date(now)).sentence
    if found is None:
        return f"Mails to be sent: {queue.total:,}. They never end at this pace ({pace}): see GPSYNC_DAILY_CAP."
    return f"Mails to be sent: {queue.total:,}. Sending days: {found.days:,}, until {_until(found)} ({pace})."


def _until(found: Outlook) -> str:
    return f"about {found.ends_at:%H:%M} on {found.last}" if found.ends_at else f"{found.last}"


def why_capped(connection: Connection, settings: Settings, now: datetime) -> str | None:
    """Why mails that are ready do not go out today any more, in a sentence; None where the cap leaves them room."""
    today = london_date(now)
    queue, sent = queue_of(queues.ready(connection, now)), queries.sent_on(connection, today)
    pace = pace_of(connection, settings, today)
    if not queue.total or room_today(queue, pace, sent).total:
        return None
    whole = f"The day's cap is reached: {sent:,} of {pace.cap:,} mails were sent today"
    kept = f"; the last {pace.reserved:,} are kept for other mails than first links" if sent < pace.cap else ""
    return f"{whole}{kept}. Waiting: {queue.total:,}, of which first links: {queue.first_links:,}."


def at_work(connection: Connection, settings: Settings, now: datetime) -> tuple[datetime, UnderWay] | None:
    """Since when a mailout has been in progress, and how it is going; None if there is none."""
    since = runs.at_work(connection, RunKind.MAILOUT)
    if since is None:
        return None
    today = london_date(now)
    pace = pace_of(connection, settings, today)
    queue = queue_of(queues.ready(connection, now))
    left = room_today(queue, pace, queries.sent_on(connection, today)).total
    sent, _ = queues.sent_since(connection, since)
    lately, first = queues.sent_since(connection, max(since, now - timedelta(minutes=_RATE_MINUTES)))
    found = under_way(lately, first, left, pace, now)
    return since, UnderWay(sent, found.left, found.per_minute, found.ends_at)


def hour_of(as_of: date, now: datetime) -> datetime:
    """The moment from which a mailout as of a day sends: now, or the beginning of another day."""
    today = london_date(now)
    return now if as_of == today else datetime.combine(as_of, datetime.min.time(), LONDON).astimezone(UTC)
