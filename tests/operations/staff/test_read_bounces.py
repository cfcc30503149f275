"""What a returned message does to the mail it speaks of, its address, its link and its change."""

import json
from datetime import UTC, date, datetime

import pytest
import trustme
from sqlalchemy import insert, select, text, update
from typer.testing import CliRunner

from gpsync.errors import AlreadyRunning, GpsyncError
from gpsync.mail.mailboxes import Mailbox, Message
from gpsync.operations.staff.read_bounces import read_bounces
from gpsync.rules import ChangeState, LinkState, MailState, ReturnedKind
from gpsync.store.locks import run_lock
from gpsync.store.tables import email_change, link, mail_event, outbox, returned_mail, run, suppression
from tests.mail.imap_server import Box, imap_server
from tests.store.bounce_building import FULL, GONE, LATE, SENT_AT, link_row, mail_row
from tests.unit.bounces.corpus import CASES
from tests.unit.bounces.shapes import MAIL_ID, RECIPIENT, dsn, per_recipient


@pytest.fixture
def everything(engine):
    """The contents of every table that a bounce may change, except the list of what was read."""

    def read():
        with engine.connect() as connection:
            tables = (outbox, link, email_change, suppression, mail_event)
            return [connection.execute(select(table)).all() for table in tables]

    return read


@pytest.mark.parametrize("state", [MailState.SENT, MailState.UNKNOWN])
def test_a_permanent_failure_ends_the_mail_its_address_link_and_change(given, take, row, state):
    given(state)

    done = take(GONE)

    assert (done.kinds[ReturnedKind.PERMANENT], done.suppressed, done.needs_a_person) == (1, 1, False)
    assert (row(outbox)["state"], row(outbox)["enhanced_code"]) == ("bounced", "5.1.1")
    assert row(suppression) == {
        "address_key": RECIPIENT,
        "since": date(2026, 11, 30),
        "reason": "BOUNCED",
        "mail_id": MAIL_ID,
        "recorded_by": "bounces",
    }
    assert row(link)["state"] == "revoked" and row(link)["ended_at"] is not None
    assert row(email_change)["state"] == "BOUNCED"
    event = row(mail_event)
    assert [event[name] for name in ("state", "actor", "reason", "epoch")] == ["bounced", "bounces", "5.1.1", 3]
    assert (row(returned_mail)["kind"], row(returned_mail)["mail_id"]) == ("permanent", MAIL_ID)


def test_the_same_message_twice_changes_nothing_the_second_time(given, take, everything):
    given(MailState.SENT)
    take(GONE)
    before = everything()

    again = take(GONE, GONE)

    assert (again.known, sum(again.kinds.values())) == (2, 0)
    assert everything() == before


def test_a_second_bounce_of_one_mail_is_believed_and_changes_nothing(given, take, everything):
    given(MailState.SENT)
    take(GONE)
    before = everything()

    again = take(dsn(per_recipient("5.1.1", said="550 5.1.1 still unknown")))

    assert again.kinds[ReturnedKind.PERMANENT] == 1 and again.suppressed == 0
    assert everything() == before


@pytest.mark.parametrize("message", [LATE, dsn(per_recipient("2.0.0", action="relayed"))])
def test_what_is_still_tried_or_was_passed_on_is_only_written_down(given, take, row, message):
    given(MailState.SENT)

    done = take(message)

    assert row(outbox)["state"] == "sent" and row(link)["state"] == "issued" and row(suppression) is None
    assert row(email_change)["state"] == "SENT"
    assert row(mail_event)["state"] == "sent"
    assert (done.needs_a_person, row(returned_mail)["message"]) == (False, None)


