"""Commands by which a person decides: held extracts, and held mails."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gpsync.cli.application import app
from gpsync.cli.console import day, heading, print_json, progress, say
from gpsync.cli.options import AsJson, Reason, operator

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from flows.desk import Desk
    from flows.recording import Summary
    from gpsync.records import ExtractRecord
    from gpsync.store.holds import Hold

HeldId = Annotated[
    str, typer.Argument(metavar="ID", help="The extract's or the hold's id, as `gpsync held` prints it.")
]


@app.command()
def held(json: AsJson = False) -> None:
    """List the extracts and mails that wait for a decision: counts, and a sample by number only."""
    from gpsync.settings import load_settings
    from gpsync.store import extracts, holds, mailout
    from gpsync.store.database import reading

    with reading(load_settings()) as connection:
        entries = extracts.held(connection)
        mails = [_held_mails(connection, one) for one in holds.standing(connection)]
        altered = mailout.altered(connection)
    if json:
        print_json([*(_as_json(entry) for entry in entries), *mails, *({"altered_mail": one} for one in altered)])
        return
    if not entries and not mails and not altered:
        say("Nothing is held.")
    if altered:
        _print_altered(altered)
    for one in mails:
        _print_hold(one)
    for entry in entries:
        heading(entry.extract.extract_id)
        say(f"{entry.extract.file_name}, {day(entry.extract.as_of)}, {entry.counts.rows:,} rows.")
        for finding in entry.findings:
            say(f"  {finding.guard}: {finding.sentence}")
            if finding.sample:
                say(f"  For example: {', '.join(finding.sample)}")
        say(f"  gpsync approve {entry.extract.extract_id} --reason WHY   or   gpsync reject … --reason WHY")


def _held_mails(connection: Connection, hold: Hold) -> dict[str, object]:
    from gpsync.store import holds

    return {
        "hold_id": hold.hold_id,
        "kind": hold.kind,
        "about": hold.scope,
        "opened_by": hold.opened_by,
        "why": hold.sentence,
        "mails": len(holds.held_mails(connection, hold.hold_id)),
        "domains": dict(holds.domains(connection, hold.hold_id)),
        "sample": holds.sample(connection, hold.hold_id),
    }


def _print_hold(hold: dict[str, Any]) -> None:
    heading(hold["hold_id"])
    say(f"{hold['mails']:,} mails. {hold['why']} About {hold['about']}, opened by {hold['opened_by']}.")
    if hold["domains"]:
        say(f"  To: {', '.join(f'{name} {count:,}' for name, count in hold['domains'].items())}")
        say(f"  For example: {', '.join(hold['sample'])}")
    say(f"  A second person: gpsync approve {hold['hold_id']} --reason WHY   or   gpsync reject … --reason WHY")


def _print_altered(mails: list[str]) -> None:
    from gpsync.rules import MailReason

    heading("Altered mails")
    say(f"{len(mails):,} mails. {MailReason.ALTERED.meaning}")
    for mail_id in mails[:20]:
        say(f"  gpsync resolve {mail_id} --not-sent --reason WHY")


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
def approve(held_id: HeldId, reason: Reason) -> None:
    """Believe a held extract and apply it now, or release held mails that somebody else's run or approval made."""
    from flows import releasing
    from flows.history import approve as decide

    with _deciding("approve") as (desk, summary):
        if releasing.is_hold(desk, held_id):
            number = releasing.release(desk, held_id, operator(), reason)
            told = f"{held_id} is released: {number:,} mails go out with the next mailout."
        else:
            entry = decide(desk, held_id, operator(), reason)
            summary.add(entry)
            counts = entry.counts
            told = (
                f"{held_id} is {entry.outcome}: {counts.new:,} new, {counts.changed:,} changed, {counts.gone:,} gone."
            )
    say(told)


@app.command()
def reject(held_id: HeldId, reason: Reason) -> None:
    """Turn a held extract away, or cancel held mails for good."""
    from flows import releasing
    from flows.history import reject as decide

    with _deciding("reject") as (desk, _):
        if releasing.is_hold(desk, held_id):
            number = releasing.refuse(desk, held_id, operator(), reason)
            told = f"{held_id} is refused: {number:,} mails are cancelled, their links revoked."
        else:
            decide(desk, held_id, operator(), reason)
            told = f"{held_id} is rejected. Its file and your reason are kept."
    say(told)


@contextmanager
def _deciding(what: str) -> Iterator[tuple[Desk, Summary]]:
    """A desk, and a recorded run for a decision."""
    from flows.desk import open_desk
    from flows.recording import Summary, recorded_run
    from gpsync.settings import load_settings

    summary = Summary()
    with progress(), open_desk(load_settings()) as desk, recorded_run(desk, what, desk.today, summary):
        yield desk, summary
