"""A link that somebody asks for before the 14 days are over (C-52).

The window is what protects a doctor whose mailbox at the GMC was changed by somebody else: one telephone call must
not end it. So it takes a second person, or a call back to a number that did not come from the caller.
"""

from collections.abc import Iterable
from datetime import date

from gpsync.records import EmailChange
from gpsync.rules import ChangeState

#: A change in one of these states is over, and its window with it.
_OVER = frozenset({ChangeState.VERIFIED, ChangeState.CANCELLED, ChangeState.SUPERSEDED, ChangeState.SUPPRESSED})
#: Where a number came from is a word at least: "ODS".
_SHORTEST_SOURCE = 3


def is_inside_window(changes: Iterable[EmailChange], key: str | None, today: date) -> bool:
    """Whether one of a doctor's changes to the address with this key has not stood for the whole window yet."""
    return any(one.new_key == key and one.state not in _OVER and today < one.due_date for one in changes)


def is_source(text: str) -> bool:
    """Whether a text says where a telephone number came from, and is not the number itself."""
    return sum(character.isalpha() for character in text) >= _SHORTEST_SOURCE


def called_back(reason: str, source: str) -> str:
    """The reason of a request with the call-back that confirmed it, as it is kept."""
    return f"{reason} [called back on the number from: {source.strip()}]" if source else reason
