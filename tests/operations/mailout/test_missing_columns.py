"""A mailout by extracts that lack a column, or leave it blank in every row: nobody is mailed on its account."""

import re
from dataclasses import replace
from datetime import time

import pytest
from typer.testing import CliRunner

from gpsync.cli import app
from gpsync.errors import GpsyncError
from gpsync.extracts import inbox
from gpsync.operations.ingest.ingest import take_in
from gpsync.operations.mailout import mailout
from gpsync.rules import Audience
from tests.store.mailing import _HEADINGS, CHANGED, DAY_14, DAY_15, FIRST, User, _rows, fed, gmc, new, old, town

#: The new users of a practice: one who waits, one whose role was revoked meanwhile, one who has gone.
_USERS = [
    User("U1", "pat@practice.example"),
    User("U2", "left@practice.example", revoked="2026-11-20"),
    User("U3", "gone@practice.example", "Deactivated"),
]
_COLUMNS = [(dataset, column) for dataset, headings in _HEADINGS.items() for column in headings.split(",")]
#: Without these a file is refused, or held by a guard, blank or not there.
_REFUSED = {"GMC Ref No", "Surname", "Registration Status", "Email Address", "Alignment", "User ID", "Role"}
_REQUIRED = _REFUSED | {
    "Forenames", "Performer Role", "List Status", "NHSE Region", "Practice Code", "Email", "Account Status",
    "Username Email",
}  # fmt: skip


def _doctors(changed: bool):
    """Doctors 1 to 5 and 7 take new addresses; something speaks against mailing each of them but 1 and 7."""
    moved = {one: {"email": new(one)} for one in (1, 2, 3, 4, 5, 7)} if changed else {}
    everybody = {
        2: {"listed": "Withdrawn", "listed_from": "2026-11-20"},
        3: {"account": (new(3), "Active", "2026-11-20")},
        4: {"listed": "Removed"},
        6: {"account": (new(5), "Active", "2020-01-01")},
        8: {"account": (old(8), "Active", "2020-01-01")},
        9: {"account": (old(9), "Unverified", "")},
    }
    return town({one: {**everybody.get(one, {}), **moved.get(one, {})} for one in range(10)}, size=10)


def _nights(room):
    room.feed(FIRST, _doctors(changed=False), [User("U0", "first@practice.example", "Active")])
    room.feed(CHANGED, _doctors(changed=True), _USERS)
    room.feed(DAY_14, _doctors(changed=True), _USERS)


@pytest.fixture(scope="module")
def nights(server_url, tmp_path_factory):
    with fed(server_url, tmp_path_factory.mktemp("columns"), _nights) as found:
        yield found


@pytest.fixture
def room(nights, tmp_path):
    with nights.opened(tmp_path) as room:
        yield room


def feed(room, dataset: str = "", column: str = "", *, blank: bool = False) -> None:
    """Take in the extracts of the next day, one of them without a column, or with the column blank in every row."""
    context = room.context(DAY_15)
    for name, rows in _rows(_doctors(changed=True), _USERS).items():
        table = [line.split(",") for line in [_HEADINGS[name], *rows]]
        if name == dataset:
            place = table[0].index(column)
            cut = [
                line[:place] + ([line[place] if line is table[0] else ""] if blank else []) + line[place + 1 :]
                for line in table
            ]
            table = cut
        path = context.settings.inbox_folder / f"{name}_{DAY_15:%Y%m%d}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(",".join(line) + "\n" for line in table), encoding="utf-8")
    for arrival in inbox.look(context.settings.inbox_folder).arrivals:
        take_in(context, arrival)


MAILED = {new(1), new(7), "pat@practice.example"}


def test_with_every_column_those_are_mailed_whom_nothing_stops(room):
    feed(room)
    result = room.mail(DAY_15)

    assert set(room.recipients) == MAILED
    assert result.not_known == {}


@pytest.mark.parametrize(("dataset", "column"), [one for one in _COLUMNS if one[1] not in _REQUIRED])
def test_without_a_column_nobody_is_mailed_who_would_not_be_with_it(room, dataset, column):
    feed(room, dataset, column)
    room.mail(DAY_15)

    assert set(room.recipients) <= MAILED


