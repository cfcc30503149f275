"""When somebody should have acted."""

from datetime import date

from gpsync.rules import Severity
from gpsync.working_days import working_days_between

#: Working days within which somebody must act. A low one has a calendar month, information has no limit.
_WORKING_DAYS = {Severity.CRITICAL: 1, Severity.HIGH: 5, Severity.MEDIUM: 10}
_LOW_DAYS = 31


def is_past_limit(severity: Severity, since: date, as_of: date) -> bool:
    """Whether a mismatch that stands since a day is past its limit on another.

    A critical one is to be dealt with on the day it is seen, so it is past on the next working day.
    """
    if severity is Severity.LOW:
        return (as_of - since).days > _LOW_DAYS
    limit = _WORKING_DAYS.get(severity)
    if limit is None:
        return False
    passed = working_days_between(since, as_of)
    return passed >= limit if severity is Severity.CRITICAL else passed > limit
