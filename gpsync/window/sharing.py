"""An address that two registered doctors hold can verify neither (C-26), and one that was handed on waits (C-27).

Where two showed it at the same time C-26 alone decides; C-27 is for one that was given up before another took it up.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from gpsync import rules
from gpsync.mails import Person
from gpsync.records import AddressPeriod, EmailChange
from gpsync.rules import ChangeReason, ChangeState


def hold_shared(changes: Iterable[EmailChange], periods: Mapping[str, Sequence[AddressPeriod]]) -> list[EmailChange]:
    """The changes, with those whose address another registered doctor holds HELD, or due later.

    `periods` are the stretches of each changed address, by key. When the sharing has ended the change
    goes on, due on its own day or on the day the sharing ended, whichever is later. The dead and the no
    longer registered do not share. A change whose link has gone out stays what it is.
    """
    return [_judged(change, periods.get(change.new_key, ())) for change in changes]


def _judged(change: EmailChange, periods: Sequence[AddressPeriod]) -> EmailChange:
    if change.state not in (ChangeState.WAITING, ChangeState.QUEUED):
        return change
    others = [one for one in periods if _shares(one, change)]
    if any(one.until is None for one in others):
        return replace(change, state=ChangeState.HELD, reason=ChangeReason.SHARED_EMAIL)
    ended = max((one.until for one in others if one.until is not None), default=change.due_date)
    return replace(change, due_date=max(change.due_date, ended))


def _shares(period: AddressPeriod, change: EmailChange) -> bool:
    is_registered = period.registration not in rules.LEFT_REGISTER
    overlaps = period.until is None or period.until > change.change_date
    return is_registered and overlaps and period.gmc_number != change.gmc_number


def is_handed_on(gmc_number: str, periods: Iterable[AddressPeriod], as_of: date) -> bool:
    """Whether another doctor gave an address up shortly before this one took it up, lately (C-27).

    `periods` are the stretches in which it was shown. Shortly is within 30 days, and lately the 30 days since the
    new holder took it up: by then the portal has had time to see that the address changed hands. What became of the
    one who gave it up, or of their account, does not matter; one who showed it at the same time shared it.
    """
    stretches: dict[str, list[AddressPeriod]] = {}
    for one in periods:
        stretches.setdefault(one.gmc_number, []).append(one)
    taken = _taken_up(stretches.pop(gmc_number, ()))
    within = timedelta(days=rules.REUSE_DAYS)
    if taken is None or as_of - taken > within:
        return False
    given_up = (_given_up(others) for others in stretches.values())
    return any(day is not None and day <= taken <= day + within for day in given_up)


def _taken_up(stretches: Iterable[AddressPeriod]) -> date | None:
    """The first day of the newest unbroken time in which a doctor showed the address; None if they never did."""
    taken: date | None = None
    until: date | None = None
    for one in sorted(stretches, key=lambda stretch: stretch.since):
        taken = taken if taken is not None and until == one.since else one.since
        until = one.until
    return taken


def _given_up(stretches: Sequence[AddressPeriod]) -> date | None:
    """The day on which a doctor last showed the address no more; None while they do."""
    ends = [one.until for one in stretches]
    return None if None in ends else max(end for end in ends if end is not None)


def registered_with(people: Iterable[Person]) -> dict[str, frozenset[str]]:
    """The GMC numbers of the registered doctors who hold each address now, by its key."""
    found: dict[str, set[str]] = {}
    for one in people:
        if one.key is not None and one.registration not in rules.LEFT_REGISTER:
            found.setdefault(one.key, set()).add(one.gmc_number)
    return {key: frozenset(numbers) for key, numbers in found.items()}
