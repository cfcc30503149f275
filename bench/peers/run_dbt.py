"""Two nights of the register through a dbt snapshot; prints what the second one cost.

    bench/.peers/bin/python bench/peers/run_dbt.py NIGHT1.csv NIGHT2.csv POSTGRES_URL

dbt loads no files, so each night is a COPY of the file into a staging table and then `dbt snapshot` (check
strategy on the tracked columns, missing rows invalidated). The work counted is the COPY and what dbt
itself reports as the snapshot's time; starting dbt and parsing its project are told apart, as `process`.
"""

import json
import os
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from time import perf_counter

import common
from psycopg2 import sql
from psycopg2.extensions import parse_dsn

SCHEMA = "peer_dbt"
STAGING = "register_staging"
TABLE = "register_history"
PROJECT = Path(__file__).parent / "dbt_project"


def create_staging(url: str, path: Path) -> None:
    """An empty table with a text column for each one in the file, kept ones under our names.

    Unlogged, because it is filled anew every night: a crash loses nothing that the file does not hold.
    """
    with common.connected(url) as connection, connection.cursor() as cursor:
        columns = sql.SQL(", ").join(sql.SQL("{} text").format(name) for name in staging_columns(path))
        cursor.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(SCHEMA)))
        statement = sql.SQL("CREATE UNLOGGED TABLE {} ({})")
        cursor.execute(statement.format(sql.Identifier(SCHEMA, STAGING), columns))


def staging_columns(path: Path) -> list[sql.Identifier]:
    """The file's columns in its order: our name where it is kept, the heading where it is not."""
    ours = {heading: name for name, heading in common.kept_headings(path).items()}
    return [sql.Identifier(ours.get(heading, heading)) for heading in common.header(path)]


def stage(url: str, path: Path) -> float:
    """Puts one night's file into the staging table; wall seconds."""
    start = perf_counter()
    table = sql.Identifier(SCHEMA, STAGING)
    copy = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv, HEADER)")
    with common.connected(url) as connection, connection.cursor() as cursor, path.open("rb") as file:
        cursor.execute(sql.SQL("TRUNCATE {}").format(table))
        cursor.copy_expert(copy.format(table, sql.SQL(", ").join(staging_columns(path))), file, size=1 << 20)
        cursor.execute(sql.SQL("ANALYZE {}").format(table))
    return perf_counter() - start


def environment(url: str, work: Path) -> dict[str, str]:
    """dbt's surroundings: where the server is, where its files go, and that nothing is sent anywhere."""
    server = parse_dsn(url)
    return os.environ | {
        "PGOPTIONS": common.SESSION_OPTIONS,
        "PEER_HOST": server["host"],
        "PEER_PORT": server.get("port", "5432"),
        "PEER_USER": server.get("user", "postgres"),
        "PEER_PASSWORD": server.get("password", ""),
        "PEER_DATABASE": server.get("dbname", "postgres"),
        "PEER_SCHEMA": SCHEMA,
        "DBT_TARGET_PATH": str(work / "target"),
        "DBT_LOG_PATH": str(work / "logs"),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
    }


def snapshot(url: str, tracked: list[str], work: Path) -> dict[str, float]:
    """Runs `dbt snapshot`: the seconds it reports for the work, and those of the whole process."""
    command = [str(Path(sys.executable).with_name("dbt")), "--quiet", "--no-version-check", "snapshot"]
    command += ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT), "--vars", json.dumps({"tracked": tracked})]
    start = perf_counter()
    done = subprocess.run(command, env=environment(url, work), capture_output=True, text=True)
    process = perf_counter() - start
    if done.returncode:
        sys.exit(f"dbt snapshot failed:\n{done.stdout}{done.stderr}")
    (result,) = json.loads((work / "target" / "run_results.json").read_text())["results"]
    return {"snapshot": result["execution_time"], "process": process}


def load(url: str, path: Path, work: Path) -> dict[str, float]:
    """Loads one night; its wall seconds by phase."""
    tracked = [name for name in common.kept_headings(path) if name != common.KEY]
    return {"staging": stage(url, path), **snapshot(url, tracked, work)}


def main() -> None:
    """Runs both nights, proves the history and reports the second."""
    given = common.arguments()
    common.drop_schemas(given.url, SCHEMA)
    create_staging(given.url, given.night1)
    with tempfile.TemporaryDirectory(prefix="peer_dbt_") as work:
        load(given.url, given.night1, Path(work))
        common.settle(given.url, SCHEMA, TABLE)
        phases = load(given.url, given.night2, Path(work))
    peak = common.peak_mb()
    counts = common.proof(given, SCHEMA, TABLE, "dbt_valid_to", open_until=None)
    common.report("dbt snapshot", version("dbt-core"), phases, phases["staging"] + phases["snapshot"], peak, counts)


if __name__ == "__main__":
    sys.exit(main())
