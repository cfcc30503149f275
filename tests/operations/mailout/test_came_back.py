"""Whole nights after a mail came back undelivered: what staff are told, and that it is mailed once more."""

import json
from datetime import UTC, date, datetime

import pytest
from time_machine import travel
from typer.testing import CliRunner

from gpsync import rules
from gpsync.cli import app
from gpsync.mail.mailboxes import Mailbox, Message
from gpsync.operations.ingest.replay import replay
from gpsync.operations.reconcile.reconcile import Reconciled, reconcile
from gpsync.operations.staff.confirm_links import confirm_file
from gpsync.operations.staff.read_bounces import read_bounces
from gpsync.operations.staff.release import refuse, release
from gpsync.operations.staff.resend import resend
from gpsync.rules import LinkState, MailState
from gpsync.store import bounces_waiting
from tests.operations.mailout.test_reminders import DAY_AFTER, DAY_BEFORE, LATER, REMINDED, SENT, but, night
from tests.store.mailing import BEN, DAY_13, DAY_14, DAY_15, User, gmc, moved, new, opened, token, town
from tests.unit.bounces.shapes import MAIL_ID, RECIPIENT, dsn, per_recipient

_FULL = dsn(per_recipient("4.2.2", said="452 4.2.2 mailbox full"))
_GONE = dsn(per_recipient("5.1.1", said="550 5.1.1 no such user"))


def comes_back(room, day, who=None, generation=1, report=_FULL):
    """The letter to somebody comes back; returns the reading."""
    who = who or gmc(1)
    ((mail_id, recipient),) = room.read(
        "SELECT mail_id, recipient_key FROM outbox WHERE coalesce(gmc_number, user_id) = :who AND generation = :number",
        who=who,
        number=generation,
    )
    message = report.replace(MAIL_ID.encode(), mail_id.encode()).replace(RECIPIENT.encode(), recipient.encode())
    message = message.replace(f"{mail_id}.1".encode(), f"{mail_id}.{generation}".encode())
    return read_bounces(room.context(day), Mailbox(1, [Message(message, lambda: None)]))


def waits(room):
    """How many messages wait for a person."""
    with room.home.engine.connect() as connection:
        return bounces_waiting.count(connection)


@pytest.fixture
def back(room):
    """The mailroom after its first links have gone out, and the first of three came back."""
    assert room.mail(DAY_14).states == {MailState.SENT: 3}
    assert comes_back(room, DAY_15).given_back == 1
    return room


@pytest.fixture
def gpsync(monkeypatch):
    """Type a command on a day: `gpsync(room, REMINDED, "why", "9000001")`."""

    def run(room, day, *words):
        monkeypatch.setenv("GPSYNC_DATABASE_URL", room.home.engine.url.render_as_string(hide_password=False))
        monkeypatch.setenv("GPSYNC_HOME", str(room.home.settings.home_folder))
        with travel(datetime.combine(day, room.hour, UTC), tick=False):
            return CliRunner().invoke(app, list(words))

    return run


def reasons(room):
    query = "SELECT generation, requested_by, requested_reason FROM outbox WHERE gmc_number = :gmc ORDER BY generation"
    return room.read(query, gmc=gmc(1))


# --- what is told --------------------------------------------------------------------------------------


def test_status_counts_it_and_ends_with_3(back, gpsync):
    result = gpsync(back, DAY_15, "status", "--json")
    facts = json.loads(result.stdout)

    assert result.exit_code == 3
    assert {"state": "returned", "mails": 1} in facts["mails"]
    assert {"state": "RETURNED", "changes": 1} in facts["email changes"]
    assert [(one["kind"], one["to"]) for one in facts["returned messages"]] == [("returned", gmc(1))]


@pytest.mark.parametrize("day", [DAY_15, date(2026, 12, 9)])
def test_why_says_that_it_came_back_and_never_that_its_link_was_not_used(back, gpsync, day):
    output = gpsync(back, day, "why", gmc(1)).stdout

    assert "letter 1: is returned, by bounces (4.2.2)" in output
    assert "is RETURNED" in output and "UNVERIFIED_EXPIRED" not in output


