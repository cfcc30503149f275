"""Whether the chain of deltas since the newest full is whole."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from gpsync.records import Position
from gpsync.rules import Kind
from gpsync.verification.sending_days import sending_day

_DAY = timedelta(days=1)


def missing_days(positions: Iterable[Position], as_of: date) -> list[date]:
    """The working days that are missing in the chain of deltas as of a day, in order (C-41).

    `positions` are the accepted register extracts in any order; those dated after `as_of` do not count. Deltas carry
    no number, but the register is sent on every working day of England: one between the newest full and the newest
    delta without any extract of its own is a gap. A full extract says everything again, so what was missing before it
    does no harm, and a day's delta comes before its full. Days after the newest extract are a matter of freshness
    (C-35). Without a full there is no chain: such deltas take effect once a full before them arrives.
    """
    known = sorted(position for position in positions if position[0] <= as_of)
    fulls = [on for on, kind in known if kind is Kind.FULL]
    if not fulls:
        return []
    dates = {on for on, _ in known}
    return [day for day in _working_days_between(fulls[-1], known[-1][0]) if day not in dates]


def _working_days_between(first: date, last: date) -> Iterator[date]:
    """Working days of England after `first` and before `last`."""
    day = sending_day(first + _DAY)
    while day < last:
        yield day
        day = sending_day(day + _DAY)
