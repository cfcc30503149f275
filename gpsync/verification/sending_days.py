"""The days on which links go out."""

from collections.abc import Collection
from datetime import date, timedelta
from functools import lru_cache

import holidays

#: Monday to Friday, as `date.weekday` counts.
MONDAY_TO_FRIDAY = frozenset(range(5))


def sending_day(due: date, weekdays: Collection[int] = MONDAY_TO_FRIDAY) -> date:
    """The first day on or after `due` on which links are sent: one of `weekdays`, no bank holiday in England."""
    if not weekdays:
        raise ValueError("at least one weekday must be a sending day")
    day = due
    while day.weekday() not in weekdays or is_bank_holiday(day):
        day += timedelta(days=1)
    return day


def is_bank_holiday(day: date) -> bool:
    """Whether England keeps a bank holiday on `day`; known from bundled data, no look-up is made."""
    return day in _england(day.year)


@lru_cache
def _england(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))
