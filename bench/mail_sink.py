"""The mail service that everybody is measured on: Debian's smtp-sink on loopback, which takes all and keeps nothing."""

import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_BACKLOG = 1_000
_COUNTED = re.compile(r"sess=(\d+) quit=\d+ mesg=(\d+)")


@dataclass(frozen=True)
class Sink:
    """A running smtp-sink."""

    port: int
    said: Path

    def taken(self, mails: int) -> int:
        """How many connections it was given; ends the bench unless it has taken just so many mails."""
        # A connection is counted when it ends, which nobody waits for.
        time.sleep(0.3)
        connections, taken = _COUNTED.findall(self.said.read_text(encoding="ascii"))[-1]
        if int(taken) != mails:
            raise SystemExit(f"{mails} mails were handed over, but smtp-sink has {taken}.")
        # One was the look whether it listens.
        return int(connections) - 1


def is_there() -> bool:
    return bool(tool("smtp-sink") and tool("smtp-source"))


def tool(name: str) -> str | None:
    """Where a tool of Debian's postfix package is: in a folder that is on the path of few."""
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin")


@contextmanager
def smtp_sink() -> Iterator[Sink]:
    """A sink of its own for one measurement, so that what it counts belongs to that."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    rights = ["-u", "nobody"] if os.geteuid() == 0 else []
    with tempfile.NamedTemporaryFile() as said:
        command = [str(tool("smtp-sink")), *rights, "-c", f"127.0.0.1:{port}", str(_BACKLOG)]
        process = subprocess.Popen(command, stdout=said)
        try:
            _await(port)
            yield Sink(port, Path(said.name))
        finally:
            process.terminate()
            process.wait()


def _await(port: int) -> None:
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise SystemExit("smtp-sink does not listen.")
