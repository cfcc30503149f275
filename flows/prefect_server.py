"""A Prefect server of one's own, on this machine only and behind a password, for as long as a block runs."""

import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from flows import SETTINGS

LOOPBACK = "127.0.0.1"
#: How long a server may take to answer: on a fresh home it makes its database first.
_START_SECONDS, _STOP_SECONDS = 120.0, 10.0


@dataclass(frozen=True)
class PrefectServer:
    """Where the server is, and the words `user:password` that it asks for."""

    port: int
    login: str

    @property
    def dashboard(self) -> str:
        """The address of its pages."""
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def settings(self) -> dict[str, str]:
        """What the environment must say for runs to be this server's."""
        return {"PREFECT_API_URL": f"{self.dashboard}/api", "PREFECT_API_AUTH_STRING": self.login}


@contextmanager
def running_server(home: Path) -> Iterator[PrefectServer | None]:
    """Start a server whose files are in `home`; None where it does not start, and why is in `home`'s server.log.

    It ends with the block, and where the system can see to that, with this process however that ends.
    """
    home.mkdir(parents=True, exist_ok=True)
    server = PrefectServer(_free_port(), f"gpsync:{secrets.token_urlsafe(9)}")
    with (home / "server.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter
            [*_ending_with_us(), sys.executable, "-m", "prefect", "server", "start"],
            env=_environment(home, server),
            cwd=home,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            # Ctrl-C in the terminal is for us; the server must outlive the run that it ends.
            start_new_session=True,
        )
        try:
            yield server if _answers(server, process) else None
        finally:
            _stop(process)


def _free_port() -> int:
    with socket.create_server((LOOPBACK, 0)) as listening:
        return int(listening.getsockname()[1])


def _ending_with_us() -> list[str]:
    """The words before a command that let it end with this process: util-linux has them, other systems do without."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "TERM"] if setpriv else []


def _environment(home: Path, server: PrefectServer) -> dict[str, str]:
    """The server's settings: none that a person has set for another one."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    return {
        **own,
        **SETTINGS,
        "PREFECT_HOME": str(home),
        "PREFECT_SERVER_API_HOST": LOOPBACK,
        "PREFECT_SERVER_API_PORT": str(server.port),
        "PREFECT_SERVER_API_AUTH_STRING": server.login,
        **server.settings,
    }


def _answers(server: PrefectServer, process: subprocess.Popen[bytes]) -> bool:
    """Wait until the server answers; False where it ends first, or takes too long."""
    ends = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < ends:
        try:
            requests.get(f"{server.dashboard}/api/health", timeout=5)
            return True
        except requests.RequestException:
            time.sleep(0.3)
    return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
