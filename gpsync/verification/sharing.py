"""An address that two registered doctors hold can verify neither of them (C-26)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from gpsync import rules
from gpsync.mails import Person
from gpsync.records import EmailChange, Holding
from gpsync.rules import ChangeReason, ChangeState, Registration

#: The dead and the no longer registered do not share.
_GONE = frozenset({*rules.NOT_REGISTERED, Registration.DECEASED})


def hold_shared(changes: Iterable[EmailChange], holdings: Mapping[str, Sequence[Holding]]) -> list[EmailChange]:
    """The changes, with those whose address another registered doctor holds HELD, or due later.

    `holdings` are the stretches of each changed address, by key. When the sharing has ended the change
    goes on, due on its own day or on the day the sharing ended, whichever is later. The dead and the no
    longer registered do not share. A change whose link has gone out stays what it is.
    """
    return [_judged(change, holdings.get(change.new_key, ())) for change in changes]


def _judged(change: EmailChange, holdings: Sequence[Holding]) -> EmailChange:
    if change.state not in (ChangeState.WAITING, ChangeState.QUEUED):
        return change
    others = [one for one in holdings if _shares(one, change)]
    if any(one.until is None for one in others):
        return replace(change, state=ChangeState.HELD, reason=ChangeReason.SHARED_EMAIL)
    ended = max((one.until for one in others if one.until is not None), default=change.due_date)
    return replace(change, due_date=max(change.due_date, ended))


def _shares(holding: Holding, change: EmailChange) -> bool:
    is_registered = holding.registration not in _GONE
    overlaps = holding.until is None or holding.until > change.change_date
    return is_registered and overlaps and holding.gmc_number != change.gmc_number


def registered_holders(people: Iterable[Person]) -> dict[str, frozenset[str]]:
    """The GMC numbers of the registered doctors who hold each address now, by its key."""
    found: dict[str, set[str]] = {}
    for one in people:
        if one.key is not None and one.registration not in _GONE:
            found.setdefault(one.key, set()).add(one.gmc_number)
    return {key: frozenset(numbers) for key, numbers in found.items()}
