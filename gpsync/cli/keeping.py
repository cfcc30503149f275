"""Commands that keep the installation: schema, replay, retention, settings, made-up data, the demo."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gpsync.cli.application import DATA_TEAM, SET_UP, app, database
from gpsync.cli.console import fact, print_json, print_table, problem, say, show_progress
from gpsync.cli.options import AsJson, parse_date
from gpsync.errors import WrongUse
from gpsync.interrupts import Interrupted
from gpsync.rules import RunKind
from gpsync.writing import writing_to

if TYPE_CHECKING:
    from gpsync.settings import Settings


@database.command(epilog="Example: gpsync db upgrade")
def upgrade() -> None:
    """Upgrade the database's schema to this program's version."""
    from gpsync.environment import load_settings
    from gpsync.store import schema
    from gpsync.store.database import connect

    engine = connect(load_settings())
    try:
        say(f"The database has schema {schema.upgrade(engine)}.")
    finally:
        engine.dispose()


@database.command(epilog="Example: gpsync db check")
def check() -> None:
    """Check whether the database's schema is this program's."""
    from gpsync.environment import load_settings
    from gpsync.store.database import reading

    with reading(load_settings()):
        say("The database's schema is this program's.")


@app.command(rich_help_panel=DATA_TEAM, epilog="Example: gpsync replay --from 2026-11-01")
def replay(
    since: Annotated[
        date | None, typer.Option("--from", parser=parse_date, metavar="DATE", help="Rebuild from this date only.")
    ] = None,
) -> None:
    """Rebuild the history from the archive. The result must be the same."""
    from gpsync.environment import load_settings
    from gpsync.operations.context import open_context
    from gpsync.operations.ingest.replay import replay as rebuild
    from gpsync.operations.ingest.summary import Summary
    from gpsync.operations.run_record import recorded_run

    settings = load_settings()
    with (
        show_progress(),
        # A database that was lost is made anew from the archive.
        open_context(settings, starts=settings.archive_folder.is_dir()) as context,
        recorded_run(context, RunKind.REPLAY, context.today, Summary()),
    ):
        applied = rebuild(context, since)
    fact("extracts_applied", applied)
    for dataset, number in applied.items():
        say(f"{dataset}: {number:,} extracts applied.")


@app.command(rich_help_panel=DATA_TEAM, epilog="Example: gpsync purge --dry-run")
def purge(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count what would be hashed; change nothing.")] = False,
) -> None:
    """Keep only a keyed hash of every address that nobody has used for GPSYNC_RETENTION_DAYS; part of every night."""
    from gpsync.operations.purge import purge_once

    with show_progress():
        result = purge_once(keep=not dry_run)
    fact("purge", result.counts())
    for line in result.lines() or ["No address is past retention."]:
        say(line)
    if dry_run:
        say("Nothing was changed.")


@app.command(rich_help_panel=SET_UP, epilog="Example: gpsync synthesise /tmp/made-up --doctors 500 --nights 5")
def synthesise(
    directory: Annotated[Path, typer.Argument(help="The folder to write to; created if it does not exist.")],
    doctors: Annotated[int, typer.Option(min=10, help="Doctors on the register.")] = 2000,
    nights: Annotated[int, typer.Option(min=1, help="Calendar nights; the register is sent Monday to Friday.")] = 21,
    seed: Annotated[int, typer.Option(help="The same seed writes the same bytes.")] = 1,
    last_night: Annotated[
        date | None, typer.Option(parser=parse_date, metavar="DATE", help="The last night; London's today if left out.")
    ] = None,
    before_first_mailout: Annotated[
        bool,
        typer.Option(
            "--before-first-mailout", help="Most accounts unverified, and many usernames older than the register's."
        ),
    ] = False,
    public_list: Annotated[
        bool, typer.Option("--public-list", help="Write the performers list as the public download is written.")
    ] = False,
) -> None:
    """Write made-up extracts of all six datasets. Nobody in them exists."""
    from gpsync import progress
    from gpsync.operations.context import london_today
    from gpsync.synthetic.scenario import BEFORE_FIRST_MAILOUT, AccountShares
    from gpsync.synthetic.writing import REVISED
    from gpsync.synthetic.writing import synthesise as write

    if any(directory.glob("*.csv*")):
        raise WrongUse(f"{directory} holds extracts already: name another folder, or empty it first.")
    with show_progress(), writing_to(directory), _said_to_be_partial(directory):
        paths = write(
            directory,
            doctors=doctors,
            nights=nights,
            seed=seed,
            last_night=last_night or london_today(),
            shares=BEFORE_FIRST_MAILOUT if before_first_mailout else AccountShares(),
            public_list=public_list,
            progress=lambda done, total: progress.step("writing extracts", done, total),
        )
    if not paths:
        raise WrongUse(
            "There is no weekday among these nights, so no extract: ask for more --nights, or another last one."
        )
    say(f"{len(paths)} extracts written to {directory}.")
    for path in sorted((directory / REVISED).glob("*.csv")):
        say(f"A revision of one of them, for `gpsync sync --replace`: {path}.")


@contextmanager
def _said_to_be_partial(directory: Path) -> Iterator[None]:
    """Say of what was interrupted in the block that it left a part of the extracts, which cannot be gone on with."""
    try:
        yield
    except Interrupted:
        problem(f"{directory} holds a part of the extracts only: empty it, or name another folder next time.")
        raise


@app.command(rich_help_panel=SET_UP, epilog="Example: gpsync settings")
def settings(json: AsJson = False) -> None:
    """List every setting: what it is for, and what it is now (secrets are not shown)."""
    from gpsync.environment import load_settings
    from gpsync.settings import Settings

    current, wrong = None, None
    try:
        current = load_settings()
    except WrongUse as error:
        wrong = error
    rows = [
        {
            "setting": f"GPSYNC_{name.upper()}",
            "now": _now(current, name) if current is not None else "(not read)",
            "what it is for": field.description or "",
        }
        for name, field in Settings.model_fields.items()
    ]
    print_json({"settings": rows}) if json else print_table(rows, empty="")
    if wrong is not None:
        raise wrong


def _now(current: "Settings", name: str) -> str:
    """A setting as it is now; folders that are not set are where they are then."""
    folders = {"home": "home_folder", "inbox": "inbox_folder", "archive": "archive_folder", "reports": "reports_folder"}
    value = getattr(current, folders.get(name, name))
    return "(unset)" if value is None else str(value)


@app.command(rich_help_panel=SET_UP, epilog="Example: gpsync demo --doctors 500")
def demo(
    directory: Annotated[Path, typer.Option(help="The demo's folder; emptied first.")] = Path(".demo"),
    doctors: Annotated[int, typer.Option(min=200, help="Made-up doctors.")] = 2000,
) -> None:
    """Run three weeks of made-up nights on a database of their own."""
    from gpsync.cli.demo import demonstrated

    with ExitStack() as stack:
        with show_progress():
            lines = stack.enter_context(demonstrated(directory, doctors))
        for line in lines:
            say(line)
        if sys.stdin.isatty() and sys.stdout.isatty():
            typer.prompt("Press Enter to end the demo and its Prefect server", default="", show_default=False)
