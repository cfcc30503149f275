"""Options that several commands share, and how their values are read."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer


def parse_date(text: str) -> date:
    """A date given on the command line. Raises BadParameter with the form it must have."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter("write a date as 2026-11-30") from None


Date = Annotated[
    date | None,
    typer.Option("--as-of", parser=parse_date, metavar="DATE", help="The night's date; London's today if left out."),
]
Inbox = Annotated[Path | None, typer.Option(help="Another inbox than the settings'.")]
Reason = Annotated[str, typer.Option(help="Why; kept with your name.")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON instead of a table.")]
