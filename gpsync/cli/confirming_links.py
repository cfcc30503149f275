"""Commands about verification links."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from gpsync.cli.application import DATA_TEAM, app
from gpsync.cli.command import Commands
from gpsync.cli.console import print_table, say, show_progress

links = Commands(help="Verification links.", no_args_is_help=True)
app.add_typer(links, name="links", rich_help_panel=DATA_TEAM)

_ATTENTION = 3
#: More row numbers than this help nobody.
_SHOWN = 20


@links.command(epilog="Example: gpsync links confirm used-links.csv")
def confirm(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The portal's CSV: token or link, and confirmed at.")],
) -> None:
    """Read which links were used at the portal. Exit status 3 if some of them were not accepted."""
    from gpsync.environment import load_settings
    from gpsync.operations.context import open_context
    from gpsync.operations.staff.confirm_links import confirm_file

    with show_progress(), open_context(load_settings()) as context:
        confirmed = confirm_file(context, file)
    rows = [
        {"links": number, "verdict": str(verdict), "meaning": verdict.meaning}
        for verdict, number in confirmed.by_verdict.items()
    ]
    print_table(rows, empty=f"{file.name} names no links.")
    for verdict, numbers in confirmed.not_taken.items():
        say(f"Not taken, {verdict}: {_rows(numbers)}. The headings are row 1.")
    if confirmed.needs_a_person:
        raise typer.Exit(_ATTENTION)


def _rows(numbers: Sequence[int]) -> str:
    """Row numbers in words."""
    more = len(numbers) - _SHOWN
    listed = ", ".join(str(number) for number in numbers[:_SHOWN])
    return f"{'row' if len(numbers) == 1 else 'rows'} {listed}{f' and {more:,} more' if more > 0 else ''}"
