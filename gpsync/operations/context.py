"""What every operation needs at hand: settings, database, archive and the hour."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import Engine

from gpsync import login, progress
from gpsync.actors import PROGRAM, Actor
from gpsync.errors import WrongUse
from gpsync.extracts.archive import Archive, archive_in
from gpsync.london import london_date
from gpsync.settings import Settings
from gpsync.store import extracts
from gpsync.store.database import check_is_there, open_database

#: A phase that took longer is mentioned in the log.
_LONG_SECONDS = 2.0


def _now() -> datetime:
    return datetime.now(UTC)


def london_today() -> date:
    """Today's date in London."""
    return london_date(_now())


def check_not_ahead(settings: Settings, as_of: date) -> None:
    """Raises WrongUse for a day that has not come: what it says would stand, and no earlier night could follow it."""
    if as_of > london_today() and not settings.rehearsal:
        raise WrongUse(f"{as_of} is in the future: give a day up to today, {london_today()}, or leave it out.")


@dataclass(frozen=True)
class Context:
    """What every step of a run needs at hand. `operator` runs it, `seconds` collects how long each phase took."""

    settings: Settings
    engine: Engine
    now: Callable[[], datetime] = _now
    operator: Actor = PROGRAM
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """The context's date in London."""
        return london_date(self.now())

    @property
    def archive(self) -> Archive:
        """Where files are kept."""
        return archive_in(self.settings.home_folder, self.settings.archive_folder)

    @property
    def work(self) -> Path:
        """Where private copies lie while they are read."""
        return self.settings.home_folder / "work"

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Report that the phase `name` begins, and time the block as part of it; report the time of a long one."""
        start = time.perf_counter()
        progress.phase(name)
        try:
            yield
        finally:
            taken = time.perf_counter() - start
            self.seconds[name] = self.seconds.get(name, 0.0) + taken
            if taken > _LONG_SECONDS:
                progress.say(f"{name}: {taken:.0f} seconds.")


@contextmanager
def open_context(settings: Settings, *, starts: bool = False) -> Iterator[Context]:
    """A context with a database of this program's schema, closed when the block ends.

    Only what `starts` an installation makes one where there is none: elsewhere a mistyped home is an error.
    Raises GpsyncError or WrongSchema with what to do, and WrongUse for a home that is another database's, or nobody's.
    """
    if not starts:
        check_is_there(settings)
    engine = open_database(settings)
    try:
        context = Context(settings, engine, operator=login.actor(settings.people_by_uid))
        _check_home(context)
        settings.check_home()
        yield context
    finally:
        engine.dispose()


def _check_home(context: Context) -> None:
    """The newest extract of the database must be in the archive: a mistyped home has another, or none."""
    with context.engine.connect() as connection:
        newest = extracts.newest_accepted(connection)
    if newest is not None and not (context.archive.accepted_folder / newest).is_dir():
        raise WrongUse(
            f"The archive {context.archive.accepted_folder} lacks {newest}, which the database has: set "
            "GPSYNC_HOME, or GPSYNC_ARCHIVE, to the folder that belongs to this database."
        )
