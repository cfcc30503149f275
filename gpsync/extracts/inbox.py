"""Files waiting in the inbox: which are extracts, which are complete, and taking a copy of one.

Everything after this reads the copy. A sender may still be writing to the original, and a name in a
shared folder may turn out to be a link, a pipe or a device.
"""

import errno
import hashlib
import os
import stat
import time
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from gpsync import rules
from gpsync.errors import NotWhole, RefusedExtract
from gpsync.extracts.naming import MANIFEST_SUFFIX, parse_manifest, recognise
from gpsync.london import LONDON
from gpsync.records import Arrival, Extract, Manifest

_BLOCK = 1 << 20
_POLL_SECONDS = 0.2
#: A file comes after its manifest within so long.
_LONGEST_ARRIVAL_SECONDS = 600
#: A manifest is five short fields.
_LARGEST_MANIFEST = 1 << 16
#: What opening a link, a socket or a device without a driver ends with.
_NO_FILE = (errno.ELOOP, errno.ENXIO, errno.ENODEV)

_SORTS = {stat.S_IFLNK: "a link", stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket", stat.S_IFDIR: "a folder"}

#: What distinguishes one state of a file from another: inode, size and time of change.
Mark = tuple[int, int, int]


@dataclass(frozen=True)
class Waiting:
    """What an inbox holds: extracts in the order in which to take them, and names nobody knows, as the system has them.

    `closed` are those extracts that we may not read, or not remove once they have been taken.
    """

    arrivals: tuple[Arrival, ...]
    unrecognised: tuple[str, ...]
    closed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Received:
    """An extract with a private copy of its bytes; `mark` is the state in which the arrival was copied."""

    extract: Extract
    arrival: Arrival
    path: Path
    mark: Mark


def look(inbox: Path) -> Waiting:
    """What waits in the inbox, by date, a day's delta before its full."""
    inbox.mkdir(parents=True, exist_ok=True, mode=0o700)
    arrivals, unrecognised = [], []
    paths = sorted(inbox.iterdir())
    names = {path.name for path in paths}
    for path in paths:
        recognised, is_folder = recognise(path.name), path.is_dir() and not path.is_symlink()
        if recognised is not None and not is_folder:
            dataset, kind, as_of = recognised
            with suppress(FileNotFoundError):  # taken away since it was listed
                arrivals.append(Arrival(path, dataset, kind, as_of or _modified_on(path), None))
        elif not _is_aside(path, names) or (is_folder and not path.name.startswith(".")):
            unrecognised.append(path.name)
    arrivals.sort(key=lambda arrival: (arrival.as_of, arrival.kind, arrival.path.name))
    is_ours = os.access(inbox, os.W_OK | os.X_OK)
    closed = (one.path.name for one in arrivals if not is_ours or not _may_read(one.path))
    return Waiting(tuple(arrivals), tuple(unrecognised), tuple(closed))


def _may_read(path: Path) -> bool:
    # What a link leads to is none of ours, and a link is never opened.
    return path.is_symlink() or not path.exists() or os.access(path, os.R_OK)


def _is_aside(path: Path, names: Collection[str]) -> bool:
    """Hidden, as a file still being written may be, or the manifest of another that is there or may still arrive."""
    if path.name.startswith("."):
        return True
    if not path.name.endswith(MANIFEST_SUFFIX):
        return False
    described = path.name.removesuffix(MANIFEST_SUFFIX)
    if described in names:
        return True
    # One that is called otherwise than an extract would let the extract pass without it.
    return recognise(described) is not None and not _is_alone(path)


def _is_alone(path: Path) -> bool:
    """Whether a manifest has been there for long without its file."""
    try:
        return time.time() - path.lstat().st_mtime > _LONGEST_ARRIVAL_SECONDS
    except FileNotFoundError:
        return False


def _modified_on(path: Path) -> date:
    return datetime.fromtimestamp(path.lstat().st_mtime, LONDON).date()


class TooLarge(RefusedExtract):
    """A file larger than this installation takes. It is not copied anywhere; it stays where it is."""


def receive(arrival: Arrival, work: Path, settle_seconds: float, largest: int = rules.LARGEST_FILE) -> Received:
    """Copy an arrival of `largest` bytes at most into the folder `work` and fingerprint the copy.

    Raises NotWhole while it is still arriving or cannot be read for now, TooLarge, and RefusedExtract when it is no
    regular file or its manifest is no manifest of it.
    """
    work.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = arrival.path.name
    with os.fdopen(_open_regular(arrival.path), "rb") as stream:
        _check_size(stream.fileno(), name, largest)
        beside = _manifest(arrival.path, settle_seconds)
        if beside is None:
            _settle(stream.fileno(), name, settle_seconds)
        mark, modified = _mark(stream.fileno()), os.fstat(stream.fileno()).st_mtime
        copy = work / name
        size, sha256 = _pour(stream.fileno(), copy, largest)
        changed = _mark(stream.fileno()) != mark
    manifest = beside.manifest if beside else None
    as_of = manifest.as_of if manifest and manifest.as_of else arrival.as_of
    extract = Extract(arrival.dataset, arrival.kind, as_of, name, sha256, size)
    disagrees = manifest is not None and not _agree(extract, manifest)
    if changed or (disagrees and _is_young(modified, settle_seconds)):
        copy.unlink()
        raise NotWhole(f"{name} is still arriving: it is taken by the next run.")
    if beside is not None:
        # As it was read: what its name stands for by now may be something else. It goes where the file goes.
        copy.with_name(name + MANIFEST_SUFFIX).write_bytes(beside.held)
    return Received(extract, replace(arrival, manifest=manifest), copy, mark)


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
            f"{extract.file_name} is dated {received.arrival.as_of} by its name and {extract.as_of} by its manifest: "
            "ask the sender which is right."
        )


