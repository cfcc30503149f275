"""gpsync's side: two nights through the intake, in a process of its own; prints the second's cost as JSON.

    python -m bench.our_night NIGHT1.csv NIGHT2.csv POSTGRES_URL HOME

Measured from the look into the inbox to the commit: gate, archive and fingerprint included; process start,
imports and Prefect's own start not.
"""

import json
import shutil
import sys
import time
from pathlib import Path

from sqlalchemy import text

from expectations import gate  # noqa: F401 - its import is not what is measured
from gpsync.extracts import inbox
from gpsync.operations.context import Context, open_context
from gpsync.operations.ingest.ingest import take_in
from gpsync.settings import Settings
from gpsync.store import schema
from gpsync.store.database import connect


def main() -> None:
    night1, night2, url, home = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], Path(sys.argv[4])
    shutil.rmtree(home, ignore_errors=True)
    settings = Settings(home=home, database_url=url, settle_seconds=0, gone_percent=100)
    schema.upgrade(connect(settings))
    with open_context(settings, starts=True) as context:
        print(json.dumps(second_night(context, night1, night2)), flush=True)


def second_night(context: Context, night1: Path, night2: Path) -> dict:
    one_night(context, night1)
    with context.engine.connect() as connection:
        # What autovacuum does in the day between two nights; the peers get the same.
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("VACUUM (ANALYZE) doctor"))
    context.seconds.clear()
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # peak memory of the second night alone
    seconds, entry = one_night(context, night2)
    return {
        "peer": "gpsync",
        "seconds": round(seconds, 3),
        "phases": {name: round(value, 3) for name, value in context.seconds.items()},
        "peak_mb": round(_peak_kb() / 1024, 1),
        "rows": entry.counts.rows,
        "changed": entry.counts.changed,
        "missing": entry.counts.missing_once,
        "outcome": entry.outcome,
    }


def one_night(context: Context, path: Path):
    folder = context.settings.inbox_folder
    folder.mkdir(parents=True, exist_ok=True)
    (folder / path.name).hardlink_to(path)
    start = time.perf_counter()
    (arrival,) = inbox.look(folder).arrivals
    entry = take_in(context, arrival)
    return time.perf_counter() - start, entry


def _peak_kb() -> int:
    status = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))


if __name__ == "__main__":
    main()
