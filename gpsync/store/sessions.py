"""How every session with the database begins, whatever the server, the role or a pooler has set.

What is set holds for one transaction and is set anew in each: a pooler hands a session on between two of them, and what
was set before may have been another's. For the same reason nothing is prepared on the server.
"""

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
}
#: Without an effect, and without a warning, where a statement is a transaction of its own.
_SET = "SELECT " + ", ".join(f"set_config('{name}', '{value}', true)" for name, value in _SETTINGS.items())


def engine_for(url: URL, pool: type[Pool] | None = None) -> Engine:
    """An engine whose sessions begin as ours do. A statement's parameters are personal data: no error shows them."""
    engine = create_engine(
        url,
        poolclass=pool,
        hide_parameters=True,
        pool_pre_ping=True,
        connect_args={"prepare_threshold": None, "client_encoding": "utf8"},
    )
    event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(_SET)
