"""The command line application that every command joins."""

import os
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from gpsync import tracebacks
from gpsync.cli.command import Commands
from gpsync.cli.console import problem, say
from gpsync.environment import strange_names
from gpsync.settings import Settings

#: Commands that need no installation.
_WITHOUT_HOME = ("demo", "synthesise")

#: Who uses which commands, and when; `gpsync --help` shows them so.
NIGHT, SUPPORT, DATA_TEAM, SET_UP = "Every night", "Support staff", "Data team", "Set-up"

app = Commands(
    name="gpsync",
    help="Keeps the GMC register, the performers list and practice approvals together, night by night.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,  # its tracebacks show local variables, which hold personal data
)
database = Commands(help="The database's schema.", no_args_is_help=True)
app.add_typer(database, name="db", rich_help_panel=SET_UP)


def _tell_version(wanted: bool) -> None:
    if wanted:
        say(f"gpsync {version('gpsync')}")
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    debug: Annotated[bool, typer.Option("--debug", help="Show full errors: they may contain personal data.")] = False,
    show_version: Annotated[
        bool, typer.Option("--version", help="Show the version.", callback=_tell_version, is_eager=True)
    ] = False,
) -> None:
    """What holds for every command."""
    if debug:
        tracebacks.debug()
    if context.invoked_subcommand not in _WITHOUT_HOME:
        _tell_surroundings()


def _tell_surroundings() -> None:
    """Whatever a command would otherwise take for granted, on standard error."""
    for line in strange_names():
        problem(line)
    if not os.environ.get("GPSYNC_HOME"):
        home = Path(Settings.model_fields["home"].default).expanduser()
        problem(f"GPSYNC_HOME is not set: using the installation in {home}.")
