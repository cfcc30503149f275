"""What is kept of a returned message that a person must look at: enough to judge it by, and no way into an account.

Anybody can write to the bounce mailbox, and a mail that comes back holds our letter with its link. So the returned
letter is left out, and whatever could be a token, or hide one, is blanked: tokens are stored nowhere. What is kept
holds nothing that a terminal would obey.
"""

import re
from collections.abc import Iterator
from email.header import decode_header, make_header
from email.message import Message

from gpsync import rules
from gpsync.bounces.parts import Pieces, take_apart, values

_HEAD = ("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Failed-Recipients")
#: A token has 43 such characters; encoded text, in which one could hide, has longer runs of them.
_TOKEN = re.compile(r"[A-Za-z0-9_+/=-]{32,}")
#: A line of quoted-printable goes on in the next one, and could cut a token in two.
_SOFT_BREAK = re.compile(r"(?<!=)=[ \t]*\r?\n")
#: Where the returned mail itself begins in the text of a notice that follows no standard.
_COPY = re.compile(r"^-{3,}.*(?:copy of the message|original message|returned (?:mail|message)).*$", re.I | re.M)
_LEFT_OUT = "[left out]"
_NOTHING = "The message cannot be read: look at it in the mailbox."


def kept(message: bytes) -> str:
    """What to keep of a message, as text for a person: `rules.KEPT_CHARACTERS` at most. Never raises."""
    try:
        text = "\n".join(_lines(take_apart(message)))
    except Exception:  # the standard parser raises nearly anything on a message made to hurt it
        return _NOTHING
    return _safe(text)[: rules.KEPT_CHARACTERS].strip() or _NOTHING


def _lines(pieces: Pieces) -> Iterator[str]:
    yield from (f"{name}: {_decoded(value)}" for name in _HEAD for value in values(pieces.head, name))
    for block in (block for report in pieces.reports for block in report):
        yield ""
        yield from (f"{name}: {_decoded(str(value))}" for name, value in block.items())
    yield ""
    yield _COPY.split(pieces.text, maxsplit=1)[0].strip()
    yield from (f"\nReturned: {_of(mail)}" for mail in pieces.returned)


def _of(mail: Message) -> str:
    """Which mail came back; its text is not kept."""
    return ", ".join(values(mail, "Message-ID")) or "a mail without a Message-ID"


def _decoded(value: str) -> str:
    try:
        return " ".join(str(make_header(decode_header(value))).split())
    except (LookupError, ValueError):
        return " ".join(value.split())


def _safe(text: str) -> str:
    """The text on its lines, without anything that cannot be printed or that could be a token."""
    joined = _TOKEN.sub(_blanked, _SOFT_BREAK.sub("", text))
    lines = ("".join(char if char.isprintable() else " " for char in line).rstrip() for line in joined.splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))


def _blanked(found: re.Match[str]) -> str:
    """Rules and frames are drawn with the same characters."""
    return found.group() if len(set(found.group())) < 4 else _LEFT_OUT
