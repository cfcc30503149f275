"""Deciding about held mails: two people release them, or anybody refuses them."""

from sqlalchemy import Connection

from gpsync.actors import Actor
from gpsync.errors import NotAllowed, WrongUse
from gpsync.mails import REJECTED, RELEASED, Hold
from gpsync.operations.context import Context
from gpsync.rules import ChangeReason, HoldKind
from gpsync.store import canaries, holds, outbox
from gpsync.verification.canary import why_not_yet
from gpsync.verification.releasing import Step, next_step


def is_hold(context: Context, hold_id: str) -> bool:
    """Whether mails are held under this id."""
    with context.engine.connect() as connection:
        return holds.find(connection, hold_id) is not None


def release(context: Context, hold_id: str, by: Actor, reason: str) -> int | None:
    """Let the hold's mails go out with the next mailout; returns how many waited.

    None where nobody has asked for them yet: `by` is now the first of two people, and another one must decide. Raises
    NotAllowed where `by` is nobody that counts, or is the one who asked, and while the first mails of a first mailout
    are not seen to work.
    """
    with context.engine.begin() as connection:
        found = _undecided(holds.find(connection, hold_id), hold_id)
        step = next_step(found.opened_by, found.asked_by, by)
        if isinstance(step, str):
            raise NotAllowed(f"{hold_id} stays held. {step}")
        _check_first_mails(context, connection, found)
        if step is Step.ASK:
            holds.ask(connection, hold_id, by, reason, context.now())
            return None
        holds.decide(connection, hold_id, RELEASED, by, reason, context.now())
        return outbox.let_go(connection, hold_id, by.name, reason, context.now())


def refuse(context: Context, hold_id: str, by: Actor, reason: str) -> int:
    """Cancel the hold's mails for good, and revoke their links; returns how many.

    First mails that have not gone out yet are cancelled with the rest.
    """
    with context.engine.begin() as connection:
        _undecided(holds.find(connection, hold_id), hold_id)
        holds.decide(connection, hold_id, REJECTED, by, reason, context.now())
        mails = [*holds.held_mails(connection, hold_id), *canaries.not_gone(connection, hold_id)]
        outbox.cancel(connection, mails, ChangeReason.REFUSED, by.name, context.now())
    return len(mails)


def _check_first_mails(context: Context, connection: Connection, hold: Hold) -> None:
    """The rest of a first mailout waits until its first mails had time to be seen."""
    if hold.kind is not HoldKind.CANARY:
        return
    held, first = len(holds.held_mails(connection, hold.hold_id)), canaries.of_hold(connection, hold.hold_id)
    why = why_not_yet(first, hold.allowed, held, context.now(), context.settings.canary_hours)
    if why is not None:
        raise NotAllowed(f"{hold.hold_id} cannot be released yet. {why}")


def _undecided(found: Hold | None, hold_id: str) -> Hold:
    if found is None or found.decision is not None:
        raise WrongUse(f"Nothing called {hold_id} is held: `gpsync held` lists what is.")
    return found
