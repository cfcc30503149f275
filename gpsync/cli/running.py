"""Commands that do a night's work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from gpsync import progress
from gpsync.cli.application import NIGHT, app
from gpsync.cli.console import fact, print_table, say, show_progress
from gpsync.cli.options import Date, Inbox, parse_reason
from gpsync.errors import WrongUse
from gpsync.rules import Outcome

if TYPE_CHECKING:
    from gpsync.operations.ingest.summary import Summary
    from gpsync.operations.mailout.result import MailoutResult
    from gpsync.operations.purge import Purged
    from gpsync.operations.reconcile.reconcile import Reconciled
    from gpsync.records import Check

_ATTENTION = 3
#: What is wrong with a row, by the gate's own columns.
_ROWS_WITH = {
    "unreadable": "a date that cannot be read",
    "too_long": "a value longer than its column",
    "future": "a date in the future",
}
#: What a failed check of the gate says of the values that it counts.
_FAILED = {
    "expect_column_values_to_be_in_set": "not one of the known words",
    "expect_column_values_to_be_unique": "in the file more than once",
    "expect_column_values_to_match_regex": "not in the required form",
    "expect_column_values_to_not_be_null": "blank",
    "expect_table_row_count_to_be_between": "without a row",
}


Live = Annotated[
    bool,
    typer.Option("--live", help="Send mails; GPSYNC_MAIL_LIVE=true is needed as well. Without it nothing is sent."),
]


@app.command(rich_help_panel=NIGHT, epilog="Example: gpsync nightly --live")
def nightly(as_of: Date = None, inbox: Inbox = None, live: Live = False) -> None:
    """Do the night's work: sync, mismatches, mails, and hashing addresses past retention."""
    _check_live(live, as_of)
    with show_progress():
        progress.phase("starting")
        from flows.nightly import nightly as flow

        night = flow(as_of, str(inbox) if inbox else None, live)
    _tell("mismatches", night.reconciled)
    _tell("mailout", night.mailed)
    _tell("purge", night.purged)
    _report(night.synced, needs_a_person=night.mailed.needs_a_person)


def _tell(name: str, part: Reconciled | MailoutResult | Purged) -> None:
    fact(name, part.counts())
    for line in part.lines():
        say(line)


@app.command(rich_help_panel=NIGHT, epilog="Example: gpsync mailout --live")
def mailout(
    as_of: Date = None,
    live: Live = False,
    first_links: Annotated[
        bool, typer.Option("--first-links", help="Plan a first link for every listed GP and user not yet verified too.")
    ] = False,
    confirm_gap: Annotated[
        bool, typer.Option("--confirm-gap", help="Accept the register although no extract came for over 14 days.")
    ] = False,
) -> None:
    """Mail the links that are due. Without --live: show who would be mailed, and change nothing."""
    _check_live(live, as_of, starts=False)
    with show_progress():
        progress.phase("starting")
        from flows.verification_mailout import verification_mailout

        result = verification_mailout(as_of, live, first_links, confirm_gap)
    _tell("mailout", result)
    if result.needs_a_person:
        raise typer.Exit(_ATTENTION)


def _check_live(live: bool, as_of: Date, *, starts: bool = True) -> None:
    """Stop, before Prefect is started, a run that asks to send in an installation that must not, or in none."""
    from gpsync.environment import load_settings
    from gpsync.store.database import check_is_there

    # The settings are read whatever is asked for: a wrong one is reported too.
    settings = load_settings()
    if not starts:
        check_is_there(settings)
    if live and not settings.mail_live:
        raise WrongUse("--live needs GPSYNC_MAIL_LIVE=true: this installation may not send mails.")
    if live and as_of is not None:
        from gpsync.operations.context import london_today
        from gpsync.verification.live_day import why_not_live

        why_not = why_not_live(as_of, london_today(), rehearsal=settings.rehearsal)
        if why_not is not None:
            raise WrongUse(why_not)


@app.command(rich_help_panel=NIGHT, epilog="Example: gpsync sync --dry-run")
def sync(
    as_of: Date = None,
    inbox: Inbox = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace an extract already accepted for its date.")
    ] = False,
    reason: Annotated[
        str | None,
        typer.Option(parser=parse_reason, metavar="TEXT", help="Why the extract is replaced; kept with your name."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what each extract would do; change nothing.")
    ] = False,
) -> None:
    """Take in the extracts that wait in the inbox."""
    if replace and not reason:
        raise WrongUse("--replace needs --reason: it is kept with your name.")
    if dry_run:
        _rehearse(as_of, inbox, replace=replace)
        return
    with show_progress():
        progress.phase("starting")
        from flows.gmc_sync import gmc_sync

        summary = gmc_sync(as_of, str(inbox) if inbox else None, reason if replace else None)
    _report(summary)
    if replace and not summary.taken:
        raise WrongUse("Nothing was replaced: put the revised file into the inbox, then run this again.")


def _rehearse(as_of: Date, inbox: Inbox, *, replace: bool) -> None:
    from gpsync.environment import load_settings
    from gpsync.extracts import inbox as waiting
    from gpsync.extracts.inbox_messages import inbox_messages
    from gpsync.operations.context import london_today, open_context
    from gpsync.operations.ingest.dry_run import rehearse

    settings = load_settings(inbox=inbox)
    settings.check_inbox()
    with show_progress(), open_context(settings) as context:
        entries = rehearse(context, as_of or london_today(), replace=replace)
        found = waiting.look(settings.inbox_folder)
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
    for line in inbox_messages(found, settings.inbox_folder):
        say(line)
    say("Nothing was changed.")
    if (
        found.unrecognised
        or found.closed
        or any(entry.outcome in (Outcome.HELD, Outcome.REJECTED) for entry in entries)
    ):
        raise typer.Exit(_ATTENTION)


def _failed(check: Check) -> str:
    """What is wrong with how many values, by a check of the gate that failed."""
    is_one = check.unexpected == 1
    if check.column in _ROWS_WITH:
        return f"{check.unexpected:,} {'row has' if is_one else 'rows have'} {_ROWS_WITH[check.column]}"
    wrong = _FAILED.get(check.expectation, "not as expected")
    if not check.column:
        return f"it is {wrong}"
    return (
        f"{check.unexpected:,} {'value' if is_one else 'values'} of {check.column} {'is' if is_one else 'are'} {wrong}"
    )


def _report(summary: Summary, *, needs_a_person: bool = False) -> None:
    """Print what a run did; exit 3 where a person must act."""
    if not summary.taken:
        say("Nothing new was taken from the inbox." if summary.waiting else "Nothing new in the inbox.")
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
        for check in entry.checks:
            if not check.passed:
                say(f"{entry.extract.file_name}: {_failed(check)}.")
        if entry.outcome is Outcome.HELD:
            say(f"Held: {entry.extract.extract_id}. {entry.reason}")
        for row in entry.quarantined[:5]:
            say(f"{entry.extract.file_name}, row {row.row_number:,} ({row.key or 'no key'}): {row.reason.meaning}")
        if len(entry.quarantined) > 5:
            say(
                f"{entry.extract.file_name}: {len(entry.quarantined) - 5:,} more quarantined rows; "
                "see reporting.quarantined_row."
            )
    if summary.needs_a_person or needs_a_person:
        raise typer.Exit(_ATTENTION)
