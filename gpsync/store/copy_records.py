"""Small records into PostgreSQL by COPY, without a frame: for what commands that must start fast import."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import psycopg
from psycopg import Connection as DriverConnection
from psycopg import Copy, sql
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError


def driver(connection: Connection) -> DriverConnection:
    """The driver's connection behind this one, in the same transaction."""
    found = connection.connection.driver_connection
    if not isinstance(found, DriverConnection):
        raise TypeError("gpsync speaks to PostgreSQL through psycopg")
    return found


def copy_statement(table: str, columns: Sequence[str], options: str = "") -> sql.Composed:
    """The statement that copies these columns into a table."""
    return sql.SQL("COPY {} ({}) FROM STDIN {}").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, columns)),
        sql.SQL(options),
    )


@contextmanager
def copying(connection: Connection, statement: sql.Composed) -> Iterator[Copy]:
    """A COPY while the block writes or reads. Raises what SQLAlchemy raises for any other statement."""
    try:
        with driver(connection).cursor() as cursor, cursor.copy(statement) as copy:
            yield copy
    except psycopg.Error as error:
        raise DBAPIError.instance(
            "COPY",
            None,
            error,
            psycopg.Error,
            hide_parameters=True,
            connection_invalidated=driver(connection).closed,
            dialect=connection.dialect,
        ) from error


def copy_records(connection: Connection, table: str, records: Sequence[Mapping[str, object]]) -> None:
    """Append records, all with the same fields, to the table of that name, in the connection's transaction."""
    columns = list(records[0])
    with copying(connection, copy_statement(table, columns)) as copy:
        for record in records:
            copy.write_row([record[column] for column in columns])
