"""One run at a time: locks that vanish with their holder and survive a connection pooler.

A transaction-level advisory lock is used, held by a transaction that does nothing else: a session-level
one is lost when a pooler hands the session on, and a row with a lease outlives a killed run.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, func, select, text

from gpsync.errors import AlreadyRunning

#: Arbitrary and fixed: the numbers under which PostgreSQL knows our locks.
_RUN, _APPLY = 0x67707331, 0x67707332


@contextmanager
def run_lock(engine: Engine) -> Iterator[None]:
    """Hold the run lock while the block runs. Raises AlreadyRunning when another run holds it."""
    with engine.connect() as connection, connection.begin():
        # The transaction is idle on purpose; it has no snapshot and holds no row.
        connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        if not connection.execute(select(func.pg_try_advisory_xact_lock(_RUN))).scalar_one():
            raise AlreadyRunning("Another gpsync run is at work on this database: wait for it, then try again.")
        yield


def is_running(connection: Connection) -> bool:
    """Whether a run holds the run lock this moment."""
    held = text(
        "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid = 0"
        " AND objid = :key AND objsubid = 1"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))"
    )
    return bool(connection.execute(held, {"key": _RUN}).scalar_one())


def lock_history(connection: Connection) -> None:
    """Let nobody else change the history until this transaction ends; readers go on.

    The second line of defence: it holds even where the run lock was lost with its connection.
    """
    connection.execute(select(func.pg_advisory_xact_lock(_APPLY)))
