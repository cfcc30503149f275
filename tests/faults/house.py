"""Worlds in which a mailout can go wrong: each has its own database, home and ledger.

with open_house() as house:
    world = house.world(mails=3)
    world.run(watch=At("after dot")).wait()      # killed there
    world.recover()
    findings = check(world)
"""

import gc
import itertools
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import NullPool, create_engine

from gpsync.bank_holidays import is_bank_holiday
from gpsync.extracts import inbox
from gpsync.operations.context import Context
from gpsync.operations.ingest.ingest import take_in
from gpsync.store import schema
from gpsync.store.tables import metadata
from tests.factories import register_line
from tests.faults import worker
from tests.faults.cluster import Cluster, running_cluster
from tests.faults.processes import Child, Ended
from tests.faults.smtp_server import RunningServer, running_server
from tests.faults.worker import Setting

_LIVE = "('held', 'pending', 'claimed', 'in_doubt', 'deferred')"
_HEADER = "GMC Ref No,Surname,Given Name,Registration Status,Email Address\n"
#: The register's dates: the old addresses, the new ones, and the night of the mailout, two weeks later.
_NIGHTS = ((2026, 11, 2), (2026, 11, 16), (2026, 11, 30))


class World:
    """A template's copy: doctors whose changes are due tonight, and nothing planned yet."""

    def __init__(self, house: "House", mails: int, database: str, home: Path) -> None:
        self.house, self.mails, self.database, self.home = house, mails, database, home
        self.smtp = house.smtp
        self.setting = Setting(house.cluster.url(database), home, house.smtp.port)
        #: Points at which a process was killed, in order.
        self.crashes: list[str] = []
        self._nights = itertools.count()

    def run(self, action: Callable[[Setting], Any] = worker.mail_out, **values: Any) -> Child:
        """A worker: the whole mailout, unless it is told otherwise."""
        setting = replace(self.setting, **values)
        return Child(lambda: action(setting))

    def lapse(self) -> None:
        """Let every lease run out."""
        with self.connect() as connection:
            connection.execute(
                "UPDATE outbox SET lease_until = clock_timestamp() - interval '1 second'"
                " WHERE state IN ('claimed', 'in_doubt')"
            )

    def recover(self, runs: int = 6, **values: Any) -> list[Ended]:
        """Run again as the next nights would, until nothing is under way any more; how each run ended.

        No lease is waited for: what a killed run had in hand is free at once.
        """
        ended = []
        for number in range(1, runs + 1):
            ended.append(self.run(minutes=20 * number, **values).wait())
            if self.live() == 0 and ended[-1].error is None and not ended[-1].killed:
                break
        return ended

    def live(self) -> int:
        return self.value(f"SELECT count(*) FROM outbox WHERE state IN {_LIVE}")

    def connect(self) -> psycopg.Connection:
        return self.house.cluster.connect(self.database)

    def value(self, query: str) -> Any:
        with self.connect() as connection:
            return connection.execute(query).fetchone()[0]

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with self.connect() as connection:
            return connection.execute(query).fetchall()

    def states(self) -> dict[str, int]:
        return dict(self.rows("SELECT state, count(*) FROM outbox GROUP BY state ORDER BY state"))

    def close(self) -> None:
        shutil.rmtree(self.home)
        self.house.give_back(self.mails, self.database)