@pytest.mark.parametrize(
    ("message", "code", "reason"),
    [
        (FULL, "4.2.2", "RETURNED"),
        (dsn(per_recipient("5.2.2")), "5.2.2", "RETURNED"),
        (dsn(per_recipient("4.4.7")), "4.4.7", "RETURNED"),
        (dsn(per_recipient("5.7.1")), "5.7.1", "POLICY"),
    ],
)
@pytest.mark.parametrize("state", [MailState.SENT, MailState.UNKNOWN, MailState.IN_DOUBT])
def test_a_mail_that_was_given_back_undelivered_has_not_arrived(given, take, row, state, message, code, reason):
    given(state, change_state=ChangeState.HELD if state is MailState.UNKNOWN else ChangeState.SENT)

    done = take(message)

    assert (done.given_back, done.suppressed, done.needs_a_person) == (1, 0, True)
    assert (row(outbox)["state"], row(outbox)["reason"], row(outbox)["enhanced_code"]) == ("returned", reason, code)
    assert row(outbox)["sent_at"] == SENT_AT
    assert row(suppression) is None and row(link)["state"] == "issued"
    change = row(email_change)
    assert (change["state"], change["reason"], change["sent_on"]) == ("RETURNED", None, date(2026, 11, 27))
    # Whoever had it in hand when the reading began is dead: its run lock is free.
    assert done.arrived == (state in (MailState.UNKNOWN, MailState.IN_DOUBT))


def test_the_send_log_tells_that_a_mail_whose_answer_was_lost_had_been_taken_and_came_back(given, take, engine):
    given(MailState.UNKNOWN, change_state=ChangeState.HELD)
    take(FULL)

    with engine.connect() as connection:
        rows = connection.execute(select(mail_event.c.state, mail_event.c.reason).order_by(mail_event.c.event_number))
        assert rows.all() == [("sent", "4.2.2"), ("returned", "4.2.2")]


@pytest.mark.parametrize(
    ("messages", "state", "change"),
    [
        ((LATE, FULL), "returned", "RETURNED"),
        ((FULL, LATE), "returned", "RETURNED"),
        ((FULL, GONE), "bounced", "BOUNCED"),
        ((GONE, FULL), "bounced", "BOUNCED"),
        ((FULL, dsn(per_recipient("4.2.2", said="452 4.2.2 still full"))), "returned", "RETURNED"),
        ((FULL, dsn(per_recipient("2.0.0", action="relayed"))), "returned", "RETURNED"),
        ((dsn(per_recipient("2.0.0", action="relayed")), FULL), "returned", "RETURNED"),
    ],
)
def test_several_reports_about_one_mail_in_whatever_order(given, take, row, messages, state, change):
    given(MailState.SENT)

    done = take(*messages)

    assert (row(outbox)["state"], row(email_change)["state"]) == (state, change)
    assert (row(suppression) is not None) is (state == "bounced")
    assert done.kinds[ReturnedKind.FORGED] == 0


def test_the_same_return_twice_changes_nothing_the_second_time(given, take, everything):
    given(MailState.SENT)
    take(FULL)
    before = everything()

    again = take(FULL)

    assert (again.known, again.given_back, again.waiting) == (1, 0, 1)
    assert everything() == before


def test_a_used_link_is_stronger_than_any_return(given, take, row):
    given(MailState.SENT, link_state=LinkState.CONFIRMED, change_state=ChangeState.VERIFIED)

    done = take(FULL)

    assert (row(outbox)["state"], row(email_change)["state"], done.given_back) == ("sent", "VERIFIED", 0)
    assert not done.needs_a_person
    assert (row(mail_event)["state"], row(mail_event)["reason"]) == ("sent", "4.2.2")


@pytest.mark.parametrize("state", [ChangeState.SUPERSEDED, ChangeState.CANCELLED, ChangeState.VERIFIED])
def test_a_change_that_has_moved_on_keeps_its_state_when_its_mail_comes_back(given, take, row, state):
    given(MailState.SENT, change_state=state)

    done = take(FULL)

    assert (row(outbox)["state"], row(email_change)["state"]) == ("returned", str(state))
    assert not done.needs_a_person, "nothing is to be done for an address that is over"


@pytest.mark.parametrize(
    ("later", "change"),
    [
        (MailState.SENT, "SENT"),
        (MailState.UNKNOWN, "SENT"),
        (MailState.PENDING, "SENT"),
        (MailState.CANCELLED, "RETURNED"),
        (MailState.DEAD, "RETURNED"),
    ],
)
def test_a_report_about_an_older_letter_leaves_the_change_to_the_newer_one(given, take, engine, later, change):
    given(MailState.SENT)
    with engine.begin() as connection:
        row = link_row(LinkState.SUPERSEDED) | {"link_id": "l2", "generation": 2, "token_sha256": "1" * 64}
        connection.execute(insert(link).values(row))
        again = {"mail_id": "f" * 32, "idem_key": "i2", "link_id": "l2", "generation": 2, "message_id": "<other>"}
        connection.execute(insert(outbox).values(mail_row(later) | again))

    take(FULL)

    with engine.connect() as connection:
        assert connection.execute(select(email_change.c.state)).scalar_one() == change
        states = select(outbox.c.state).order_by(outbox.c.generation)
        assert connection.execute(states).scalars().all() == ["returned", str(later)]


