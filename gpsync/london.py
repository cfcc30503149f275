"""London's time zone, in which every date is determined, and the one format in which a date is written out."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
#: The zone as SQL calls it.
SQL_ZONE = LONDON.key


def in_london(instant: datetime) -> datetime:
    """An instant by London's clock."""
    return instant.astimezone(LONDON)


def london_date(instant: datetime) -> date:
    """The day that an instant falls on in London."""
    return in_london(instant).date()


def long_date(day: date) -> str:
    """A date as the NHS writes it: 6 August 2018."""
    return f"{day.day} {day:%B %Y}"
