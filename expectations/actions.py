"""What a failed expectation does to an extract, as Great Expectations severity and meta."""

from typing import Any

from gpsync.rules import QuarantineReason


def refuse() -> dict[str, Any]:
    """The whole file is refused."""
    return {"severity": "critical"}


def quarantine(reason: QuarantineReason) -> dict[str, Any]:
    """The rows that fail are quarantined for `reason`; the rest is accepted."""
    return {"severity": "warning", "meta": {"quarantine": str(reason)}}


def count() -> dict[str, Any]:
    """The rows that fail are counted and accepted."""
    return {"severity": "warning"}