def test_a_mail_that_came_back_although_its_window_had_not_passed_still_says_so(given, take, row, engine):
    given(MailState.SENT)
    with engine.begin() as connection:
        connection.execute(update(email_change).values(reason="SENT_EARLY"))

    take(FULL)

    assert (row(email_change)["state"], row(email_change)["reason"]) == ("RETURNED", "SENT_EARLY")


@pytest.mark.parametrize("message", [LATE, dsn(per_recipient("2.0.0", action="relayed"))])
def test_a_report_that_the_mail_service_has_it_settles_a_mail_whose_answer_was_lost(given, take, row, engine, message):
    given(MailState.UNKNOWN, change_state=ChangeState.HELD)
    with engine.begin() as connection:
        event = {"mail_id": MAIL_ID, "epoch": 3, "at": SENT_AT, "state": MailState.IN_DOUBT, "actor": "gpsync"}
        connection.execute(insert(mail_event).values(event))
        connection.execute(update(outbox).values(dated_at=datetime(2026, 11, 20, tzinfo=UTC)))

    assert take(message).arrived == 1

    assert (row(outbox)["state"], row(outbox)["sent_at"]) == ("sent", SENT_AT)
    change = row(email_change)
    assert (change["state"], change["reason"]) == ("SENT", None)
    assert (change["sent_on"], change["expires_on"]) == (date(2026, 11, 27), date(2026, 11, 30))


def test_a_mail_that_is_being_handed_over_is_left_to_its_sender(given, context, row):
    """Nobody can be at it while a reading has the run lock, unless that lock was lost."""

    def messages():
        given(MailState.IN_DOUBT)
        yield Message(LATE, lambda: None)

    read_bounces(context, Mailbox(1, messages()))

    assert row(outbox)["state"] == "in_doubt"


def test_a_mail_of_a_sender_that_was_killed_is_unknown_before_its_report_is_read(given, take, row, engine):
    given(MailState.IN_DOUBT, lease_token="dead", lease_until=datetime(2100, 1, 1, tzinfo=UTC))

    assert take(LATE).arrived == 1

    assert row(outbox)["state"] == "sent"
    with engine.connect() as connection:
        query = select(mail_event.c.state, mail_event.c.actor).order_by(mail_event.c.event_number)
        assert connection.execute(query).all() == [("unknown", "gpsync"), ("sent", "bounces")]


def test_an_out_of_office_settles_nothing(given, take, everything):
    given(MailState.UNKNOWN)
    before = everything()

    done = take(next(case.message for case in CASES if case.name == "out of office"))

    assert done.kinds[ReturnedKind.AUTO_REPLY] == 1 and not done.needs_a_person
    assert everything() == before


def test_a_link_that_was_used_is_stronger_than_any_bounce(given, take, row):
    given(MailState.SENT, link_state=LinkState.CONFIRMED, change_state=ChangeState.VERIFIED)

    take(GONE)

    assert row(suppression) is None and row(outbox)["state"] == "sent"
    assert row(link)["state"] == "confirmed" and row(email_change)["state"] == "VERIFIED"
    assert row(mail_event)["reason"] == "5.1.1"


def test_a_change_that_has_moved_on_keeps_its_state(given, take, row):
    given(MailState.SENT, link_state=LinkState.SUPERSEDED, change_state=ChangeState.SUPERSEDED)

    take(GONE)

    assert row(outbox)["state"] == "bounced" and row(suppression) is not None
    assert row(email_change)["state"] == "SUPERSEDED" and row(link)["state"] == "superseded"


def test_a_user_link_bounces_without_a_change(given, take, row):
    given(MailState.SENT, kind="USER_LINK", change_id=None)

    take(GONE)

    assert row(outbox)["state"] == "bounced" and row(email_change)["state"] == "SENT"