class House:
    """A database server, a mail service, and templates that worlds are copied from."""

    def __init__(self, cluster: Cluster, smtp: RunningServer, folder: Path) -> None:
        self.cluster, self.smtp, self.folder = cluster, smtp, folder
        self._templates: dict[int, tuple[str, Path]] = {}
        self._free: dict[int, list[str]] = {}
        self._numbers = itertools.count(1)
        _warm_up(Setting(cluster.url("postgres"), folder, smtp.port))

    @contextmanager
    def world(
        self,
        mails: int = 3,
        script: dict[str, Any] | None = None,
        change: Callable[[], None] = worker.unchanged,
        **options: Any,
    ) -> Iterator[World]:
        """A new world; the mail service plays `script` and its ledger begins anew.

        `change` changes the product in every worker of this world.
        """
        template, template_home = self._template(mails)
        home = self.folder / f"home-{next(self._numbers)}"
        shutil.copytree(template_home, home)
        self.smtp.play(script, **options)
        free = self._free.setdefault(mails, [])
        world = World(self, mails, free.pop() if free else self.cluster.new_database(template), home)
        world.setting = replace(world.setting, change=change)
        try:
            yield world
        finally:
            world.close()

    def give_back(self, mails: int, database: str) -> None:
        """Make a database what it was, to be used again: that takes a tenth of the time of making one."""
        with self.cluster.connect() as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s", [database]
            )
        with self.cluster.connect(database) as connection:
            connection.execute("SELECT public.begin_anew()")
        self._free[mails].append(database)

    def _template(self, mails: int) -> tuple[str, Path]:
        if mails not in self._templates:
            database, home = self.cluster.new_database(), self.folder / f"template-{mails}"
            setting = Setting(self.cluster.url(database), home, self.smtp.port)
            ended = Child(lambda: _build(setting, mails)).wait()
            if ended.error or ended.killed:
                raise RuntimeError(f"No template could be built: {ended.error}")
            self._templates[mails] = (database, home)
        return self._templates[mails]


def _warm_up(setting: Setting) -> None:
    """What every worker would otherwise do again after its fork."""
    worker.settings_of(setting)
    is_bank_holiday(worker.NOW.date())
    create_engine(setting.url).dispose()
    gc.collect()
    gc.freeze()


def _build(setting: Setting, mails: int) -> None:
    """Three nights of a register in which as many doctors change their addresses on the second."""
    engine = create_engine(setting.url, poolclass=NullPool)
    schema.upgrade(engine)
    settings = worker.settings_of(setting)
    settings.inbox_folder.mkdir(parents=True)
    for number, night in enumerate(_NIGHTS):
        day = date(*night)
        words = "old" if number == 0 else "new"
        lines = [f"{register_line(one, email=f'd{one}.{words}@doctor.example')}\n" for one in range(1, mails + 1)]
        (settings.inbox_folder / f"gmc_register_{day:%Y%m%d}.csv").write_text(_HEADER + "".join(lines))
        context = Context(settings, engine, lambda day=day: datetime(day.year, day.month, day.day, 4, tzinfo=UTC))
        (arrival,) = inbox.look(settings.inbox_folder).arrivals
        record = take_in(context, arrival)
        if record.outcome not in ("accepted", "accepted_with_warnings"):
            raise RuntimeError(f"{record.outcome}: {record.reason}")
    with engine.begin() as connection:
        tables = sorted(set(metadata.tables))
        connection.exec_driver_sql("CREATE SCHEMA kept")
        for table in tables:
            connection.exec_driver_sql(f"CREATE TABLE kept.{table} AS TABLE public.{table}")
        connection.exec_driver_sql(_begin_anew(tables))
    engine.dispose()


def _begin_anew(tables: list[str]) -> str:
    """A function that makes every table what it is now."""
    copies = [f"INSERT INTO public.{one} OVERRIDING SYSTEM VALUE SELECT * FROM kept.{one};" for one in tables]
    names = ", ".join(f"public.{one}" for one in tables)
    # Without triggers: the send log may otherwise not be emptied.
    return (
        "CREATE FUNCTION public.begin_anew() RETURNS void LANGUAGE plpgsql AS $$ BEGIN"
        f" SET LOCAL session_replication_role = replica; TRUNCATE {names} RESTART IDENTITY; {' '.join(copies)}"
        " END $$"
    )


@contextmanager
def open_house(**options: Any) -> Iterator[House]:
    """A house; everything in it is gone when the block ends."""
    with (
        running_cluster(**options) as cluster,
        running_server() as smtp,
        tempfile.TemporaryDirectory(prefix="gpsync-homes-") as folder,
    ):
        yield House(cluster, smtp, Path(folder))
