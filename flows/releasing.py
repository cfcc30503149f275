"""Deciding about held mails: a second person releases them, or anybody refuses them."""

from flows.desk import Desk
from gpsync.errors import WrongUse
from gpsync.rules import ChangeReason
from gpsync.store import holds, outbox
from gpsync.store.holds import REJECTED, RELEASED, Hold


def is_hold(desk: Desk, hold_id: str) -> bool:
    """Whether mails are held under this id."""
    with desk.engine.connect() as connection:
        return holds.find(connection, hold_id) is not None


def release(desk: Desk, hold_id: str, by: str, reason: str) -> int:
    """Let the hold's mails go out with the next mailout; returns how many waited.

    Raises WrongUse when `by` is who opened the hold: it takes a second person.
    """
    with desk.engine.begin() as connection:
        found = _undecided(holds.find(connection, hold_id), hold_id)
        if found.opened_by == by:
            raise WrongUse(f"{hold_id} was opened by {by}: somebody else must release it.")
        holds.decide(connection, hold_id, RELEASED, by, reason, desk.now())
        return holds.let_go(connection, hold_id, by, reason, desk.now())


def refuse(desk: Desk, hold_id: str, by: str, reason: str) -> int:
    """Cancel the hold's mails for good, and revoke their links; returns how many."""
    with desk.engine.begin() as connection:
        _undecided(holds.find(connection, hold_id), hold_id)
        holds.decide(connection, hold_id, REJECTED, by, reason, desk.now())
        mails = holds.held_mails(connection, hold_id)
        outbox.cancel(connection, mails, ChangeReason.REFUSED, by, desk.now())
    return len(mails)


def _undecided(found: Hold | None, hold_id: str) -> Hold:
    if found is None or found.decision is not None:
        raise WrongUse(f"Nothing called {hold_id} is held: `gpsync held` lists what is.")
    return found
