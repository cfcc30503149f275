"""Nobody but the mail service itself ever gets the password or a letter."""

import hashlib
import logging
import socket
import ssl
from dataclasses import replace

import pytest
import yagmail
from pydantic import SecretStr

from gpsync.bounces.replies import verdict_of
from gpsync.errors import WrongUse
from gpsync.mail import smtp_connection as smtp_module
from gpsync.mail.handover import hand_over
from gpsync.mail.smtp_connection import ChannelError, Server, open_connection, server_of
from gpsync.mails import Outgoing
from gpsync.rules import Phase, Verdict
from gpsync.settings import Settings

LOGIN = ("mailer", "correct horse")
LETTER = b"Message-ID: <v1.m1.1@pcse.example>\r\n\r\n.Dear Dr Example\r\n.\r\n"
MAIL = Outgoing("bounces+v1.m1.1@pcse.example", "ada@doctor.example", "v1.m1.1", LETTER)
BAD_CERTIFICATES = ("self-signed", "wrong-host", "expired", "wrong-ca")
WAYS = ("tls", "starttls")
#: What is said of each certificate, and what to do.
TOLD = {
    "self-signed": ("an authority that is not trusted here (self-signed certificate)", "GPSYNC_SMTP_CA_FILE"),
    "wrong-host": ("is for another name", "GPSYNC_SMTP_HOST"),
    "expired": ("has expired", "its operator must renew it"),
    "wrong-ca": ("an authority that is not trusted here", "GPSYNC_SMTP_CA_FILE"),
}


@pytest.fixture
def server(service):
    return Server(
        service.host, service.port, LOGIN[0], SecretStr(LOGIN[1]), "tls", service.ca_file, 2.0, 2.0, 5.0
    )  # fmt: skip


def _give(smtp):
    return hand_over(smtp, MAIL, lambda: True, verdict_of)


def _refusal(server):
    """The error with which the mail service is left."""
    with pytest.raises(ChannelError) as caught:
        open_connection(server).close()
    return caught.value


def _gave_nothing_away(service):
    return service.events("auth") == [] and not any("MAIL" in command for command in service.commands())


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
@pytest.mark.parametrize("way", WAYS)
def test_a_good_mail_service_is_logged_in_to_and_gets_the_letter(service, server, way, host):
    service.play(login=LOGIN, tls=way)

    smtp = open_connection(replace(server, security=way, host=host))
    handovers = [_give(smtp).verdict for _ in range(3)]
    smtp.close()

    assert handovers == [Verdict.SENT] * 3
    assert {(taken.tls, taken.sha256) for taken in service.ledger()} == {(True, hashlib.sha256(LETTER).hexdigest())}
    assert [event["tls"] for event in service.events("auth")] == [True]
    assert service.commands()[-1].upper() == "QUIT"


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("certificate", BAD_CERTIFICATES)
def test_a_certificate_that_is_not_the_mail_services_is_refused(service, server, way, certificate):
    service.play(login=LOGIN, tls=way, certificate=certificate)

    error = _refusal(replace(server, security=way))

    assert (error.reply, error.fatal) == (None, True)
    assert f"The certificate of {server.where} " in str(error) and str(error).endswith("Nothing was sent.")
    assert all(words in str(error) for words in TOLD[certificate])
    assert not any(words[0] in str(error) for kind, words in TOLD.items() if TOLD[kind][1] != TOLD[certificate][1])
    assert _gave_nothing_away(service)


def test_the_systems_certificates_do_not_vouch_for_everybody(service, server):
    service.play(login=LOGIN, tls="tls")

    assert _refusal(replace(server, ca_file=None)).fatal
    assert _gave_nothing_away(service)


@pytest.mark.parametrize("way", WAYS)
def test_tls_1_0_is_refused(service, server, way):
    service.play(login=LOGIN, tls=way, tls_version="1.0")

    error = _refusal(replace(server, security=way))

    assert error.fatal and f"{server.where} does not speak TLS 1.2 or later" in str(error)
    assert _gave_nothing_away(service)


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_the_test_service_really_speaks_tls_1_0(service):
    service.play(tls="tls", tls_version="1.0")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.set_ciphers("ALL:@SECLEVEL=0")

    with context.wrap_socket(socket.create_connection((service.host, service.port), 2)) as client:
        assert (client.version(), client.recv(3)) == ("TLSv1", b"220")


