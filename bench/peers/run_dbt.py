"""Two nights of the register through a dbt snapshot; prints what the second one cost.

    bench/.peers/bin/python bench/peers/run_dbt.py NIGHT1.csv NIGHT2.csv POSTGRES_URL

dbt loads no files, so each night is a COPY of the file into a staging table and then `dbt snapshot` (check
strategy on the tracked columns, missing rows invalidated). The work counted is the staging and the time
that dbt itself reports for the snapshot; the whole of dbt's process, with its start and the parsing of its
project, is told apart as `process`.
"""

import json
import os
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from time import perf_counter

from database import SESSION_OPTIONS, address, connected, drop_schemas, settle
from proof import History, prove
from psycopg2 import sql
from register import KEY, header, kept_headings
from report import arguments, peak_mb, report

HISTORY = History("peer_dbt", "register_history", valid_to="dbt_valid_to")
STAGING = sql.Identifier(HISTORY.schema, "register_staging")
PROJECT = Path(__file__).parent / "dbt_project"


def staging_columns(path: Path) -> list[sql.Identifier]:
    """The file's columns in its order: our name where one is kept, the heading where it is not."""
    ours = {heading: name for name, heading in kept_headings(path).items()}
    return [sql.Identifier(ours.get(heading, heading)) for heading in header(path)]


def create_staging(url: str, path: Path) -> None:
    """An empty table with a text column for each column of the file.

    Unlogged, because it is filled anew every night: a crash loses nothing that the file does not hold.
    """
    columns = sql.SQL(", ").join(sql.SQL("{} text").format(name) for name in staging_columns(path))
    with connected(url) as connection, connection.cursor() as cursor:
        cursor.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(HISTORY.schema)))
        cursor.execute(sql.SQL("CREATE UNLOGGED TABLE {} ({})").format(STAGING, columns))


def stage(url: str, path: Path) -> float:
    """Puts one night's file into the staging table; wall seconds."""
    start = perf_counter()
    columns = sql.SQL(", ").join(staging_columns(path))
    copy = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv, HEADER)").format(STAGING, columns)
    with connected(url) as connection, connection.cursor() as cursor, path.open("rb") as file:
        cursor.execute(sql.SQL("TRUNCATE {}").format(STAGING))
        cursor.copy_expert(copy, file, size=1 << 20)
        cursor.execute(sql.SQL("ANALYZE {}").format(STAGING))
    return perf_counter() - start


def environment(url: str, work: Path) -> dict[str, str]:
    """Dbt's surroundings: the server, a place for its files, and word to send nothing anywhere."""
    server = address(url)
    return os.environ | {
        "PEER_HOST": server["host"],
        "PEER_PORT": server["port"],
        "PEER_USER": server["user"],
        "PEER_PASSWORD": server["password"],
        "PEER_DATABASE": server["dbname"],
        "PEER_SCHEMA": HISTORY.schema,
        "PGOPTIONS": SESSION_OPTIONS,
        "DBT_TARGET_PATH": str(work / "target"),
        "DBT_LOG_PATH": str(work / "logs"),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }


def snapshot(url: str, tracked: list[str], work: Path) -> dict[str, float]:
    """Runs `dbt snapshot`: the seconds that it reports for the work, and those of its whole process."""
    command = [Path(sys.executable).with_name("dbt"), "--quiet", "--no-version-check", "snapshot"]
    command += ["--project-dir", PROJECT, "--profiles-dir", PROJECT, "--vars", json.dumps({"tracked": tracked})]
    start = perf_counter()
    done = subprocess.run(command, env=environment(url, work), capture_output=True, text=True)
    process = perf_counter() - start
    if done.returncode:
        sys.exit(f"dbt snapshot failed:\n{done.stdout}{done.stderr}")
    (result,) = json.loads((work / "target" / "run_results.json").read_text())["results"]
    return {"snapshot": result["execution_time"], "process": process}


def load(url: str, path: Path, work: Path) -> dict[str, float]:
    """Loads one night; its wall seconds by phase, where `process` holds `snapshot`."""
    tracked = [name for name in kept_headings(path) if name != KEY]
    return {"staging": stage(url, path), **snapshot(url, tracked, work)}


def main() -> None:
    """Runs both nights, proves the history and reports the second."""
    given = arguments()
    drop_schemas(given.url, HISTORY.schema)
    create_staging(given.url, given.night1)
    with tempfile.TemporaryDirectory(prefix="peer_dbt_") as work:
        load(given.url, given.night1, Path(work))
        settle(given.url, HISTORY.schema, HISTORY.table)
        phases = load(given.url, given.night2, Path(work))
    peak = peak_mb()
    counts = prove(HISTORY, given.url, given.night1, given.night2)
    report("dbt snapshot", version("dbt-core"), phases["staging"] + phases["snapshot"], phases, peak, counts)


if __name__ == "__main__":
    main()
