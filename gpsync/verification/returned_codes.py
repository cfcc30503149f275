"""What the codes and words of a delivery report say about an address (C-30, C-45).

An address is given up only where the report says that it does not exist. Whatever may be our own doing, or
may pass, never suppresses a doctor's address.
"""

import re

from gpsync.rules import ReturnedKind

#: An enhanced status code (RFC 3463) and nothing that only looks like one, such as a version or an address.
_CODE = re.compile(r"(?<![\d.])([245]\.[0-7]\.\d{1,3})(?!\.?\d)")
#: The older code of three digits, where it opens an answer.
_REPLY = re.compile(r"(?:^|;)\s*([45]\d\d)\b")

#: Codes that say more than the group they belong to.
_SINGLE = {
    # The sender's address is what is wrong: ours.
    "5.1.7": ReturnedKind.POLICY,
    "5.1.8": ReturnedKind.POLICY,
    # The mailbox is full. Its owner exists.
    "5.2.2": ReturnedKind.RETURNED,
    # The letter is too long, or the list behind the address is broken: the address itself is known.
    "5.2.3": ReturnedKind.POLICY,
    "5.2.4": ReturnedKind.POLICY,
    # Exchange Online answers 5.4.1 for an address that its directory does not know.
    "5.4.1": ReturnedKind.PERMANENT,
    # The domain does not exist, or nothing there takes mail.
    "5.4.4": ReturnedKind.PERMANENT,
    "5.4.310": ReturnedKind.PERMANENT,
}
#: What a group of codes means. The rest of 5.4 is loops and congestion on the way: they pass, or are repaired.
_GROUPS = {
    "5.0": ReturnedKind.PERMANENT,
    "5.1": ReturnedKind.PERMANENT,
    "5.2": ReturnedKind.PERMANENT,
    "5.3": ReturnedKind.POLICY,
    "5.4": ReturnedKind.RETURNED,
    "5.5": ReturnedKind.POLICY,
    "5.6": ReturnedKind.POLICY,
    "5.7": ReturnedKind.POLICY,
}
#: Codes that say no more than "failed": the words decide. A refusal of us comes before a missing user, because
#: it is the milder reading.
_SAYS_LITTLE = re.compile(r"5\.[0235]\.0")
_WORDS = (
    (
        ReturnedKind.RETURNED,
        re.compile(r"mailbox.{0,20}full|over.?quota|quota.{0,20}exceed|exceed.{0,30}(?:quota|storage)"),
    ),
    (
        ReturnedKind.POLICY,
        re.compile(r"spam|block|blacklist|policy|reputation|dmarc|\bspf\b|banned|denied|not allowed|virus"),
    ),
    (
        ReturnedKind.PERMANENT,
        re.compile(r"unknown|no such|n[o']t exist|not found|invalid|unrouteable|no mailbox|disabled"),
    ),
)
_WORDS_READ = 2_000


def meaning(action: str, status: str, text: str) -> tuple[ReturnedKind, str | None]:
    """What a report about one recipient means, and its status code if it has one.

    `action` and `status` are the fields of that name (RFC 3464) or empty; `text` is what the receiving side
    said. Nothing follows from notices of success (delivered, relayed, expanded).
    """
    code = _precise(status, text)
    action = action.strip().lower()
    if action.startswith("delayed"):
        return ReturnedKind.DELAYED, code
    if action.startswith(("delivered", "relayed", "expanded")):
        return ReturnedKind.RELAYED, code
    if action and not action.startswith(("fail", "error")):
        return ReturnedKind.UNRECOGNISED, code
    return _failed(code, text), code


def codes(text: str) -> list[str]:
    """The codes of failures in a text, each once, in its order."""
    return list(dict.fromkeys(code for code in _CODE.findall(text) if code[0] != "2"))


def _precise(status: str, text: str) -> str | None:
    """The status code, or the one in the text where the field says little or is missing."""
    stated = _CODE.search(status)
    if stated and not stated.group(1).endswith(".0.0"):
        return stated.group(1)
    told = codes(text)
    return told[0] if told else (stated.group(1) if stated else None)


def _failed(code: str | None, text: str) -> ReturnedKind:
    if code is None or _SAYS_LITTLE.fullmatch(code):
        return _by_words(code, text)
    if code.startswith("4."):
        return ReturnedKind.RETURNED
    return _SINGLE.get(code) or _GROUPS.get(code[:3], ReturnedKind.UNRECOGNISED)


def _by_words(code: str | None, text: str) -> ReturnedKind:
    reply = _REPLY.search(text[:_WORDS_READ])
    if reply and (reply.group(1).startswith("4") or reply.group(1) == "552"):
        return ReturnedKind.RETURNED
    said = text[:_WORDS_READ].lower()
    for kind, words in _WORDS:
        if words.search(said):
            return kind
    return _GROUPS[code[:3]] if code else ReturnedKind.PERMANENT
