"""A person's word on a mail that no program may decide about."""

from flows.applying import rework_email_changes
from flows.desk import Desk
from gpsync.errors import WrongUse
from gpsync.extracts.layouts import GMC_REGISTER
from gpsync.store import outbox
from gpsync.store.locks import lock_history
from gpsync.store.mailout import doctor_of


def resolve(desk: Desk, mail_id: str, *, sent: bool, by: str, reason: str) -> None:
    """Settle a mail that is unknown, or give up one that was refused (C-44).

    Raises WrongUse for a mail that is neither.
    """
    with desk.engine.begin() as connection:
        lock_history(connection)
        if not outbox.resolve(connection, mail_id, sent, by, reason, desk.now()):
            raise WrongUse(
                f"No mail called {mail_id} waits for such a word: one that is unknown can be sent or not sent, one "
                "that is policy_held or dead can be not sent."
            )
        doctor = doctor_of(connection, mail_id)
        if doctor is not None:
            rework_email_changes(connection, desk, GMC_REGISTER, {doctor})
