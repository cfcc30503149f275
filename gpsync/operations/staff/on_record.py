"""What a person does, or is refused, is kept with who they are."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from gpsync.errors import NotAllowed, WrongUse
from gpsync.operations.context import Desk
from gpsync.rules import Action, ActOutcome
from gpsync.store import acts
from gpsync.store.acts import Act


@dataclass
class Attempt:
    """What comes of an attempt, unless it is refused."""

    outcome: ActOutcome = ActOutcome.DONE


@contextmanager
def on_record(desk: Desk, action: Action, subject: str, reason: str) -> Iterator[Attempt]:
    """Keep what the desk's operator does in the block: done, asked for, or refused and why.

    A refusal is kept although everything else of the attempt is undone.
    """
    attempt = Attempt()
    try:
        yield attempt
    except (NotAllowed, WrongUse) as refusal:
        _keep(desk, Act(desk.now(), action, subject, ActOutcome.REFUSED, desk.operator, reason, str(refusal)))
        raise
    _keep(desk, Act(desk.now(), action, subject, attempt.outcome, desk.operator, reason))


def _keep(desk: Desk, act: Act) -> None:
    with desk.engine.begin() as connection:
        acts.record(connection, act)
