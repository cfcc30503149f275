"""Nights on a real database, for the tests of this folder."""

from datetime import date

import pytest
from sqlalchemy import text

from flows.intake import take_in
from gpsync.extracts import inbox

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