def test_the_test_service_sees_a_password_that_is_disclosed(service):
    """What the mail library does if it is not told otherwise: it trusts anybody."""
    service.play(login=LOGIN, tls="tls", certificate="self-signed")
    client = yagmail.SMTP("gpsync@pcse.example", "x", service.host, service.port, timeout=2)

    with pytest.raises(OSError, match="535"):
        client.login()
    client.close()

    assert not _gave_nothing_away(service)


def test_encryption_that_is_not_offered_ends_the_run(service, server):
    service.play(login=LOGIN, tls="stripped")

    error = _refusal(replace(server, security="starttls"))

    assert (error.reply, error.fatal) == (None, True)
    assert f"{server.where} does not offer STARTTLS" in str(error)
    assert _gave_nothing_away(service)


def test_encryption_that_is_refused_for_now_is_waited_for(service, server):
    service.play({"starttls": "454 4.7.0 not now"}, login=LOGIN, tls="starttls")

    error = _refusal(replace(server, security="starttls"))

    assert (error.reply.code, error.fatal) == (454, False)
    assert verdict_of(Phase.CONNECT, error.reply) is Verdict.CHANNEL_BACKOFF
    assert _gave_nothing_away(service)


def test_what_is_slipped_in_before_encryption_ends_the_run(service, server):
    service.play({"starttls": {"do": "inject"}}, login=LOGIN, tls="starttls")

    error = _refusal(replace(server, security="starttls"))

    assert (error.reply, error.fatal) == (None, True)
    assert "answered before it was asked" in str(error)
    assert _gave_nothing_away(service)


@pytest.mark.parametrize("fault", ["drop", "rst", "stall", "garbage", "421"])
@pytest.mark.parametrize("where", ["banner", "ehlo", "starttls", "auth"])
def test_a_login_that_breaks_off_is_tried_again_later(service, server, where, fault):
    service.play({where: fault}, login=LOGIN, tls="starttls")

    error = _refusal(replace(server, security="starttls", timeout=0.2))

    assert not error.fatal
    assert verdict_of(Phase.CONNECT, error.reply) is Verdict.CHANNEL_BACKOFF
    assert all(event["tls"] for event in service.events("auth"))


def test_a_plain_service_where_encryption_is_expected_gets_nothing(service, server):
    service.play({"banner": {"do": "stall", "seconds": 0.2}}, login=LOGIN)

    error = _refusal(server)

    assert error.fatal and "does not speak TLS from the first byte" in str(error)
    assert "GPSYNC_SMTP_SECURITY=starttls" in str(error)
    assert _gave_nothing_away(service)


@pytest.mark.parametrize("unsafe", ["check_hostname", "verify_mode"])
def test_a_connection_that_is_not_checked_never_gets_the_password(service, server, monkeypatch, unsafe):
    """Should anything ever weaken the encryption that is asked for."""
    service.play(login=LOGIN, tls="tls")
    context = ssl.create_default_context(cafile=service.ca_file)
    context.check_hostname = False
    if unsafe == "verify_mode":
        context.verify_mode = ssl.CERT_NONE
    monkeypatch.setattr(smtp_module, "encryption", lambda server: context)

    assert _refusal(server).fatal
    assert _gave_nothing_away(service)


# --- Login ---


@pytest.mark.parametrize(
    ("answer", "fatal", "expected"),
    [
        ("535 5.7.8 wrong", True, Verdict.CHANNEL_STOP),
        ("534 5.7.9 too weak", True, Verdict.CHANNEL_STOP),
        ("454 4.7.0 not now", False, Verdict.CHANNEL_BACKOFF),
        ("421 4.7.0 busy", False, Verdict.CHANNEL_BACKOFF),
    ],
)
def test_a_login_that_is_refused_bounces_nobody(service, server, answer, fatal, expected):
    service.play({"auth": answer}, login=LOGIN, tls="tls")

    error = _refusal(server)

    assert (error.reply.code, error.fatal) == (int(answer[:3]), fatal)
    assert verdict_of(Phase.CONNECT, error.reply) is expected


