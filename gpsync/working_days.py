"""Working days in England: Monday to Friday, bank holidays left out."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from gpsync.bank_holidays import in_year

_Days = npt.NDArray[np.datetime64]


def working_days_between(start: date, end: date) -> int:
    """How many working days come after `start`, `end` included; negative where `end` comes first."""
    if end < start:
        return -working_days_between(end, start)
    holidays = _bank_holidays(range(start.year, end.year + 1))
    return int(np.busday_count(start + timedelta(days=1), end + timedelta(days=1), holidays=holidays))


def working_days_before(day: date, count: int) -> date:
    """The last day from which `count` working days or more have passed by `day`."""
    return pd.Timestamp(all_working_days_before(pd.Series([pd.Timestamp(day)]), count).iloc[0]).date()


def all_working_days_before(days: "pd.Series[Any]", count: int) -> "pd.Series[Any]":
    """`working_days_before` of each day at once; a blank stays blank."""
    if count < 1:
        raise ValueError("count at least 1 working day")
    years = {int(year) for year in days.dt.year.dropna().unique()}
    holidays = _bank_holidays(years | {year - 1 for year in years})
    # The count-th working day going back; on the day before it, none of the `count` had passed yet.
    first = np.busday_offset(days.to_numpy("datetime64[D]"), 1 - count, roll="backward", holidays=holidays)
    return pd.Series(first - np.timedelta64(1, "D"), index=days.index).astype(days.dtype)


def _bank_holidays(years: Iterable[int]) -> _Days:
    return np.array([day for year in sorted(years) for day in sorted(in_year(year))], dtype="datetime64[D]")
