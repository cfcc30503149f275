"""Processes forked from this one, which may be stopped, killed, and asked how they ended."""

import json
import os
import select
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

_LONG = 120.0


@dataclass(frozen=True)
class Ended:
    """How a process ended: what it returned, or the sentence of its error; `killed` by a signal."""

    killed: bool
    value: Any = None
    error: str | None = None


class Child:
    """A forked process that runs an action and returns its value as JSON."""

    def __init__(self, action: Callable[[], Any]) -> None:
        reader, writer = os.pipe()
        sys.stdout.flush()
        sys.stderr.flush()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(reader)
            _act(action, writer)
        os.close(writer)
        self._reader = reader
        self._status: int | None = None

    def wait(self, seconds: float = _LONG) -> Ended:
        """How it ended. Kills it if it takes longer than that."""
        received = b""
        ends = time.monotonic() + seconds
        timed_out = False
        while True:
            left = ends - time.monotonic()
            if left <= 0 or not select.select([self._reader], [], [], left)[0]:
                timed_out = True
                self.signal(signal.SIGKILL)
                break
            piece = os.read(self._reader, 65_536)
            if not piece:
                break
            received += piece
        os.close(self._reader)
        if self._status is None:
            self._status = os.waitpid(self.pid, 0)[1]
        if timed_out:
            return Ended(True, error="It hung.")
        if os.WIFSIGNALED(self._status):
            return Ended(True)
        return Ended(False, **json.loads(received))

    def signal(self, number: int) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def await_stop(self, seconds: float = 30.0) -> bool:
        """Wait until it has stopped itself; False when it ended instead."""
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            pid, status = os.waitpid(self.pid, os.WUNTRACED | os.WNOHANG)
            if pid and os.WIFSTOPPED(status):
                return True
            if pid:
                self._status = status
                return False
            time.sleep(0.002)
        return False

    @property
    def is_running(self) -> bool:
        if self._status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self._status = status
        return self._status is None


def _act(action: Callable[[], Any], writer: int) -> None:
    try:
        message = json.dumps({"value": action()})
    except BaseException as error:
        first_line = str(error).splitlines()[0] if str(error) else ""
        message = json.dumps({"error": f"{type(error).__name__}: {first_line}"})
        if os.environ.get("FAULTS_TRACE"):
            traceback.print_exc()
    os.write(writer, message.encode())
    # No tidying up: connections that were inherited belong to the parent.
    os._exit(0)


class At:
    """Does something to its own process when a point is reached: `At("after dot", SIGKILL)`, `At(7, SIGSTOP)`.

    A number counts every point reached, a name its own; `nth` is which time of a name.
    """

    def __init__(
        self, where: str | int, number: int = signal.SIGKILL, nth: int = 1, names_fd: int | None = None
    ) -> None:
        self.where, self.number, self.nth, self.names_fd = where, number, nth, names_fd
        self._count = 0
        self._lock = threading.Lock()

    def __call__(self, name: str) -> None:
        with self._lock:
            self._count += isinstance(self.where, int) or name == self.where
            mark = self.where if isinstance(self.where, int) else self.nth
            if self._count != mark:
                return
            self._count += 1
        if self.names_fd is not None:
            os.write(self.names_fd, name.encode())
        # To this very thread: sent to the process, it might take another one first, and this one would go on a while.
        signal.pthread_kill(threading.get_ident(), self.number)
