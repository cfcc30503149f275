"""Commands about returned messages that a person must look at."""

from __future__ import annotations

from typing import Annotated

import typer

from gpsync.cli.application import SUPPORT, app
from gpsync.cli.command import Commands
from gpsync.cli.console import heading, print_json, print_table, say
from gpsync.cli.options import AsJson, Reason, parse_message_id
from gpsync.rules import Action, ReturnedKind

returned = Commands(
    help="Messages of the bounce mailbox that wait until a person has looked at them.", no_args_is_help=True
)
app.add_typer(returned, name="returned", rich_help_panel=SUPPORT)

MessageId = Annotated[
    str, typer.Argument(parser=parse_message_id, metavar="ID", help="The message, as `gpsync returned list` names it.")
]


def _said(text: str) -> ReturnedKind:
    """What a message was, as a person says. Raises BadParameter for any other word."""
    from gpsync.operations.staff.settle_bounce import SAID

    if text not in SAID:
        raise typer.BadParameter(f"write {' or '.join(SAID)}")
    return ReturnedKind(text)


@returned.command("list", epilog="Example: gpsync returned list")
def list_waiting(json: AsJson = False) -> None:
    """List the messages that wait, the oldest first; no address is shown."""
    from gpsync.environment import load_settings
    from gpsync.store import bounces_waiting
    from gpsync.store.database import reading

    with reading(load_settings()) as connection:
        found = bounces_waiting.waiting(connection)
    rows = [one.listed() for one in found]
    if json:
        print_json({"returned": rows})
        return
    print_table(rows, empty="No returned message waits for a person.")
    for kind in dict.fromkeys(one.kind for one in found):
        say(f"{kind}: {kind.meaning}")
    if rows:
        say("`gpsync returned show ID` shows one, `gpsync returned settle ID --reason WHY` settles it.")


@returned.command(epilog="Example: gpsync returned show 0123456789ab")
def show(message_id: MessageId) -> None:
    """Show what is kept of a message. It may be personal data, and anybody can have written it: do not trust it."""
    from gpsync.environment import load_settings
    from gpsync.operations.context import open_context
    from gpsync.operations.staff.settle_bounce import waiting_message

    with open_context(load_settings()) as context, context.engine.connect() as connection:
        message = waiting_message(connection, message_id)
    heading(f"{message.message_id}, {message.kind}: {message.kind.meaning}")
    if message.mail_id:
        say(f"About mail {message.mail_id} to {message.holder}: `gpsync why` shows what became of it.")
    if message.name:
        say(f"In the mailbox: {''.join(char if char.isprintable() else '?' for char in message.name)}")
    say("Anybody can write to that mailbox. The returned letter, and what could be a link, are left out.")
    say()
    say(message.message or "Nothing of the message itself is kept: look at it in the mailbox.")


@returned.command(epilog="Example: gpsync returned settle 0123456789ab --as returned --reason 'A full mailbox'")
def settle(
    message_ids: Annotated[
        list[str],
        typer.Argument(
            parser=parse_message_id, metavar="ID...", help="The messages, as `gpsync returned list` names them."
        ),
    ],
    reason: Reason,
    said: Annotated[
        ReturnedKind | None,
        typer.Option(
            "--as",
            parser=_said,
            metavar="KIND",
            help="What it was, if the program could not recognise it: `permanent`, and the address is not mailed "
            "again, or `returned`, and it is mailed once more.",
        ),
    ] = None,
) -> None:
    """Record that you have looked at messages. What was kept of them is deleted; your name and reason are kept."""
    from gpsync.environment import load_settings
    from gpsync.operations.context import open_context
    from gpsync.operations.on_record import on_record
    from gpsync.operations.staff.settle_bounce import settle as decide

    with open_context(load_settings()) as context, on_record(context, Action.SETTLE, ", ".join(message_ids), reason):
        decide(context, message_ids, said, context.operator.name, reason)
    number = len(set(message_ids))
    say(f"Settled: {number:,}.")