@pytest.mark.parametrize(("dataset", "column"), [one for one in _COLUMNS if one[1] not in _REFUSED])
def test_with_a_column_blank_in_every_row_nobody_is_mailed_who_would_not_be_with_it(room, dataset, column):
    feed(room, dataset, column, blank=True)
    room.mail(DAY_15)

    assert set(room.recipients) <= MAILED


def test_a_list_without_statuses_mails_nobody_judges_nobody_and_says_so(room, monkeypatch):
    before = [room.stand(one) for one in (1, 4, 7)]
    feed(room, "performers_list", "List Status", blank=True)
    result = room.mail(DAY_15)
    context = room.context(DAY_15)
    monkeypatch.setenv("GPSYNC_DATABASE_URL", context.engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("GPSYNC_HOME", str(context.settings.home_folder))
    status = CliRunner().invoke(app, ["status", "--as-of", f"{DAY_15}"])

    assert room.recipients == []
    assert "No column list_status in the newest performers_list extract" in result.not_today
    assert result.needs_a_person
    assert [room.stand(one) for one in (1, 4, 7)] == before
    assert status.exit_code == 3
    assert "everybody" in status.output and "list_status" in status.output


def test_users_are_not_mailed_while_nobody_can_tell_who_was_revoked(room):
    feed(room, "practice_users", "Revoked Date")
    result = room.mail(DAY_15)

    assert set(room.recipients) == MAILED - {"pat@practice.example"}
    assert "No column revoked_date" in result.not_known["user links"]
    assert any("user links" in line for line in result.lines())


def test_first_links_go_to_those_who_are_known_to_be_unverified(room):
    feed(room, "pcse_accounts", "Verified Date")
    result = room.mail(DAY_15, first_links=True)

    assert old(9) in room.recipients
    assert old(8) not in room.recipients
    assert "4 doctors" not in result.not_known["first links"]
    assert re.search(r"whether 3 doctors are verified already", result.not_known["first links"])


def test_without_the_gp_register_date_an_audience_of_gps_is_not_mailed(room):
    room.set(audience=Audience.GP_REGISTER)
    feed(room, "gmc_register", "GP Register Date")
    result = room.mail(DAY_15)

    assert room.recipients == []
    assert "No column gp_register_date in the newest gmc_register extract" in result.not_today


def test_what_is_known_again_is_mailed_and_not_said_any_more(room):
    feed(room, "practice_users", "Revoked Date")
    room.mail(DAY_15)
    later = replace(_USERS[0])
    day = DAY_15.replace(day=3)
    room.feed(day, _doctors(changed=True), [later, *_USERS[1:]])
    result = room.mail(day)

    assert "pat@practice.example" in room.recipients
    assert result.not_known == {}
    assert room.read("SELECT subject FROM not_known WHERE flow = 'verification_mailout'") == []


def test_the_doctor_of_an_address_that_another_account_uses_waits_whatever_the_accounts_leave_out(room):
    feed(room, "pcse_accounts", "Username Email", blank=True)
    room.mail(DAY_15)

    assert new(5) not in room.recipients
    assert gmc(5) not in [one for (one,) in room.read("SELECT gmc_number FROM outbox WHERE state = 'sent'")]


def test_a_mailout_that_failed_last_is_for_a_person(room, monkeypatch):
    feed(room)
    context = room.context(DAY_15)
    monkeypatch.setenv("GPSYNC_DATABASE_URL", context.engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("GPSYNC_HOME", str(context.settings.home_folder))

    def status():
        return CliRunner().invoke(app, ["status", "--as-of", f"{DAY_15}"])

    def break_down(*given):
        raise KeyError("a column")

    with monkeypatch.context() as broken:
        broken.setattr(mailout, "plan_day", break_down)
        with pytest.raises(GpsyncError):
            room.mail(DAY_15)
    failed = status()
    room.hour = time(10)
    room.mail(DAY_15)

    assert failed.exit_code == 3
    assert "The last run of verification_mailout failed" in failed.output
    assert status().exit_code == 0
