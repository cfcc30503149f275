"""Stands between a sender and its database, and now and then lets a COMMIT through but not its answer."""

import itertools
import socket
import threading
from contextlib import suppress
from pathlib import Path

_COMMIT = b"COMMIT\0"


class CuttingProxy:
    """Cuts at every `every`-th commit after the first `skip`; how many it has cut is the size of the file `told`."""

    def __init__(self, target_port: int, every: int, skip: int, cuts_file: Path) -> None:
        self._target, self._every, self._skip, self._cuts_file = target_port, every, skip, cuts_file
        self._commits = itertools.count(1)
        # Made before the fork, so that the port is known.
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self._listener.getsockname()[1]

    def close(self) -> None:
        """In the process that does not serve."""
        self._listener.close()

    def serve(self) -> None:
        """Until the process is killed."""
        while True:
            client, _ = self._listener.accept()
            threading.Thread(target=self._join, args=(client,), daemon=True).start()

    def _join(self, client: socket.socket) -> None:
        server = socket.create_connection(("127.0.0.1", self._target))
        cut = threading.Event()
        threading.Thread(target=self._answers, args=(server, client, cut), daemon=True).start()
        with suppress(OSError):
            while piece := client.recv(65_536):
                if piece.endswith(_COMMIT) and self._is_to_be_cut():
                    cut.set()
                server.sendall(piece)
        _close(server)

    def _answers(self, server: socket.socket, client: socket.socket, cut: threading.Event) -> None:
        with suppress(OSError):
            while piece := server.recv(65_536):
                if cut.is_set():
                    # The commit is done; nobody will hear of it.
                    break
                client.sendall(piece)
        _close(client)
        _close(server)

    def _is_to_be_cut(self) -> bool:
        number = next(self._commits)
        if number <= self._skip or number % self._every:
            return False
        with self._cuts_file.open("ab", buffering=0) as file:
            file.write(b".")
        return True


def _close(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()
