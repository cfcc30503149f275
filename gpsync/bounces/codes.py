"""What a delivery report says about one recipient (C-30, C-45).

Whatever may be our own doing, or may pass, never suppresses a doctor's address.
"""

from gpsync.bounces.refusals import CODE, codes_in, reading, says_full, tells_a_reason
from gpsync.rules import ReturnedKind


def meaning(action: str, status: str, text: str, letter: str = "") -> tuple[ReturnedKind, str | None]:
    """What a report about one recipient means, and its status code if it has one.

    `action` and `status` are the fields of that name (RFC 3464) or empty; `text` is what the receiving side said;
    `letter` is the report's text for people. It is read where the fields give no reason, or where it speaks of a full
    mailbox, which is milder than any reason in them.
    """
    code = _precise(status, text)
    action = action.strip().lower()
    if action.startswith("delayed"):
        return ReturnedKind.DELAYED, code
    if action.startswith(("delivered", "relayed", "expanded")):
        return ReturnedKind.RELAYED, code
    if action and not action.startswith(("fail", "error")):
        return ReturnedKind.UNRECOGNISED, code
    stated = codes_in(status)
    if tells_a_reason(text) and not says_full(letter):
        return reading(stated, text), code
    return reading([*stated, *codes_in(text)], f"{text}\n{letter}"), code or next(iter(codes_in(letter)), None)


def _precise(status: str, text: str) -> str | None:
    """The status code, or the one in the text where the field says little or is missing."""
    stated = CODE.search(status)
    if stated and not stated.group(1).endswith(".0.0"):
        return stated.group(1)
    return next(iter(codes_in(text)), stated.group(1) if stated else None)
