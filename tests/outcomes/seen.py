"""What a story reached, counted: a sample that never reaches a state says nothing of it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

#: Tables with the columns whose values are counted, by what they are called.
_COUNTED = {
    "email_change": (("change state", "state"), ("change reason", "reason"), ("change kind", "kind")),
    "eligibility": (("what bars", "reason"), ("what bars makes it", "state")),
    "outbox": (("mail kind", "kind"), ("mail state", "state"), ("mail reason", "reason"), ("mail rank", "rank")),
    "mail_event": (("mail was", "state"), ("mail was, because", "reason")),
    "link": (("link state", "state"), ("link reason", "reason")),
    "hold": (("hold", "kind"), ("hold decided", "decision")),
    "mismatch": (("mismatch", "code"), ("mismatch state", "state")),
    "returned_mail": (("message", "kind"),),
    "suppression": (("suppressed", "reason"),),
    "verification": (("verified by", "source"),),
    "extract": (("extract", "outcome"),),
    "doctor": (("registration", "registration_class"),),
    "list_change": (("list change", "change"),),
    "act": (("act", "action"), ("act came to", "outcome")),
}


def count_what_was_reached(
    seen: Counter[str], rows: Mapping[str, Sequence[Mapping[str, Any]]], letters: Sequence[bytes]
) -> None:
    """Count the words that a story's rows hold."""
    seen["letters"] += len(letters)
    for table, columns in _COUNTED.items():
        for what, column in columns:
            seen.update(f"{what}: {row[column]}" for row in rows[table] if row[column] is not None)
