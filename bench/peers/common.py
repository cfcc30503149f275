"""What both peers share: the register's columns, the database, the proof of the history, the report."""

import json
import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg2
import pyarrow as pa
from psycopg2 import sql
from psycopg2.extensions import connection as Connection
from pyarrow import csv

KEY = "gmc_number"

#: Our name of each kept column -> its heading in the register: those that gpsync keeps
#: (`gpsync.extracts.layouts.GMC_REGISTER`). Written out, because the peers' environment has no gpsync.
KEPT = {
    "gmc_number": "GMC Ref No",
    "surname": "Surname",
    "given_name": "Given Name",
    "other_names": "Other Names",
    "gender": "Gender",
    "year_of_qualification": "Year Of Qualification",
    "pr_date": "PR Date",
    "fr_date": "FR Date",
    "specialist_register_date": "Specialist Register Date",
    "gp_register_date": "GP Register Date",
    "arf_due_date": "ARF Due Date",
    "registration_status": "Registration Status",
    "ftp_conditions": "FtP Conditions Exist",
    "ftp_undertakings": "FtP Undertakings Exist",
    "ftp_warnings": "FtP Warnings Exist",
    "designated_body": "Designated Body",
    "doctor_in_training": "Doctor in Training",
    "email": "Email Address",
    "email_last_updated": "Email Last Updated",
}

#: The server settings each peer's connections get. Of PostgreSQL's default, 4 MB to hash in, dlt's merge
#: (`NOT IN (SELECT ...)`) makes a scan of all rows for each row: hours for 400,000, and no race.
SESSION_OPTIONS = "-cwork_mem=64MB"

Row = tuple[str | None, ...]


@dataclass(frozen=True)
class Arguments:
    """The command line: two nights' files, and the server by TCP."""

    night1: Path
    night2: Path
    url: str


def arguments() -> Arguments:
    """NIGHT1.csv NIGHT2.csv POSTGRES_URL, or an exit that says so."""
    if len(sys.argv) != 4:
        sys.exit(f"usage: {Path(sys.argv[0]).name} NIGHT1.csv NIGHT2.csv postgresql://user@127.0.0.1:PORT/database")
    return Arguments(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    """A connection on which every statement commits by itself."""
    connection = psycopg2.connect(url)
    connection.autocommit = True
    try:
        yield connection
    finally:
        connection.close()


def drop_schemas(url: str, *names: str) -> None:
    """Drops the schemas and all that is in them."""
    with connected(url) as connection, connection.cursor() as cursor:
        for name in names:
            cursor.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(name)))


def settle(url: str, schema: str, table: str) -> None:
    """Does for a table what autovacuum does in the day between two nights. Not timed."""
    with connected(url) as connection, connection.cursor() as cursor:
        cursor.execute(sql.SQL("VACUUM (ANALYZE) {}").format(sql.Identifier(schema, table)))


def header(path: Path) -> list[str]:
    """The headings of a file, as they are spelt there."""
    with csv.open_csv(path) as reader:
        return reader.schema.names


def kept_headings(path: Path) -> dict[str, str]:
    """Our name -> the file's own spelling of its heading, whatever its case and spaces.

    A kept column that the file does not have is left out, as gpsync does with its optional columns.
    """
    spelt = {_folded(heading): heading for heading in header(path)}
    found = {name: spelt.get(_folded(heading)) for name, heading in KEPT.items()}
    return {name: heading for name, heading in found.items() if heading is not None}


def read_kept(path: Path) -> pa.Table:
    """The kept columns of a file as text under our names; a blank is a null, "NA" is a surname."""
    headings = kept_headings(path)
    options = csv.ConvertOptions(
        include_columns=list(headings.values()),
        column_types=dict.fromkeys(headings.values(), pa.string()),
        null_values=[""],
        strings_can_be_null=True,
    )
    # A quoted cell may hold a line break.
    table = csv.read_csv(path, parse_options=csv.ParseOptions(newlines_in_values=True), convert_options=options)
    return table.rename_columns(list(headings))


def peak_mb() -> float:
    """The most memory, in MB, that this process or the largest of its finished children has held."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return round(max(_own_peak_kb(), children) / 1024, 1)


def proof(arguments: Arguments, schema: str, table: str, valid_to: str, open_until: str | None) -> dict[str, int]:
    """The history's counts, after checking them and every current row against the files.

    `valid_to` is the column that ends a version and `open_until` what it holds in a current one. Raises
    AssertionError when the history is wrong.
    """
    before, after = _by_number(read_kept(arguments.night1)), _by_number(read_kept(arguments.night2))
    changed = sum(after[number] != row for number, row in before.items() if number in after)
    gone = len(before.keys() - after.keys())
    names = list(kept_headings(arguments.night2))
    current, closed = _history(arguments.url, sql.Identifier(schema, table), names, valid_to, open_until)
    assert len(current) == len(after), f"{len(current)} current rows for {len(after)} in the file"
    assert {row[0]: row for row in current} == after, "a current row is not as it is in the file"
    assert closed == changed + gone, f"{closed} closed rows for {changed} changed and {gone} gone"
    return {
        "rows": len(after),
        "changed": changed,
        "gone": gone,
        "current_rows": len(current),
        "history_rows": len(current) + closed,
    }


def report(peer: str, version: str, phases: dict[str, float], seconds: float, peak: float, counts: dict) -> None:
    """Prints the result as one line of JSON; times are seconds, memory is MB."""
    result = {"peer": peer, "version": version, "seconds": round(seconds, 3)}
    result["phases"] = {name: round(value, 3) for name, value in phases.items()}
    print(json.dumps({**result, "peak_mb": peak, **counts}), flush=True)


def _folded(heading: str) -> str:
    return "".join(letter for letter in heading.lower() if letter.isalnum())


def _own_peak_kb() -> int:
    # Not `ru_maxrss` where it can be had otherwise: that one starts at the size of the process that started us.
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM"))


def _by_number(table: pa.Table) -> dict[str, Row]:
    return {row[0]: row for row in zip(*(column.to_pylist() for column in table.columns), strict=True)}


def _history(
    url: str, table: sql.Identifier, names: list[str], valid_to: str, open_until: str | None
) -> tuple[list[Row], int]:
    """The current rows, key first, and how many rows are closed."""
    columns, end = sql.SQL(", ").join(map(sql.Identifier, names)), sql.Identifier(valid_to)
    with connected(url) as connection, connection.cursor() as cursor:
        query = sql.SQL("SELECT {} FROM {} WHERE {} IS NOT DISTINCT FROM %s::timestamptz")
        cursor.execute(query.format(columns, table, end), (open_until,))
        current = cursor.fetchall()
        query = sql.SQL("SELECT count(*) FROM {} WHERE {} IS DISTINCT FROM %s::timestamptz")
        cursor.execute(query.format(table, end), (open_until,))
        return current, cursor.fetchone()[0]
