"""The demo: three weeks of made-up nights through the real pipeline, on a database of their own."""

import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from email.parser import BytesParser
from email.policy import SMTP
from pathlib import Path
from typing import TYPE_CHECKING

from flows.prefect_server import running_server
from gpsync import progress
from gpsync.environment import load_settings
from gpsync.errors import WrongUse
from gpsync.extracts.naming import recognise
from gpsync.mail.catcher import LOOPBACK, catching
from gpsync.operations.context import Context, london_today, open_context
from gpsync.rules import ChangeState, Dataset, Outcome
from gpsync.store import email_changes, extracts, overview
from gpsync.synthetic.writing import synthesise
from gpsync.writing import writing_to

if TYPE_CHECKING:
    from flows.nightly import Night

_NIGHTS, _SEED = 21, 14
_MARK = ".gpsync-demo"


@contextmanager
def demonstrated(directory: Path, doctors: int) -> Iterator[list[str]]:
    """Write three weeks of extracts and run a night for each. The block gets the lines that introduce a newcomer to it.

    The runs are those of a Prefect server of the demo's own, which is up until the block ends.
    """
    home = _fresh(directory)
    last_night = london_today()
    progress.say(f"Writing three weeks of made-up extracts about {doctors:,} doctors.")
    synthesise(home / "sent", doctors=doctors, nights=_NIGHTS, seed=_SEED, last_night=last_night)
    progress.say("Starting a Prefect server and an embedded PostgreSQL.")
    with running_server(home / "prefect") as server, catching(home / "mail") as port:
        os.environ.update(_mail_settings(port))
        if server is None:
            progress.say(
                f"Prefect's server did not start: see {directory / 'prefect' / 'server.log'}. It goes on without."
            )
        else:
            os.environ.update(server.settings)
            progress.say(
                f"Prefect shows the runs at {server.dashboard}/runs (log in as {server.login}) until the demo ends."
            )
        started = time.perf_counter()
        nights, last = _run_nights(home)
        seconds = time.perf_counter() - started
        with open_context(load_settings()) as context:
            summary = _summary(context, nights, seconds, last_night)
            yield [*summary, *last.reconciled.lines(), *_one_mail(home / "mail"), *_where_next(context, directory)]


def _mail_settings(port: int) -> dict[str, str]:
    """Mails go to the catcher, and nowhere else."""
    return {
        "GPSYNC_SMTP_HOST": LOOPBACK,
        "GPSYNC_SMTP_PORT": str(port),
        "GPSYNC_SMTP_SECURITY": "none",
        "GPSYNC_SMTP_USER": "",
        "GPSYNC_MAIL_FROM": "pcse.noreply@nhs.example",
        "GPSYNC_MAIL_LIVE": "true",
        "GPSYNC_REHEARSAL": "true",
        "GPSYNC_PER_MINUTE": "0",
        # The demo is run at any hour, and mails nobody.
        "GPSYNC_SEND_HOURS": "0-24",
        "GPSYNC_AUDIENCE": "performers",
        # Nobody in it exists.
        "GPSYNC_REPORT_NAMES": "true",
    }


def _fresh(directory: Path) -> Path:
    """An empty home for the demo. A folder that is not a demo's is never emptied."""
    if directory.is_dir() and any(directory.iterdir()) and not (directory / _MARK).exists():
        raise WrongUse(f"{directory} is in use and is not a demo: name another folder with --directory.")
    shutil.rmtree(directory, ignore_errors=True)
    home = directory.resolve()
    with writing_to(directory):
        home.mkdir(parents=True)
        (home / _MARK).touch()
    # Nothing that is set for a real installation may reach a demo, least of all its mail service.
    for name in [*(name for name in os.environ if name.startswith("GPSYNC_")), "PREFECT_API_URL", "PREFECT_API_KEY"]:
        os.environ.pop(name, None)
    os.environ.update(GPSYNC_HOME=str(home), GPSYNC_SETTLE_SECONDS="0", PREFECT_HOME=str(home / "prefect"))
    return home


def _run_nights(home: Path) -> tuple[int, "Night"]:
    # Imported now: the flows are Prefect's where its API is set by then.
    from flows.nightly import nightly

    inbox = home / "inbox"
    inbox.mkdir()
    nights = sorted(_by_night(home / "sent"))
    for number, (as_of, paths) in enumerate(nights):
        progress.step(f"night of {as_of}", number, len(nights))
        for path in paths:
            shutil.copy2(path, inbox)
        last = nightly(as_of, live=True)
    return len(nights), last


def _by_night(sent: Path) -> Iterator[tuple[date, list[Path]]]:
    nights: dict[date, list[Path]] = {}
    for path in sorted(sent.glob("*.csv")):
        recognised = recognise(path.name)
        if recognised is not None and recognised[2] is not None:
            nights.setdefault(recognised[2], []).extend([path, path.with_name(f"{path.name}.manifest.json")])
    yield from nights.items()


def _summary(context: Context, nights: int, seconds: float, as_of: date) -> list[str]:
    with context.engine.connect() as connection:
        outcomes = overview.outcomes(connection)
        records = overview.current_records(connection)
        changes = email_changes.counted(connection, as_of)
        held = extracts.held(connection)
    accepted = outcomes.get(Outcome.ACCEPTED, 0) + outcomes.get(Outcome.ACCEPTED_WITH_WARNINGS, 0)
    return [
        f"{nights} nights in {seconds:.0f} seconds, up to {as_of}.",
        f"{accepted} extracts were accepted, {outcomes.get(Outcome.REJECTED, 0)} rejected "
        f"and {len(held)} held for a person.",
        f"{records[Dataset.GMC_REGISTER]:,} doctors and {records[Dataset.PRACTICES]:,} practices are on record.",
        f"{changes.get(ChangeState.WAITING, 0):,} changed email addresses wait for their 14 days, "
        f"{changes.get(ChangeState.DUE, 0):,} are due, {changes.get(ChangeState.HELD, 0):,} are held back, "
        f"{changes.get(ChangeState.CANCELLED, 0) + changes.get(ChangeState.SUPERSEDED, 0):,} were cancelled.",
        *(f"Held: {entry.extract.extract_id}. {entry.reason}" for entry in held),
    ]


def _one_mail(folder: Path) -> list[str]:
    """The newest of the caught mails, as its reader sees it without pictures and colours."""
    caught = sorted(folder.glob("*.eml"))
    if not caught:
        return []
    message = BytesParser(policy=SMTP).parsebytes(caught[-1].read_bytes())
    body = message.get_body(("plain",))
    shown = [f"{name}: {message[name]}" for name in ("From", "To", "Subject", "Date")]
    text = body.get_content().splitlines() if body else []
    return ["", f"{len(caught):,} mails were caught, none left this machine. {caught[-1].name}:", "", *shown, "", *text]


def _where_next(context: Context, directory: Path) -> list[str]:
    with context.engine.connect() as connection:
        example = email_changes.example(connection)
        held = overview.held_ids(connection)
    program = Path(sys.argv[0])
    if program.is_relative_to(Path.cwd()):
        program = program.relative_to(Path.cwd())
    gpsync = f"GPSYNC_HOME={directory} {program}"
    lines = ["", "Where to look next:", f"  {gpsync} status", f"  {gpsync} held"]
    if example:
        lines.append(f"  {gpsync} why {example}")
    if held:
        lines.append(f"  {gpsync} reject {held[0]} --reason 'the sender has confirmed a fault'")
    return [*lines, f"  {directory}/rejected holds the rejected files, with the reason beside each."]