def _agree(extract: Extract, manifest: Manifest) -> bool:
    return manifest.size in (None, extract.size) and manifest.sha256 in (None, extract.sha256)


def _open_regular(path: Path) -> int:
    """Open without following a link and without waiting on a pipe."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY)
    except OSError as error:
        if error.errno not in _NO_FILE:
            # Gone again, or closed to us: nothing is known against it, so it is not rejected.
            raise NotWhole(f"{path.name} cannot be opened ({error.strerror}): it is left for the next run.") from error
    else:
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            return descriptor
        os.close(descriptor)
    raise RefusedExtract(f"{path.name} is {what_it_is(path) or 'no regular file'}: put the file itself into the inbox.")


def what_it_is(path: Path) -> str | None:
    """What something that is no regular file is, without opening it; None for a file, or what has gone again."""
    try:
        mode = path.lstat().st_mode
    except OSError:
        return None
    return None if stat.S_ISREG(mode) else _SORTS.get(stat.S_IFMT(mode), "a device")


@dataclass(frozen=True)
class _Beside:
    """The manifest beside an arrival, and the bytes in which it says so."""

    manifest: Manifest
    held: bytes


def _check_size(descriptor: int, name: str, largest: int) -> None:
    size = os.fstat(descriptor).st_size
    if size > largest:
        raise TooLarge(
            f"{name} has {size:,} bytes, more than the {largest:,} of GPSYNC_LARGEST_FILE: it was left in the inbox; "
            "ask the sender for the right file, or raise the setting."
        )


def _manifest(path: Path, settle_seconds: float) -> _Beside | None:
    beside = path.with_name(path.name + MANIFEST_SUFFIX)
    if not os.path.lexists(beside):
        return None
    with os.fdopen(_open_regular(beside), "rb") as stream:
        held = stream.read(_LARGEST_MANIFEST + 1)
        modified = os.fstat(stream.fileno()).st_mtime
    text = held.decode("utf-8-sig", errors="replace") if len(held) <= _LARGEST_MANIFEST else ""
    try:
        return _Beside(parse_manifest(text, path.name), held)
    except RefusedExtract:
        if not _is_young(modified, settle_seconds):
            raise
    raise NotWhole(f"{beside.name} is still arriving: {path.name} is taken by the next run.")


def _is_young(modified: float, seconds: float) -> bool:
    return time.time() - modified < seconds


def _mark(descriptor: int) -> Mark:
    state = os.fstat(descriptor)
    return (state.st_ino, state.st_size, state.st_mtime_ns)


def _settle(descriptor: int, name: str, seconds: float) -> None:
    """Without a manifest, wait until the file has been left alone for long enough."""
    before, age = _mark(descriptor), time.time() - os.fstat(descriptor).st_mtime
    # A sender's clock may run ahead of ours: never wait for the hour that the file claims.
    until = time.monotonic() + min(seconds - age, seconds)
    while (left := until - time.monotonic()) > 0:
        time.sleep(min(_POLL_SECONDS, left))
        if _mark(descriptor) != before:
            raise NotWhole(f"{name} is still arriving: it is taken by the next run.")


def _pour(source: int, copy: Path, largest: int) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    with os.fdopen(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as target:
        # One that grows past what is taken is still arriving; it is reported when it has ended.
        while size <= largest and (block := os.read(source, _BLOCK)):
            digest.update(block)
            size += len(block)
            target.write(block)
    return size, digest.hexdigest()


def _is_dated(name: str) -> bool:
    recognised = recognise(name)
    return recognised is not None and recognised[2] is not None


def clear(arrival: Arrival, mark: Mark | None = None) -> None:
    """Remove an arrival and its manifest from the inbox, once the bytes are kept elsewhere.

    With the `mark` of what was received, a file that has taken its place since then stays, and so does its
    manifest. Raises OSError where it may not be removed.
    """
    with suppress(FileNotFoundError):
        state = arrival.path.lstat()
        if mark is not None and (state.st_ino, state.st_size, state.st_mtime_ns) != mark:
            return
        arrival.path.unlink()
    # What is a folder is none of ours, and a long name has no manifest; the system has several words for that.
    with suppress(OSError):
        arrival.path.with_name(arrival.path.name + MANIFEST_SUFFIX).unlink()
