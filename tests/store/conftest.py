"""Nights on a real database, for the tests of this folder."""

from datetime import date

import pytest
from sqlalchemy import insert, select, text

from gpsync.extracts import inbox
from gpsync.mail.mailboxes import Mailbox, Message
from gpsync.operations.ingest.ingest import take_in
from gpsync.operations.mailout import send
from gpsync.operations.staff.read_bounces import read_bounces
from gpsync.rules import ChangeState, LinkState
from gpsync.store.tables import email_change, link, outbox
from tests.faults.smtp_server import running_server
from tests.store.bounce_building import change_row, link_row, mail_row
from tests.store.mailing import due_on_day_14, fed

#: Every table that extracts make, without what only says when something ran.
_HISTORY = (
    "SELECT * FROM doctor ORDER BY gmc_number, valid_from",
    "SELECT * FROM practice ORDER BY practice_code, valid_from",
    "SELECT * FROM absence ORDER BY dataset, key, absent_from",
    "SELECT * FROM field_change ORDER BY dataset, as_of, key, field",
    "SELECT * FROM email_change ORDER BY change_id",
)


@pytest.fixture
def night(context, drop):
    """Drop an extract and take it in: `night(day, rows)` of November 2026, returns its record."""

    def take(day, rows, revision=None, **options):
        drop(date(2026, 11, day), rows, **options)
        (arrival,) = inbox.look(context.settings.inbox_folder).arrivals
        return take_in(context, arrival, revision)

    return take


@pytest.fixture
def contents(context):
    """What the history holds."""

    def read():
        with context.engine.connect() as connection:
            return [connection.execute(text(query)).all() for query in _HISTORY]

    return read


@pytest.fixture(scope="module")
def due(server_url, tmp_path_factory):
    """A town in which the changes of doctors 1, 2 and 3 are due, to be opened as often as needed."""
    with fed(server_url, tmp_path_factory.mktemp("due"), due_on_day_14) as town:
        yield town


@pytest.fixture
def room(due, tmp_path):
    """A mailroom on the day on which the changes of doctors 1, 2 and 3 are due."""
    with due.opened(tmp_path) as room:
        yield room


@pytest.fixture(scope="module")
def service():
    """A mail service that does as it is told."""
    with running_server() as server:
        yield server


@pytest.fixture
def fickle(room, service, monkeypatch):
    """The mailroom's service does as it is told: `fickle.play({"rcpt": "450 4.2.1 later"})`."""
    monkeypatch.setattr(send, "_PATIENCE_SECONDS", 0)
    room.set(smtp_port=service.port)
    return service


@pytest.fixture
def given(engine):
    """Put a mail into the outbox: `given(MailState.SENT)`; its link and change go with it."""

    def put(state, *, link_state=LinkState.ISSUED, change_state=ChangeState.SENT, **other):
        with engine.begin() as connection:
            connection.execute(insert(link).values(link_row(link_state)))
            connection.execute(insert(outbox).values(mail_row(state, **other)))
            connection.execute(insert(email_change).values(change_row(change_state)))

    return put


@pytest.fixture
def take(context):
    """Read messages as one mailbox; returns the reading."""

    def read(*contents):
        messages = [Message(content, lambda: None) for content in contents]
        return read_bounces(context, Mailbox(len(messages), messages))

    return read


@pytest.fixture
def row(engine):
    """The only row of a table, or None."""

    def one(table):
        with engine.connect() as connection:
            return connection.execute(select(table)).mappings().one_or_none()

    return one
