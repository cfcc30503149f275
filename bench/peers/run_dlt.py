"""Two nights of the register through dlt's `scd2` merge; prints what the second one cost.

    bench/.peers/bin/python bench/peers/run_dlt.py NIGHT1.csv NIGHT2.csv POSTGRES_URL [FORMAT]

dlt gets arrow tables in, hashed by its own helper. FORMAT is how it loads them: `insert_values` is its
default, `csv` goes by COPY, and `parquet`, over ADBC, is the fastest.
The work counted is reading the file and `pipeline.run`; process start and imports are not.
"""

import os
import tempfile
from pathlib import Path
from time import perf_counter
from typing import Any

import dlt
import pyarrow as pa
from database import SESSION_OPTIONS, address, drop_schemas, settle
from dlt.common.runtime import anon_tracker
from dlt.sources.helpers.transform import add_row_hash_to_table
from proof import History, prove
from register import read_kept
from report import arguments, peak_mb, report

HISTORY = History("peer_dlt", "gmc_register", valid_to="_dlt_valid_to")

#: Rows hashed at a time: as fast as all at once, and a quarter less memory.
BATCH = 100_000


def silence() -> None:
    """Has dlt send nothing anywhere and leave nothing in the home directory."""
    os.environ |= {"RUNTIME__DLTHUB_TELEMETRY": "false", "RUNTIME__LOG_LEVEL": "ERROR"}
    # Even so it would still write itself an id to track by.
    anon_tracker.get_anonymous_id = lambda: ""


def credentials(url: str) -> dict[str, Any]:
    """The server, in dlt's words."""
    server = address(url)
    return {
        "host": server["host"],
        "port": server["port"],
        "username": server["user"],
        "password": server["password"],
        "database": server["dbname"],
        "query": {"options": SESSION_OPTIONS},
    }


def pipeline(url: str, work: str) -> dlt.Pipeline:
    """A fresh pipeline into our schema, with its working files in `work`."""
    destination = dlt.destinations.postgres(credentials(url))
    return dlt.pipeline("peer_dlt", destination=destination, dataset_name=HISTORY.schema, pipelines_dir=work)


def register(table: pa.Table) -> Any:
    """The register as a resource that keeps history; of arrow tables dlt wants the row hash given."""
    resource = dlt.resource(
        table.to_batches(max_chunksize=BATCH),
        name=HISTORY.table,
        write_disposition={"disposition": "merge", "strategy": "scd2", "row_version_column_name": "row_hash"},
    )
    return resource.add_map(add_row_hash_to_table("row_hash"))


def load(target: dlt.Pipeline, path: Path, file_format: str) -> dict[str, float]:
    """Loads one night; its wall seconds by phase, where `run` holds the three after it."""
    start = perf_counter()
    table = read_kept(path)
    read = perf_counter()
    target.run(register(table), loader_file_format=file_format)
    finished = perf_counter()
    steps = {step.step: (step.finished_at - step.started_at).total_seconds() for step in target.last_trace.steps}
    phases = {name: steps[name] for name in ("extract", "normalize", "load")}
    return {"read": read - start, "run": finished - read, **phases}


def main() -> None:
    """Runs both nights, proves the history and reports the second."""
    given = arguments(default="parquet")
    silence()
    drop_schemas(given.url, HISTORY.schema, f"{HISTORY.schema}_staging")
    with tempfile.TemporaryDirectory(prefix="peer_dlt_") as work:
        target = pipeline(given.url, work)
        load(target, given.night1, given.option)
        settle(given.url, HISTORY.schema, HISTORY.table)
        phases = load(target, given.night2, given.option)
    peak = peak_mb()
    counts = prove(HISTORY, given.url, given.night1, given.night2)
    report(f"dlt scd2, {given.option}", dlt.__version__, phases["read"] + phases["run"], phases, peak, counts)


if __name__ == "__main__":
    main()
