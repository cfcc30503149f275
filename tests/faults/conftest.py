"""A mail service that can be told to misbehave, and connections opened at it."""

from dataclasses import replace

import pytest

from gpsync.mail.smtp_connection import Server, open_connection
from tests.faults.smtp_server import running_server


@pytest.fixture(scope="module")
def mail_process():
    with running_server() as server:
        yield server


@pytest.fixture
def service(mail_process):
    """A mail service that behaves, until it is told otherwise with `play`."""
    mail_process.play()
    return mail_process


@pytest.fixture
def opened(service):
    """A function that opens an SMTP connection to the service, closed after the test."""
    connections = []

    def open_(**changes):
        changed = replace(Server(service.host, service.port, "", None, "none", None, 2.0, 2.0, 5.0), **changes)
        connections.append(open_connection(changed))
        return connections[-1]

    yield open_
    for smtp in connections:
        smtp.close()
