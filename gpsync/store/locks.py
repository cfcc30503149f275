"""One run at a time: locks that vanish with their holder and survive a connection pooler.

A transaction-level advisory lock is used, held by a transaction that does nothing else: a session-level
one is lost when a pooler hands the session on, and a row with a lease outlives a killed run.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import Connection, Engine, func, select, text
from sqlalchemy.exc import DBAPIError

from gpsync.errors import AlreadyRunning, LockLost

#: Arbitrary and fixed: the numbers under which PostgreSQL knows our locks.
_RUN, _APPLY, _SCHEMA, _NIGHT = 0x67707331, 0x67707332, 0x67707333, 0x67707334
_LOST = (
    "The database ended the session that kept other runs out, and another run is in progress now. What this run has "
    "done is kept; run it again when the other has ended."
)
#: The server notices within so many seconds that the holder of a lock was killed.
_NOTICED_SECONDS, _PAUSE_SECONDS = 1.0, 0.1


class RunLock:
    """The run lock, which can be lost with its session: the server restarts, or somebody ends the session.

    Several threads may use it. `key` is the number of another lock of that sort.
    """

    def __init__(self, engine: Engine, key: int = _RUN) -> None:
        self._engine = engine
        self._key = key
        self._alone = threading.Lock()
        self._connection: Connection | None = None

    def take(self) -> bool:
        """Take the lock; False when another run holds it."""
        connection = self._engine.connect()
        try:
            # The transaction is idle on purpose; it has no snapshot and holds no row.
            connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
            is_taken = bool(connection.execute(select(func.pg_try_advisory_xact_lock(self._key))).scalar_one())
        except BaseException:
            _end(connection)
            raise
        if is_taken:
            self._connection = connection
        else:
            connection.close()
        return is_taken

    def keep(self) -> None:
        """Make sure that no other run is in progress: where the session was lost, take the lock again with a new one.

        Raises LockLost when another run holds it by then. A database that does not answer is no reason: nothing can be
        done without it, by nobody.
        """
        with self._alone:
            if self._is_held():
                return
            self._let_go()
            try:
                is_taken = self.take()
            except DBAPIError:
                return
            if not is_taken:
                raise LockLost(_LOST)

    def is_alone(self) -> bool:
        """Whether no other run is known to be in progress; as `keep`, without raising."""
        try:
            self.keep()
        except LockLost:
            return False
        return True

    def give_back(self) -> None:
        """Let others run. Where the session was lost there is nothing to give back."""
        with self._alone:
            self._let_go()

    def _is_held(self) -> bool:
        if self._connection is None:
            return False
        try:
            self._connection.execute(text("SELECT 1"))
        except DBAPIError:
            return False
        return True

    def _let_go(self) -> None:
        if self._connection is not None:
            _end(self._connection)
            self._connection = None


def _end(connection: Connection) -> None:
    """End a session that may be lost already."""
    with suppress(DBAPIError):
        connection.rollback()
    with suppress(DBAPIError):
        connection.close()


@contextmanager
def night_lock(engine: Engine) -> Iterator[None]:
    """Keep other nights away between the runs of this one too. Raises AlreadyRunning when another is in progress."""
    with _held(engine, _NIGHT):
        yield


@contextmanager
def run_lock(engine: Engine) -> Iterator[RunLock]:
    """Hold the run lock while the block runs. Raises AlreadyRunning when another run holds it."""
    with _held(engine, _RUN) as lock:
        yield lock


@contextmanager
def _held(engine: Engine, key: int) -> Iterator[RunLock]:
    lock = RunLock(engine, key)
    ends = time.monotonic() + _NOTICED_SECONDS
    while not lock.take():
        if time.monotonic() > ends:
            raise AlreadyRunning(
                "Another gpsync run is in progress on this database: wait until it has ended, then try again."
            )
        time.sleep(_PAUSE_SECONDS)
    try:
        yield lock
    finally:
        lock.give_back()


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


def lock_schema(connection: Connection) -> None:
    """Let nobody else change the schema until this transaction ends."""
    connection.execute(select(func.pg_advisory_xact_lock(_SCHEMA)))
