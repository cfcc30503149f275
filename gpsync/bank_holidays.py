"""England's bank holidays: those that are known years ahead, and one-off ones that are proclaimed later.

They are reference data, as the zones of London's time are: no decision takes them as an argument. A process learns of
one-off ones with its settings, before it decides anything.
"""

from collections.abc import Collection
from datetime import date
from functools import lru_cache

import holidays

from gpsync.errors import WrongUse

_one_off: frozenset[date] = frozenset()


def is_bank_holiday(day: date) -> bool:
    """Whether England keeps a bank holiday on `day`; known from bundled data and settings, no look-up is made."""
    return day in in_year(day.year)


@lru_cache
def in_year(year: int) -> frozenset[date]:
    """Every bank holiday in England of a year."""
    known = frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))
    return known | {day for day in _one_off if day.year == year}


def parse_bank_holidays(text: str) -> frozenset[date]:
    """The days of a text such as `2027-05-10,2027-06-04`. Raises WrongUse naming the first that is none."""
    days = set()
    for word in filter(None, map(str.strip, text.split(","))):
        try:
            days.add(date.fromisoformat(word))
        except ValueError:
            raise WrongUse(
                f"GPSYNC_BANK_HOLIDAYS is wrong: {word!r} is not a date. Write days as 2027-05-10,2027-06-04."
            ) from None
    return frozenset(days)


def observe_also(days: Collection[date]) -> None:
    """From now on England keeps these one-off bank holidays too, and no others that were set before."""
    global _one_off
    if days != _one_off:
        _one_off = frozenset(days)
        in_year.cache_clear()
