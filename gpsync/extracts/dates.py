"""Dates as the sources write them, with or without a time of day.

A time without a zone is London's, so the day stands as it is written. One with a zone may belong to another day in
London: midnight of 1 April in summer is 23:00 of 31 March in UTC.
"""

import re
from datetime import UTC, date, datetime, timedelta, timezone

from gpsync import rules
from gpsync.london import in_london

_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
#: English names, whatever the machine's language: whole, or their first three letters.
_BY_NAME = {name: number for number, long in enumerate(_MONTHS, start=1) for name in (long, long[:3])} | {"sept": 9}

_FORMS = tuple(
    re.compile(form, re.ASCII)
    for form in (
        r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})",
        r"(?P<day>[0-9]{1,2})/(?P<month>[0-9]{1,2})/(?P<year>[0-9]{4})",
        r"(?P<day>[0-9]{1,2})(?P<mark>[ /-]?)(?P<month>[A-Za-z]+)(?P=mark)(?P<year>[0-9]{4})",
    )
)
_WITH_TIME = re.compile(
    r"(?P<day>.+?)[ T](?P<hour>[0-9]{1,2}):(?P<minute>[0-5][0-9])(?::(?P<second>[0-5][0-9])(?P<fraction>\.[0-9]+)?)?"
    r" ?(?P<half>AM|PM)?(?P<zone>Z|[+-](?:0[0-9]|1[0-4]):?[0-5][0-9])?",
    re.ASCII | re.IGNORECASE,
)
_NO_END = date.fromisoformat(rules.NO_END)


def iso_date(text: str) -> str | None:
    """The ISO form of a date as the sources write it, or None when it is none. A time of day is left out.

    Eight digits are ddmmyyyy (the GMC's specification) unless they only make sense as yyyymmdd (the ODS);
    seven digits are ddmmyyyy whose leading zero a spreadsheet dropped (seen on the HEE-TIS wiki).
    """
    found = _read(text)
    return found[0].isoformat() if found else None


def moment(text: str) -> str | None:
    """A date, with or without a time of day, in a form that sorts by time; None where it cannot be read."""
    found = _read(text)
    return " ".join((found[0].isoformat(), found[1])) if found else None


def is_no_end(text: str) -> bool:
    """Whether an end date only says that there is none: 31 December 9999, however it is written."""
    return _parts(text)[0] == _NO_END


def _read(text: str) -> tuple[date, str] | None:
    """The day in London and the time of day, blank where there is none."""
    day, time, zone = _parts(text)
    if day is None or not _is_believable(day):
        return None
    if zone is None:
        return day, time
    hour, minute, rest = time.split(":", 2)
    instant = in_london(datetime(day.year, day.month, day.day, int(hour), int(minute), tzinfo=zone))
    return instant.date(), f"{instant:%H:%M}:{rest}"


def _parts(text: str) -> tuple[date | None, str, timezone | None]:
    """The day and the time of day as they are written, and the zone; no day where the text is no date."""
    found = _WITH_TIME.fullmatch(text)
    if found is None:
        return _day(text), "", None
    hour = _hour(int(found["hour"]), found["half"])
    if hour is None:
        return None, "", None
    time = f"{hour:02}:{found['minute']}:{found['second'] or '00'}{found['fraction'] or ''}"
    return _day(found["day"]), time, _zone(found["zone"])


def _hour(hour: int, half: str | None) -> int | None:
    """The hour of the day, from one of a half of it too; None where there is no such hour."""
    if half is None:
        return hour if hour < 24 else None
    return hour % 12 + (12 if half.upper() == "PM" else 0) if 1 <= hour <= 12 else None


def _zone(text: str | None) -> timezone | None:
    if text is None:
        return None
    if text.upper() == "Z":
        return UTC
    behind = -1 if text[0] == "-" else 1
    return timezone(behind * timedelta(hours=int(text[1:3]), minutes=int(text[-2:])))


def _day(text: str) -> date | None:
    if text.isascii() and text.isdigit() and len(text) in (7, 8):  # "²" is a digit too
        digits = text.zfill(8)
        written = _date(int(digits[4:]), int(digits[2:4]), int(digits[:2]))
        other = _date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
        return next(filter(_is_believable, (written, other)), written or other)
    for form in _FORMS:
        found = form.fullmatch(text)
        if found:
            month = found["month"]
            number = int(month) if month.isdigit() else _BY_NAME.get(month.casefold(), 0)
            return _date(int(found["year"]), number, int(found["day"]))
    return None


def _is_believable(day: date | None) -> bool:
    # A year before 1850 or after 2150 is a misread date, not a doctor's.
    return day is not None and 1850 <= day.year <= 2150


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
