"""How a night's files become the report that people open: all of them at once, or none.

    <folder>/.2026-03-05.x7a2q1lk/   an edition: one run's files, complete before anything points to it
    <folder>/2026-03-05              link to the day's newest edition
    <folder>/latest                  link to the newest day

Only a link can be replaced in one step wherever POSIX holds; a folder that is not empty cannot. So the days
are links, and whoever opens one finds the old edition whole or the new one whole, also while a day is run again
and after a crash between any two steps.
"""

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

from gpsync.errors import GpsyncError

_EDITION = re.compile(r"\.[0-9]{4}-[0-9]{2}-[0-9]{2}\.[0-9a-z_]+")
_NEXT = ".next-"


def publish(folder: Path, as_of: date, files: Mapping[str, Callable[[Path], None]]) -> Path:
    """Write the files, each by its function, and show them as the report of that day; returns the day's path.

    Who may read the reports is said by the permissions of `folder`. `latest` never moves back: an older day
    that is run again changes that day only. Runs must not overlap; the caller holds the run's lock.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    dated, latest = folder / as_of.isoformat(), folder / "latest"
    _refuse_what_is_no_link(dated, latest)
    _sweep(folder)
    edition = _written(folder, as_of, files)
    _point(dated, edition.name)
    if _is_behind(latest, as_of):
        _point(latest, dated.name)
    return dated


def _refuse_what_is_no_link(*links: Path) -> None:
    for link in links:
        if link.exists() and not link.is_symlink():
            raise GpsyncError(f"{link} is not a link made by gpsync; move it away and run again.")


def _sweep(folder: Path) -> None:
    """Remove editions that no day shows: of crashed runs, of runs replaced before this one, of deleted days.

    At the start of a run, so that a reader of an edition that is being replaced can read on until the next run.
    """
    entries = list(folder.iterdir())
    shown = {entry.readlink().name for entry in entries if entry.is_symlink() and not entry.name.startswith(".")}
    for entry in entries:
        if entry.is_symlink() and entry.name.startswith(_NEXT):
            entry.unlink()
        elif _EDITION.fullmatch(entry.name) and entry.name not in shown:
            shutil.rmtree(entry)


def _written(folder: Path, as_of: date, files: Mapping[str, Callable[[Path], None]]) -> Path:
    """The files in an edition that nothing points to yet, safe on the disk; nothing is left if one fails."""
    edition = Path(tempfile.mkdtemp(prefix=f".{as_of.isoformat()}.", dir=folder))
    try:
        for name, write in files.items():
            if Path(name).name != name:
                raise ValueError(f"{name!r} is not a plain file name")
            write(edition / name)
            _sync(edition / name)
        shutil.copymode(folder, edition)
        _sync(edition)
        _sync(folder)
    except BaseException:
        shutil.rmtree(edition, ignore_errors=True)
        raise
    return edition


def _is_behind(latest: Path, as_of: date) -> bool:
    if not latest.exists():
        return True
    try:
        return date.fromisoformat(latest.readlink().name) < as_of
    except ValueError:
        # It points to something that is not a day: corrected.
        return True


def _point(link: Path, target: str) -> None:
    """Let the link show the target, in one step. The target is a name, so that the folder can be moved."""
    waiting = link.with_name(f"{_NEXT}{link.name}")
    waiting.unlink(missing_ok=True)
    waiting.symlink_to(target)
    waiting.replace(link)
    _sync(link.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
