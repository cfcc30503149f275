"""The mail service's answers, on our own disk before the database has them.

Between its answer to the final dot and the commit that records it, a mail's outcome exists nowhere else. A line
in this file closes that gap: whatever happens to the database then, the next run learns what was answered.
"""

import errno
import fcntl
import json
import os
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from gpsync.errors import GpsyncError
from gpsync.mails import Handover
from gpsync.rules import Phase, Verdict


@dataclass(frozen=True)
class Entry:
    """One answer: to which claim of which mail, how it ended, and when (aware UTC).

    A claim is known by its lease besides its number: a number that the database lost is given again.
    """

    mail_id: str
    epoch: int
    lease_token: str
    handover: Handover
    at: datetime


class Journal:
    """A file of one line of JSON for each answer, without names or addresses.

    Several threads may share it, and so may a run that hangs with the one after it: nothing is cleared but
    what was read before. Of what is cleared the newest mail that was handed over is kept, in a file of its own: a
    database that does not know of it is older than the last mail, however many nights ago that was.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.newest_path = path.with_name(f"{path.stem}-newest.json")
        self._newest: Entry | None = None
        self._lock = threading.Lock()
        self._read = 0
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        _sync_folder(path.parent)
        self._forget_torn_line()

    def append(self, mail_id: str, epoch: int, lease_token: str, handover: Handover, at: datetime) -> None:
        """Write an answer down; when this returns, it is on the disk. Raises OSError when it cannot be."""
        line = json.dumps(_as_json(Entry(mail_id, epoch, lease_token, handover, at))).encode() + b"\n"
        with self._alone():
            self._write(line)
        # Outside the lock: one sync serves every thread whose line is there.
        os.fdatasync(self._file)

    def entries(self) -> list[Entry]:
        """The answers written down and not cleared, oldest first.

        Raises GpsyncError for a file that is damaged: it may know of mails that nothing else knows of.
        """
        content = self.path.read_bytes()
        self._read = len(content)
        lines = content.split(b"\n")
        found = [_entry(self.path, line, number) for number, line in enumerate(lines[:-1], start=1)]
        self._newest = next(reversed(for_certain(found)), None)
        return found

    def newest(self) -> Entry | None:
        """The newest of all mails that were handed over and are cleared by now, or None.

        Raises GpsyncError for a file that is damaged.
        """
        if not self.newest_path.exists():
            return None
        return _entry(self.newest_path, self.newest_path.read_bytes(), 1)

    def clear(self) -> None:
        """Forget the answers that `entries` returned, because the database has them.

        If another run has written one down meanwhile, all are kept: bringing an answer home twice does no harm.
        """
        with self._alone():
            if os.fstat(self._file).st_size <= self._read:
                self._keep_newest()
                os.ftruncate(self._file, 0)
                os.fsync(self._file)

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._file)

    def _keep_newest(self) -> None:
        if self._newest is None:
            return
        written = self.newest_path.with_suffix(".tmp")
        with os.fdopen(os.open(written, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(json.dumps(_as_json(self._newest)).encode())
            file.flush()
            os.fsync(file.fileno())
        written.replace(self.newest_path)
        _sync_folder(self.path.parent)

    def _write(self, line: bytes) -> None:
        before = os.fstat(self._file).st_size
        try:
            written = os.write(self._file, line)
            if written < len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except OSError:
            os.ftruncate(self._file, before)
            raise

    def _forget_torn_line(self) -> None:
        """A line that was being written when the machine stopped; its mail is still in doubt."""
        with self._alone():
            content = self.path.read_bytes()
            if not content.endswith(b"\n"):
                os.ftruncate(self._file, content.rfind(b"\n") + 1)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other threads out, and other processes that have the same file."""
        with self._lock:
            fcntl.flock(self._file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.flock(self._file, fcntl.LOCK_UN)


def _entry(path: Path, line: bytes, number: int) -> Entry:
    try:
        return _from_json(json.loads(line))
    except (ValueError, KeyError, TypeError):
        raise GpsyncError(
            f"Line {number} of {path} is damaged: it records what became of a mail. Restore the file, or "
            "remove the line and let `gpsync resolve` decide about the mail in doubt."
        ) from None


def _as_json(entry: Entry) -> dict[str, object]:
    handover = entry.handover
    return {
        "mail_id": entry.mail_id,
        "epoch": entry.epoch,
        "lease_token": entry.lease_token,
        "verdict": handover.verdict,
        "phase": handover.phase,
        "code": handover.code,
        "enhanced": handover.enhanced,
        "relay_id": handover.relay_id,
        "at": entry.at.isoformat(),
    }


def _from_json(line: dict[str, Any]) -> Entry:
    verdict, phase = Verdict(line["verdict"]), Phase(line["phase"])
    handover = Handover(verdict, phase, line["code"], line["enhanced"], line["relay_id"])
    return Entry(line["mail_id"], line["epoch"], line["lease_token"], handover, datetime.fromisoformat(line["at"]))


def _sync_folder(folder: Path) -> None:
    """So that the file's name outlives the machine's fall, too."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def for_certain(entries: Iterable[Entry]) -> list[Entry]:
    """The answers to mails that were handed over: those that a database must know of."""
    return [entry for entry in entries if entry.handover.phase is Phase.DOT]
