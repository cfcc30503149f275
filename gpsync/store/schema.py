"""The schema's version: checked before anything is read, changed only when asked to."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from gpsync.errors import WrongSchema


def upgrade(engine: Engine) -> str:
    """Bring the schema to this program's version, in one transaction; returns that version."""
    with engine.begin() as connection:
        # A reader that will not let go must not block the nightly run for ever.
        connection.exec_driver_sql("SET LOCAL lock_timeout = '30s'")
        command.upgrade(_config(connection), "head")
    return _ours()


def check(engine: Engine) -> None:
    """Raise WrongSchema, naming the command that mends it, unless the schema is this program's."""
    found = _version(engine)
    if found == _ours():
        return
    if found is None:
        raise WrongSchema("The database is empty: run `gpsync db upgrade` once.")
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