def test_a_wrong_password_stops_the_run_even_if_the_service_then_hangs_up(service, server):
    service.play({"auth": [{"do": "535 5.7.8 wrong", "first": 1}, "drop"]}, login=LOGIN, tls="tls")

    error = _refusal(server)

    assert (error.reply.code, error.fatal) == (535, True)


def test_a_wrong_password_is_reported_without_the_password(service, server):
    service.play(login=("mailer", "another"), tls="tls")

    error = _refusal(server)

    assert (error.reply.code, error.fatal) == (535, True)
    assert not any(word in f"{error} {error!r} {server!r}" for word in LOGIN)


def test_a_login_that_is_not_offered_ends_the_run(service, server):
    service.play(tls="tls")

    error = _refusal(server)

    assert (error.reply, error.fatal) == (None, True)
    assert "offers no login by password" in str(error)


def test_on_this_machine_login_needs_no_encryption(service, server):
    service.play(login=LOGIN)

    smtp = open_connection(replace(server, security="none"))

    assert _give(smtp).verdict is Verdict.SENT
    smtp.close()


def test_login_and_sending_are_not_logged(service, server, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    service.play(login=LOGIN, tls="tls")
    smtp = open_connection(server)
    _give(smtp)
    smtp.close()
    service.play(login=("mailer", "another"), tls="tls")
    _refusal(server)

    assert (caplog.records, capfd.readouterr()) == ([], ("", ""))


# --- Under encryption the final dot is as undecided as without ---


@pytest.mark.parametrize("fault", ["drop", "rst", "stall", "garbage", "421"])
def test_an_encrypted_answer_that_is_lost_leaves_the_mail_unknown(service, server, fault):
    service.play({"stored": fault}, login=LOGIN, tls="tls")
    smtp = open_connection(replace(server, dot_timeout=0.2))

    assert _give(smtp).verdict is Verdict.UNKNOWN
    assert smtp.closed
    assert len(service.ledger()) == 1


def test_an_encrypted_connection_that_broke_before_the_dot_is_known_not_to_be_sent(service, server):
    service.play({"body": {"do": "drop", "after": len(LETTER)}}, login=LOGIN, tls="tls")
    smtp = open_connection(server)

    def intend():
        # Wait until the other side has hung up: the socket underneath can be read then.
        with socket.socket(fileno=smtp._connection.sock.fileno()) as plain:
            plain.settimeout(5)
            plain.recv(1, socket.MSG_PEEK)
            plain.detach()
        return True

    assert hand_over(smtp, MAIL, intend, verdict_of).verdict is Verdict.DEFERRED
    assert service.ledger() == []


def test_an_encrypted_long_letter_is_stored_as_it_was_written(service, server):
    letter = LETTER + b"0123456789\r\n" * 200_000
    service.play(login=LOGIN, tls="tls")
    smtp = open_connection(server)

    assert hand_over(smtp, replace(MAIL, message=letter), lambda: True, verdict_of).verdict is Verdict.SENT
    smtp.close()
    assert service.ledger()[0].sha256 == hashlib.sha256(letter).hexdigest()


# --- Settings ---


def test_the_settings_name_the_mail_service(tmp_path):
    settings = Settings(
        smtp_host="mail.example",
        smtp_port=465,
        smtp_user=LOGIN[0],
        smtp_password=SecretStr(LOGIN[1]),
        smtp_security="tls",
        smtp_ca_file=tmp_path / "ca.pem",
    )

    assert server_of(settings) == Server(
        "mail.example", 465, LOGIN[0], SecretStr(LOGIN[1]), "tls", tmp_path / "ca.pem", 60, 600, 900
    )


@pytest.mark.parametrize("content", [None, "", "no certificate"])
def test_certificates_that_cannot_be_read_are_refused(server, tmp_path, content):
    ca_file = tmp_path / "ca.pem"
    if content is not None:
        ca_file.write_text(content)

    with pytest.raises(WrongUse, match="GPSYNC_SMTP_CA_FILE"):
        open_connection(replace(server, ca_file=ca_file))


@pytest.mark.parametrize("user", ["jürgen", "gpsync"])
def test_a_login_that_cannot_be_written_in_ascii_is_refused_beforehand(server, user):
    with pytest.raises(WrongUse, match="ASCII") as caught:
        replace(server, user=user, password=SecretStr("geheim-ß"))

    assert "geheim" not in str(caught.value)
