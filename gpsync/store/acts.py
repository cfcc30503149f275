"""What people did, asked for and were refused: recorded for good."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from gpsync.actors import Actor
from gpsync.rules import Action, ActorSource, ActOutcome
from gpsync.store.tables import act


@dataclass(frozen=True)
class Act:
    """Who wanted to do what, why, and what came of it.

    `subject` is an id: of an extract, hold, mail or mismatch, a GMC number, or a file's name. `refusal` is the sentence
    that a refused person was shown. There is no personal data in either.
    """

    at: datetime
    action: Action
    subject: str
    outcome: ActOutcome
    by: Actor
    reason: str
    refusal: str = ""


def record(connection: Connection, one: Act) -> None:
    """Write an act down."""
    values = {name: value for name, value in asdict(one).items() if name != "by"}
    by = {"actor": one.by.name, "source": one.by.source, "account": one.by.account, "is_person": one.by.is_person}
    connection.execute(insert(act).values(values | by))


def about(connection: Connection, subject: str) -> Sequence[Act]:
    """What people did or wanted to do about a subject, in order."""
    query = select(act).where(act.c.subject == subject).order_by(act.c.act_number)
    return [
        Act(
            row["at"],
            Action(row["action"]),
            row["subject"],
            ActOutcome(row["outcome"]),
            Actor(row["actor"], ActorSource(row["source"]), row["account"], row["is_person"]),
            row["reason"],
            row["refusal"],
        )
        for row in connection.execute(query).mappings()
    ]
