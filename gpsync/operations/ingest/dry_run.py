"""What a sync would do, without doing it."""

from datetime import date

from sqlalchemy import Connection

from gpsync.errors import NotWhole, RefusedExtract, WrongUse
from gpsync.extracts import inbox
from gpsync.operations.context import Context
from gpsync.operations.ingest import settle
from gpsync.operations.ingest.ingest import check, received, taken_before, unread
from gpsync.operations.ingest.settle import Revision
from gpsync.records import Arrival, ExtractRecord
from gpsync.rules import Outcome
from gpsync.store.locks import lock_history


def rehearse(context: Context, as_of: date, *, replace: bool = False) -> list[ExtractRecord]:
    """What a sync of `as_of` would make of each waiting extract; nothing is moved, recorded or changed.

    Each is compared with those before it, in a transaction that is rolled back. `replace` rehearses revisions.
    """
    waiting = inbox.look(context.settings.inbox_folder).arrivals
    due = [one for one in waiting if one.as_of <= as_of or one.as_of > context.today]
    revision = Revision("", "rehearsal") if replace else None
    with context.engine.connect() as connection, connection.begin() as transaction:
        lock_history(connection)
        entries = [_rehearse_one(connection, context, arrival, revision) for arrival in due]
        transaction.rollback()
    return entries


def _rehearse_one(
    connection: Connection, context: Context, arrival: Arrival, revision: Revision | None
) -> ExtractRecord:
    try:
        with received(context, arrival) as copy:
            known = taken_before(context, copy)
            if known is not None:
                return known
            checked = check(context, copy, revision)
            return settle.rehearse(connection, context, checked.draft, checked.rows, revision)
    except (NotWhole, RefusedExtract, WrongUse) as reason:
        return ExtractRecord(unread(arrival), Outcome.REJECTED, str(reason))
