"""Mails that wait for two people: too many of them, or by an extract in which too many addresses changed."""

import json

import pytest
from time_machine import travel
from typer.testing import CliRunner

from gpsync import login
from gpsync.cli import app
from gpsync.errors import NotAllowed, WrongUse
from gpsync.login import Login
from gpsync.operations.staff.decide_held import approve
from gpsync.operations.staff.release import refuse, release
from gpsync.operations.staff.resend import resend
from gpsync.rules import MailState, Outcome
from tests.store.mailing import (
    AMY,
    BEN,
    CAT,
    CHANGED,
    DAY_14,
    DAY_15,
    DAY_16,
    FIRST,
    PEOPLE,
    due_on_day_14,
    fed,
    gmc,
    moved,
    new,
    opened,
    town,
)


@pytest.fixture(scope="module")
def due(server_url, tmp_path_factory):
    with fed(server_url, tmp_path_factory.mktemp("due"), due_on_day_14) as town:
        yield town


@pytest.fixture
def room(due, tmp_path):
    """A mailroom in which three changes are due, and two mails are allowed."""
    with due.opened(tmp_path, volume_at_least=2) as room:
        yield room


@pytest.fixture
def gpsync(room, monkeypatch):
    """Run a command on the mailroom's database as somebody: `gpsync("held", by=BEN)`."""
    monkeypatch.setenv("GPSYNC_DATABASE_URL", room.home.engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("GPSYNC_HOME", str(room.home.settings.home_folder))
    monkeypatch.setenv("COLUMNS", "200")

    monkeypatch.setenv("GPSYNC_PEOPLE", PEOPLE)

    def run(*words, by=AMY):
        uid = int(by.account.removeprefix("uid:"))
        monkeypatch.setattr(login, "this_login", lambda: Login(uid, uid))
        with travel(room.context(DAY_14).now(), tick=False):
            return CliRunner().invoke(app, words)

    return run


# --- too many mails ------------------------------------------------------------------------------------


def test_more_mails_than_are_allowed_wait_and_are_listed(room, gpsync):
    result = room.mail(DAY_14)

    assert result.states == {MailState.HELD: 3}
    assert result.needs_a_person
    assert room.letters == []
    assert room.stand(1) == ("QUEUED", None)
    (held,) = json.loads(gpsync("held", "--json").stdout)["mails"]
    assert (held["hold_id"], held["kind"], held["mails"]) == (result.opened[0], "VOLUME", 3)
    assert (held["opened_by"], held["domains"]) == ("amy", {"doctor.example": 3})
    assert held["sample"] == ["9000001", "9000002", "9000003"]
    assert "Counted 3, allowed 2." in held["why"]


def test_it_takes_a_second_person_to_release_them(room, gpsync):
    (hold_id,) = room.mail(DAY_14).opened

    alone = gpsync("approve", hold_id, "--reason", "looked at them", by=AMY)
    assert isinstance(alone.exception, NotAllowed)
    assert "amy asked for these mails: somebody else must release them" in str(alone.exception)
    assert room.mail(DAY_14).states == {MailState.HELD: 3}

    second = gpsync("approve", hold_id, "--reason", "looked at them", by=BEN)
    assert second.exit_code == 0
    assert "3 mails go out with the next mailout. Mails to be sent: 3. Sending days: 1, until" in second.stdout
    room.feed(DAY_15, moved(1, 2, 3))
    assert room.mail(DAY_15).states == {MailState.SENT: 3}
    assert room.mail(DAY_15).states == {}
    assert sorted(room.recipients) == [new(1), new(2), new(3)]
    assert gpsync("held").stdout.strip() == "Nothing is held."


def test_a_hold_is_decided_once(room):
    (hold_id,) = room.mail(DAY_14).opened
    release(room.context(DAY_14), hold_id, BEN, "fine")

    for decide in (release, refuse):
        with pytest.raises(WrongUse, match=f"Nothing called {hold_id} is held"):
            decide(room.context(DAY_14), hold_id, CAT, "again")


def test_held_mails_are_not_planned_a_second_time(room):
    first = room.mail(DAY_14)
    second = room.mail(DAY_15)

    assert (second.planned, second.carried, second.opened) == (0, 3, [])
    assert room.read("SELECT hold_id FROM hold") == [(first.opened[0],)]


def test_refused_mails_are_cancelled_for_good(room, gpsync):
    (hold_id,) = room.mail(DAY_14).opened

    assert gpsync("reject", hold_id, "--reason", "a broken feed", by=AMY).exit_code == 0
    room.feed(DAY_15, moved(1, 2, 3))
    after = room.mail(DAY_15)
    room.feed(DAY_16, moved(1, 2, 3))
    room.mail(DAY_16)

    assert (after.planned, after.carried) == (0, 0)
    assert room.mails(1) == [("cancelled", "REFUSED")]
    assert room.links(1) == ["revoked"]
    assert room.stand(1) == ("HELD", "REFUSED")
    assert room.letters == []


def test_a_refused_change_does_not_bar_the_doctors_next_one(room):
    (hold_id,) = room.mail(DAY_14).opened
    refuse(room.context(DAY_14), hold_id, BEN, "a broken feed")
    next_address = town({1: {"email": "next@doctor.example"}, 2: {"email": new(2)}, 3: {"email": new(3)}})
    room.feed(DAY_15, next_address)
    later = DAY_15.replace(day=16)
    room.feed(later, next_address)
    room.mail(later)

    assert room.recipients == ["next@doctor.example"]


def test_what_is_usual_is_allowed(room):
    room.set(volume_at_least=500)
    room.mail(DAY_14)
    room.set(volume_at_least=1)
    moved_later = town({one: {"email": f"later{one}@doctor.example"} for one in (1, 2, 3, 4, 5)})
    room.feed(DAY_15, moved_later)
    later = DAY_15.replace(day=16)
    room.feed(later, moved_later)

    assert room.mail(later).states == {MailState.SENT: 5}


# --- too many changes in one extract -------------------------------------------------------------------


@pytest.fixture
def flooded(context, tmp_path):
    """A mailroom in which amy has approved an extract with two changes where one is allowed."""
    with opened(context, tmp_path / "mails", email_change_percent=0, email_change_at_least=1) as room:
        room.feed(FIRST, town())
        entry = room.feed(CHANGED, moved(1, 2))["gmc_register"]
        assert entry.outcome is Outcome.HELD
        approve(room.context(CHANGED), entry.extract.extract_id, AMY, "a domain was renamed")
        room.feed(DAY_14, moved(1, 2, 4))
        yield room


def _hold(room):
    ((hold_id,),) = room.read("SELECT hold_id FROM hold")
    return hold_id


def test_an_approved_mass_change_is_mailed_only_when_somebody_else_has_looked(flooded):
    flooded.mail(DAY_14)
    assert flooded.stand(1) == ("HELD", "MASS_CHANGE")
    assert flooded.stand(4) == ("WAITING", None)
    assert flooded.read("SELECT kind, opened_by, counted, allowed FROM hold") == [("MASS_CHANGE", "amy", 2, 1)]

    with pytest.raises(NotAllowed, match="amy asked for these mails: somebody else must release them"):
        release(flooded.context(DAY_14), _hold(flooded), AMY, "fine")
    flooded.mail(DAY_15)
    assert flooded.letters == []

    release(flooded.context(DAY_15), _hold(flooded), BEN, "asked three of them")
    assert flooded.mail(DAY_15).states == {MailState.SENT: 2}
    assert sorted(flooded.recipients) == [new(1), new(2)]


def test_a_mass_change_that_is_refused_is_never_mailed(flooded):
    flooded.mail(DAY_14)
    refuse(flooded.context(DAY_14), _hold(flooded), AMY, "a broken feed")
    for day in (DAY_15, DAY_16):
        flooded.feed(day, moved(1, 2, 4))
        flooded.mail(day)

        assert [flooded.stand(number) for number in (1, 2)] == [("HELD", "REFUSED")] * 2
        assert flooded.stand(4) == ("WAITING", None)
    assert flooded.letters == []
    assert len(flooded.read("SELECT FROM hold")) == 1
    with pytest.raises(NotAllowed, match="REFUSED"):
        resend(flooded.context(DAY_16), gmc(1), new(1), "ben", "phoned")
