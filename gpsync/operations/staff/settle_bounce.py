"""A person's decision about a returned message that gpsync cannot judge."""

from collections.abc import Collection

from sqlalchemy import Connection

from gpsync.bounces.notices import Notice
from gpsync.errors import WrongUse
from gpsync.operations.context import Context
from gpsync.operations.staff.read_bounces import Bounces, follow
from gpsync.rules import ReturnedKind
from gpsync.store import bounces_waiting, outbox
from gpsync.store.bounces_waiting import Waiting
from gpsync.store.locks import lock_history

#: What a person may say that a message was.
SAID = (ReturnedKind.PERMANENT, ReturnedKind.RETURNED)
#: The beginning of an id must not be shorter.
_SHORTEST_ID = 6


def waiting_message(connection: Connection, message_id: str) -> Waiting:
    """The message that waits for a person under this id. Raises WrongUse where there is none, or several."""
    found = bounces_waiting.named(connection, message_id) if len(message_id) >= _SHORTEST_ID else []
    if len(found) != 1:
        which = "Several messages are" if found else "No message that waits for a person is"
        raise WrongUse(f"{which} called {message_id}: `gpsync returned list` lists what waits, and its ids.")
    return found[0]


def settle(context: Context, message_ids: Collection[str], said: ReturnedKind | None, by: str, reason: str) -> None:
    """Write down that a person has looked at these messages, all or none; what was kept of them goes.

    `said` is what the person says that each was, where the program could not: it then has the consequences of that.
    Raises WrongUse for an id under which nothing waits, or a message about no mail that could have consequences.
    """
    if not reason.strip():
        raise WrongUse("Say why with --reason: it is kept with your name.")
    with context.engine.begin() as connection:
        lock_history(connection)
        for message_id in dict.fromkeys(message_ids):
            _settle(connection, context, waiting_message(connection, message_id), said, by, reason)


def _settle(
    connection: Connection, context: Context, message: Waiting, said: ReturnedKind | None, by: str, reason: str
) -> None:
    mail = outbox.lock_mail(connection, message.mail_id) if message.mail_id else None
    if said is not None:
        if mail is None:
            raise WrongUse(
                f"{message.message_id} is about no mail that is known, so nothing follows from what it was: settle it "
                "without --as. For an address that is not to be mailed any more there is `gpsync suppress`."
            )
        follow(connection, context, mail, Notice(said, message.status_code, is_report=True), Bounces(), by)
        mail = outbox.lock_mail(connection, mail.mail_id)
    if mail is not None:
        outbox.note(connection, mail, reason, None, context.now(), by)
    bounces_waiting.settle(connection, message.sha256, by, reason, context.now())
