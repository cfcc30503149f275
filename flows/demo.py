"""The demo: three weeks of made-up nights through the real pipeline, on a database of their own."""

import os
import shutil
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from flows.desk import Desk, london_today, open_desk
from flows.reconciliation import Reconciled
from gpsync import telling
from gpsync.errors import WrongUse
from gpsync.extracts.naming import recognise
from gpsync.rules import ChangeState, Dataset, Outcome
from gpsync.settings import load_settings
from gpsync.store import email_changes, extracts, overview
from gpsync.synthetic.writing import synthesise

_NIGHTS, _SEED = 21, 14
_MARK = ".gpsync-demo"


def run_demo(directory: Path, doctors: int) -> list[str]:
    """Write three weeks of extracts, run a night for each, and return what a newcomer is told."""
    home = _fresh(directory)
    last_night = london_today()
    telling.say(f"Writing three weeks of made-up extracts about {doctors:,} doctors.")
    synthesise(home / "sent", doctors=doctors, nights=_NIGHTS, seed=_SEED, last_night=last_night)
    started = time.perf_counter()
    nights, reconciled = _run_nights(home)
    seconds = time.perf_counter() - started
    with open_desk(load_settings()) as desk:
        summary = _summary(desk, nights, seconds, last_night)
        return [*summary, *reconciled.lines(), *_where_next(desk, directory)]


def _fresh(directory: Path) -> Path:
    """An empty home for the demo. A folder that is not a demo's is never emptied."""
    if directory.exists() and any(directory.iterdir()) and not (directory / _MARK).exists():
        raise WrongUse(f"{directory} is in use and is no demo: name another folder with --directory.")
    shutil.rmtree(directory, ignore_errors=True)
    home = directory.resolve()
    home.mkdir(parents=True)
    (home / _MARK).touch()
    os.environ.update(GPSYNC_HOME=str(home), GPSYNC_SETTLE_SECONDS="0", PREFECT_HOME=str(home / "prefect"))
    for name in ("GPSYNC_DATABASE_URL", "GPSYNC_INBOX", "GPSYNC_ARCHIVE", "PREFECT_API_URL"):
        os.environ.pop(name, None)
    return home


def _run_nights(home: Path) -> tuple[int, Reconciled]:
    # Imported now: Prefect reads its home when it is imported.
    telling.say("Starting Prefect's temporary server and an embedded PostgreSQL.")
    from flows.nightly import nightly

    inbox = home / "inbox"
    inbox.mkdir()
    nights = sorted(_by_night(home / "sent"))
    for number, (as_of, paths) in enumerate(nights):
        telling.step(f"night of {as_of}", number, len(nights))
        for path in paths:
            shutil.copy2(path, inbox)
        _, reconciled = nightly(as_of)
    return len(nights), reconciled


def _by_night(sent: Path) -> Iterator[tuple[date, list[Path]]]:
    nights: dict[date, list[Path]] = {}
    for path in sorted(sent.glob("*.csv")):
        recognised = recognise(path.name)
        if recognised is not None and recognised[2] is not None:
            nights.setdefault(recognised[2], []).extend([path, path.with_name(f"{path.name}.manifest.json")])
    yield from nights.items()


def _summary(desk: Desk, nights: int, seconds: float, as_of: date) -> list[str]:
    with desk.engine.connect() as connection:
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
        f"{changes.get(ChangeState.CANCELLED, 0) + changes.get(ChangeState.SUPERSEDED, 0):,} came to nothing.",
        *(f"Held: {entry.extract.extract_id}. {entry.reason}" for entry in held),
    ]


def _where_next(desk: Desk, directory: Path) -> list[str]:
    with desk.engine.connect() as connection:
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
    return [*lines, f"  {directory}/rejected holds what was refused, with the reason beside each file."]
