"""The schema's version: checked before anything is read, changed only when asked to."""

import re
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from gpsync.errors import GpsyncError, WrongSchema
from gpsync.store.locks import lock_schema

#: Why a server does not let us change the schema, and what to do, by SQLSTATE. Nothing was changed.
_REFUSALS = {
    "42501": "The role {user} may not create what gpsync needs. As the database's owner: "
    "GRANT CREATE ON DATABASE {database} TO {user}; GRANT USAGE, CREATE ON SCHEMA public TO {user}; "
    "and a schema that another role made must be upgraded by that role.",
    "25006": "The database is read-only; it may be a standby. Name one that takes changes in GPSYNC_DATABASE_URL.",
    "55P03": "Another session has held a lock for over 30 seconds: end it, or wait until it is done, then try again.",
    "42P07": "Something else in the database has the name of one of gpsync's tables: give gpsync a database of its "
    "own.",
    "42710": "Something else in the database has a name that gpsync needs: give gpsync a database of its own.",
    "3F000": "The database has no schema public: CREATE SCHEMA public AUTHORIZATION {user}.",
    "57014": "The server ended the upgrade: somebody cancelled it, or a time limit of the server did. Try again.",
}


#: What our versions look like.
_NUMBER = re.compile("[0-9]{4}")
_OWN = "give gpsync a database of its own, and name it in GPSYNC_DATABASE_URL."


def upgrade(engine: Engine) -> str:
    """Bring the schema to this program's version, in one transaction; returns that version.

    Raises GpsyncError, with what to grant or to wait for, where the server does not let us.
    """
    try:
        with engine.begin() as connection:
            # A reader that will not let go must not block the nightly run for ever.
            connection.exec_driver_sql("SET LOCAL lock_timeout = '30s'")
            # Of two at once the second finds the schema made.
            lock_schema(connection)
            command.upgrade(_config(connection), "head")
    except CommandError:
        raise WrongSchema(f"The database has a schema that is another program's, or a newer gpsync's: {_OWN}") from None
    except DBAPIError as error:
        sentence = _REFUSALS.get(getattr(error.orig, "sqlstate", None) or "")
        if sentence is None:
            raise
        raise GpsyncError(sentence.format(user=engine.url.username, database=engine.url.database)) from None
    return _ours()


def check(engine: Engine) -> None:
    """Raise WrongSchema, naming the command that fixes it, unless the schema is this program's."""
    found = _version(engine)
    if found == _ours():
        return
    if found is None:
        raise WrongSchema("The database is empty: run `gpsync db upgrade` once.")
    if not _NUMBER.fullmatch(found):
        raise WrongSchema(f"The database has schema {found!r}, which is another program's: {_OWN}")
    if found < _ours():
        raise WrongSchema(f"The database has schema {found}, this program needs {_ours()}: run `gpsync db upgrade`.")
    raise WrongSchema(f"The database has schema {found}, newer than this program's {_ours()}: upgrade gpsync.")


def is_empty(engine: Engine) -> bool:
    """Whether the database has never held a schema of ours."""
    return _version(engine) is None


def _version(engine: Engine) -> str | None:
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def _ours() -> str:
    head = ScriptDirectory.from_config(_config(None)).get_current_head()
    if head is None:
        raise WrongSchema("This installation of gpsync has no migrations: install it again.")
    return head


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config
