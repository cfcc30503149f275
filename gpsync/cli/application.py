"""The command line application that every command joins."""

from importlib.metadata import version
from typing import Annotated

import typer

from gpsync import tracebacks
from gpsync.cli.console import say

app = typer.Typer(
    name="gpsync",
    help="Keeps the GMC register, the performers list and practice approvals together, night by night.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,  # its tracebacks show local variables, which hold personal data
)
database = typer.Typer(help="The database's schema.", no_args_is_help=True)
app.add_typer(database, name="db")


def _tell_version(wanted: bool) -> None:
    if wanted:
        say(f"gpsync {version('gpsync')}")
        raise typer.Exit


@app.callback()
def options(
    debug: Annotated[bool, typer.Option("--debug", help="Show errors whole: that may print personal data.")] = False,
    show_version: Annotated[
        bool, typer.Option("--version", help="Say which version this is.", callback=_tell_version, is_eager=True)
    ] = False,
) -> None:
    """What holds for every command."""
    if debug:
        tracebacks.debug()
