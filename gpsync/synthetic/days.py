"""Dates as small whole numbers, and as the texts that extracts write them in.

A day number counts from 1 for 1 January 1930; 0 stands for a blank. Whole columns of dates are then
plain integer arrays, and writing one is looking its numbers up in a list of texts.
"""

from datetime import date, timedelta
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: A column of day numbers, or of any other whole numbers, one per doctor.
Numbers = NDArray[np.integer[Any]]

_FIRST = date(1930, 1, 1)
_LAST = date(2079, 12, 31)
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def day_number(day: date) -> int:
    """The number of a date; ValueError outside 1930 to 2079."""
    if not _FIRST <= day <= _LAST:
        raise ValueError(f"{day.isoformat()} is outside {_FIRST.isoformat()} to {_LAST.isoformat()}")
    return (day - _FIRST).days + 1


def date_of(number: int) -> date:
    """The date of a day number other than 0."""
    return _FIRST + timedelta(days=int(number) - 1)


@cache
def texts(form: str) -> NDArray[np.object_]:
    """The text of every day number in one form: `ddmmyyyy`, `dmmyyyy`, `yyyymmdd`, `iso` or `long`.

    `dmmyyyy` is ddmmyyyy after a spreadsheet took the leading zero away; `long` is `05 July 1978`.
    """
    days = [date_of(number) for number in range(1, day_number(_LAST) + 1)]
    write = {
        "ddmmyyyy": lambda day: f"{day.day:02}{day.month:02}{day.year}",
        "dmmyyyy": lambda day: f"{day.day}{day.month:02}{day.year}",
        "yyyymmdd": lambda day: f"{day.year}{day.month:02}{day.day:02}",
        "iso": date.isoformat,
        "long": lambda day: f"{day.day:02} {_MONTHS[day.month - 1]} {day.year}",
    }[form]
    return np.array(["", *map(write, days)], dtype=object)


def written(numbers: Numbers, form: str) -> NDArray[np.object_]:
    """A column of day numbers as texts; blanks become the empty text."""
    return texts(form)[numbers]
