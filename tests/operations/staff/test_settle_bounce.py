"""What a person must look at in the bounce mailbox is said until somebody settles it."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
import trustme
from sqlalchemy import insert, select, text, update
from typer.testing import CliRunner

from gpsync import rules
from gpsync.cli.application import app
from gpsync.errors import WrongUse
from gpsync.operations.purge import Purged, purge
from gpsync.operations.staff import read_bounces
from gpsync.operations.staff.settle_bounce import settle
from gpsync.rules import MailState, ReturnedKind
from gpsync.store import bounces_waiting
from gpsync.store.tables import extract, mail_event, outbox, returned_mail, run, suppression
from tests.mail.imap_server import Box, imap_server
from tests.store.bounce_building import FULL, GONE
from tests.unit.bounces.shapes import MAIL_ID, RECIPIENT, dsn, per_recipient

_SPAM = b"From: a@b.example\r\nSubject: Cheap pills\r\n\r\nBuy now.\r\n"
_ODD = dsn(per_recipient("5.9.9", action="puzzled", said="559 nobody knows"))
_POLICY = dsn(per_recipient("5.7.1", said="550 5.7.1 blocked"))


@pytest.fixture
def gpsync(context, monkeypatch):
    """Type a command on the context's database."""
    import gpsync.cli  # noqa: F401 - adds the commands

    monkeypatch.setenv("GPSYNC_DATABASE_URL", context.engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("COLUMNS", "200")
    return lambda *words: CliRunner().invoke(app, [*map(str, words)])


@pytest.fixture
def waiting(engine):
    """The messages that wait."""

    def read():
        with engine.connect() as connection:
            return bounces_waiting.waiting(connection)

    return read


@pytest.mark.parametrize("message", [_SPAM, _ODD, _POLICY, FULL], ids=["unrecognised", "odd", "policy", "returned"])
def test_it_is_said_at_every_reading_and_by_status_until_it_is_settled(given, gpsync, tmp_path, message):
    given(MailState.SENT)
    (tmp_path / "1.eml").write_bytes(message)

    assert [gpsync("bounces", tmp_path).exit_code for _ in range(3)] == [3, 3, 3]
    assert gpsync("status").exit_code == 3
    ((one,),) = [json.loads(gpsync("returned", "list", "--json").stdout)["returned"]]
    assert json.loads(gpsync("status", "--json").stdout)["returned messages"] == [one]

    done = gpsync("returned", "settle", one["id"], "--reason", "looked at it")

    assert done.exit_code == 0 and "Settled: 1." in done.stdout
    assert gpsync("bounces", tmp_path).exit_code == 0
    assert gpsync("status").exit_code == 0
    assert json.loads(gpsync("returned", "list", "--json").stdout)["returned"] == []


def test_a_server_marks_it_as_read_and_it_is_said_all_the_same(given, gpsync, tmp_path, monkeypatch):
    given(MailState.SENT)
    authority, box = trustme.CA(), Box({5: _SPAM, 6: _POLICY})
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("GPSYNC_IMAP_PASSWORD", box.password)
    monkeypatch.setenv("GPSYNC_SMTP_CA_FILE", str(tmp_path / "ca.pem"))

    with imap_server(box, authority.issue_cert("localhost")) as port:
        source = f"imaps://bounces%40pcse.example@localhost:{port}/INBOX"
        codes = [gpsync("bounces", source).exit_code for _ in range(2)]

    assert (codes, box.seen) == ([3, 3], {5, 6})
    assert {one["kind"] for one in json.loads(gpsync("returned", "list", "--json").stdout)["returned"]} == {
        "unrecognised",
        "policy",
    }
    shown = gpsync("returned", "list").stdout
    assert "a person must look" in shown and "@" not in shown


def test_who_settled_it_when_and_why_is_kept_and_nothing_of_the_message(given, take, row, context, waiting):
    given(MailState.SENT)
    take(_SPAM)
    assert "Cheap pills" in row(returned_mail)["message"]

    settle(context, [waiting()[0].message_id], None, "ben", "spam")

    kept = row(returned_mail)
    assert (kept["settled_by"], kept["settled_reason"], kept["settled_at"]) == ("ben", "spam", context.now())
    assert (kept["message"], kept["name"]) == (None, None)


def test_settling_stands_in_the_send_log_of_its_mail(given, take, context, waiting, engine):
    given(MailState.SENT)
    take(_POLICY)
    settle(context, [waiting()[0].message_id], None, "ben", "they listed us by mistake")

    with engine.connect() as connection:
        events = connection.execute(select(mail_event.c.state, mail_event.c.actor, mail_event.c.reason))
        assert events.all() == [("returned", "bounces", "5.7.1"), ("returned", "ben", "they listed us by mistake")]


def test_a_person_may_say_what_it_was(given, take, context, waiting, row):
    given(MailState.SENT)
    take(_ODD)
    assert (row(outbox)["state"], row(returned_mail)["mail_id"]) == ("sent", MAIL_ID)

    settle(context, [waiting()[0].message_id], ReturnedKind.PERMANENT, "ben", "the practice says the mailbox is closed")

    assert (row(outbox)["state"], row(suppression)["recorded_by"]) == ("bounced", "ben")
    assert waiting() == []


def test_a_person_may_say_that_a_mail_came_back(given, take, gpsync, waiting, row):
    given(MailState.SENT)
    take(_ODD)

    done = gpsync(
        "returned", "settle", waiting()[0].message_id, "--as", "returned", "--reason", "full, says the practice"
    )

    assert done.exit_code == 0
    assert (row(outbox)["state"], row(suppression)) == ("returned", None)


def test_nothing_follows_from_a_message_about_no_mail(given, take, context, waiting):
    given(MailState.SENT)
    take(_SPAM)

    with pytest.raises(WrongUse, match="about no mail that is known"):
        settle(context, [waiting()[0].message_id], ReturnedKind.PERMANENT, "ben", "dead")
    assert len(waiting()) == 1


@pytest.mark.parametrize("words", [["permanant"], ["forged"]])
def test_what_it_was_is_one_of_two_words(gpsync, words):
    done = gpsync("returned", "settle", "abcdef012345", "--as", *words, "--reason", "for a test")

    assert done.exit_code == 2 and "write permanent or returned" in done.output


def test_several_are_settled_all_or_none(given, take, context, waiting):
    given(MailState.SENT)
    take(_SPAM, _ODD)
    ids = [one.message_id for one in waiting()]

    with pytest.raises(WrongUse, match="No message that waits for a person is called 000000000000"):
        settle(context, [*ids, "000000000000"], None, "ben", "spam")
    assert len(waiting()) == 2
    settle(context, [*ids, *ids], None, "ben", "spam")
    assert waiting() == []


@pytest.mark.parametrize("message_id", ["", "abc", "%%%%%%%%", "ffffffffffff"])
def test_an_id_that_nothing_has_is_wrong_use(given, take, context, message_id):
    given(MailState.SENT)
    take(_SPAM)

    with pytest.raises(WrongUse, match="lists what waits"):
        settle(context, [message_id], None, "ben", "spam")


def test_it_takes_a_reason(given, take, context, waiting):
    given(MailState.SENT)
    take(_SPAM)

    with pytest.raises(WrongUse, match="Say why"):
        settle(context, [waiting()[0].message_id], None, "ben", "  ")


def test_show_tells_what_is_needed_and_no_link(given, gpsync, tmp_path):
    given(MailState.SENT)
    token = "AbCdEfGhIjKlMnOpQrStUvWxYz0123456789-_AbCdE"
    letter = f"Message-ID: <v1.{MAIL_ID}.1@pcse.example>\n\nhttps://pcse.example/verify/{token}\n"
    (tmp_path / "1.eml").write_bytes(
        dsn(
            per_recipient("5.7.1", said=f"550 5.7.1 \x1b[31mblocked https://pcse.example/verify/{token}"),
            returned=letter,
            returned_as="message/rfc822",
        )
    )
    gpsync("bounces", tmp_path)
    (one,) = json.loads(gpsync("returned", "list", "--json").stdout)["returned"]

    shown = gpsync("returned", "show", one["id"])

    assert shown.exit_code == 0
    assert "550 5.7.1" in shown.stdout and RECIPIENT in shown.stdout and MAIL_ID in shown.stdout
    assert str(tmp_path / "1.eml") in shown.stdout
    assert token not in shown.stdout and "\x1b" not in shown.stdout


def test_a_token_is_in_no_row(given, take, row):
    given(MailState.SENT)
    token = "AbCdEfGhIjKlMnOpQrStUvWxYz0123456789-_AbCdE"
    take(_SPAM + f"https://pcse.example/verify/{token[:20]}=\r\n{token[20:]}\r\n".encode())

    kept = row(returned_mail)["message"]
    assert "Buy now." in kept and token[:20] not in kept and token[20:] not in kept


def test_a_message_that_cannot_be_opened_is_said_until_settled(given, gpsync, tmp_path, context, waiting):
    given(MailState.SENT)
    for name in ("new", "cur"):
        (tmp_path / name).mkdir()
    (tmp_path / "new" / "1.eml").symlink_to(tmp_path / "nowhere")
    message = read_bounces.Message(None, lambda: None, str(tmp_path / "new" / "1.eml"))
    for _ in range(2):
        read_bounces.read_bounces(context, read_bounces.Mailbox(1, [message]))

    (one,) = waiting()
    assert (one.kind, gpsync("status").exit_code) == (ReturnedKind.UNREADABLE, 3)
    assert "Nothing of the message itself is kept" in gpsync("returned", "show", one.message_id).stdout
    settle(context, [one.message_id], None, "ben", "a broken file of another program")
    done = read_bounces.read_bounces(context, read_bounces.Mailbox(1, [message]))

    assert (done.unreadable, done.needs_a_person) == (1, False)


def test_a_message_that_could_be_opened_after_all_waits_no_longer(given, context, engine):
    given(MailState.SENT)

    def read(content):
        return read_bounces.read_bounces(
            context, read_bounces.Mailbox(1, [read_bounces.Message(content, lambda: None, "1.eml")])
        )

    assert read(None).needs_a_person
    assert not read(GONE).needs_a_person
    with engine.connect() as connection:
        query = select(returned_mail.c.settled_by, returned_mail.c.settled_reason).where(
            returned_mail.c.kind == ReturnedKind.UNREADABLE
        )
        assert connection.execute(query).one() == ("gpsync", "It could be opened since.")


def test_so_much_is_kept_of_a_message_and_of_so_many(given, take, engine, monkeypatch):
    given(MailState.SENT)
    monkeypatch.setattr(bounces_waiting, "KEPT_MESSAGES", 2)
    take(*(b"Subject: %d\n\n%s" % (one, b"words " * 10_000) for one in range(3)))

    with engine.connect() as connection:
        kept = connection.execute(select(returned_mail.c.message).order_by(returned_mail.c.message)).scalars().all()
        assert bounces_waiting.count(connection) == 3
    assert [len(one) <= rules.KEPT_CHARACTERS for one in kept if one] == [True, True]
    assert kept.count(None) == 1


def test_a_night_forgets_what_waits_no_longer_and_what_is_past_retention(given, take, context, engine, waiting):
    given(MailState.SENT)
    take(FULL, _SPAM)
    assert len(waiting()) == 2
    with engine.begin() as connection:
        connection.execute(text("UPDATE email_change SET state = 'VERIFIED'"))
    result = Purged()
    purge(context, result)
    assert result.messages == 1 and "Returned messages of which nothing is kept any more: 1." in result.lines()
    assert [one.message is not None for one in waiting()] == [True]

    with engine.begin() as connection:
        long_ago = context.now() - timedelta(days=context.settings.retention_days + 1)
        connection.execute(update(returned_mail).values(seen_at=long_ago))
        newest = {"extract_id": "x", "dataset": "gmc_register", "kind": "full", "as_of": date(2026, 11, 30)}
        values = {"file_name": "x", "sha256": "x", "size": 1, "outcome": "accepted", "reason": "", "counts": {}}
        others = {"columns": [], "findings": [], "notes": [], "decided_by": "", "decided_reason": ""}
        connection.execute(insert(extract).values(newest | values | others | {"loaded_at": datetime.now(UTC)}))
    result = Purged()
    purge(context, result)

    assert result.messages == 1
    assert [(one.message, one.name) for one in waiting()] == [(None, None)], "it waits all the same"


def test_a_reading_that_found_nothing_new_still_ends_with_attention(given, take, engine):
    given(MailState.SENT)
    take(_SPAM)
    take()

    with engine.connect() as connection:
        outcomes = connection.execute(select(run.c.outcome)).scalars().all()
    assert outcomes == ["attention", "attention"]
