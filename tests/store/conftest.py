"""Nights on a real database, for the tests of this folder."""

from datetime import date

import pytest
from sqlalchemy import text

from flows import sending
from flows.intake import take_in
from gpsync.extracts import inbox
from tests.faults.smtp_server import running_server
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
def night(desk, drop):
    """Drop an extract and take it in: `night(day, rows)` of November 2026, returns its record."""

    def take(day, rows, revision=None, **options):
        drop(date(2026, 11, day), rows, **options)
        (arrival,) = inbox.look(desk.settings.inbox_folder).arrivals
        return take_in(desk, arrival, revision)

    return take


@pytest.fixture
def contents(desk):
    """What the history holds."""

    def read():
        with desk.engine.connect() as connection:
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
    monkeypatch.setattr(sending, "_PATIENCE_SECONDS", 0)
    room.set(smtp_port=service.port)
    return service
