"""Connections to PostgreSQL: a server named by the settings, or an embedded one under the home folder."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import URL, Connection, Engine, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, OperationalError

from gpsync.errors import DatabaseLost, GpsyncError, WrongUse
from gpsync.settings import Settings
from gpsync.store import embedded, schema
from gpsync.store.sessions import engine_for

#: The earliest supported server: 15.
_OLDEST_SERVER = 150000
#: The folder of the embedded server, under the home folder.
_EMBEDDED = "postgres"
#: A server that is going down or coming up, and connections that fail.
_LOST_STATES = ("08", "57P")


def connect(settings: Settings) -> Engine:
    """An engine for the settings' database, started first where it is the embedded one.

    Raises GpsyncError when the server cannot be reached, is too old or cannot hold every name; WrongUse for a bad URL.
    """
    engine = engine_for(_url(settings))
    try:
        with engine.connect() as connection:
            version = connection.execute(text("SHOW server_version_num")).scalar_one()
            encoding = connection.execute(text("SHOW server_encoding")).scalar_one()
    except Exception as error:  # whatever the driver raises, the sentence is the same
        engine.dispose()
        raise GpsyncError(f"The database cannot be reached: {_first_line(error)}") from None
    wrong = _unfit(int(version), encoding)
    if wrong is not None:
        engine.dispose()
        raise GpsyncError(wrong)
    return engine


def _unfit(version: int, encoding: str) -> str | None:
    """Why a database will not do, and what to do; None where it will."""
    if version < _OLDEST_SERVER:
        return f"The database server is version {version // 10000}: 15 or later is needed."
    if encoding != "UTF8":
        return (
            f"The database is encoded in {encoding}, which cannot hold every name. Make another one: "
            "CREATE DATABASE gpsync ENCODING 'UTF8' TEMPLATE template0."
        )
    return None


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
    except BaseException:
        engine.dispose()
        raise
    return engine


@contextmanager
def reading(settings: Settings) -> Iterator[Connection]:
    """A connection for a command that only reads; everything is closed when the block ends."""
    check_is_there(settings)
    engine = open_database(settings)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def check_is_there(settings: Settings) -> None:
    """Raises WrongUse where there is no installation: a command that only reads must not start one."""
    if settings.database_url is None and not (settings.home_folder / _EMBEDDED).exists():
        raise WrongUse(
            f"There is no installation in {settings.home_folder}: set GPSYNC_HOME to the folder of one, or start one "
            "there with `gpsync nightly`."
        )


def lost(error: BaseException) -> DatabaseLost | None:
    """The error to show where the database went away; None for any other error."""
    if not isinstance(error, DBAPIError):
        return None
    state = getattr(error.orig, "sqlstate", None)
    without_state = state is None and isinstance(error, (OperationalError, InterfaceError))
    if not (error.connection_invalidated or without_state or (state or "").startswith(_LOST_STATES)):
        return None
    return DatabaseLost(
        "The connection to the database was lost: the server was stopped, or it ended the session. Changes that were "
        "not committed were not made. Check that the server is running, then run this again."
    )


def _url(settings: Settings) -> URL:
    if settings.database_url is None:
        settings.check_home()
        return make_url(embedded.start(settings.home_folder / _EMBEDDED)).set(drivername="postgresql+psycopg")
    return parse_url(settings.database_url.get_secret_value())


def parse_url(written: str) -> URL:
    """The address of a PostgreSQL server. Raises WrongUse, which shows nothing of a password."""
    # The schemes that PostgreSQL's own programs know, and many a hosting service writes.
    scheme, separator, rest = written.strip().partition("://")
    if scheme.lower() in ("postgres", "postgresql"):
        scheme = "postgresql+psycopg"
    login, at, _ = rest.rpartition("@")
    if at and set("@/?#") & set(login):
        raise WrongUse(
            "GPSYNC_DATABASE_URL has a user or password with a character that must be escaped: write %40 for @, %2F "
            "for /, %3F for ? and %23 for #."
        )
    try:
        url = make_url(f"{scheme}{separator}{rest}")
    except (ArgumentError, ValueError):
        raise WrongUse("GPSYNC_DATABASE_URL is not a URL: write postgresql://user:password@host/database.") from None
    if url.get_backend_name() != "postgresql":
        raise WrongUse("GPSYNC_DATABASE_URL names another database: gpsync needs PostgreSQL.")
    if not url.database:
        # The driver would take the one that is called like the user, which may be another installation's.
        raise WrongUse("GPSYNC_DATABASE_URL names no database: write postgresql://user:password@host/database.")
    return url.set(drivername="postgresql+psycopg")


def _first_line(error: Exception) -> str:
    return str(getattr(error, "orig", error)).strip().splitlines()[0]
