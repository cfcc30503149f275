"""What a message in the bounce mailbox is, and whether it can be trusted (C-30).

No message is trusted because of an address alone. A message must name one of our mails by what only that mail carried,
and may name no other recipient than the mail had.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from gpsync.bounces.notices import UNREADABLE, Notice, notices
from gpsync.bounces.parts import Pieces, take_apart, values
from gpsync.rules import HANDED_OVER_STATES, MailState, ReturnedKind

_MARK = r"v1\.([0-9a-f]{32})\.(\d{1,6})"
_RETURN_ADDRESS = re.compile(rf"\+{_MARK}@", re.IGNORECASE)
_ENVELOPE_ID = re.compile(rf"^\s*<?{_MARK}>?\s*$", re.IGNORECASE)
_MESSAGE_ID = re.compile(rf"<{_MARK}@", re.IGNORECASE)
_MESSAGE_ID_LINE = re.compile(
    rf"^[>\s]{{0,8}}(?:x-(?:microsoft|google)-original-)?message-id:\s{{0,8}}<{_MARK}@", re.IGNORECASE | re.MULTILINE
)
#: Exchange Online and Gmail may give a mail another Message-ID; then they keep ours beside it.
_MESSAGE_ID_HEADERS = ("Message-ID", "X-Microsoft-Original-Message-ID", "X-Google-Original-Message-ID")

#: Where reports about one recipient differ, the mildest counts: of an address that stands for several people,
#: one may have moved while the others got the mail.
_MILDEST_FIRST = (
    ReturnedKind.AUTO_REPLY,
    ReturnedKind.RELAYED,
    ReturnedKind.DELAYED,
    ReturnedKind.RETURNED,
    ReturnedKind.POLICY,
    ReturnedKind.UNRECOGNISED,
    ReturnedKind.PERMANENT,
)


class Reference(NamedTuple):
    """Which of our mails a message speaks of."""

    mail_id: str
    generation: int


@dataclass(frozen=True)
class Returned:
    """A message of the bounce mailbox: the mails it names, and what it reports."""

    references: frozenset[Reference]
    notices: tuple[Notice, ...]

    @property
    def kind(self) -> ReturnedKind:
        """What the message is, before checking whether it can be trusted."""
        return _mildest(self.notices).kind


class Mailed(NamedTuple):
    """What must agree of the mail that a message names."""

    mail_id: str
    generation: int
    recipient_key: str
    state: MailState


def read(message: bytes) -> Returned:
    """What a message is. Never raises: what cannot be read is unrecognised."""
    try:
        pieces = take_apart(message)
        return Returned(frozenset(_references(pieces)), tuple(notices(message, pieces)))
    except Exception:  # the standard parser raises nearly anything on a message made to hurt it
        return Returned(frozenset(), (UNREADABLE,))


def verdict(returned: Returned, mail: Mailed | None) -> Notice:
    """What is to be made of a message, given the mail that it names, or None where there is none.

    A report that names no mail of ours is unrecognised, however clearly it names an address. One that names
    a mail which is not known, was not handed over, has another generation or went to somebody else is forged.
    """
    reports = [notice for notice in returned.notices if notice.is_report]
    if not reports:
        return _mildest(returned.notices)
    if not returned.references:
        return Notice(returned.kind) if returned.kind is ReturnedKind.AUTO_REPLY else UNREADABLE
    forged = Notice(ReturnedKind.FORGED)
    if mail is None or mail.state not in HANDED_OVER_STATES or returned.references != {Reference(*mail[:2])}:
        return forged
    named = any(notice.recipients for notice in reports)
    about_it = [one for one in reports if not named or mail.recipient_key in one.recipients]
    return _mildest(about_it) if about_it else forged


def _mildest(notices: list[Notice] | tuple[Notice, ...]) -> Notice:
    return min(notices, key=lambda notice: _MILDEST_FIRST.index(notice.kind))


# --- Which mail it speaks of -------------------------------------------------------------------------


def _references(pieces: Pieces) -> Iterator[Reference]:
    for where, pattern in _places(pieces):
        for mail_id, generation in pattern.findall(where):
            yield Reference(mail_id.lower(), int(generation))


def _places(pieces: Pieces) -> Iterator[tuple[str, re.Pattern[str]]]:
    """The texts in which a mail of ours may be named, with the form in which each names it."""
    for name in ("Delivered-To", "X-Original-To", "Envelope-To", "To"):
        yield from ((value, _RETURN_ADDRESS) for value in values(pieces.head, name))
    for name in ("In-Reply-To", "References"):
        yield from ((value, _MESSAGE_ID) for value in values(pieces.head, name))
    for block in (block for report in pieces.reports for block in report):
        yield from ((value, _ENVELOPE_ID) for value in values(block, "Original-Envelope-Id"))
    for mail in pieces.returned:
        for name in _MESSAGE_ID_HEADERS:
            yield from ((value, _MESSAGE_ID) for value in values(mail, name))
    yield pieces.text, _MESSAGE_ID_LINE