def test_the_report_has_a_mismatch_for_support(back):
    day = date(2026, 12, 9)
    back.feed(day, moved(1, 2, 3))
    reconcile(back.context(day), day, Reconciled())

    found = back.read("SELECT code, owner, severity FROM mismatch WHERE gmc_number = :gmc", gmc=gmc(1))
    assert ("LINK_BOUNCED", "PCSE-PORTAL", "medium") in found


# --- mailed once more ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reminders", "day", "planned"),
    [
        (0, DAY_BEFORE, 0),
        (0, REMINDED, 1),
        (0, LATER[-1], 1),
        (0, date(2027, 1, 4), 0),
        (1, REMINDED, 1),
    ],
)
def test_it_is_mailed_again_on_the_days_of_a_reminder_whether_one_is_wanted_or_not(back, reminders, day, planned):
    back.set(reminders=reminders)
    result = night(back, day)

    assert result.planned == (3 * planned if reminders else planned)
    assert back.recipients.count(new(1)) == 1 + planned


def test_the_mail_after_it_has_another_link_and_ends_what_was_said(back, gpsync):
    assert waits(back) == 1
    night(back, REMINDED)

    assert back.mails(1) == [("returned", "RETURNED"), ("sent", None)]
    assert reasons(back) == [(1, "", ""), (2, "", "AFTER_RETURN")]
    assert back.links(1) == [LinkState.EXPIRED, LinkState.ISSUED]
    assert token(back.letters[0]) != token(back.letters[3])
    assert (back.stand(1), back.change(1).sent_on) == (("SENT", None), REMINDED)
    assert waits(back) == 0
    assert "letter 2: is planned (AFTER_RETURN)." in gpsync(back, REMINDED, "why", gmc(1)).stdout
    assert gpsync(back, REMINDED, "status").exit_code == 0


def test_it_is_never_mailed_a_third_time(back):
    night(back, REMINDED)
    comes_back(back, DAY_AFTER, generation=2)
    for day in (*LATER, date(2027, 1, 14)):
        night(back, day)

    assert back.mails(1) == [("returned", "RETURNED")] * 2
    assert (back.stand(1), waits(back)) == (("RETURNED", None), 1)


@pytest.mark.parametrize(
    "said",
    [
        {"email": new(4)},
        {"status": "Suspended"},
        {"listed": "Removed"},
        {"account": (new(1), "Active", "2026-12-09")},
    ],
)
def test_what_every_source_says_today_stops_it(back, said):
    night(back, REMINDED, town({**{one: {"email": new(one)} for one in (1, 2, 3, 4)}, 1: {"email": new(1), **said}}))

    assert back.recipients == SENT
    assert back.mails(1) == [("returned", "RETURNED")]


def test_one_that_waits_for_a_second_person_is_no_third_when_it_is_refused(back, monkeypatch):
    monkeypatch.setattr(rules, "VOLUME_TIMES", 0)
    back.set(volume_at_least=1, reminders=1)
    (hold_id,) = night(back, REMINDED).opened
    assert back.stand(1) == ("QUEUED", None)
    refuse(back.context(REMINDED), hold_id, BEN, "not before Christmas")
    back.set(reminders=0)
    for day in (DAY_AFTER, *LATER):
        assert night(back, day).planned == 0

    assert back.stand(1) == ("RETURNED", None)
    assert waits(back) == 1, "and it is said again"


def test_one_that_waits_is_cancelled_when_the_first_turns_out_to_have_been_early(back, monkeypatch):
    monkeypatch.setattr(rules, "VOLUME_TIMES", 0)
    back.set(volume_at_least=1, reminders=1)
    (hold_id,) = night(back, REMINDED).opened
    release(back.context(REMINDED), hold_id, BEN, "looked at them")
    back.feed(DAY_13, but(1, email="d1@doctor.example"))
    night(back, DAY_AFTER)

    assert back.mails(1) == [("returned", "RETURNED"), ("cancelled", "NOT_REMINDED")]
    assert back.stand(1)[0] == "RETURNED"
    replay(back.context(DAY_AFTER))
    assert back.stand(1) == ("RETURNED", "SENT_EARLY")


# --- what people do ------------------------------------------------------------------------------------


def test_a_person_may_have_it_sent_again_at_once_and_that_settles_it(back):
    resend(back.context(DAY_15), gmc(1), new(1), "ben", "the mailbox is empty again")
    assert waits(back) == 0
    back.mail(DAY_15)
    for day in (REMINDED, DAY_AFTER, *LATER):
        night(back, day)

    assert back.recipients == [*SENT, new(1)]
    assert back.mails(1) == [("returned", "RETURNED"), ("sent", None)]


