"""What a person may do, with something chosen at random. Whom it is done to is found by what it is, never by its id."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tests.outcomes.product import Ended

if TYPE_CHECKING:
    from tests.outcomes.story import Teller

_PEOPLE = ("amy", "ben", "cat")
_NOTHING = Ended("nothing to do")
Row = dict[str, Any]


def decide(teller: Teller) -> tuple[str, Ended]:
    """Approve or reject a held extract or held mails; mostly two people do so."""
    random, found = teller.random, teller.rows("extract", "hold")
    held = [row["extract_id"] for row in found["extract"] if row["outcome"] == "held"]
    holds = [row for row in found["hold"] if row["decision"] is None]
    ids = [*sorted(held), *(row["hold_id"] for row in _sorted(holds, "kind", "opened_at", "counted"))]
    if not ids:
        return "decide", _NOTHING
    chosen, approve = random.choice(ids), random.random() < 0.75
    who, other = random.sample(_PEOPLE, 2)
    ended = teller.office.decide(teller.at(12), who, chosen, approve=approve)
    if ended.how == "asked" and random.random() < 0.8:
        teller.note("decide first", ended)
        ended = teller.office.decide(teller.at(13), other, chosen, approve=True)
    return f"decide {approve}", ended


def resend(teller: Teller) -> tuple[str, Ended]:
    """A doctor asks for another link, and mostly knows the address."""
    random = teller.random
    number = teller.some_doctor()
    shown = [
        row["email"]
        for row in teller.rows("doctor")["doctor"]
        if row["gmc_number"] == number and row["valid_to"] is None
    ]
    email = shown[0] if shown and shown[0] and random.random() < 0.9 else "someone.else@gp.example"
    source = random.choice((None, None, "ODS"))
    ended = teller.office.resend(teller.at(12), random.choice(_PEOPLE), number, email, source)
    return f"resend {number} {source}", ended


def suppress(teller: Teller) -> tuple[str, Ended]:
    """A doctor does not want to be mailed, or does again."""
    random = teller.random
    number, lift = teller.some_doctor(), random.random() < 0.4
    return f"suppress {number} {lift}", teller.office.suppress(teller.at(12), random.choice(_PEOPLE), number, lift=lift)


def resolve(teller: Teller) -> tuple[str, Ended]:
    """Somebody has found out what became of a mail."""
    random = teller.random
    waits = [row for row in teller.rows("outbox")["outbox"] if row["state"] in ("unknown", "policy_held", "dead")]
    if not waits:
        return "resolve", _NOTHING
    chosen = random.choice(_sorted(waits, "event_id", "generation"))
    sent = chosen["state"] == "unknown" and random.random() < 0.5
    ended = teller.office.resolve(teller.at(12), random.choice(_PEOPLE), chosen["mail_id"], sent=sent)
    return f"resolve {chosen['state']} {sent}", ended


def settle(teller: Teller) -> tuple[str, Ended]:
    """Somebody has read a message that came back."""
    random, found = teller.random, teller.rows("outbox", "returned_mail")
    mails = {row["mail_id"]: row for row in found["outbox"]}
    waits = [
        {**row, "about": str(mails.get(row["mail_id"], {}).get("event_id"))}
        for row in found["returned_mail"]
        if row["settled_at"] is None and row["kind"] in ("unrecognised", "policy", "unreadable", "returned")
    ]
    if not waits:
        return "settle", _NOTHING
    chosen = random.choice(_sorted(waits, "kind", "seen_at", "about", "name"))
    said = random.choice((None, "permanent", "returned"))
    ended = teller.office.settle(teller.at(12), random.choice(_PEOPLE), chosen["sha256"], said)
    return f"settle {chosen['kind']} {said}", ended


def acknowledge(teller: Teller) -> tuple[str, Ended]:
    """A mismatch is acknowledged."""
    random = teller.random
    unresolved = [row["mismatch_id"] for row in teller.rows("mismatch")["mismatch"] if row["state"] != "RESOLVED"]
    if not unresolved:
        return "acknowledge", _NOTHING
    until = teller.day + timedelta(days=random.choice((-1, 10, 60)))
    chosen = random.choice(sorted(unresolved))
    return f"acknowledge {chosen}", teller.office.acknowledge(teller.at(12), random.choice(_PEOPLE), chosen, until)


Act = Callable[["Teller"], tuple[str, Ended]]
#: Most that waits for somebody is held.
ACTS: tuple[Act, ...] = (decide, decide, decide, resend, resend, suppress, resolve, resolve, settle, acknowledge)


def _sorted(rows: Iterable[Row], *columns: str) -> list[Row]:
    return sorted(rows, key=lambda row: [str(row[column]) for column in columns])
