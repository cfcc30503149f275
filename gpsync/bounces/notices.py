"""What a message of the bounce mailbox reports, whoever wrote it (C-30).

Delivery reports by RFC 3464 come first. What is left is answered by a person's mail program, or worded in one
of the many forms that mail systems have made up, which a library knows.
"""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.header import decode_header
from email.message import Message

from flufl.bounce import all_failures

from gpsync.bounces.codes import meaning
from gpsync.bounces.parts import Pieces, clipped, values, word
from gpsync.bounces.refusals import codes_in
from gpsync.register import addresses
from gpsync.rules import ReturnedKind

# What the library logs may quote the message.
logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL + 1)

_ADDRESS = re.compile(r"[^\s<>;,()\"]{1,256}@[^\s<>;:,()\"]{1,255}")
_XTEXT = re.compile(r"\+([0-9A-F]{2})")

#: The name that Postfix says it asked for in vain.
_ASKED = re.compile(r"name service error for name=(\S{1,255})", re.IGNORECASE)
_DAEMON = re.compile(
    r"mailer[- ]?daemon|postmaster|mail delivery|mail system|delivery system|mail administrator|^\s*<>\s*$",
    re.IGNORECASE,
)
_AWAY = re.compile(
    r"^\W*(?:re:\s*)?(?:auto(?:matic)?[ -]?(?:reply|response|mated)|out[ -]of[ -](?:the[ -])?office|"
    r"(?:on )?(?:annual|sick|maternity|paternity|study) leave|away from (?:the|my) )",
    re.IGNORECASE,
)
#: Where a mail system begins to give back our own letter, whose words are ours: by its own word, or by a header.
_COPY = re.compile(
    r"^\W{0,40}(?:(?:this|below|here|included|attached)\b.{0,40}\b(?:copy|headers?) of|below this line|"
    r"(?:the )?(?:original|returned|undelivered|unsent|rejected) (?:message|mail|e-?mail)"
    r"(?: (?:headers?|text|details|follows|attached|is)){0,3}\W{0,40}$|"
    r"message (?:headers?|text|source)\b.{0,40}follow|received:\s*from|return-path:|dkim-signature:).*$",
    re.IGNORECASE | re.MULTILINE,
)
_SUBJECT = re.compile(r"^\W{0,40}subject:.*$", re.IGNORECASE | re.MULTILINE)
_STILL_TRYING = re.compile(
    r"(?:has|have) not yet been delivered|still (?:being )?(?:try|tried)|"
    r"will (?:continue|keep|be retried|retry|try again)|no action is required|do not need to (?:do|resend)|"
    r"warning message only",
    re.IGNORECASE,
)

#: The library compares every line with scores of patterns.
_LIBRARY_BYTES, _LIBRARY_LINE = 16 * 1024, 200
#: Recipients for whom a report's text is read, and addresses that are read from a text.
_NAMED = 20


@dataclass(frozen=True)
class Notice:
    """What a message reports about one recipient: what became of the mail, the status code, and for whom.

    `recipients` are the names it gives that recipient, in the form in which addresses are compared; empty
    where it gives none. `is_report` says that a mail system, not a person's assistant, is speaking.
    """

    kind: ReturnedKind
    status_code: str | None = None
    recipients: frozenset[str] = field(default=frozenset(), repr=False)
    is_report: bool = False


UNREADABLE = Notice(ReturnedKind.UNRECOGNISED)


def notices(message: bytes, pieces: Pieces) -> list[Notice]:
    """What a message reports: at least one notice."""
    blocks = [block for report in pieces.reports for block in report if _is_about_somebody(block)]
    if blocks:
        letter = _before_the_copy(pieces.text) if len(blocks) <= _NAMED else ""
        return [_notice(block, letter, is_alone=len(blocks) == 1) for block in blocks]
    if "message/feedback-report" in pieces.types:
        # A complaint: a person must read it.
        return [UNREADABLE]
    failed = "X-Failed-Recipients" in pieces.head
    if not failed and _is_reply(pieces):
        return [Notice(ReturnedKind.AUTO_REPLY)]
    reported = _by_library(message, pieces) or _by_words(pieces)
    if reported:
        return reported
    return [Notice(ReturnedKind.AUTO_REPLY) if _is_automatic(pieces.head) else UNREADABLE]


def _is_about_somebody(block: Message) -> bool:
    return any(name in block for name in ("Action", "Status", "Final-Recipient"))


