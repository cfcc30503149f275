"""The practices on record."""

from sqlalchemy import Connection, select

from gpsync.store.tables import practice


def names(connection: Connection) -> dict[str, str]:
    """The names of the practices on record, by code."""
    query = select(practice.c.practice_code, practice.c.practice_name).where(practice.c.valid_to.is_(None))
    return {code: name for code, name in connection.execute(query)}
