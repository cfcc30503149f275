"""The days on which links go out."""

from collections.abc import Collection
from datetime import date, timedelta

from gpsync.bank_holidays import is_bank_holiday
from gpsync.errors import WrongUse

#: Monday to Friday, as `date.weekday` counts.
MONDAY_TO_FRIDAY = frozenset(range(5))
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def parse_send_days(text: str) -> frozenset[int]:
    """The weekdays of a text such as `mon,tue`, as `date.weekday` counts them.

    Raises WrongUse naming the first word that is no weekday, or where there is none.
    """
    words = [word.strip().lower() for word in text.split(",") if word.strip()]
    wrong = next((word for word in words if word not in _WEEKDAYS), None)
    if wrong is not None or not words:
        found = f"{wrong!r} is not a weekday" if wrong else "it names no day"
        raise WrongUse(f"GPSYNC_SEND_DAYS is wrong: {found}. Write days as mon,tue,wed,thu,fri.")
    return frozenset(_WEEKDAYS.index(word) for word in words)


def sending_day(due: date, weekdays: Collection[int] = MONDAY_TO_FRIDAY) -> date:
    """The first day on or after `due` on which links are sent: one of `weekdays`, no bank holiday in England."""
    if not weekdays:
        raise ValueError("at least one weekday must be a sending day")
    day = due
    while day.weekday() not in weekdays or is_bank_holiday(day):
        day += timedelta(days=1)
    return day
