"""A mail service that delivers nothing: on loopback, every mail becomes a file. For the demo."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

LOOPBACK = "127.0.0.1"


class _Folder:
    """Writes each mail as it came, numbered in the order of arrival."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count(1)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        number = next(self._numbers)
        (self._folder / f"{number:04}.eml").write_bytes(envelope.original_content or b"")
        return f"250 2.0.0 OK, caught as {number:04}"


@contextmanager
def catching(folder: Path) -> Iterator[int]:
    """Catch mails into `folder` while the block runs; gives the port on loopback."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    port = _free_port()
    controller = Controller(_Folder(folder), hostname=LOOPBACK, port=port)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


def _free_port() -> int:
    with socket.create_server((LOOPBACK, 0)) as probe:
        port: int = probe.getsockname()[1]
    return port
