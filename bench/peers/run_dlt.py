"""Two nights of the register through dlt's `scd2` merge; prints what the second one cost.

    bench/.peers/bin/python bench/peers/run_dlt.py NIGHT1.csv NIGHT2.csv POSTGRES_URL

dlt gets its fastest documented way: arrow tables in, hashed by its own helper, loaded as files, not as
INSERT statements. Process start and imports are not timed.
"""

import os
import sys
import tempfile
from pathlib import Path
from time import perf_counter
from typing import Any

# dlt reads these when it is imported: nothing may be sent anywhere, and nothing be left in the home directory.
_HOME = tempfile.TemporaryDirectory(prefix="peer_dlt_")
os.environ |= {
    "RUNTIME__DLTHUB_TELEMETRY": "false",
    "RUNTIME__LOG_LEVEL": "ERROR",
    "DLT_DATA_DIR": _HOME.name,
}

import common  # noqa: E402
import dlt  # noqa: E402
import pyarrow as pa  # noqa: E402
from dlt.sources.helpers.transform import add_row_hash_to_table  # noqa: E402
from psycopg2.extensions import parse_dsn  # noqa: E402

SCHEMA = "peer_dlt"
TABLE = "gmc_register"
FILE_FORMAT = os.environ.get("F", "parquet")


def credentials(url: str) -> dict[str, Any]:
    """The server as dlt wants it told; it insists on a password even where the server trusts."""
    server = parse_dsn(url)
    return {
        "host": server["host"],
        "port": server.get("port", "5432"),
        "username": server.get("user", "postgres"),
        "password": server.get("password", "none"),
        "database": server.get("dbname", "postgres"),
        "query": {"options": common.SESSION_OPTIONS},
    }


def pipeline(url: str) -> dlt.Pipeline:
    """A fresh pipeline into our schema; its working files are in a directory that goes with the process."""
    return dlt.pipeline(
        "peer_dlt",
        destination=dlt.destinations.postgres(credentials(url)),
        dataset_name=SCHEMA,
        pipelines_dir=str(Path(_HOME.name) / "pipelines"),
    )


def register(table: pa.Table) -> dlt.sources.DltResource:
    """The register as a resource that keeps history; for arrow tables dlt wants the row's hash from its user."""
    resource = dlt.resource(
        table if not os.environ.get("SPLIT") else table.to_batches(max_chunksize=100_000),
        name=TABLE,
        write_disposition={
            "disposition": "merge",
            "strategy": "scd2",
            "row_version_column_name": "row_hash",
            "active_record_timestamp": None,
        },
    )
    return resource.add_map(add_row_hash_to_table("row_hash"))


def load(target: dlt.Pipeline, path: Path) -> dict[str, float]:
    """Loads one night; its wall seconds by phase."""
    start = perf_counter()
    table = common.read_kept(path)
    read = perf_counter()
    target.run(register(table), loader_file_format=FILE_FORMAT)
    finished = perf_counter()
    steps = {step.step: (step.finished_at - step.started_at).total_seconds() for step in target.last_trace.steps}
    phases = {name: steps[name] for name in ("extract", "normalize", "load")}
    return {"read": read - start, **phases, "run": finished - read}


def main() -> None:
    """Runs both nights, proves the history and reports the second."""
    given = common.arguments()
    common.drop_schemas(given.url, SCHEMA, f"{SCHEMA}_staging")
    target = pipeline(given.url)
    load(target, given.night1)
    common.settle(given.url, SCHEMA, TABLE)
    phases = load(target, given.night2)
    peak = common.peak_mb()
    counts = common.proof(given, SCHEMA, TABLE, "_dlt_valid_to", open_until=None)
    common.report("dlt scd2", dlt.__version__, phases, phases["read"] + phases["run"], peak, counts)


if __name__ == "__main__":
    sys.exit(main())
