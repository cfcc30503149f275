"""Before anything is judged: what earlier runs, the portal and the clock have made of mails and links."""

from datetime import date, datetime

from sqlalchemy import Connection

from gpsync.extracts.layouts import GMC_REGISTER
from gpsync.mail.dispatch import replay
from gpsync.operations.context import Context
from gpsync.operations.ingest.apply import rework_email_changes
from gpsync.operations.mailout.send import journal_of
from gpsync.operations.sources import Sources
from gpsync.rules import Dataset
from gpsync.store import email_changes, links, outbox, verifications
from gpsync.store.locks import lock_history
from gpsync.verification.portal_accounts import verifications as verified_accounts

_ACCOUNTS = "accounts"


def catch_up(context: Context, sources: Sources, as_of: date, now: datetime) -> None:
    """Bring everything up to the hour, and work out the changes that it concerns again.

    Raises GpsyncError when the database is older than the journal: it would send mails a second time.
    """
    with context.phase("catch up"):
        replay(context.engine, journal_of(context))
        with context.engine.begin() as connection:
            lock_history(connection)
            outbox.sweep(connection, now)
            _hear_from_portal(connection, sources, as_of, now)
            links.revoke_of_those_who_left(connection, now)
            links.supersede_stale(connection, now)
            links.expire(connection, now)
            rework_email_changes(connection, context, GMC_REGISTER, set())


def _hear_from_portal(connection: Connection, sources: Sources, as_of: date, now: datetime) -> None:
    """Note which of the doctors with a link, or one to come, the portal shows as verified."""
    accounts = sources.newest(connection, Dataset.PCSE_ACCOUNTS, as_of).rows
    doctors = email_changes.doctors_waiting(connection) | links.doctors_with_links(connection)
    found = verified_accounts(accounts, doctors)
    verifications.record(connection, found, _ACCOUNTS, now)
