"""A mailout on the morning on which very many email changes wait: how long it takes to judge, plan and cancel.

    python -m bench.waiting_changes [--changes 90000]

Made-up doctors, all but a few on the performers list, come in through the real intake: a register before their
addresses changed, two after it (half of the changes are due, half are not), and three weeks' performers lists,
accounts and practice users, which the archive keeps. Then the mailout is run three times: as a rehearsal; live with a
cap of no mails a day, so that nothing is handed over; and live a day later, when the list has removed a tenth of the
doctors whose mails wait. Printed are the seconds of each phase, the statements given to the database, how often each
kept extract was read, and the highest memory.
"""

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from sqlalchemy import Engine, create_engine, event, text

from bench.server import tcp_server
from bench.waiting_extracts import Extracts
from gpsync.mail.catcher import catching
from tests.outcomes.product import Ended, Installation, make_schema

_WORK = Path(__file__).parent / ".work"
_POSTGRES = _WORK / "postgres_waiting"
_SECRET = "bench:made-up-and-long-enough-for-a-secret-of-links"
#: The register before, the days of the two lots of changes, and the mailout's, on which the first lot is due.
BEFORE, FIRST_LOT, SECOND_LOT, TODAY = (date(2026, 11, 2), date(2026, 11, 17), date(2026, 11, 24), date(2026, 12, 1))
_WEEKLY = (date(2026, 11, 16), date(2026, 11, 23), date(2026, 11, 30))
_NEXT = TODAY + timedelta(days=1)
#: Every change of these nights is made on purpose.
_SETTINGS: dict[str, Any] = {
    "gone_percent": 100,
    "new_percent": 100,
    "row_count_percent": 100,
    "email_change_percent": 100,
    "quarantine_percent": 100,
    "volume_at_least": 10**9,
    "daily_cap": 0,
    "delta_gap_waits": False,
    "link_secret": _SECRET,
    "smtp_host": "127.0.0.1",
    "smtp_security": "none",
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.waiting_changes", description=__doc__)
    parser.add_argument("--changes", type=int, default=90_000)
    changes = parser.parse_args().changes
    shutil.rmtree(_POSTGRES, ignore_errors=True)
    _WORK.mkdir(exist_ok=True)
    with tcp_server(_POSTGRES) as server, tempfile.TemporaryDirectory(dir=_WORK) as folder:
        engine = create_engine(f"{server}/postgres".replace("postgresql://", "postgresql+psycopg://"))
        make_schema(engine)
        with catching(Path(folder) / "mails") as port:
            _measure(Installation(engine, Path(folder) / "home", smtp_port=port, **_SETTINGS), engine, changes)
        engine.dispose()
    shutil.rmtree(_POSTGRES)


def _measure(office: Installation, engine: Engine, changes: int) -> None:
    extracts = Extracts(changes, random.Random(1))
    began = time.perf_counter()
    _take_in(office, extracts)
    waiting = _count(engine, "email_change", "state = 'WAITING'")
    print(f"{waiting:,} changes wait; their extracts were taken in within {time.perf_counter() - began:.0f} s.")
    _run("Rehearsal", office, engine, TODAY, live=False)
    _run("Live, nothing handed over", office, engine, TODAY, live=True)
    _receive(
        office, _NEXT, {"gmc_register": extracts.register(2), "performers_list": extracts.performers(removed=True)}
    )
    _run("Live a day later, a tenth removed from the list", office, engine, _NEXT, live=True)
    print(f"Mails: {_by_state(engine)}.")


def _take_in(office: Installation, extracts: Extracts) -> None:
    nights: dict[date, dict[str, str]] = {}
    for lots, day in enumerate((BEFORE, FIRST_LOT, SECOND_LOT)):
        nights.setdefault(day, {})["gmc_register"] = extracts.register(lots)
    nights[TODAY] = {"gmc_register": extracts.register(2)}
    for day in _WEEKLY:
        nights.setdefault(day, {}).update(extracts.weekly())
    for day in sorted(nights):
        _receive(office, day, nights[day])


def _receive(office: Installation, day: date, files: dict[str, str]) -> None:
    named = {f"{name}_{day:%Y%m%d}.csv": content for name, content in files.items()}
    ended = office.receive(datetime.combine(day, datetime.min.time(), UTC) + timedelta(hours=4), named)
    _check(ended)
    taken = sum(number for name, number in ended.counts.items() if name.startswith("extracts accepted"))
    if taken != len(files):
        sys.exit(f"Only {taken} of {len(files)} extracts of {day} were accepted: {ended.counts} {ended.told}")


def _run(what: str, office: Installation, engine: Engine, day: date, *, live: bool) -> None:
    at = datetime.combine(day, datetime.min.time(), UTC) + timedelta(hours=9)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # What autovacuum does by itself in a while.
        connection.execute(text("VACUUM (ANALYZE)"))
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the highest memory of this run alone
    with _statements(engine) as statements, _reads() as reads:
        began, own = time.perf_counter(), time.process_time()
        ended = office.mail(at, live=live, first_links=False, confirm_gap=False, who="amy")
        seconds, own = time.perf_counter() - began, time.process_time() - own
    _check(ended)
    phases = ", ".join(f"{name} {taken:.1f}" for name, taken in office.seconds.items())
    print(f"\n{what}: {seconds:.1f} s ({phases}), {own:.1f} s of them reckoning here and not in the database.")
    print(f"  {statements.total():,} statements, {_peak_mb():,.0f} MB at most")
    print(f"  {ended.counts}")
    print(f"  extracts read: {', '.join(f'{name} {number}x' for name, number in sorted(reads.items()))}", flush=True)


def _check(ended: Ended) -> None:
    if ended.how not in ("done", "attention"):
        sys.exit(f"It {ended.how}: {ended.told}")


@contextmanager
def _statements(engine: Engine) -> Iterator[Counter[str]]:
    """Counts what is given to the database while the block runs, by its first word."""
    counted: Counter[str] = Counter()

    def count(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        counted[statement.split(None, 1)[0]] += 1

    event.listen(engine, "before_cursor_execute", count)
    try:
        yield counted
    finally:
        event.remove(engine, "before_cursor_execute", count)


@contextmanager
def _reads() -> Iterator[Counter[str]]:
    """Counts how often the rows of each kept extract are read while the block runs."""
    counted: Counter[str] = Counter()
    read_table = pq.read_table

    def count(source: Any, *arguments: Any, **options: Any) -> Any:
        counted[Path(source).parent.name.rpartition("-")[0]] += 1
        return read_table(source, *arguments, **options)

    pq.read_table = count
    try:
        yield counted
    finally:
        pq.read_table = read_table


def _count(engine: Engine, table: str, condition: str) -> int:
    with engine.connect() as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM {table} WHERE {condition}")).scalar_one())


def _by_state(engine: Engine) -> str:
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT state, reason, count(*) FROM outbox GROUP BY 1, 2 ORDER BY 1, 2"))
        return ", ".join(f"{number:,} {state}{f' ({reason})' if reason else ''}" for state, reason, number in rows)


def _peak_mb() -> float:
    status = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024


if __name__ == "__main__":
    main()
