"""Commands that do a night's work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from gpsync.cli.application import app
from gpsync.cli.console import print_table, progress, say
from gpsync.cli.options import Date, Inbox, operator
from gpsync.errors import WrongUse
from gpsync.rules import Outcome

if TYPE_CHECKING:
    from flows.recording import Summary

_ATTENTION = 3


@app.command()
def nightly(as_of: Date = None, inbox: Inbox = None) -> None:
    """Do the night's work: every flow there is, in order."""
    from flows.nightly import nightly as flow

    with progress():
        summary, reconciled = flow(as_of, str(inbox) if inbox else None)
    for line in reconciled.lines():
        say(line)
    _report(summary)


@app.command()
def sync(
    as_of: Date = None,
    inbox: Inbox = None,
    replace: Annotated[bool, typer.Option("--replace", help="Take other bytes for a date already accepted.")] = False,
    reason: Annotated[str | None, typer.Option(help="Why the extract is replaced; kept with your name.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what each extract would do; change nothing.")] = False,
) -> None:
    """Take in the extracts that wait in the inbox."""
    if replace and not reason:
        raise WrongUse("--replace needs --reason: it is kept with your name.")
    if dry_run:
        _rehearse(as_of, inbox)
        return
    from flows.gmc_sync import gmc_sync

    revision = {"by": operator(), "reason": reason} if replace and reason else None
    with progress():
        summary = gmc_sync(as_of, str(inbox) if inbox else None, revision)
    _report(summary)


def _rehearse(as_of: Date, inbox: Inbox) -> None:
    from flows.desk import london_today, open_desk
    from flows.rehearsal import rehearse
    from gpsync.settings import load_settings

    with progress(), open_desk(load_settings(inbox=inbox)) as desk:
        entries = rehearse(desk, as_of or london_today())
    rows = [
        {
            "file": entry.extract.file_name,
            "would be": str(entry.outcome),
            "new": entry.counts.new,
            "changed": entry.counts.changed,
            "missing once": entry.counts.missing_once,
            "gone": entry.counts.gone,
            "emails changed": entry.counts.emails_changed,
            "quarantined": entry.counts.quarantined,
            "why": entry.reason,
        }
        for entry in entries
    ]
    print_table(rows, empty="Nothing waits in the inbox.")
    say("Nothing was changed. Each extract was compared with what is held now, not with the one before it.")


def _report(summary: Summary) -> None:
    """Print what a run did; exit 3 where a person must act."""
    if not summary.taken:
        say("Nothing new in the inbox.")
    rows = [
        {
            "extract": entry.extract.extract_id,
            "outcome": str(entry.outcome),
            "rows": entry.counts.rows,
            "new": entry.counts.new,
            "changed": entry.counts.changed,
            "gone": entry.counts.gone,
            "emails changed": entry.counts.emails_changed,
            "quarantined": entry.counts.quarantined,
        }
        for entry in summary.taken
    ]
    if rows:
        print_table(rows, empty="")
    for entry in summary.taken:
        if entry.outcome is Outcome.HELD:
            say(f"Held: {entry.extract.extract_id}. {entry.reason}")
        for row in entry.quarantined[:5]:
            say(f"{entry.extract.file_name}, row {row.row_number:,} ({row.key or 'no key'}): {row.reason.meaning}")
        if len(entry.quarantined) > 5:
            say(
                f"{entry.extract.file_name}: {len(entry.quarantined) - 5:,} more quarantined rows; "
                "see reporting.quarantined_row."
            )
    if summary.needs_a_person:
        raise typer.Exit(_ATTENTION)
