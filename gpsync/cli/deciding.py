"""What is held, and the commands by which a person decides about extracts and mails."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gpsync.cli.application import DATA_TEAM, SET_UP, app
from gpsync.cli.console import heading, print_json, say, show_progress
from gpsync.cli.options import AsJson, Reason, parse_held_id
from gpsync.london import long_date
from gpsync.rules import Action, ActOutcome, ChangeReason

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from gpsync.mails import Hold
    from gpsync.operations.context import Context
    from gpsync.operations.ingest.summary import Summary
    from gpsync.operations.on_record import Attempt
    from gpsync.records import ExtractRecord
    from gpsync.settings import Settings
    from gpsync.store.acts import Act

#: A second person must act.
_ATTENTION = 3
#: So many doctors are named of those whose change waits for one reason.
_SAMPLE = 20

HeldId = Annotated[
    str,
    typer.Argument(
        parser=parse_held_id, metavar="ID", help="The extract's or the hold's id, as `gpsync held` prints it."
    ),
]


@app.command(rich_help_panel=DATA_TEAM, epilog="Example: gpsync held")
def held(json: AsJson = False) -> None:
    """List the extracts, mails and email changes that are held: counts, and a sample by number only."""
    from gpsync.environment import load_settings
    from gpsync.store import email_changes, extracts, holds
    from gpsync.store.database import reading
    from gpsync.store.outbox import queries

    settings = load_settings()
    with reading(settings) as connection:
        entries = extracts.held(connection)
        mails = [_held_mails(connection, settings, one) for one in holds.undecided(connection)]
        altered = queries.altered(connection)
        changes = email_changes.on_hold(connection)
    if json:
        print_json(
            {
                "extracts": [_as_json(entry) for entry in entries],
                "mails": mails,
                "altered_mails": altered,
                "email_changes": changes,
            }
        )
        return
    if not entries and not mails and not altered and not changes:
        say("Nothing is held.")
    if changes:
        _print_changes(changes)
    if altered:
        _print_altered(altered)
    for one in mails:
        _print_hold(one)
    for entry in entries:
        heading(entry.extract.extract_id)
        say(f"{entry.extract.file_name}, {long_date(entry.extract.as_of)}, {entry.counts.rows:,} rows.")
        for finding in entry.findings:
            say(f"  {finding.guard}: {finding.sentence}")
            if finding.sample:
                say(f"  For example: {', '.join(finding.sample)}")
        say(f"  gpsync approve {entry.extract.extract_id} --reason WHY   or   gpsync reject … --reason WHY")


def _held_mails(connection: Connection, settings: Settings, hold: Hold) -> dict[str, object]:
    from datetime import UTC, datetime

    from gpsync.cli.sending import first_mails
    from gpsync.operations.mailout.forecast import sentence
    from gpsync.store import holds

    number = len(holds.held_mails(connection, hold.hold_id))
    return {
        "hold_id": hold.hold_id,
        "kind": hold.kind,
        "about": hold.scope,
        "opened_by": hold.opened_by.name,
        "asked_by": hold.asked_by.name if hold.asked_by else None,
        "asked_at": hold.asked_at,
        "asked_reason": hold.asked_reason,
        "refused": [f"{one.by.name}, {_minute(one.at)}: {one.refusal}" for one in _refusals(connection, hold)],
        "why": hold.sentence,
        "mails": number,
        "domains": dict(holds.domains(connection, hold.hold_id)),
        "sample": holds.sample(connection, hold.hold_id),
        "pace": sentence(connection, settings, datetime.now(UTC), hold.hold_id) if number else None,
        **first_mails(connection, settings, hold, number),
    }


def _print_hold(hold: dict[str, Any]) -> None:
    heading(hold["hold_id"])
    say(f"{hold['mails']:,} mails. {hold['why']} About {hold['about']}, opened by {hold['opened_by']}.")
    if not hold["mails"]:
        say("  No mail is waiting in it: there is nothing to do until one is.")
    if hold["domains"]:
        say(f"  To: {', '.join(f'{name} {count:,}' for name, count in hold['domains'].items())}")
        say(f"  For example: {', '.join(hold['sample'])}")
    if hold["pace"]:
        say(f"  If they were released now, after the mails that already wait: {hold['pace']}")
    if "first mails" in hold:
        say(f"  First mails: {_counted(hold['first mails'])}.")
        for word, numbers in hold["to look at"].items():
            say(f"  First mails that are {word}: {', '.join(numbers)}; `gpsync why` shows more.")
    if hold.get("not yet"):
        say(f"  Not to be released yet. {hold['not yet']}")
    for line in hold["refused"]:
        say(f"  Refused: {line}")
    if hold["asked_by"]:
        asked = f"{hold['asked_by']} asked for them on {_minute(hold['asked_at'])} ({hold['asked_reason']})"
        say(f"  {asked}; somebody else decides:")
    else:
        say("  Two people must approve, one after the other:")
    say(f"  gpsync approve {hold['hold_id']} --reason WHY   or   gpsync reject … --reason WHY")


def _refusals(connection: Connection, hold: Hold) -> list[Act]:
    """The newest attempts on the hold that were refused."""
    from gpsync.store import acts

    return [one for one in acts.about(connection, hold.hold_id) if one.outcome is ActOutcome.REFUSED][-5:]


def _minute(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def _counted(numbers: dict[str, int]) -> str:
    return ", ".join(f"{number:,} {word}" for word, number in numbers.items()) or "none"


def _print_altered(mails: list[str]) -> None:
    from gpsync.rules import MailReason

    heading("Altered mails")
    say(f"{len(mails):,} mails. {MailReason.ALTERED.meaning}")
    for mail_id in mails[:20]:
        say(f"  gpsync resolve {mail_id} --not-sent --reason WHY")


def _print_changes(changes: Mapping[ChangeReason, Sequence[str]]) -> None:
    heading("Email changes on hold")
    for reason, doctors in changes.items():
        more = f" and {len(doctors) - _SAMPLE:,} more" if len(doctors) > _SAMPLE else ""
        say(f"{reason} {len(doctors):,}. {reason.meaning}")
        say(f"  {', '.join(doctors[:_SAMPLE])}{more}; `gpsync why` shows one.")


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


@app.command(
    rich_help_panel=DATA_TEAM,
    epilog="Example: gpsync approve gmc_register-full-20261130-1a2b3c4d --reason 'The GMC confirmed the count'",
)
def approve(held_id: HeldId, reason: Reason) -> None:
    """Approve a held extract and apply it now, or release held mails (two people must approve those).

    Exit status 3 if your approval is the first of the two.
    """
    from gpsync.operations.staff import release
    from gpsync.operations.staff.decide_held import approve as decide

    number: int | None = 0
    with _deciding(Action.APPROVE, held_id, reason) as (context, summary, attempt):
        if release.is_hold(context, held_id):
            number = release.release(context, held_id, context.operator, reason)
            result = (
                f"{held_id} is released: {number or 0:,} mails go out with the next mailout{_on_more_days(context)}"
            )
            if number is None:
                attempt.outcome = ActOutcome.ASKED
                result = f"{held_id} is approved by {context.operator.name}: a second person must approve it too."
        else:
            entry = decide(context, held_id, context.operator, reason)
            summary.add(entry)
            counts = entry.counts
            result = (
                f"{held_id} is {entry.outcome}: {counts.new:,} new, {counts.changed:,} changed, {counts.gone:,} gone."
            )
    say(result)
    if number is None:
        raise typer.Exit(_ATTENTION)


def _on_more_days(context: Context) -> str:
    """The end of a sentence about released mails, and how long they take with what waits before them."""
    from gpsync.operations.mailout.forecast import forecast, sentence

    with context.engine.connect() as connection:
        _, found = forecast(connection, context.settings, context.now())
        pace = sentence(connection, context.settings, context.now())
    more = "" if found is not None and found.days == 1 else " and those after it"
    return f"{more}. {pace}" if pace else "."


@app.command(
    rich_help_panel=DATA_TEAM,
    epilog="Example: gpsync reject gmc_register-full-20261130-1a2b3c4d --reason 'Cut off in transfer'",
)
def reject(held_id: HeldId, reason: Reason) -> None:
    """Reject a held extract, or cancel held mails for good."""
    from gpsync.operations.staff import release
    from gpsync.operations.staff.decide_held import reject as decide

    with _deciding(Action.REJECT, held_id, reason) as (context, _, _):
        if release.is_hold(context, held_id):
            number = release.refuse(context, held_id, context.operator, reason)
            result = f"{held_id} is rejected: {number:,} mails are cancelled, their links revoked."
        else:
            decide(context, held_id, context.operator, reason)
            result = f"{held_id} is rejected. Its file and your reason are kept."
    say(result)


@contextmanager
def _deciding(what: Action, held_id: str, reason: str) -> Iterator[tuple[Context, Summary, Attempt]]:
    """A context, and a recorded run for a decision, which is kept with who made it."""
    from gpsync.environment import load_settings
    from gpsync.operations.context import open_context
    from gpsync.operations.ingest.summary import Summary
    from gpsync.operations.on_record import on_record
    from gpsync.operations.run_record import recorded_run

    summary = Summary()
    with (
        show_progress(),
        open_context(load_settings()) as context,
        on_record(context, what, held_id, reason) as attempt,
        recorded_run(context, what, context.today, summary),
    ):
        yield context, summary, attempt


@app.command(rich_help_panel=SET_UP, epilog="Example: gpsync whoami")
def whoami(json: AsJson = False) -> None:
    """Show who you are to gpsync, and whether you count as one of two people. Exit status 3 if you do not."""
    from gpsync import login
    from gpsync.environment import load_settings

    by = login.actor(load_settings().people_by_uid)
    if json:
        print_json({"name": by.name, "account": by.account, "known_by": by.source, "is_person": by.is_person})
    else:
        say(f"{by.name}, {by.account}. {by.source.meaning}")
        say("You count as one of two people." if by.is_person else f"You do not count as one of two people. {by.doubt}")
    if not by.is_person:
        raise typer.Exit(_ATTENTION)
