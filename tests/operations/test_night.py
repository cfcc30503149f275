"""What would end a night half-way ends it before anything is done."""

from datetime import date
from pathlib import Path

import pytest

from gpsync.errors import AlreadyRunning, WrongUse
from gpsync.extracts import inbox
from gpsync.operations.ingest.ingest import take_in
from gpsync.operations.night import only_night
from gpsync.store.locks import night_lock

DAY = date(2026, 11, 3)


@pytest.fixture
def installed(context, drop, monkeypatch):
    """An installation that has taken in a register, and in whose inbox another one waits."""
    monkeypatch.setenv("GPSYNC_DATABASE_URL", context.engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("GPSYNC_HOME", str(context.settings.home_folder))
    drop(date(2026, 11, 2), ["9000001,Oak,Ann,Registered with Licence,ann@doctor.example"])
    (arrival,) = inbox.look(context.settings.inbox_folder).arrivals
    take_in(context, arrival)
    drop(DAY, ["9000001,Oak,Ann,Registered with Licence,ann@doctor.example"])
    return context


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("SEND_HOURS", "25-3", "GPSYNC_SEND_HOURS"),
        ("SEND_DAYS", "mon,tues", "GPSYNC_SEND_DAYS"),
        ("MAIL_FROM", "not an address", "GPSYNC_MAIL_FROM"),
        ("LINK_SECRET", "short", "GPSYNC_LINK_SECRET"),
        ("REPORTS", "/proc/nope", "GPSYNC_REPORTS is /proc/nope"),
        ("ARCHIVE", "/dev/null/x", "The archive /dev/null/x lacks"),
        ("HOME", "/tmp/gpsync-mistyped", "which the database has: set GPSYNC_HOME"),
        ("HOME", "~nobody-there/x", "there is no such account"),
    ],
)
def test_a_night_that_could_not_be_ended_is_not_begun(installed, monkeypatch, name, value, sentence):
    monkeypatch.setenv(f"GPSYNC_{name}", value)

    with pytest.raises(WrongUse, match=sentence), only_night(DAY, None, live=False):
        pytest.fail("the night was begun")
    assert [path.name for path in installed.settings.inbox_folder.iterdir()] == ["gmc_register_20261103.csv"]
    assert not Path("/tmp/gpsync-mistyped").exists()


def test_a_night_is_begun_once_at_a_time(installed):
    with only_night(DAY, None, live=False), pytest.raises(AlreadyRunning), night_lock(installed.engine):
        pytest.fail("two nights at once")
