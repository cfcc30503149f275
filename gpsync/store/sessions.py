"""How every session with the database begins, whatever the server, the role or a pooler has set.

A session of our own is set once. Behind a pooler a session is handed on between two transactions, and what was set
before may have been another's: there each transaction is set again. For the same reason nothing is prepared on the
server.
"""

from typing import Any

from sqlalchemy import URL, Connection, Engine, Pool, create_engine, event

#: What our statements and the reading of their results take for granted. The server's time limits are against sessions
#: that somebody forgot; ours compute between two statements, and end with the run that they belong to.
_SETTINGS = {
    "search_path": "public",
    "DateStyle": "ISO",
    "IntervalStyle": "postgres",
    "TimeZone": "UTC",
    "statement_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
    "idle_session_timeout": "0",
    "lock_timeout": "0",
}
#: What is known of a connection: whether its session is set for good.
_IS_SET = "gpsync session is set"


def engine_for(url: URL, pool: type[Pool] | None = None) -> Engine:
    """An engine whose sessions begin as ours do. A statement's parameters are personal data: no error shows them."""
    engine = create_engine(
        url,
        poolclass=pool,
        hide_parameters=True,
        pool_pre_ping=True,
        connect_args={"prepare_threshold": None, "client_encoding": "utf8"},
    )
    event.listen(engine, "connect", _connected)
    event.listen(engine, "begin", _begun)
    return engine


def _connected(connection: Any, record: Any) -> None:
    """Set the session, unless there is a pooler: it makes up a number for the server's process."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        record.info[_IS_SET] = cursor.fetchone()[0] == connection.info.backend_pid
        if record.info[_IS_SET]:
            cursor.execute(_set("false"))
    connection.commit()


def _begun(connection: Connection) -> None:
    if not connection.info.get(_IS_SET):
        # Without an effect, and without a warning, where a statement is a transaction of its own.
        connection.exec_driver_sql(_set("true"))


def _set(is_local: str) -> str:
    return "SELECT " + ", ".join(f"set_config('{name}', '{value}', {is_local})" for name, value in _SETTINGS.items())
