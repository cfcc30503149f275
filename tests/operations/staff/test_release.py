"""Held mails are released by two people, whoever types a name: in the program, in the database, and at the keyboard."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from gpsync.actors import PROGRAM, Actor
from gpsync.errors import NotAllowed
from gpsync.login import this_login
from gpsync.operations.ingest.replay import replay
from gpsync.operations.staff.decide_held import approve
from gpsync.operations.staff.release import refuse, release
from gpsync.rules import ActorSource, MailState, Outcome
from gpsync.store import schema
from tests.store.mailing import AMY, BEN, CAT, CHANGED, DAY_14, DAY_15, FIRST, moved, opened, town

#: The account that cron runs gpsync with.
SERVICE = Actor("svc-gpsync", ActorSource.ACCOUNT, "uid:990")
_GPSYNC = Path(sys.executable).with_name("gpsync")
_HOLD = "SELECT opened_by, asked_by, asked_account, decided_by, decided_account, decision FROM hold"


@pytest.fixture
def room(due, tmp_path):
    """A mailroom in which three changes are due, and two mails are allowed."""
    with due.opened(tmp_path, volume_at_least=2) as room:
        yield room


def held_by(room, operator):
    (hold_id,) = room.mail(DAY_14, operator=operator).opened
    return hold_id


# --- who asked, who decided ----------------------------------------------------------------------------


@pytest.mark.parametrize("planner", [PROGRAM, SERVICE])
def test_what_the_program_planned_takes_two_approvals(room, planner):
    hold_id = held_by(room, planner)
    context = room.context(DAY_14)

    assert release(context, hold_id, AMY, "looked at twenty") is None
    with pytest.raises(NotAllowed, match="amy asked for these mails"):
        release(context, hold_id, AMY, "once more")
    assert room.read("SELECT DISTINCT state FROM outbox") == [("held",)]

    assert release(context, hold_id, BEN, "called two") == 3
    assert room.read(_HOLD) == [(planner.name, "amy", "uid:1001", "ben", "uid:1002", "released")]
    assert room.read("SELECT asked_reason, decided_reason FROM hold") == [("looked at twenty", "called two")]
    assert room.read("SELECT count(*) FROM hold WHERE asked_at IS NOT NULL AND decided_at IS NOT NULL") == [(1,)]


def test_what_a_person_ordered_takes_one_approval_of_somebody_else(room):
    hold_id = held_by(room, AMY)

    assert release(room.context(DAY_14), hold_id, BEN, "fine") == 3
    assert room.read(_HOLD) == [("amy", "amy", "uid:1001", "ben", "uid:1002", "released")]


@pytest.mark.parametrize("nobody", [PROGRAM, SERVICE, Actor("ben", ActorSource.ACCOUNT, "uid:1050")])
def test_whom_the_setting_does_not_name_releases_nothing(room, nobody):
    hold_id = held_by(room, AMY)

    with pytest.raises(NotAllowed, match="It takes two people"):
        release(room.context(DAY_14), hold_id, nobody, "fine")
    assert room.read("SELECT decision FROM hold") == [(None,)]


def test_anybody_may_refuse_them(room):
    hold_id = held_by(room, AMY)

    assert refuse(room.context(DAY_14), hold_id, SERVICE, "a broken feed") == 3
    assert room.read("SELECT decided_by, decided_account, decision FROM hold") == [
        ("svc-gpsync", "uid:990", "rejected")
    ]


@pytest.mark.parametrize(
    ("approver", "approvals"), [(AMY, [BEN]), (SERVICE, [AMY, BEN]), (Actor("amy", ActorSource.ACCOUNT), [BEN, CAT])]
)
def test_whoever_approves_a_mass_change_asks_for_its_mails_if_they_are_a_person(context, tmp_path, approver, approvals):
    with opened(context, tmp_path / "mails", email_change_percent=0, email_change_at_least=1) as room:
        room.feed(FIRST, town())
        entry = room.feed(CHANGED, moved(1, 2))["gmc_register"]
        assert entry.outcome is Outcome.HELD
        approve(room.context(CHANGED), entry.extract.extract_id, approver, "a domain was renamed")
        room.feed(DAY_14, moved(1, 2))
        room.mail(DAY_14, operator=SERVICE)
        ((hold_id,),) = room.read("SELECT hold_id FROM hold")

        released = [release(room.context(DAY_14), hold_id, one, "fine") for one in approvals]
        assert released == [None] * (len(approvals) - 1) + [0]


def test_mails_of_a_rebuilt_database_wait_for_two_people(room):
    """Who rebuilt it is one of the two, if they are a person."""
    with room.home.engine.begin() as connection:
        connection.execute(text("TRUNCATE extract, extract_check, quarantined_row, field_change CASCADE"))
        connection.execute(text("TRUNCATE doctor, practice, absence, email_change, mismatch"))
    replay(room.context(DAY_14, SERVICE))

    assert room.mail(DAY_14, operator=SERVICE).states == {MailState.HELD: 3}
    ((hold_id,),) = room.read("SELECT hold_id FROM hold")
    assert release(room.context(DAY_14), hold_id, AMY, "compared with the log") is None
    assert release(room.context(DAY_14), hold_id, BEN, "so did I") == 3


# --- the database --------------------------------------------------------------------------------------

_RELEASED = (
    "UPDATE hold SET decision = 'released', decided_at = now(), asked_at = now(), asked_by = :asked,"
    " asked_account = :asked_account, decided_by = :by, decided_account = :account"
)


@pytest.mark.parametrize(
    ("asked", "asked_account", "by", "account"),
    [
        ("amy", "uid:1001", "amy", "uid:1001"),
        ("amy", "uid:1001", "amy", "uid:1011"),
        ("amy", "uid:1001", "ben", "uid:1001"),
        ("", "", "ben", "uid:1002"),
        ("amy", "uid:1001", "", ""),
        ("amy", "uid:1001", "svc-gpsync", "uid:990"),
    ],
)
def test_the_database_refuses_a_release_without_two_people(room, asked, asked_account, by, account):
    held_by(room, SERVICE)
    values = {"asked": asked, "asked_account": asked_account, "by": by, "account": account}

    with room.home.engine.begin() as connection, pytest.raises(IntegrityError, match="hold_two_people_check"):
        connection.execute(text(_RELEASED), values)


def test_what_people_did_is_never_changed(engine):
    insert = (
        "INSERT INTO act (at, action, subject, outcome, actor, source, account, is_person, reason, refusal)"
        " VALUES (now(), 'approve', 'x', 'done', 'amy', 'login', 'uid:1001', true, '', '')"
    )
    with engine.begin() as connection:
        connection.execute(text(insert))
    for change in ("UPDATE act SET actor = 'ben'", "DELETE FROM act", "TRUNCATE act"):
        with engine.begin() as connection, pytest.raises(DBAPIError, match="never changed"):
            connection.execute(text(change))


def test_holds_from_before_accounts_were_kept_survive(server_url):
    """Released ones stay as they were; one still held takes two people, and its opener cannot be the second."""
    admin = create_engine(server_url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("CREATE DATABASE before_accounts"))
    engine = create_engine(admin.url.set(database="before_accounts"))
    before = (
        "INSERT INTO hold VALUES ('h1', 'VOLUME', 's1', now(), 'amy', 3, 2, 'released', now(), 'ben', 'fine'),"
        " ('h2', 'VOLUME', 's2', now(), 'amy', 3, 2, 'rejected', now(), 'amy', 'no'),"
        " ('h3', 'VOLUME', 's3', now(), 'amy', 3, 2, NULL, NULL, '', '')"
    )
    with engine.begin() as connection:
        schema.command.upgrade(schema._config(connection), "0004")
        connection.execute(text(before))
    schema.upgrade(engine)

    with engine.connect() as connection:
        query = "SELECT opened_by, asked_by, decided_by, decision FROM hold ORDER BY hold_id"
        assert [tuple(row) for row in connection.execute(text(query))] == [
            ("amy", "amy", "ben", "released"),
            ("amy", "", "amy", "rejected"),
            ("amy", "", "", None),
        ]
    engine.dispose()
    with admin.connect() as connection:
        connection.execute(text("DROP DATABASE before_accounts WITH (FORCE)"))
    admin.dispose()


# --- at the keyboard -----------------------------------------------------------------------------------


class Keyboard:
    """`gpsync` as a process of its own, on the mailroom's database, started by whom the kernel says."""

    def __init__(self, room, people):
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(room.folder),
            "GPSYNC_HOME": str(room.home.settings.home_folder),
            "GPSYNC_DATABASE_URL": room.home.engine.url.render_as_string(hide_password=False),
            "GPSYNC_PEOPLE": people,
        }

    def type(self, *words, login=None, **environment):
        """Run a command; `login` logs in first, as PAM does, where the kernel keeps that."""
        command = [str(_GPSYNC), *words]
        if login is not None:
            command = ["/bin/sh", "-c", f'echo {login} > /proc/self/loginuid && exec "$@"', "sh", *command]
        return subprocess.run(
            command, env=self.environment | environment, capture_output=True, text=True, timeout=120, check=False
        )


