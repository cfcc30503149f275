"""How many mails a day may bring, and how many sending days a batch takes (C-47, C-48). Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from gpsync.london import LONDON, in_london
from gpsync.verification.sending_days import sending_day
from gpsync.verification.sending_hours import SendingHours

#: A batch that takes more days than these, ten years, is not worked out to its end.
_LONGEST_DAYS = 2_600


@dataclass(frozen=True)
class Pace:
    """How fast mails may go out. First links leave the last `reserved` mails of a day's `cap` to all others.

    `per_minute` 0 means no limit. `others` is how many mails that are no first links usually go out on a day.
    """

    cap: int
    reserved: int
    per_minute: int
    hours: SendingHours
    weekdays: Collection[int]
    others: int = 0

    @property
    def sentence(self) -> str:
        """The pace in words, without a full stop."""
        kept = f", the last {self.reserved:,} of them not for first links" if self.reserved else ""
        rate = f"{self.per_minute:,} a minute" if self.per_minute else "as fast as the mail service takes them"
        usual = f"; usually {self.others:,} a day are other mails" if self.others else ""
        return f"{self.cap:,} mails a day{kept}; {rate}, from {self.hours.first}:00 to {self.hours.last}:00{usual}"


@dataclass(frozen=True)
class Queue:
    """Mails that wait: first links, and all others, which go before them."""

    first_links: int = 0
    others: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.first_links + self.others

    def __add__(self, other: "Queue") -> "Queue":
        """Both together."""
        return Queue(self.first_links + other.first_links, self.others + other.others)

    def __sub__(self, gone: "Queue") -> "Queue":
        """What is left when some are gone."""
        return Queue(self.first_links - gone.first_links, self.others - gone.others)


@dataclass(frozen=True)
class Outlook:
    """How many sending days a queue takes, the last of them, and the London time at which that day's mails end.

    `ends_at` is None where the rate has no limit.
    """

    days: int
    last: date
    ends_at: datetime | None


def reserved(cap: int, percent: int) -> int:
    """How many mails of a day's cap first links leave to all others: a share of it, rounded down."""
    return cap * percent // 100


def room_today(queue: Queue, pace: Pace, sent_today: int) -> Queue:
    """How many of the queue's mails the rest of the day's cap leaves room for, however long they take."""
    return _on_a_day(queue, pace, pace.cap - sent_today, 0)


def outlook(queue: Queue, pace: Pace, now: datetime, sent_today: int = 0) -> Outlook | None:
    """When the queue is empty if mails go out in all sending hours from `now` on.

    `sent_today` mails of today's cap are gone; on later days the usual number of others goes out besides. None where
    the queue is empty, or never ends at this pace, or not within ten years.
    """
    now = in_london(now)
    day = _first_day(pace, now)
    start, cap = max(now, _opening(pace, day)), pace.cap - sent_today if day == now.date() else pace.cap
    left, days, usual = queue, 0, 0
    while left.total and days < _LONGEST_DAYS:
        room = min(cap, _in_time(pace, start, _closing(pace, day)))
        gone = _on_a_day(left, pace, cap, usual, room)
        if not gone.total and start == _opening(pace, day) and cap == pace.cap:
            return None
        left, days = left - gone, days + (gone.total > 0)
        if not left.total:
            return Outlook(days, day, _end(pace, start, gone.total + min(usual, room - gone.others)))
        day = sending_day(day + timedelta(days=1), pace.weekdays)
        start, cap, usual = _opening(pace, day), pace.cap, pace.others
    return None


def _on_a_day(queue: Queue, pace: Pace, cap: int, usual: int, room: int | None = None) -> Queue:
    """What goes out of a queue where `cap` is left of the day, time allows `room` mails, and `usual` others come."""
    room = max(0, cap if room is None else room)
    others = min(queue.others, room)
    used = min(others + usual, room)
    return Queue(max(0, min(queue.first_links, room - used, cap - pace.reserved - used)), others)


def _first_day(pace: Pace, now: datetime) -> date:
    """The first sending day whose hours are not over."""
    today = now.date() if now < _closing(pace, now.date()) else now.date() + timedelta(days=1)
    return sending_day(today, pace.weekdays)


def _opening(pace: Pace, day: date) -> datetime:
    return datetime.combine(day, time(), LONDON) + timedelta(hours=pace.hours.first)


def _closing(pace: Pace, day: date) -> datetime:
    return datetime.combine(day, time(), LONDON) + timedelta(hours=pace.hours.last)


def _in_time(pace: Pace, start: datetime, end: datetime) -> int:
    """How many mails the rate allows between two times."""
    if not pace.per_minute:
        return pace.cap
    return int((end - start).total_seconds() * pace.per_minute / 60)


def _end(pace: Pace, start: datetime, mails: int) -> datetime | None:
    return start + timedelta(minutes=mails / pace.per_minute) if pace.per_minute else None


@dataclass(frozen=True)
class UnderWay:
    """A run in progress: mails sent and left for today, how many a minute, and the London time at which it ends."""

    sent: int
    left: int
    per_minute: float
    ends_at: datetime | None


def under_way(sent: int, first_sent_at: datetime | None, left: int, pace: Pace, now: datetime) -> UnderWay:
    """How a run gets on that has sent so many mails since the first of them, and how long it takes for the rest.

    Its rate is what it was so far, or what is allowed where nothing can be said yet. It never ends after its hours.
    """
    now = in_london(now)
    minutes = (now - first_sent_at).total_seconds() / 60 if first_sent_at else 0.0
    rate = (sent - 1) / minutes if sent > 1 and minutes > 0 else float(pace.per_minute)
    if rate <= 0:
        return UnderWay(sent, left, 0.0, None)
    return UnderWay(sent, left, rate, min(now + timedelta(minutes=left / rate), _closing(pace, now.date())))
