"""Files waiting in the inbox: which are extracts, which are whole, and taking a copy of one.

Everything after this reads the copy. A sender may still be writing to the original, and a name in a
shared folder may turn out to be a link, a pipe or a device.
"""

import hashlib
import os
import stat
import time
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from gpsync.errors import NotWhole, RefusedExtract
from gpsync.extracts.naming import MANIFEST_SUFFIX, parse_manifest, recognise
from gpsync.records import Arrival, Extract, Manifest

LONDON = ZoneInfo("Europe/London")
_BLOCK = 1 << 20
_POLL_SECONDS = 0.2


@dataclass(frozen=True)
class Waiting:
    """What an inbox holds: extracts in the order in which to take them, and names nobody knows."""

    arrivals: tuple[Arrival, ...]
    strangers: tuple[str, ...]


@dataclass(frozen=True)
class Received:
    """An extract with a private copy of its bytes."""

    extract: Extract
    arrival: Arrival
    copy: Path


def look(inbox: Path) -> Waiting:
    """What waits in the inbox, by date, a day's delta before its full."""
    inbox.mkdir(parents=True, exist_ok=True, mode=0o700)
    arrivals, strangers = [], []
    for path in sorted(inbox.iterdir()):
        if path.name.startswith(".") or path.name.endswith(MANIFEST_SUFFIX) or (path.is_dir() and not path.is_symlink()):
            continue
        recognised = recognise(path.name)
        if recognised is None:
            strangers.append(path.name)
            continue
        dataset, kind, as_of = recognised
        arrivals.append(Arrival(path, dataset, kind, as_of or _modified_on(path), None))
    arrivals.sort(key=lambda arrival: (arrival.as_of, arrival.kind, arrival.path.name))
    return Waiting(tuple(arrivals), tuple(strangers))


def _modified_on(path: Path) -> date:
    return datetime.fromtimestamp(path.lstat().st_mtime, LONDON).date()


def receive(arrival: Arrival, work: Path, settle_seconds: float) -> Received:
    """Copy an arrival into the folder `work` and fingerprint the copy.

    Raises NotWhole while it is still arriving, RefusedExtract when it is no regular file or its manifest is
    no manifest of it.
    """
    work.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = arrival.path.name
    with os.fdopen(_open_regular(arrival.path), "rb") as stream:
        manifest = _manifest(arrival.path)
        if manifest is None:
            _settle(stream.fileno(), name, settle_seconds)
        copy = work / name
        size, sha256 = _pour(stream.fileno(), copy)
        modified = os.fstat(stream.fileno()).st_mtime
    as_of = manifest.as_of if manifest and manifest.as_of else arrival.as_of
    extract = Extract(arrival.dataset, arrival.kind, as_of, name, sha256, size)
    if manifest and not _agree(extract, manifest) and time.time() - modified < settle_seconds:
        copy.unlink()
        raise NotWhole(f"{name} does not agree with its manifest yet: it is taken by the next run.")
    return Received(extract, replace(arrival, manifest=manifest), copy)


def check_manifest(received: Received) -> None:
    """Raise RefusedExtract unless the bytes and the date are those that the manifest, if any, declares."""
    manifest, extract = received.arrival.manifest, received.extract
    if manifest is None:
        return
    if not _agree(extract, manifest):
        raise RefusedExtract(
            f"{extract.file_name} has {extract.size:,} bytes that are not those its manifest declares"
            f"{f' ({manifest.size:,})' if manifest.size is not None else ''}: "
            "it is cut short or changed; ask for it again."
        )
    if extract.as_of != received.arrival.as_of and _is_dated(extract.file_name):
        raise RefusedExtract(
            f"{extract.file_name} is dated {received.arrival.as_of} by its name and {extract.as_of} by its "
            "manifest: ask the sender which holds."
        )


def _agree(extract: Extract, manifest: Manifest) -> bool:
    return manifest.size in (None, extract.size) and manifest.sha256 in (None, extract.sha256)


def _open_regular(path: Path) -> int:
    """Open without following a link and without waiting on a pipe."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise RefusedExtract(f"{path.name} is a link or cannot be opened: put the file itself into the inbox.") from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise RefusedExtract(f"{path.name} is no regular file: put the file itself into the inbox.")
    return descriptor


def _manifest(path: Path) -> Manifest | None:
    beside = path.with_name(path.name + MANIFEST_SUFFIX)
    if not beside.is_file() or beside.is_symlink():
        return None
    return parse_manifest(beside.read_text(encoding="utf-8", errors="replace"), path.name)


def _settle(descriptor: int, name: str, seconds: float) -> None:
    """Without a manifest, wait until the file has been left alone for long enough."""
    before = os.fstat(descriptor)
    while (waited := time.time() - os.fstat(descriptor).st_mtime) < seconds:
        time.sleep(min(_POLL_SECONDS, max(seconds - waited, 0.0)))
        now = os.fstat(descriptor)
        if (now.st_size, now.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
            raise NotWhole(f"{name} is still arriving: it is taken by the next run.")


def _pour(source: int, copy: Path) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    with os.fdopen(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as target:
        while block := os.read(source, _BLOCK):
            digest.update(block)
            size += len(block)
            target.write(block)
    return size, digest.hexdigest()


def _is_dated(name: str) -> bool:
    recognised = recognise(name)
    return recognised is not None and recognised[2] is not None


def clear(arrival: Arrival) -> None:
    """Remove an arrival and its manifest from the inbox, once the bytes are kept elsewhere."""
    arrival.path.unlink(missing_ok=True)
    arrival.path.with_name(arrival.path.name + MANIFEST_SUFFIX).unlink(missing_ok=True)
