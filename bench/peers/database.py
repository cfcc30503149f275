"""The PostgreSQL server that the peers write to."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import connection as Connection
from psycopg2.extensions import parse_dsn

#: The server settings that each peer's connections get. With PostgreSQL's default, 4 MB to hash in, dlt's
#: merge (`NOT IN (SELECT ...)`) scans all rows again for each row: with 400,000 it had no end in ten minutes.
SESSION_OPTIONS = "-cwork_mem=64MB"


def address(url: str) -> dict[str, str]:
    """Host, port, user, password and dbname. The peers need TCP, so the URL must have a host in it."""
    # dlt insists on a password even where the server trusts everyone.
    return {"port": "5432", "user": "postgres", "password": "none", "dbname": "postgres"} | parse_dsn(url)


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    """A connection on which every statement commits by itself."""
    connection = psycopg2.connect(url)
    connection.autocommit = True
    try:
        yield connection
    finally:
        connection.close()


def drop_schemas(url: str, *names: str) -> None:
    """Drops the schemas and all that is in them."""
    with connected(url) as connection, connection.cursor() as cursor:
        for name in names:
            cursor.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(name)))


def settle(url: str, schema: str, table: str) -> None:
    """Does for a table what autovacuum does in the day between two nights. Not timed."""
    with connected(url) as connection, connection.cursor() as cursor:
        cursor.execute(sql.SQL("VACUUM (ANALYZE) {}").format(sql.Identifier(schema, table)))
