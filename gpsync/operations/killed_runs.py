"""What a run that was killed has left: its record, and the mails that it had in hand."""

from gpsync import progress
from gpsync.errors import GpsyncError
from gpsync.mail.dispatch import replay
from gpsync.operations.context import Context
from gpsync.operations.mailout.send import journal_of
from gpsync.store import outbox, runs


def clear_up(context: Context) -> None:
    """Record runs whose process is gone as killed, and take back the mails that they had in hand.

    Only for the holder of the run lock: nobody else sends then, so no lease is waited for. The journal is read first:
    mails whose answer it knows are not in doubt. Where it cannot be read, or belongs to another database, the mails
    stay as they are, and the mailout, which cannot do without it, says what to do.
    """
    with context.engine.begin() as connection:
        killed = runs.record_killed(connection)
        is_left = outbox.under_way(connection)
    for one in killed:
        progress.say(f"The run {one['flow']} of {one['started_at']:%Y-%m-%d %H:%M} UTC was killed before it ended.")
    if is_left:
        _take_back(context)


def _take_back(context: Context) -> None:
    journal = journal_of(context)
    try:
        replay(context.engine, journal)
    except GpsyncError:
        return
    finally:
        journal.close()
    with context.engine.begin() as connection:
        swept = outbox.sweep_all(connection, context.now())
    progress.say(f"Of its mails {swept.freed:,} wait to be sent again, and {swept.in_doubt:,} are unknown.")
