"""Commands about mismatches: find them, list them, acknowledge them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from gpsync import progress
from gpsync.cli.application import NIGHT, SUPPORT, app
from gpsync.cli.console import fact, print_table, problem, say, show_progress
from gpsync.cli.options import AsJson, Date, parse_date, parse_mismatch_id, parse_practice_code, parse_reason
from gpsync.errors import WrongUse
from gpsync.rules import UNRESOLVED_STATES, Action, Code, MismatchState, Owner
from gpsync.writing import writing_to

if TYPE_CHECKING:
    from gpsync.reports.report import Report, Row


class Format(StrEnum):
    """How a listing is given out."""

    TABLE = "table"
    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"
    HTML = "html"


def _kind(text: str) -> Code:
    """A kind of mismatch by its number (B11) or its code. Raises BadParameter for another word."""
    from gpsync.reconciliation.catalogue import CATALOGUE

    by_name = {name: entry.code for entry in CATALOGUE.values() for name in (entry.number, str(entry.code))}
    found = by_name.get(text.upper())
    if found is None:
        raise typer.BadParameter(f"{text} is not a kind of mismatch: docs/mismatches.md lists them")
    return found


@app.command(rich_help_panel=NIGHT, epilog="Example: gpsync reconcile --as-of 2026-11-30")
def reconcile(as_of: Date = None) -> None:
    """Compare the records, update the mismatches, and publish the report."""
    with show_progress():
        progress.phase("starting")
        from flows.performer_reconcile import performer_reconcile

        result = performer_reconcile(as_of)
    fact("mismatches", result.counts())
    for line in result.lines():
        say(line)


@app.command(rich_help_panel=SUPPORT, epilog="Example: gpsync mismatches --code B02 --owner nhse --practice Z00001")
def mismatches(
    code: Annotated[
        list[Code] | None,
        typer.Option(parser=_kind, metavar="KIND", help="Only this kind, by its number or code; may be repeated."),
    ] = None,
    owner: Annotated[
        list[Owner] | None, typer.Option(case_sensitive=False, help="Only this owner's; may be repeated.")
    ] = None,
    doctor: Annotated[str | None, typer.Option(metavar="NUMBER", help="Only about this doctor, by GMC number.")] = None,
    practice: Annotated[
        str | None, typer.Option(parser=parse_practice_code, metavar="CODE", help="Only this practice's.")
    ] = None,
    state: Annotated[
        list[MismatchState] | None,
        typer.Option(case_sensitive=False, help="Only in this state; all unresolved if left out."),
    ] = None,
    format: Annotated[Format, typer.Option(help="Output format.")] = Format.TABLE,
    output: Annotated[
        Path | None, typer.Option(help="Where to write it; json and csv are printed if left out.")
    ] = None,
    as_of: Date = None,
    json: AsJson = False,
) -> None:
    """List mismatches, worst first."""
    from gpsync.environment import load_settings
    from gpsync.extracts.archive import archive_in
    from gpsync.operations.context import london_today
    from gpsync.operations.reconcile.names import names_of
    from gpsync.operations.reconcile.reconcile import files, report_of
    from gpsync.operations.sources import Sources
    from gpsync.reconciliation.lifecycle import on_day
    from gpsync.store import mismatches as stored
    from gpsync.store.database import reading

    format = Format.JSON if json else format
    if format is Format.TABLE and output is not None:
        raise WrongUse("--output needs --format json, csv, html or xlsx: a table is shown on the terminal only.")
    settings = load_settings()
    with reading(settings) as connection:
        today = as_of or london_today()
        chosen = stored.matching(
            connection,
            codes=code or (),
            owners=owner or (),
            gmc_number=doctor.strip() if doctor else None,
            practice_code=practice.upper() if practice else None,
            states=state or UNRESOLVED_STATES,
            today=today,
        )
        chosen = [on_day(one, today) for one in chosen]
        shown_on = as_of or stored.newest_run(connection) or today
        sources = Sources(archive_in(settings.home_folder, settings.archive_folder))
        report = report_of(connection, shown_on, chosen, names_of(settings, connection, sources, chosen, shown_on))
    if format is Format.TABLE:
        print_table([_listed(row) for row in report.rows], empty="No unresolved mismatch matches.")
    for line in _not_assessed(report, code or ()):
        # What a program reads on standard output stays as it is.
        say(line) if format is Format.TABLE else problem(line)
    if format is Format.TABLE:
        return
    write = files(report)[f"mismatches.{format}"]
    if output is not None:
        with writing_to(output):
            write(output)
        say(f"{len(report.rows):,} mismatches written to {output}.")
    elif format in (Format.JSON, Format.CSV):
        with TemporaryDirectory() as folder:
            write(Path(folder) / "listing")
            say((Path(folder) / "listing").read_text(encoding="utf-8-sig").rstrip("\n"))
    else:
        raise WrongUse(f"--format {format} needs --output FILE.")


def _not_assessed(report: Report, codes: Sequence[Code]) -> list[str]:
    """The kinds asked for that the newest reconciliation could not judge, a sentence for each reason."""
    from gpsync.reports.report import ranges

    reasons: dict[str, list[str]] = {}
    for one in report.not_assessed:
        if not codes or one.code in codes:
            reasons.setdefault(one.reason, []).append(one.number)
    return [
        f"Not assessed, so these may be out of date: {ranges(numbers)}. {reason}" for reason, numbers in reasons.items()
    ]


def _listed(row: Row) -> dict[str, object]:
    one = row.mismatch
    return {
        "id": one.mismatch_id,
        "severity": str(one.severity),
        "kind": f"{row.number} {one.code}",
        "owner": str(one.owner),
        "state": str(one.state),
        "days": row.days_open,
        "as of": row.mismatch.last_seen if row.not_assessed else None,
        "doctor": " ".join(filter(None, (one.gmc_number, row.doctor_name))),
        "practice": " ".join(filter(None, (one.practice_code, row.practice_name))),
        "what": one.summary,
    }


@app.command(
    rich_help_panel=SUPPORT,
    epilog="Example: gpsync acknowledge 0123456789abcdef --until 24/12/2026 --reason 'The GMC is correcting it'",
)
def acknowledge(
    mismatch_id: Annotated[
        str | None, typer.Argument(parser=parse_mismatch_id, metavar="ID", help="The mismatch's id.")
    ] = None,
    until: Annotated[
        date | None, typer.Option(parser=parse_date, metavar="DATE", help="The last day of the acknowledgement.")
    ] = None,
    reason: Annotated[
        str | None, typer.Option(parser=parse_reason, metavar="TEXT", help="Why; kept with your name.")
    ] = None,
    file: Annotated[Path | None, typer.Option("--from", help="A workbook or CSV of the report, filled in.")] = None,
) -> None:
    """Acknowledge mismatches until a date. They come back after it, or when the compared values change."""
    from gpsync.environment import load_settings
    from gpsync.operations.context import open_context
    from gpsync.operations.on_record import on_record
    from gpsync.operations.staff.acknowledge import Wanted, acknowledge, wanted_in

    with open_context(load_settings()) as context:
        if file is not None and mismatch_id is not None:
            raise WrongUse("Name a mismatch or a file with --from, not both.")
        if file is not None:
            wanted, problems = wanted_in(file, context.today)
            for line in problems:
                problem(line)
            if problems:
                rows = "1 row" if len(problems) == 1 else f"{len(problems):,} rows"
                raise WrongUse(f"{rows} of {file.name} cannot be used: nothing was acknowledged.")
        elif mismatch_id and until and reason:
            wanted = [Wanted(mismatch_id, until, reason)]
        else:
            raise WrongUse("Name a mismatch with --until and --reason, or a file with --from.")
        subject = file.name if file is not None else wanted[0].mismatch_id
        with on_record(context, Action.ACKNOWLEDGE, subject, reason or ""):
            number = acknowledge(context, wanted, context.operator.name)
    say("1 mismatch is acknowledged." if number == 1 else f"{number:,} mismatches are acknowledged.")
