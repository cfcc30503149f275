"""The command that reads the bounce mailbox."""

from __future__ import annotations

from typing import Annotated

import typer

from gpsync.cli.application import DATA_TEAM, app
from gpsync.cli.console import print_json, print_table, say, show_progress
from gpsync.cli.options import AsJson
from gpsync.rules import ReturnedKind

#: Work is left for a person.
_ATTENTION = 3


@app.command(rich_help_panel=DATA_TEAM, epilog="Example: gpsync bounces imaps://bounces@mail.example/INBOX")
def bounces(
    source: Annotated[
        str,
        typer.Argument(
            metavar="SOURCE",
            help="A Maildir, a folder of .eml files, or imaps://user@host/INBOX (GPSYNC_IMAP_AUTH, _PASSWORD).",
        ),
    ],
    json: AsJson = False,
) -> None:
    """Read the mailbox that bounces return to. Exit status 3 while a person must look at a message."""
    from gpsync.environment import load_settings
    from gpsync.mail.mailboxes import is_on_a_server, open_mailbox
    from gpsync.mail.tokens import tokens_for
    from gpsync.operations.context import open_context
    from gpsync.operations.staff.read_bounces import read_bounces

    settings = load_settings()
    tokens = tokens_for(settings, settings.imap_auth) if is_on_a_server(source) else None
    with (
        show_progress(),
        open_mailbox(source, settings.imap_password, settings.smtp_ca_file, tokens) as mailbox,
        open_context(settings) as context,
    ):
        done = read_bounces(context, mailbox)
    if json:
        print_json(done.counts())
    else:
        found = [(kind, done.kinds[kind]) for kind in ReturnedKind if done.kinds[kind]]
        print_table(
            [{"kind": str(kind), "messages": number, "meaning": kind.meaning} for kind, number in found],
            empty="No new message.",
        )
        for line in _summary_lines(done.counts()):
            say(line)
    if done.needs_a_person:
        raise typer.Exit(_ATTENTION)


def _summary_lines(counts: dict[str, int]) -> list[str]:
    """What is worth a line besides the kinds."""
    sentences = {
        "mails bounced": "Mails that have bounced, and whose addresses are not mailed again",
        "mails came back": "Mails that came back undelivered, and whose addresses are mailed once more (C-51)",
        "lost answers settled": "Mails whose answer was lost, and that are now known to have gone out",
        "read before": "Messages that were read before, and by which nothing was changed",
        "could not be opened": "Messages that could not be opened: look at their permissions",
        "waiting for a person": "Messages that wait for a person (`gpsync returned list`)",
    }
    return [f"{sentence}: {counts[name]:,}." for name, sentence in sentences.items() if counts[name]]
