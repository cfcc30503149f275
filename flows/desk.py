"""What every step of a run needs at hand: settings, database, shelves, the hour, and someone to tell."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import Engine

from gpsync.extracts.archive import Shelves, shelves
from gpsync.extracts.inbox import LONDON
from gpsync.settings import Settings
from gpsync.store import schema
from gpsync.store.database import connect


def _now() -> datetime:
    return datetime.now(UTC)


def today() -> date:
    """Today's date in London."""
    return datetime.now(LONDON).date()


@dataclass(frozen=True)
class Desk:
    """The surroundings of a run.

    `tell` receives one line for each step of long work; `seconds` collects how long each phase took.
    """

    settings: Settings
    engine: Engine
    tell: Callable[[str], None] = lambda line: None
    now: Callable[[], datetime] = _now
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def shelves(self) -> Shelves:
        """Where files are kept."""
        return shelves(self.settings.home_folder, self.settings.archive_folder)

    @property
    def work(self) -> Path:
        """Where private copies lie while they are read."""
        return self.settings.home_folder / "work"

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Measure the block as part of the phase `name`."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - start


def open_desk(settings: Settings, tell: Callable[[str], None] = lambda line: None) -> Desk:
    """A desk with a database of this program's schema.

    An embedded database that has never been used gets its schema now; any other one is only ever upgraded
    by `gpsync db upgrade`. Raises GpsyncError or WrongSchema with what to do.
    """
    engine = connect(settings)
    if settings.database_url is None and schema.is_empty(engine):
        schema.upgrade(engine)
    schema.check(engine)
    return Desk(settings, engine, tell)