def test_a_link_on_request_that_came_back_is_for_a_person(back):
    resend(back.context(DAY_15), gmc(1), new(1), "ben", "the mailbox is empty again")
    back.mail(DAY_15)
    comes_back(back, DAY_15, generation=2)
    for day in (REMINDED, DAY_AFTER, *LATER):
        night(back, day)

    assert back.recipients == [*SENT, new(1)]
    assert waits(back) == 1


def test_who_uses_the_link_that_was_said_to_have_come_back_is_verified(back, tmp_path):
    (tmp_path / "used.csv").write_text(f"token\n{token(back.letters[0])}\n", encoding="utf-8")
    confirm_file(back.context(DAY_15), tmp_path / "used.csv")

    assert (back.stand(1), waits(back)) == (("VERIFIED", None), 0)
    night(back, REMINDED)
    assert back.recipients == SENT


def test_a_dead_address_ends_it(back):
    comes_back(back, DAY_15, report=_GONE)
    night(back, REMINDED)

    assert (back.mails(1), back.stand(1), waits(back)) == ([("bounced", "BOUNCED")], ("BOUNCED", None), 0)
    assert back.recipients == SENT


# --- the history told again ----------------------------------------------------------------------------


def test_a_replay_and_a_late_extract_tell_the_same(back):
    before = back.change(1)
    replay(back.context(DAY_15))
    assert back.change(1) == before

    back.feed(date(2026, 12, 1), moved(1, 2, 3))
    back.feed(date(2026, 12, 3), town({1: {"email": "between@doctor.example"}, 2: {"email": new(2)}}))
    replay(back.context(DAY_AFTER))
    for day in (REMINDED, DAY_AFTER, *LATER):
        night(back, day)

    assert back.recipients.count(new(1)) <= 2
    states = [state for state, _ in back.mails(1)]
    assert states[0] == "returned" and states.count("sent") <= 1


def test_a_report_about_the_first_letter_that_comes_after_the_second_leaves_the_change_sent(room):
    room.set(reminders=1)
    room.mail(DAY_14)
    night(room, REMINDED)
    comes_back(room, DAY_AFTER)

    assert room.mails(1) == [("returned", "RETURNED"), ("sent", None)]
    before = room.change(1)
    replay(room.context(DAY_AFTER))
    assert (room.change(1), room.stand(1)) == (before, ("SENT", None))
    assert waits(room) == 0


# --- first links and users' links ----------------------------------------------------------------------


@pytest.fixture
def everybody(context, tmp_path):
    """Three listed doctors and a user, who were there before we looked, were sent first links; some come back."""
    with opened(context, tmp_path / "mails") as room:
        users = [User("U1", "pat@practice.example")]
        for day in (date(2026, 11, 30), DAY_14):
            room.feed(day, town(size=3), users)
        room.mail(DAY_14, first_links=True)
        assert len(room.letters) == 4
        comes_back(room, DAY_15, gmc(1))
        comes_back(room, DAY_15, "U1")
        yield room


def _night(room, day, doctors=None, users=None, **order):
    room.feed(day, doctors or town(size=3), [User("U1", "pat@practice.example")] if users is None else users)
    return room.mail(day, confirm_gap=True, **order)


def test_first_links_and_users_links_that_came_back_are_mailed_once_more_in_any_run(everybody):
    assert waits(everybody) == 2
    assert _night(everybody, DAY_BEFORE).planned == 0
    result = _night(everybody, REMINDED)

    assert (result.planned, waits(everybody)) == (2, 0)
    assert sorted(everybody.recipients[4:]) == ["d1@doctor.example", "pat@practice.example"]
    comes_back(everybody, DAY_AFTER, gmc(1), generation=2)
    for day in (DAY_AFTER, *LATER):
        assert _night(everybody, day).planned == 0
    assert waits(everybody) == 1


def test_what_is_said_of_a_first_link_ends_with_the_address(everybody):
    _night(everybody, date(2026, 12, 3), town({1: {"email": "another@doctor.example"}}, size=3))
    assert waits(everybody) == 1
