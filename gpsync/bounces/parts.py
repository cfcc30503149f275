"""Taking a message of the bounce mailbox apart, however it was made, with bounded work.

Anybody can write to that mailbox. So only the beginning of a message is read, in lines of bounded length, and
one that nests deeper than any mail program does is read no further than its headers.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, message_from_string
from email.message import Message
from email.parser import BytesHeaderParser

#: Bytes, lines and characters a line that are looked at. Notices come before the mail they return.
_BYTES, _LINES, _LINE = 256 * 1024, 8_000, 998
#: Parts that a message may have.
_PARTS = 40
_TEXT = 16 * 1024

_REPORTS = ("message/delivery-status", "message/global-delivery-status")
_RETURNED_HEADERS = ("text/rfc822-headers", "message/global-headers")
#: Character sets in which reasons are written, of those that Python reads in one pass.
_CHARSETS = re.compile(
    r"utf-8|iso-8859-(?:[1-9]|1[0134-6])|windows-125[0-8]|iso-2022-jp|shift_jis|euc-(?:jp|kr)|gb(?:2312|k|18030)|big5|koi8-r"
)
_TAG = re.compile(r"<[^<>]{0,200}>")


@dataclass(frozen=True)
class Pieces:
    """A message taken apart.

    `reports` are the blocks of fields of each delivery report, the first block about the mail and the others
    about one recipient each; `returned` are mails that came back, or their headers; `text` is what stands
    there for people, decoded; `types` are the kinds of its parts.
    """

    head: Message
    reports: list[list[Message]] = field(default_factory=list)
    returned: list[Message] = field(default_factory=list)
    text: str = ""
    types: frozenset[str] = frozenset()


def clipped(message: bytes, size: int = _BYTES, line: int = _LINE) -> bytes:
    """The beginning of a message, without NULs and with no line longer than `line`."""
    lines = message[:size].replace(b"\0", b"").splitlines()[:_LINES]
    return b"\n".join(one[:line] for one in lines) + b"\n"


def take_apart(message: bytes) -> Pieces:
    """The pieces of a message. The standard parser may raise anything on what is made to hurt it."""
    known = clipped(message)
    if known.lower().count(b"content-type") > _PARTS:
        return Pieces(BytesHeaderParser().parsebytes(known))
    head = message_from_bytes(known)
    pieces = Pieces(head, types=frozenset(part.get_content_type() for part in _parts(head)))
    texts: list[str] = []
    for part in _parts(head):
        _put(part, pieces, texts)
    return Pieces(head, pieces.reports, pieces.returned, "\n".join(texts)[:_TEXT], pieces.types)


def values(headers: Message, name: str) -> list[str]:
    """Every value of a field, as text."""
    return [str(value) for value in headers.get_all(name, [])]


def word(headers: Message, name: str) -> str:
    """The first value of a field as words are compared, in small letters; empty where there is none."""
    return str(headers.get(name, "")).strip().lower()


def _put(part: Message, pieces: Pieces, texts: list[str]) -> None:
    kind = part.get_content_type()
    if kind in _REPORTS:
        pieces.reports.append(_blocks(part))
    elif kind in _RETURNED_HEADERS:
        # The standard parser takes whatever is called `message/…` for a message that holds another one.
        pieces.returned.extend(_children(part) or [message_from_string(_content(part))])
    elif part.is_multipart():
        # What `message/rfc822` holds; a multipart part holds parts, which come by themselves.
        pieces.returned.extend(_children(part) if kind.startswith("message/") else [])
    elif kind.startswith("text/") and not pieces.returned:
        # Text after a returned mail is the returned mail's.
        texts.append(_plain(_content(part)) if kind == "text/html" else _content(part))


def _parts(head: Message) -> Iterator[Message]:
    """Every part, outermost first, in reading order; a delivery report is one part."""
    waiting = [head]
    while waiting:
        part = waiting.pop()
        yield part
        if part.get_content_type() not in _REPORTS:
            waiting += reversed(_children(part))


def _children(part: Message) -> list[Message]:
    inside = part.get_payload()
    return [one for one in inside if isinstance(one, Message)] if isinstance(inside, list) else []


def _blocks(report: Message) -> list[Message]:
    """The blocks of fields of a delivery report, also of one that was encoded although it must not be."""
    if word(report, "Content-Transfer-Encoding") not in ("base64", "quoted-printable"):
        text = "\n\n".join(_written(block) for block in _children(report))
    else:
        flat = Message()
        flat["Content-Transfer-Encoding"] = str(report["Content-Transfer-Encoding"]).strip()
        flat.set_payload("\n\n".join(_written(block) for block in _children(report)) or report.get_payload())
        text = _content(flat)
    blocks = re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n").strip("\n"))
    return [message_from_string(block.strip("\n")) for block in blocks if block.strip()]


def _written(block: Message) -> str:
    """A block of fields as it was written, also in letters that fields may not hold."""
    written = (f"{name}: {value}".encode("utf-8", "surrogateescape") for name, value in block.raw_items())
    fields = b"\n".join(written).decode("utf-8", "replace")
    inside = block.get_payload()
    rest = inside if isinstance(inside, str) else "\n\n".join(_written(one) for one in _children(block))
    # Blank lines at either end are left out when the block is read.
    return f"{fields}\n\n{rest}"


def _content(part: Message) -> str:
    """A part's text. An unknown or unlikely character set is read as UTF-8."""
    inside = part.get_payload(decode=True)
    if not isinstance(inside, bytes):
        return ""
    named = str(part.get_content_charset(failobj="utf-8")).lower()
    return inside.decode(named if _CHARSETS.fullmatch(named) else "utf-8", "replace").replace("\r\n", "\n")


def _plain(page: str) -> str:
    return html.unescape(_TAG.sub(" ", page[: 4 * _TEXT]))
