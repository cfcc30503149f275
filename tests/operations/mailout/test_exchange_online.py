"""A night at a mail service as Exchange Online is: logins by token only, the sender's own address, and its reports."""

import logging
import re
from email import message_from_bytes

import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

from gpsync import rules
from gpsync.errors import GpsyncError
from gpsync.operations.mailout import send
from tests.faults.certificates import certificates
from tests.faults.loopback import can_see, is_loopback, watched
from tests.faults.smtp_server import running_server
from tests.faults.token_server import ENTRA, token_server
from tests.mail.imap_server import Box, imap_server
from tests.store.mailing import DAY_14
from tests.unit.bounces.shapes import dsn, per_mail, per_recipient

_MAILBOX = "pcse.noreply@nhs.example"
_SECRET = "made-up-client-secret"


@pytest.fixture(scope="module")
def mail_process():
    with running_server() as server:
        yield server


@pytest.fixture
def issuer(monkeypatch):
    for name in ("HTTPS_PROXY", "ALL_PROXY", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    with token_server() as server:
        yield server


def _play(server, mailbox):
    """Be Exchange Online for an application that may use one mailbox: it may send as that mailbox only."""
    denied = {"do": "554 5.2.252 SendAsDenied; not allowed to send as another", "from": rf"^(?!{re.escape(mailbox)}$)"}
    server.play({"dot": denied}, tls="starttls", xoauth2=(mailbox, r"token-\d+"))


@pytest.fixture
def exchange(room, mail_process, issuer, monkeypatch):
    """The mailroom's mail service is Exchange Online."""
    monkeypatch.setattr(send, "_PATIENCE_SECONDS", 0)
    room.set(
        smtp_port=mail_process.port,
        smtp_security="starttls",
        smtp_ca_file=mail_process.ca_file,
        smtp_auth="oauth2",
        smtp_user=_MAILBOX,
        oauth_token_url=issuer.url,
        oauth_client_id="made-up-app",
        oauth_client_secret=SecretStr(_SECRET),
        oauth_ca_file=issuer.ca_file,
        mail_from=_MAILBOX,
        mail_verp=False,
    )
    _play(mail_process, _MAILBOX)
    return mail_process


def _everything_kept(room):
    """Whatever runs left: what the database has of them and of mails' moves, and every file under HOME."""
    rows = room.read("SELECT run::text FROM run") + room.read("SELECT mail_event::text FROM mail_event")
    files = [path.read_bytes() for path in room.home.settings.home_folder.rglob("*") if path.is_file()]
    return repr(rows).encode() + b"".join(files)


def test_a_mailout_logs_in_by_token_and_sends_from_the_mailbox_itself(room, exchange, issuer):
    with watched() as seen:
        result = room.mail(DAY_14)

    assert result.stopped is None
    assert [room.stand(number) for number in (1, 2, 3)] == [("SENT", None)] * 3
    assert {taken.sender for taken in exchange.ledger()} == {_MAILBOX}
    assert len(issuer.asked) == 1
    assert can_see() and [host for host in seen if not is_loopback(host)] == []


def test_with_verp_such_a_service_refuses_us_and_no_address_is_given_up(room, exchange):
    room.set(mail_verp=True)

    result = room.mail(DAY_14)

    assert result.needs_a_person and exchange.ledger() == []
    assert room.read("SELECT DISTINCT state, enhanced_code FROM outbox") == [("policy_held", "5.2.252")]
    assert room.read("SELECT * FROM suppression") == []


def test_a_run_that_outlives_its_token_goes_on_with_a_new_one(room, exchange, issuer, monkeypatch):
    """A connection for each mail, and tokens that are over before the next login."""
    monkeypatch.setattr(rules, "MAILS_PER_CONNECTION", 1)
    issuer.seconds = 0

    assert room.mail(DAY_14).stopped is None
    used = [event["token"] for event in exchange.events("token")]
    assert used == ["token-1", "token-2", "token-3"] and len(exchange.ledger()) == 3


def test_a_run_that_is_shorter_than_its_token_uses_one(room, exchange, issuer, monkeypatch):
    monkeypatch.setattr(rules, "MAILS_PER_CONNECTION", 1)

    assert room.mail(DAY_14).stopped is None
    assert [event["token"] for event in exchange.events("token")] == ["token-1"] * 3


@pytest.mark.parametrize(("number", "words"), [(7000222, "client secret has expired"), (7000215, "secret is wrong")])
def test_a_secret_that_is_not_taken_ends_the_run_and_bounces_nobody(room, exchange, issuer, number, words):
    issuer.answer(*ENTRA[number])

    result = room.mail(DAY_14)

    assert words in result.stopped and result.needs_a_person
    assert [room.stand(number) for number in (1, 2, 3)] == [("QUEUED", None)] * 3
    assert exchange.ledger() == [] and len(issuer.asked) == 1


def test_an_application_without_permission_ends_the_run_and_bounces_nobody(room, exchange, issuer):
    _play(exchange, "another@nhs.example")

    result = room.mail(DAY_14)

    assert "does not take the token for this mailbox (535 5.7.3)" in result.stopped
    assert [mail for number in (1, 2, 3) for mail in room.mails(number)] == [("pending", None)] * 3


def test_a_token_server_that_is_down_is_waited_for_and_then_named(room, exchange, issuer, monkeypatch):
    monkeypatch.setattr(rules, "CHANNEL_ERRORS", 3)
    monkeypatch.setattr(send.dispatch, "__kwdefaults__", send.dispatch.__kwdefaults__ | {"channel_pauses": (0,)})
    issuer.answer(503, b"later")

    result = room.mail(DAY_14)

    assert "failed 3 times in a row, and then: The token server" in result.stopped
    assert "HTTP 503" in result.stopped and len(issuer.asked) == 3


def test_neither_secret_nor_token_is_kept_or_logged(room, exchange, issuer, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    _play(exchange, "another@nhs.example")
    room.mail(DAY_14)
    _play(exchange, _MAILBOX)
    room.mail(DAY_14)

    kept = _everything_kept(room) + caplog.text.encode() + "".join(capfd.readouterr()).encode()

    assert b"in_doubt" in kept
    assert [event["token"] for event in exchange.events("token")] == ["token-2"]
    assert not [word for word in (_SECRET, "token-1", "token-2", "Bearer") if word.encode() in kept]


def _report(exchange, *, by):
    """What comes back for the first letter that was taken, made of what the mail service had of it."""
    taken = exchange.ledger()[0]
    envelope_id = next(one.removeprefix("ENVID=") for one in taken.options if one.startswith("ENVID="))
    letter = message_from_bytes(exchange.letter(taken))
    named = per_mail(envelope_id) if by == "envelope id" else "Reporting-MTA: dns; mx.example"
    headers = f"Subject: {letter['Subject']}"
    if by != "envelope id":
        headers += f"\n{by}: {letter['Message-ID']}"
    failed = per_recipient(
        "5.1.10", to=taken.recipients[0], said="550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found"
    )
    return taken.recipients[0], dsn(whole=f"{named}\n\n{failed}", to=_MAILBOX, returned=headers)


@pytest.mark.parametrize("by", ["envelope id", "Message-ID", "X-Microsoft-Original-Message-ID"])
def test_a_report_to_the_plain_mailbox_ends_the_mail_it_speaks_of(room, exchange, issuer, monkeypatch, by, tmp_path):
    from gpsync.cli import app

    room.mail(DAY_14)
    recipient, report = _report(exchange, by=by)
    box = Box({5: report}, user=_MAILBOX, tokens={"token-2"})
    environment = {
        "DATABASE_URL": room.home.engine.url.render_as_string(hide_password=False),
        "IMAP_AUTH": "oauth2",
        "OAUTH_TOKEN_URL": issuer.url,
        "OAUTH_CLIENT_ID": "made-up-app",
        "OAUTH_CLIENT_SECRET_FILE": str(tmp_path / "secret"),
        "OAUTH_CA_FILE": str(issuer.ca_file),
        "SMTP_CA_FILE": str(exchange.ca_file),
    }
    (tmp_path / "secret").write_text(_SECRET)
    for name, value in environment.items():
        monkeypatch.setenv(f"GPSYNC_{name}", value)
    with imap_server(box, _Good()) as port:
        url = f"imaps://{_MAILBOX.replace('@', '%40')}@localhost:{port}/INBOX"
        result = CliRunner().invoke(app, ["bounces", url])

    assert result.exit_code == 0, result.output
    assert box.seen == {5}
    states = dict(room.read("SELECT recipient_key, state FROM outbox"))
    assert states.pop(recipient.lower()) == "bounced" and set(states.values()) == {"sent"}


class _Good:
    """The tests' good certificate, as the IMAP server wants to be given one."""

    def configure_cert(self, context):
        context.load_cert_chain(certificates() / "good.pem")


def test_the_command_that_has_no_token_says_so_and_fails(room, issuer, monkeypatch, tmp_path):
    from gpsync.cli import app

    issuer.answer(*ENTRA[7000222])
    for name, value in {
        "DATABASE_URL": room.home.engine.url.render_as_string(hide_password=False),
        "IMAP_AUTH": "oauth2",
        "OAUTH_TOKEN_URL": issuer.url,
        "OAUTH_CLIENT_ID": "made-up-app",
        "OAUTH_CLIENT_SECRET": _SECRET,
        "OAUTH_CA_FILE": str(issuer.ca_file),
    }.items():
        monkeypatch.setenv(f"GPSYNC_{name}", value)

    result = CliRunner().invoke(app, ["bounces", "imaps://bounces%40nhs.example@localhost:1/INBOX"])

    assert isinstance(result.exception, GpsyncError) and result.exception.exit_status == 1
    assert "(AADSTS7000222): the client secret has expired" in str(result.exception)
    assert CliRunner().invoke(app, ["bounces", str(tmp_path)]).exit_code == 0
