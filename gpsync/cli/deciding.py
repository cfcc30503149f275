"""Commands by which a person decides: held extracts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from gpsync.cli.application import app
from gpsync.cli.console import day, heading, print_json, progress, say
from gpsync.cli.options import AsJson, Reason, operator

if TYPE_CHECKING:
    from flows.desk import Desk
    from flows.recording import Summary
    from gpsync.records import ExtractRecord

ExtractId = Annotated[str, typer.Argument(metavar="ID", help="The extract's id, as `gpsync held` prints it.")]


@app.command()
def held(json: AsJson = False) -> None:
    """List the extracts that wait for a decision: counts, and a sample by number only."""
    from gpsync.settings import load_settings
    from gpsync.store import extracts
    from gpsync.store.database import reading

    with reading(load_settings()) as connection:
        entries = extracts.held(connection)
    if json:
        print_json([_as_json(entry) for entry in entries])
        return
    if not entries:
        say("No extract is held.")
    for entry in entries:
        heading(entry.extract.extract_id)
        say(f"{entry.extract.file_name}, {day(entry.extract.as_of)}, {entry.counts.rows:,} rows.")
        for finding in entry.findings:
            say(f"  {finding.guard}: {finding.sentence}")
            if finding.sample:
                say(f"  For example: {', '.join(finding.sample)}")
        say(f"  gpsync approve {entry.extract.extract_id} --reason WHY   or   gpsync reject … --reason WHY")


def _as_json(entry: ExtractRecord) -> dict[str, object]:
    from dataclasses import asdict

    return {
        "extract_id": entry.extract.extract_id,
        "dataset": entry.extract.dataset,
        "as_of": entry.extract.as_of,
        "file_name": entry.extract.file_name,
        "counts": asdict(entry.counts),
        "findings": [asdict(finding) for finding in entry.findings],
    }


@app.command()
def approve(extract_id: ExtractId, reason: Reason) -> None:
    """Believe a held extract: apply it now."""
    from flows.history import approve as decide

    with _deciding("approve") as (desk, summary):
        entry = decide(desk, extract_id, operator(), reason)
        summary.add(entry)
    counts = entry.counts
    say(f"{extract_id} is {entry.outcome}: {counts.new:,} new, {counts.changed:,} changed, {counts.gone:,} gone.")


@app.command()
def reject(extract_id: ExtractId, reason: Reason) -> None:
    """Turn a held extract away: its file goes to the rejected ones, nothing is changed."""
    from flows.history import reject as decide

    with _deciding("reject") as (desk, _):
        decide(desk, extract_id, operator(), reason)
    say(f"{extract_id} is rejected. Its file and your reason are kept.")


@contextmanager
def _deciding(what: str) -> Iterator[tuple[Desk, Summary]]:
    """A desk, and a recorded run for a decision."""
    from flows.desk import open_desk
    from flows.recording import Summary, recorded_run
    from gpsync.settings import load_settings

    summary = Summary()
    with progress(), open_desk(load_settings()) as desk, recorded_run(desk, what, desk.today, summary):
        yield desk, summary
