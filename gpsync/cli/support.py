"""Commands by which support staff help one doctor: send a link again, record what became of a mail."""

from __future__ import annotations

from typing import Annotated

import typer

from gpsync.cli.application import SUPPORT, app
from gpsync.cli.console import say
from gpsync.cli.options import GmcNumber, Reason, parse_mail_id
from gpsync.errors import WrongUse
from gpsync.rules import Action, ActOutcome

_ATTENTION = 3


@app.command(
    rich_help_panel=SUPPORT,
    epilog="Example: gpsync resend 9000001 --stated-email ann@doctor.example --reason 'Called, had no link'",
)
def resend(
    gmc_number: GmcNumber,
    stated_email: Annotated[
        str, typer.Option("--stated-email", help="The address the doctor states; must be the GMC's.")
    ],
    reason: Reason,
    called_back_on: Annotated[
        str | None,
        typer.Option(
            metavar="NUMBER-SOURCE",
            help="Inside the 14-day window: you called the doctor back, on a number from this source, such as 'ODS'; "
            "never one that the caller gave.",
        ),
    ] = None,
) -> None:
    """Plan another link for a doctor who asked for one. The next mailout sends it; earlier links stop working now.

    Inside the 14-day window it waits for a second person, or needs --called-back-on.
    """
    from gpsync.environment import load_settings
    from gpsync.operations.context import open_context
    from gpsync.operations.on_record import on_record
    from gpsync.operations.staff.resend import resend as plan

    with open_context(load_settings()) as context, on_record(context, Action.RESEND, gmc_number, reason) as attempt:
        planned = plan(context, gmc_number, stated_email, context.operator.name, reason, called_back_on)
        if planned.hold_id is not None:
            attempt.outcome = ActOutcome.ASKED
    if planned.hold_id is not None:
        say(
            "The address has not stood for 14 days: a second person must release the link with "
            f"`gpsync approve {planned.hold_id} --reason WHY`, or call the doctor back on a number that they did not "
            "give themselves and ask again with --called-back-on. Links sent earlier can no longer be used."
        )
        raise typer.Exit(_ATTENTION)
    say("A new link is planned; `gpsync mailout --live` sends it. Links sent earlier can no longer be used.")


@app.command(
    rich_help_panel=SUPPORT,
    epilog="Example: gpsync resolve 0123456789abcdef0123456789abcdef --not-sent --reason 'Not in its log'",
)
def resolve(
    mail_id: Annotated[
        str,
        typer.Argument(
            parser=parse_mail_id, metavar="MAIL_ID", help="The mail, as `gpsync why` and `gpsync status` name it."
        ),
    ],
    reason: Reason,
    sent: Annotated[
        bool | None, typer.Option("--sent/--not-sent", help="Whether the mail service has sent it.")
    ] = None,
) -> None:
    """Record what became of a mail with an unknown outcome, or cancel one that was refused."""
    from gpsync.environment import load_settings
    from gpsync.operations.context import open_context
    from gpsync.operations.on_record import on_record
    from gpsync.operations.staff.resolve import resolve as decide

    if sent is None:
        raise WrongUse("Say --sent or --not-sent: look for the mail's Message-ID in the mail service's log.")
    with open_context(load_settings()) as context, on_record(context, Action.RESOLVE, mail_id, reason):
        decide(context, mail_id, sent=sent, by=context.operator.name, reason=reason)
    result = "sent" if sent else "not sent: its link is revoked, and the next mailout sends a new one"
    say(f"{mail_id} counts as {result}.")


@app.command(rich_help_panel=SUPPORT, epilog="Example: gpsync suppress 9000001 --reason 'Asked by letter'")
def suppress(
    gmc_number: GmcNumber,
    reason: Reason,
    lift: Annotated[
        bool, typer.Option("--lift", help="Allow the address to be mailed again, after a correction for example.")
    ] = False,
) -> None:
    """Stop mailing the address that the GMC holds for a doctor, or allow it again."""
    from gpsync.environment import load_settings
    from gpsync.operations.context import open_context
    from gpsync.operations.on_record import on_record
    from gpsync.operations.staff.suppress import suppress as decide

    action = Action.LIFT if lift else Action.SUPPRESS
    with open_context(load_settings()) as context, on_record(context, action, gmc_number, reason):
        decide(context, gmc_number, lift=lift, by=context.operator.name, reason=reason)
    say("The address may be mailed again." if lift else "The address is not mailed any more.")