def _uid():
    found = this_login()
    return found.uid if found.login is None else found.login


def test_another_name_in_the_environment_releases_nothing(room):
    uid = _uid()
    hold_id = held_by(room, Actor("amy", ActorSource.ACCOUNT, f"uid:{uid}", is_person=True))
    amy = Keyboard(room, f"{uid}:amy,4002:ben")
    names = {"LOGNAME": "ben", "USER": "ben", "USERNAME": "ben", "SUDO_USER": "ben", "SUDO_UID": "4002"}

    done = amy.type("approve", hold_id, "--reason", "fine", **names)

    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.strip().endswith("amy asked for these mails: somebody else must release them.")
    # Nor does a setting that calls the same account by another name.
    renamed = amy.type("approve", hold_id, "--reason", "fine", GPSYNC_PEOPLE=f"{uid}:ben,4001:amy")
    assert renamed.returncode == 3
    assert room.read("SELECT DISTINCT state FROM outbox") == [("held",)]
    assert room.read("SELECT decision FROM hold") == [(None,)]
    assert room.read("SELECT actor, account, is_person, action, outcome, reason FROM act ORDER BY act_number") == [
        ("amy", f"uid:{uid}", True, "approve", "refused", "fine"),
        ("ben", f"uid:{uid}", True, "approve", "refused", "fine"),
    ]
    shown = amy.type("held").stdout
    assert "amy asked for them on" in shown and "Refused: amy, " in shown


