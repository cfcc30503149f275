"""Debian's pgbouncer between a program and its database, as many a site has it: in transaction mode."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import make_url

_PLACES = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin"])


@contextmanager
def pooled(url: str) -> Iterator[str]:
    """The URL of the same database behind a pooler with three sessions for everybody.

    Skips the test where there is no pgbouncer, unless CI is set: there it is installed.
    """
    program = shutil.which("pgbouncer", path=_PLACES)
    if program is None:
        assert not os.environ.get("CI"), "CI installs pgbouncer"
        pytest.skip("Debian's pgbouncer is not installed")
    target, port = make_url(url), _free_port()
    # It does not run as root; whoever owns the server's socket may use it.
    owner = Path(str(target.query["host"])).owner()
    with TemporaryDirectory() as folder:
        settings = Path(folder, "pgbouncer.ini")
        settings.write_text(
            "[databases]\n"
            f"pooled = host={target.query['host']} dbname={target.database} user={target.username}\n"
            "[pgbouncer]\n"
            f"listen_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\nauth_type = any\n"
            f"pool_mode = transaction\ndefault_pool_size = 3\nlogfile = {folder}/pgbouncer.log\n",
            encoding="utf-8",
        )
        shutil.chown(folder, owner)
        rights = ["-u", owner] if os.geteuid() == 0 else []
        process = subprocess.Popen(
            [program, *rights, settings], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, umask=0o022
        )
        try:
            _until_it_listens(port, process)
            yield f"postgresql://anybody@127.0.0.1:{port}/pooled"
        finally:
            process.terminate()
            process.wait(10)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def _until_it_listens(port: int, process: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + 10
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            assert process.poll() is None, "pgbouncer ended"
            assert time.monotonic() < ends, "pgbouncer does not listen"
            time.sleep(0.05)
