"""What a refusal says about an address, by its codes and its words; for answers and for returned mail (C-30, C-45).

An address is given up only on positive evidence: the words say that it does not exist, and no code says anything
else. A code alone is no evidence: systems give 5.1.1 beside every kind of reason, and a refusal that was passed on
carries the code of whichever system could not read the one before. So of a bare 5.1.1 a person must judge.
"""

import re
from collections.abc import Sequence

from gpsync.bounces.refusal_words import READ, Said, said
from gpsync.rules import ReturnedKind

#: An enhanced status code (RFC 3463) and nothing that only looks like one, such as a version or an address.
CODE = re.compile(r"(?<![\d.])([245]\.[0-7]\.\d{1,3})(?!\.?\d)")
#: The older code of three digits, where it opens an answer.
_REPLY = re.compile(r"(?:^|[;:<>\n])[ \t]{0,20}([45]\d\d)(?=[ -]|$)")

#: Codes by which a system says that the address or its domain does not exist: words that may mean that do mean it.
_SAYS_ABSENT = re.compile(r"5\.1\.(?:1|2|10)|5\.4\.310")
#: What says something else, whatever words of absence stand beside it.
_MAY_PASS = re.compile(r"4\..*|5\.2\.(?:2|12[0-2])|5\.3\.[12]|5\.4\.(?:[235-9]|1\d|2\d\d|3(?!10)\d\d)")
#: Our own address, limit, letter or way of speaking, or the list behind the address.
_REFUSES_US = re.compile(r"5\.1\.(?:[789]|90)|5\.2\.[34]|5\.3\.[3-9]|5\.5\.[2-9]|5\.6\..*|5\.7\..*")
#: Somebody has moved, or is several.
_UNSURE = re.compile(r"5\.1\.[46]")
#: By these Exchange Online passes on another system's answer; they say nothing themselves.
_WRAPPERS = re.compile(r"5\.[01]\.35[01]")


def reading(codes: Sequence[str], text: str) -> ReturnedKind:
    """What a lasting refusal means: RETURNED, POLICY, PERMANENT, or UNRECOGNISED where a person must judge.

    `codes` are the enhanced codes that stand outside of the text; `text` is what was said, with the codes in it.
    """
    text = text[:READ]
    words = said(text)
    given = [code for code in (*codes, *codes_in(text)) if not _WRAPPERS.fullmatch(code)]
    reply = _REPLY.search(text)
    return _other_reading(given, words, reply.group(1) if reply else "") or _absence(given, words)


def tells_a_reason(text: str) -> bool:
    """Whether the words are enough to judge by, without others and without a code."""
    return bool(said(text) - {Said.DOUBTED})


def says_full(text: str) -> bool:
    """Whether words speak of a full mailbox."""
    return Said.FULL in said(text)


def codes_in(text: str) -> list[str]:
    """The codes of failures in a text, each once, in its order."""
    return list(dict.fromkeys(code for code in CODE.findall(text[:READ]) if code[0] != "2"))


def _other_reading(codes: Sequence[str], words: frozenset[Said], reply: str) -> ReturnedKind | None:
    """The reading by anything that does not speak of an address that does not exist, the mildest first."""
    if Said.FULL in words or _any_is(_MAY_PASS, codes) or reply.startswith("4"):
        return ReturnedKind.RETURNED
    if _any_is(_REFUSES_US, codes):
        return ReturnedKind.POLICY
    if Said.PASSING in words:
        return ReturnedKind.RETURNED
    if Said.POLICY in words:
        return ReturnedKind.POLICY
    if reply == "552":
        return ReturnedKind.RETURNED
    if Said.UNSURE in words or _any_is(_UNSURE, codes) or reply == "551":
        return ReturnedKind.UNRECOGNISED
    return None


def _absence(codes: Sequence[str], words: frozenset[Said]) -> ReturnedKind:
    agreed = Said.DOUBTED in words and _any_is(_SAYS_ABSENT, codes)
    return ReturnedKind.PERMANENT if agreed or Said.ABSENT in words else ReturnedKind.UNRECOGNISED


def _any_is(pattern: re.Pattern[str], codes: Sequence[str]) -> bool:
    return any(pattern.fullmatch(code) for code in codes)