def _notice(block: Message, letter: str, *, is_alone: bool) -> Notice:
    """What the fields about one recipient say; of several, a line of the letter counts that names this one."""
    original, final, actual = (
        frozenset(key for value in values(block, name) for key in _keys(value))
        for name in ("Original-Recipient", "Final-Recipient", "X-Actual-Recipient")
    )
    keys = original | final | actual
    if not is_alone:
        letter = "\n".join(line for line in letter.splitlines() if any(key in line.lower() for key in keys))
    action, status, text = (" ".join(values(block, name)) for name in ("Action", "Status", "Diagnostic-Code"))
    kind, code = meaning(action, status, text, letter)
    if kind is ReturnedKind.PERMANENT and (_is_forwarded(original, final) or _is_of_another_host(text, keys)):
        kind = ReturnedKind.UNRECOGNISED
    return Notice(kind, code, keys, is_report=True)


def _is_forwarded(original: frozenset[str], final: frozenset[str]) -> bool:
    """Whether it was passed on to another domain, so that it is another address that does not exist."""
    return bool(original and final) and not _domains(original) & _domains(final)


def _is_of_another_host(text: str, keys: frozenset[str]) -> bool:
    """Whether the name that was not found is not the address's domain: a mail server's, or that of our own relay."""
    asked = _ASKED.search(text)
    return asked is not None and bool(keys) and asked.group(1).lower().rstrip(".") not in _domains(keys)


def _domains(keys: frozenset[str]) -> frozenset[str]:
    return frozenset(key.rpartition("@")[2] for key in keys)


def _keys(text: str) -> Iterator[str]:
    """The addresses in a field, compared as they stand and with RFC 3461's `+2B` for a plus sign undone."""
    for found in _ADDRESS.findall(text.partition(";")[2] or text):
        yield addresses.key(found)
        yield addresses.key(_XTEXT.sub(lambda code: chr(int(code.group(1), 16)), found))


def _is_reply(pieces: Pieces) -> bool:
    """Whether a person's mail program answered automatically. Mail systems say `auto-replied` too."""
    head = pieces.head
    if "message/disposition-notification" in pieces.types:
        return True
    if any(name in head for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Reply")):
        return True
    replied = word(head, "Auto-Submitted").startswith("auto-replied")
    return (
        word(head, "Precedence") == "auto_reply"
        or bool(_AWAY.search(_subject(head)))
        or (replied and not _is_daemon(head))
    )


def _is_automatic(head: Message) -> bool:
    """Whether a program says that it wrote what cannot be read as a report."""
    is_said = "Auto-Submitted" in head and word(head, "Auto-Submitted") != "no"
    return not _is_daemon(head) and (is_said or word(head, "Precedence") in ("bulk", "junk", "list"))


def _is_daemon(head: Message) -> bool:
    return bool(_DAEMON.search(word(head, "From")))


def _subject(head: Message) -> str:
    words = [
        word.decode("utf-8", "replace") if isinstance(word, bytes) else word
        for word, _ in decode_header(str(head.get("Subject", "")))
    ]
    return "".join(words)


def _by_library(message: bytes, pieces: Pieces) -> list[Notice]:
    """What the collected knowledge about reports that follow no standard makes of the message."""
    text = _before_the_copy(pieces.text)
    for form in (_flat(pieces), message_from_bytes(clipped(message, _LIBRARY_BYTES, _LIBRARY_LINE))):
        passing, lasting = all_failures(form)
        if lasting:
            kind, code = meaning("failed", "", text)
            return [Notice(kind, code, _all_keys(lasting), is_report=True)]
        if passing:
            found = codes_in(text)
            return [Notice(ReturnedKind.DELAYED, found[0] if found else None, _all_keys(passing), is_report=True)]
    return []


def _by_words(pieces: Pieces) -> list[Notice]:
    """What a mail system reports in no known format, where it names addresses and a reason."""
    if not (_is_daemon(pieces.head) or "X-Failed-Recipients" in pieces.head):
        return []
    text = _before_the_copy(pieces.text)
    keys = frozenset(key for found in _ADDRESS.findall(text)[:_NAMED] for key in _keys(found))
    kind, code = meaning("delayed" if _STILL_TRYING.search(text) else "failed", "", text)
    if not keys or kind is ReturnedKind.UNRECOGNISED:
        return []
    return [Notice(kind, code, keys, is_report=True)]


def _before_the_copy(text: str) -> str:
    """What a mail system writes before it gives back our own letter, without that letter's subject."""
    return _SUBJECT.sub("", _COPY.split(text, maxsplit=1)[0])


def _all_keys(recipients: frozenset[bytes]) -> frozenset[str]:
    return frozenset(key for one in recipients for key in _keys(one.decode("ascii", "replace")[:512]))


def _flat(pieces: Pieces) -> Message:
    """The message as plain text, decoded: the library does not decode."""
    flat = Message()
    for name in ("From", "X-Failed-Recipients", "X-Mailer"):
        for value in values(pieces.head, name):
            flat[name] = value[:_LIBRARY_LINE]
    text = clipped(pieces.text.encode(), _LIBRARY_BYTES, _LIBRARY_LINE)
    flat.set_payload(text.decode("ascii", "replace"))
    return flat