def test_forged_messages_are_counted_and_ignored(given, take, everything):
    given(MailState.SENT)
    before = everything()
    forged = [case.message for case in CASES if case.kind is ReturnedKind.FORGED]

    done = take(*forged)

    assert done.kinds[ReturnedKind.FORGED] == len(forged) >= 5
    assert everything() == before


def test_the_whole_corpus_is_counted_as_it_says(given, take):
    given(MailState.SENT)

    done = take(*(case.message for case in CASES))

    expected = {kind: sum(case.kind is kind for case in CASES) for kind in ReturnedKind}
    assert {kind: done.kinds[kind] for kind in ReturnedKind} == expected


def test_a_message_is_marked_as_read_only_after_its_transaction(given, context, engine):
    given(MailState.SENT)
    seen = []

    def mark():
        with engine.connect() as connection:
            seen.append(connection.execute(select(outbox.c.state)).scalar_one())

    read_bounces(context, Mailbox(1, [Message(GONE, mark)]))

    assert seen == ["bounced"]


def test_a_message_whose_transaction_fails_leaves_nothing_and_is_not_marked(given, context, engine, everything):
    given(MailState.SENT)
    before = everything()
    marked = []
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE returned_mail ADD CONSTRAINT full_disk CHECK (false)"))

    with pytest.raises(GpsyncError, match="withheld") as caught:
        read_bounces(context, Mailbox(1, [Message(GONE, lambda: marked.append(1))]))

    assert everything() == before and not marked
    assert "@" not in str(caught.value)


def test_a_message_that_cannot_be_opened_is_for_a_person_and_stops_no_other(given, take):
    given(MailState.SENT)

    done = take(None, GONE)

    assert (done.unreadable, done.suppressed, done.needs_a_person) == (1, 1, True)


def test_a_reading_is_a_recorded_run_and_waits_for_no_other(given, take, row, engine):
    given(MailState.SENT)
    take(GONE)

    assert (row(run)["flow"], row(run)["outcome"], row(run)["summary"]["permanent"]) == ("bounces", "done", 1)
    with run_lock(engine), pytest.raises(AlreadyRunning):
        take(LATE)


@pytest.fixture
def command(context, monkeypatch):
    """Type `gpsync bounces …` on the context's database."""
    from gpsync.cli import bounces
    from gpsync.cli.application import app

    assert bounces.app is app
    monkeypatch.setenv("GPSYNC_DATABASE_URL", context.engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("COLUMNS", "200")
    return lambda *words: CliRunner().invoke(app, ["bounces", *map(str, words)])


def test_the_command_counts_by_kind_and_shows_no_address(given, command, tmp_path):
    given(MailState.SENT)
    (tmp_path / "1.eml").write_bytes(GONE)
    (tmp_path / "2.eml").write_bytes(LATE)

    result = command(tmp_path)
    again = command(tmp_path, "--json")

    assert result.exit_code == 0 and "permanent" in result.stdout
    assert "Mails that have bounced, and whose addresses are not mailed again: 1." in result.stdout
    assert "@" not in result.output
    assert json.loads(again.stdout)["read before"] == 2


@pytest.mark.parametrize("message", [dsn(per_recipient("5.7.1")), b"Subject: buy now\n\nCheap.\n"])
def test_the_command_ends_with_3_when_a_person_must_look(given, command, tmp_path, message):
    given(MailState.SENT)
    (tmp_path / "1.eml").write_bytes(message)

    assert command(tmp_path).exit_code == 3


def test_the_command_reads_a_server_and_marks_what_it_read(given, command, row, tmp_path, monkeypatch):
    given(MailState.SENT)
    authority, box = trustme.CA(), Box({5: GONE})
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("GPSYNC_IMAP_PASSWORD", box.password)
    monkeypatch.setenv("GPSYNC_SMTP_CA_FILE", str(tmp_path / "ca.pem"))

    with imap_server(box, authority.issue_cert("localhost")) as port:
        result = command(f"imaps://bounces%40pcse.example@localhost:{port}/INBOX")

    assert result.exit_code == 0, result.exception
    assert row(outbox)["state"] == "bounced" and box.seen == {5}


def test_the_command_says_what_is_wrong_with_its_source(command, tmp_path):
    missing = command(tmp_path / "none")

    assert isinstance(missing.exception, GpsyncError) and "There is no folder" in str(missing.exception)
