"""What a person does, or is refused, is kept with who they are."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from gpsync.errors import NotAllowed, WrongUse
from gpsync.operations.context import Context
from gpsync.rules import Action, ActOutcome
from gpsync.store import acts
from gpsync.store.acts import Act


@dataclass
class Attempt:
    """The result of an attempt, unless it is refused."""

    outcome: ActOutcome = ActOutcome.DONE


@contextmanager
def on_record(context: Context, action: Action, subject: str, reason: str) -> Iterator[Attempt]:
    """Keep what the context's operator does in the block: done, asked for, or refused and why.

    A refusal is kept although everything else of the attempt is undone.
    """
    attempt = Attempt()
    try:
        yield attempt
    except (NotAllowed, WrongUse) as refusal:
        _keep(context, Act(context.now(), action, subject, ActOutcome.REFUSED, context.operator, reason, str(refusal)))
        raise
    _keep(context, Act(context.now(), action, subject, attempt.outcome, context.operator, reason))


def _keep(context: Context, act: Act) -> None:
    with context.engine.begin() as connection:
        acts.record(connection, act)