def test_an_installation_that_names_nobody_is_told_what_to_set(room):
    hold_id = held_by(room, SERVICE)
    alone = Keyboard(room, "")

    done = alone.type("approve", hold_id, "--reason", "fine")

    assert done.returncode == 3
    assert "GPSYNC_PEOPLE names nobody yet. An administrator sets it, such as GPSYNC_PEOPLE=1001:" in done.stderr
    assert alone.type("whoami").returncode == 3
    assert alone.type("reject", hold_id, "--reason", "nobody is here to agree").returncode == 0


@pytest.mark.skipif(
    this_login().login is not None, reason="somebody has logged in, and the kernel lets nobody change that"
)
def test_two_people_who_log_in_release_them_through_one_account(room):
    """As with sudo: both act from the account that owns HOME, and the kernel keeps who they are."""
    hold_id = held_by(room, SERVICE)
    keyboard = Keyboard(room, "4001:amy,4002:ben")
    words = ("approve", hold_id, "--reason", "looked at them")

    first, again = keyboard.type(*words, login=4001), keyboard.type(*words, login=4001, LOGNAME="ben")
    assert (first.returncode, again.returncode) == (3, 3)
    assert "is approved by amy: a second person must approve it too" in first.stdout
    assert keyboard.type(*words, login=4003).returncode == 3
    assert "ben, uid:4002" in keyboard.type("whoami", login=4002).stdout

    second = keyboard.type(*words, login=4002)
    assert second.returncode == 0, second.stderr
    assert "is released: 3 mails go out with the next mailout" in second.stdout
    assert room.read(_HOLD) == [("svc-gpsync", "amy", "uid:4001", "ben", "uid:4002", "released")]
    assert [outcome for (outcome,) in room.read("SELECT outcome FROM act ORDER BY act_number")] == [
        "asked",
        "refused",
        "refused",
        "done",
    ]
    room.feed(DAY_15, moved(1, 2, 3))
    assert room.mail(DAY_15, operator=SERVICE).states == {MailState.SENT: 3}
