"""Writing down what a mailout has decided, in the caller's transaction."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import Connection

from gpsync.mails import PROGRAM, PlannedMail
from gpsync.rules import HoldKind
from gpsync.store import canaries, eligibility, holds, outbox
from gpsync.verification.canary import replacements
from gpsync.verification.mailout_plan import MailoutPlan, WaitingDecision


def apply_waiting(connection: Connection, waiting: WaitingDecision, as_of: date, now: datetime) -> None:
    """Keep what stops each change, and cancel the mails that must not go out any more."""
    for hold in waiting.holds:
        holds.open_hold(connection, hold)
    blocks = waiting.blocks.items()
    eligibility.replace(connection, [(one, block.state, block.reason) for one, block in blocks], as_of)
    _cancel(connection, waiting.cancellations, now)
    holds.close_early_links(connection, now)


def apply_plan(connection: Connection, plan: MailoutPlan, mails: Sequence[PlannedMail], now: datetime) -> list[str]:
    """Put the mails of a plan into the outbox; returns the ids of those that are new there.

    Others of a first mailout go first in the place of those that will never go out.
    """
    outbox.hold_altered_waiting(connection, plan.altered, now)
    _cancel(connection, plan.cancellations, now)
    for held_back in plan.held_back:
        holds.open_hold(connection, held_back.hold)
    new = outbox.plan(connection, mails, now)
    for hold in holds.undecided(connection):
        if hold.kind is HoldKind.CANARY:
            number = replacements(canaries.of_hold(connection, hold.hold_id), hold.allowed)
            outbox.appoint(connection, hold.hold_id, number, now)
    return new


def _cancel(connection: Connection, why: Mapping[str, str], now: datetime) -> None:
    reasons: dict[str, list[str]] = {}
    for mail_id, reason in why.items():
        reasons.setdefault(reason, []).append(mail_id)
    for reason, mail_ids in reasons.items():
        outbox.cancel(connection, mail_ids, reason, PROGRAM, now)
