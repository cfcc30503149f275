"""What commands show about waiting mails: how many sending days, what became of first mails, how a run is going."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from gpsync.mails import FirstMail, Hold
    from gpsync.settings import Settings
    from gpsync.verification.pace import Outlook, Queue

from gpsync.london import in_london

#: What came of a first mail that somebody should look at, so that its doctor is named.
_SHOWN = 20


def outlook_rows(connection: Connection, settings: Settings, holds: Sequence[Hold]) -> list[dict[str, object]]:
    """How long the waiting mails take, and with those of each hold: what, mails, first links, sending days, until."""
    from gpsync.operations.mailout.forecast import forecast

    now = datetime.now(UTC)
    waiting, found = forecast(connection, settings, now)
    rows = [_row("waiting to be sent", waiting, found)] if waiting.total else []
    for hold in holds:
        queue, found = forecast(connection, settings, now, hold.hold_id)
        if (queue - waiting).total:
            rows.append(_row(f"held by {hold.hold_id}, after them", queue - waiting, found))
    return rows


def _row(what: str, queue: Queue, found: Outlook | None) -> dict[str, object]:
    return {
        "mails": what,
        "number": queue.total,
        "first links": queue.first_links,
        "sending days": found.days if found else None,
        "until": found.last if found else "never at this pace",
    }


def work_rows(connection: Connection, settings: Settings) -> list[dict[str, object]]:
    """The mailout in progress, if there is one."""
    from gpsync.operations.mailout.forecast import at_work

    found = at_work(connection, settings, datetime.now(UTC))
    if found is None:
        return []
    since, way = found
    return [
        {
            "run": "verification_mailout",
            "since": f"{in_london(since):%H:%M}",
            "sent": way.sent,
            "left today": way.left,
            "a minute": f"{way.per_minute:.1f}",
            "until about": f"{way.ends_at:%H:%M}" if way.ends_at else "",
        }
    ]


def first_mails(connection: Connection, settings: Settings, hold: Hold, held: int) -> dict[str, object]:
    """What became of the first mails of a first mailout, and why the rest may not be released yet; else nothing."""
    from gpsync.rules import HoldKind
    from gpsync.store import canaries
    from gpsync.verification.canary import outcomes, why_not_yet

    if hold.kind is not HoldKind.CANARY:
        return {}
    mails = canaries.of_hold(connection, hold.hold_id)
    return {
        "first mails": outcomes(mails),
        "to look at": _to_look_at(mails),
        "not yet": why_not_yet(mails, hold.allowed, held, datetime.now(UTC), settings.canary_hours),
    }


def _to_look_at(mails: Sequence[FirstMail]) -> dict[str, list[str]]:
    """The doctors whose first mail failed, by what became of it; `gpsync why` shows more."""
    from gpsync.verification.canary import CONFIRMED, NOT_SENT, WAITING, outcome

    found: dict[str, list[str]] = {}
    for mail in mails:
        if (word := outcome(mail)) not in (CONFIRMED, NOT_SENT, WAITING):
            found.setdefault(word, []).append(mail.gmc_number)
    return {word: numbers[:_SHOWN] for word, numbers in found.items()}
