"""Options that several commands share, and how their values are read."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from gpsync.extracts.dates import iso_date
from gpsync.london import london_date
from gpsync.register.characters import one_line
from gpsync.rules import LONGEST_REASON, SHORTEST_REASON


def parse_date(text: str) -> date:
    """A date given on the command line, as the sources write dates too: a day before its month.

    Raises BadParameter with the forms it may have.
    """
    written = text.strip()
    try:
        return date.fromisoformat(iso_date(written) or written)
    except ValueError:
        raise typer.BadParameter("write a date as 2026-11-30 or 30/11/2026") from None


def today() -> date:
    """London's today, which is meant where `--as-of` is left out."""
    return london_date(datetime.now(UTC))


def of_form(pattern: str, form: str) -> Callable[[str], str]:
    """A parser of words that must match a pattern, which raises BadParameter with the form they must have."""

    def parse(text: str) -> str:
        written = text.strip()
        if not re.fullmatch(pattern, written):
            raise typer.BadParameter(form)
        return written

    return parse


def parse_reason(text: str) -> str:
    """A reason in one line. Raises BadParameter for one that says nothing, or is no reason but a text."""
    line = one_line(text)
    if len(line) < SHORTEST_REASON:
        raise typer.BadParameter("say why: your reason is kept for people who look at this later")
    if len(line) > LONGEST_REASON:
        raise typer.BadParameter(f"say why in {LONGEST_REASON} characters at most")
    return line


parse_gmc_number = of_form("[0-9]{7}", "a GMC number has seven digits, such as 9000001")
parse_mail_id = of_form("[0-9a-f]{32}", "a mail's id has 32 digits and letters a to f, as `gpsync status` shows it")
parse_mismatch_id = of_form(
    "[0-9a-f]{16}", "a mismatch's id has 16 digits and letters a to f, as `gpsync mismatches` shows it"
)
parse_held_id = of_form(
    "[a-z_]+(-[a-z_]+)*-[0-9]{8}(-[0-9a-f]{6,8})?",
    "write the id of an extract, such as gmc_register-full-20261130-1a2b3c4d, or of a hold, such as "
    "mails-20261130-1a2b3c4d, as `gpsync held` shows it",
)
parse_message_id = of_form(
    "[0-9a-fA-F]{6,64}",
    "a message's id is 6 or more digits and letters a to f, such as 0123456789ab, as `gpsync returned list` shows it",
)
parse_practice_code = of_form(
    "[A-Za-z0-9]{3,9}", "a practice code has three to nine letters and digits, such as A81001"
)

Date = Annotated[
    date | None,
    typer.Option("--as-of", parser=parse_date, metavar="DATE", help="The night's date; London's today if left out."),
]
GmcNumber = Annotated[
    str, typer.Argument(parser=parse_gmc_number, metavar="GMC_NUMBER", help="The doctor's GMC reference number.")
]
Inbox = Annotated[Path | None, typer.Option(help="An inbox to use instead of the settings'.")]
Reason = Annotated[str, typer.Option(parser=parse_reason, metavar="TEXT", help="Why; kept with your name.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of words and tables.")]
