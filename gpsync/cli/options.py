"""Options that several commands share, and how their values are read."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from gpsync.errors import WrongUse
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


def parse_gmc_number(text: str) -> str:
    """A doctor's GMC number, as the register has them. Raises BadParameter with the form it must have."""
    written = text.strip()
    if not re.fullmatch("[0-9]{7}", written):
        raise typer.BadParameter("a GMC number has seven digits, such as 9000001")
    return written


def parse_reason(text: str) -> str:
    """A reason in one line. Raises BadParameter for one that says nothing, or is no reason but a text."""
    line = one_line(text)
    if len(line) < SHORTEST_REASON:
        raise typer.BadParameter("say why: your reason is kept for people who look at this later")
    if len(line) > LONGEST_REASON:
        raise typer.BadParameter(f"say why in {LONGEST_REASON} characters at most")
    return line


@contextmanager
def writing_to(place: Path) -> Iterator[None]:
    """Raises WrongUse naming the place where what the block writes there cannot be written."""
    try:
        yield
    except OSError as error:
        raise WrongUse(f"{place} cannot be written ({error.strerror}): name another place, or make room.") from None


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
