"""What the send log shows: about one doctor, and about each email change."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, RowMapping, func, select

from gpsync.mail_kinds import About, kinds_about
from gpsync.mails import LoggedMove
from gpsync.records import EmailChange, Mailing
from gpsync.rules import HANDED_OVER_STATES, ChangeKind, ChangeReason, ChangeState, MailKind, MailState, Phase
from gpsync.store.london_days import london_day
from gpsync.store.tables import link, mail_event, outbox

_DATES = ("change_date", "earliest_possible", "due_date", "sent_on", "expires_on")


def of_doctor(connection: Connection, gmc_number: str) -> list[LoggedMove]:
    """Every move of every mail to this doctor, in the order in which they were made."""
    query = (
        select(
            mail_event.c.mail_id,
            outbox.c.kind,
            outbox.c.generation,
            mail_event.c.at,
            mail_event.c.state,
            mail_event.c.phase,
            mail_event.c.smtp_code,
            mail_event.c.enhanced_code,
            mail_event.c.actor,
            mail_event.c.reason,
            outbox.c.recipient,
            outbox.c.change_id,
        )
        .join(outbox)
        .where(outbox.c.gmc_number == gmc_number)
        .order_by(mail_event.c.event_number)
    )
    return [_logged(row) for row in connection.execute(query).mappings()]


def mailings(connection: Connection, gmc_numbers: Collection[str]) -> dict[str, list[Mailing]]:
    """What was mailed about each email change of these doctors, by doctor and in the order of letters.

    Of each change the newest mail that was handed over, and the newest one of all where that is a later one.
    Cancelled mails do not count: a change whose mails were all cancelled was never mailed.
    """
    query = (
        select(
            outbox.c.gmc_number,
            outbox.c.change_id,
            outbox.c.change,
            outbox.c.state,
            london_day(outbox.c.sent_at).label("sent_on"),
            london_day(link.c.expires_at).label("expires_on"),
        )
        .join(link)
        .where(
            outbox.c.gmc_number == func.any(list(gmc_numbers)),
            outbox.c.kind.in_(kinds_about(About.CHANGE)),
            outbox.c.state != MailState.CANCELLED,
        )
        .order_by(outbox.c.gmc_number, outbox.c.change_id, outbox.c.generation)
    )
    found: dict[str, dict[tuple[str, bool], Mailing]] = {}
    for gmc_number, change_id, change, state, sent_on, expires_on in connection.execute(query):
        mailing = Mailing(as_change(change), MailState(state), sent_on, expires_on)
        kept = found.setdefault(gmc_number, {})
        kept.pop((change_id, False), None)
        is_handed_over = mailing.state in HANDED_OVER_STATES
        if is_handed_over:
            kept.pop((change_id, True), None)
        kept[change_id, is_handed_over] = mailing
    return {number: list(kept.values()) for number, kept in found.items()}


def _logged(row: RowMapping) -> LoggedMove:
    return LoggedMove(
        **{
            **row,
            "kind": MailKind(row["kind"]),
            "state": MailState(row["state"]),
            "phase": Phase(row["phase"]) if row["phase"] else None,
        }
    )


def as_change(kept: Mapping[str, Any]) -> EmailChange:
    """A change out of the form in which the outbox keeps it."""
    dates = {name: date.fromisoformat(kept[name]) if kept[name] else None for name in _DATES}
    return EmailChange(
        **{
            **kept,
            **dates,
            "kind": ChangeKind(kept["kind"]),
            "state": ChangeState(kept["state"]),
            "reason": ChangeReason(kept["reason"]) if kept["reason"] else None,
        }
    )
