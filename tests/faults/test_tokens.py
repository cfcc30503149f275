"""Login by access token: where tokens come from, how they are used and renewed, and what is said when they are not."""

import logging
import re
import socket
import threading
import traceback
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from pydantic import SecretStr

from gpsync.bounces.replies import verdict_of
from gpsync.environment import load_settings
from gpsync.errors import GpsyncError, WrongUse
from gpsync.mail.handover import hand_over
from gpsync.mail.smtp_connection import Server, open_connection, server_of
from gpsync.mail.tokens import Tokens, TokenServer, tokens_for
from gpsync.mails import Outgoing
from gpsync.rules import Verdict
from gpsync.settings import Settings
from tests.faults.loopback import can_see, is_loopback, watched
from tests.faults.token_server import ENTRA, token_server

USER = "pcse.noreply@pcse.example"
#: With every character that some encoding could spoil.
SECRET = "s3~cr.et+&=%25 /ü?"
LETTER = b"Message-ID: <v1.m1.1@pcse.example>\r\n\r\nDear Dr Example\r\n"
MAIL = Outgoing("bounces@pcse.example", "ada@doctor.example", "v1.m1.1", LETTER)
SCOPE = "https://outlook.office365.com/.default"


class Clock:
    """A monotonic clock that is set by hand, in seconds."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch):
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module")
def token_process():
    with token_server() as server:
        yield server


@pytest.fixture
def issuer(token_process):
    """A token server that gives out tokens, until it is told otherwise."""
    token_process.asked.clear()
    token_process.headers.clear()
    token_process.behave()
    return token_process


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def source(issuer):
    return TokenServer(issuer.url, "made-up-app", SecretStr(SECRET), SCOPE, issuer.ca_file, 2.0)


@pytest.fixture
def tokens(source, clock):
    return Tokens(source, clock)


@pytest.fixture
def server(service, tokens):
    service.play(tls="starttls", xoauth2=(USER, r"token-\d+"))
    return Server(
        service.host, service.port, USER, None, "starttls", service.ca_file, 2.0, 2.0, 5.0, tokens
    )  # fmt: skip


def _fault(act):
    """The error with which `act` ends."""
    with pytest.raises(GpsyncError) as caught:
        act()
    return caught.value


def _everything_about(error):
    """All that anybody could print of an error: text, repr, and its traceback with those it came from."""
    return f"{error} {error!r} {error.args} {''.join(traceback.format_exception(error))}"


# --- Asking for tokens ---


def test_a_token_is_asked_for_by_client_credentials_once_and_used_while_it_lasts(issuer, tokens, clock):
    given = [tokens.current() for _ in range(3)]
    clock.now += 3599 - 301
    given.append(tokens.current())

    assert given == ["token-1"] * 4
    assert issuer.asked == [
        {
            "grant_type": "client_credentials",
            "client_id": "made-up-app",
            "client_secret": SECRET,
            "scope": SCOPE,
        }
    ]
    assert "Authorization" not in issuer.headers[0]


def test_a_token_is_renewed_before_it_ends(issuer, tokens, clock):
    tokens.current()
    clock.now += 3599 - 299

    assert tokens.current() == "token-2"


@pytest.mark.parametrize(("seconds", "later", "asked"), [(60, 29, 1), (60, 31, 2), ("3599", 3000, 1), (400, 150, 1)])
def test_a_short_lived_token_is_used_for_half_its_life(issuer, tokens, clock, seconds, later, asked):
    issuer.seconds = seconds
    tokens.current()
    clock.now += later
    tokens.current()

    assert len(issuer.asked) == asked


def test_a_token_whose_life_is_not_known_is_used_once(issuer, tokens):
    issuer.seconds = None

    assert [tokens.current() for _ in range(2)] == ["token-1", "token-2"]


def test_many_senders_at_once_share_one_token(issuer, tokens):
    start = threading.Barrier(8)

    def ask(_):
        start.wait()
        return tokens.current()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(ask, range(8))) == {"token-1"}
    assert len(issuer.asked) == 1


def test_a_provider_without_scopes_is_asked_for_none(issuer, source):
    Tokens(replace(source, scope="")).current()

    assert "scope" not in issuer.asked[0]


# --- Sending by token ---


@pytest.mark.parametrize("way", ["tls", "starttls"])
def test_a_letter_is_handed_over_after_a_login_by_token(service, server, way):
    service.play(tls=way, xoauth2=(USER, "token-1"))
    smtp = open_connection(replace(server, security=way))

    assert hand_over(smtp, MAIL, lambda: True, verdict_of).verdict is Verdict.SENT
    smtp.close()
    assert [(event["way"], event["tls"]) for event in service.events("auth")] == [("XOAUTH2", True)]
    assert service.ledger()[0].sender == "bounces@pcse.example"


def test_a_token_as_long_as_real_ones_is_sent_whole(issuer, service, server):
    token = "eyJ0" + "Ab9-_." * 700
    issuer.answer(200, {"access_token": token, "token_type": "bearer", "expires_in": 3599})
    service.play(tls="starttls", xoauth2=(USER, re.escape(token)))

    open_connection(server).close()

    assert [event["token"] for event in service.events("token")] == [token]


def test_a_long_run_logs_in_with_a_new_token_when_the_old_one_ends(service, server, clock):
    for _ in range(3):
        open_connection(server).close()
        clock.now += 2000

    assert [event["token"] for event in service.events("token")] == ["token-1", "token-1", "token-2"]


def test_a_token_that_was_withdrawn_before_its_end_is_replaced_at_once(service, server, clock):
    open_connection(server).close()
    clock.now += 600
    service.play(tls="starttls", xoauth2=(USER, "token-2"))

    open_connection(server).close()

    assert [event["token"] for event in service.events("token")] == ["token-1", "token-2"]


def test_a_new_token_that_is_refused_is_not_asked_for_again_and_again(issuer, service, server):
    service.play(tls="starttls", xoauth2=(USER, "another"))

    assert _fault(lambda: open_connection(server)).fatal
    assert len(issuer.asked) == len(service.events("token")) == 1


@pytest.mark.parametrize("challenge", [True, False])
def test_a_token_that_is_not_taken_is_reported_with_what_to_check(service, server, challenge):
    service.play(tls="starttls", xoauth2=("somebody.else@pcse.example", ".*"), challenge=challenge)

    error = _fault(lambda: open_connection(server))

    assert (error.reply.code, error.fatal, error.exit_status) == (535, True, 1)
    assert "does not take the token for this mailbox (535 5.7.3)" in str(error)
    assert "GPSYNC_SMTP_USER" in str(error)
    assert [event["line"] for event in service.events("after challenge")] == [""] * challenge


@pytest.mark.parametrize(
    ("answer", "words", "fatal"),
    [
        (
            "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant. Visit "
            "https://aka.ms/smtp_auth_disabled for more information.",
            "SMTP AUTH is switched off",
            True,
        ),
        (
            "535-5.7.139 Authentication unsuccessful, SmtpClientAuthentication\r\n"
            "535 5.7.139 is disabled for the Mailbox.",
            "refuses the login (535 5.7.139): a rule of the organisation",
            True,
        ),
        (
            "535 5.7.139 Authentication unsuccessful, the request did not meet the criteria to be authenticated "
            "successfully. Contact your administrator.",
            "a rule of the organisation",
            True,
        ),
        ("535 5.7.8 Username and Password not accepted", "does not take the token for this mailbox (535 5.7.8)", True),
        ("504 5.7.4 Unrecognized authentication type", "refuses us with code 504 5.7.4", True),
        ("454 4.7.0 Temporary authentication failure", "refuses us with code 454 4.7.0", False),
    ],
)
def test_each_refusal_of_a_login_is_one_clear_sentence(service, server, answer, words, fatal):
    service.play({"auth": answer}, tls="starttls", xoauth2=(USER, ".*"))

    error = _fault(lambda: open_connection(server))

    assert words in str(error) and error.fatal is fatal
    assert "\n" not in str(error) and "aka.ms" not in str(error)


def test_a_password_where_none_is_taken_any_more_is_told_what_to_set(service, server):
    by_password = replace(server, tokens=None, password=SecretStr("correct horse"))

    error = _fault(lambda: open_connection(by_password))

    assert "takes no passwords any more (535 5.7.139): set GPSYNC_SMTP_AUTH=oauth2" in str(error)


def test_a_token_where_only_passwords_are_taken_is_not_sent(service, server):
    service.play(tls="starttls", login=(USER, "correct horse"))

    error = _fault(lambda: open_connection(server))

    assert "offers no login by token (XOAUTH2)" in str(error) and error.fatal
    assert service.events("auth") == []


@pytest.mark.parametrize("fault", ["drop", "rst", "stall", "garbage", "421"])
def test_a_login_by_token_that_breaks_off_is_tried_again_later(service, server, fault):
    service.play({"auth": fault}, tls="starttls", xoauth2=(USER, ".*"))

    assert not _fault(lambda: open_connection(replace(server, timeout=0.3))).fatal


@pytest.mark.parametrize("certificate", ["self-signed", "wrong-host", "expired", "wrong-ca"])
def test_no_token_is_given_to_a_mail_service_that_is_not_the_right_one(service, server, certificate):
    service.play(tls="starttls", certificate=certificate, xoauth2=(USER, ".*"))

    assert _fault(lambda: open_connection(server)).fatal
    assert service.events("auth") == []


# --- Token servers that give none ---


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (7000215, "the client secret is wrong: GPSYNC_OAUTH_CLIENT_SECRET must be the secret's value"),
        (7000222, "the client secret has expired: make a new one"),
        (700016, "there is no such application in this directory"),
        (90002, "there is no such directory: check GPSYNC_OAUTH_TENANT"),
        (7000112, "switched off"),
        (1002012, "must end in /.default"),
        (53003, "conditional access"),
    ],
)
def test_entras_refusals_are_reported_in_words_that_say_what_to_do(issuer, service, server, number, words):
    issuer.answer(*ENTRA[number])

    error = _fault(lambda: open_connection(server))

    assert f"refuses us (AADSTS{number}): " in str(error) and words in str(error)
    assert (error.fatal, error.exit_status, error.reply) == (True, 1, None)
    assert "Trace" not in str(error) and "made-up" not in str(error)
    assert service.events("connection") == []


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("invalid_client", "(invalid_client): the application's id or secret is wrong"),
        ("unauthorized_client", "(unauthorized_client): the application may not ask for tokens by its own secret"),
        ("invalid_scope", "(invalid_scope): the scope is not known"),
        ("something_new", "(something_new): ask its operator"),
        ("<b>rude@words.example</b>", "(no known reason): ask its operator"),
    ],
)
def test_any_other_providers_refusals_are_reported_by_the_standards_names(issuer, tokens, code, words):
    issuer.answer(400, {"error": code, "error_description": "for ada@doctor.example"})

    error = _fault(tokens.current)

    assert words in str(error) and error.fatal
    assert "example" not in str(error)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, b"<h1>Oops</h1>"),
        (503, {"error": "temporarily_unavailable"}),
        (429, {"error": "invalid_request"}),
        (400, {"error": "temporarily_unavailable"}),
    ],
)
def test_a_token_server_that_is_not_well_is_tried_again_later(issuer, tokens, status, body):
    issuer.answer(status, body)

    assert not _fault(tokens.current).fatal
    issuer.behave()
    assert tokens.current() == "token-2"


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (404, b"<h1>Not found</h1>", "answers with HTTP 404"),
        (403, b"<h1>No</h1>", "answers with HTTP 403"),
        (200, b"<h1>Sign in</h1>", "something that is not a token"),
        (200, b"[1]", "something that is not a token"),
        (200, {}, "something that is not a token"),
        (200, {"access_token": "", "token_type": "Bearer"}, "something that is not a token"),
        (200, {"access_token": "a\x01b", "token_type": "Bearer"}, "something that is not a token"),
        (200, {"access_token": "a b", "token_type": "Bearer"}, "something that is not a token"),
        (200, {"access_token": 7, "token_type": "Bearer"}, "something that is not a token"),
        (200, {"access_token": "t", "token_type": "mac"}, "something that is not a token"),
        (200, {"access_token": "t", "token_type": "Bearer", "expires_in": "soon"}, "something that is not a token"),
    ],
)
def test_what_is_no_token_is_not_used(issuer, tokens, status, body, words):
    issuer.answer(status, body)

    error = _fault(tokens.current)

    assert words in str(error) and error.fatal


def test_the_secret_follows_no_redirection(issuer, tokens):
    with token_server() as elsewhere:
        issuer.answer(307, b"", Location=elsewhere.url)

        assert "something that is not a token" in str(_fault(tokens.current))
        assert elsewhere.asked == []


@pytest.mark.parametrize(
    ("certificate", "words"),
    [
        ("expired", "has expired"),
        ("wrong-host", "for another name"),
        ("wrong-ca", "an authority that is not trusted here"),
        ("self-signed", "an authority that is not trusted here"),
    ],
)
def test_a_token_server_with_a_bad_certificate_is_asked_nothing(source, certificate, words):
    with token_server(certificate) as other:
        error = _fault(Tokens(replace(source, url=other.url)).current)

        assert "gpsync cannot ask for a token. The certificate of localhost:" in str(error)
        assert words in str(error) and error.fatal
        assert other.asked == []


def test_the_systems_certificates_do_not_vouch_for_any_token_server(issuer, source):
    assert "GPSYNC_OAUTH_CA_FILE" in str(_fault(Tokens(replace(source, ca_file=None)).current))
    assert issuer.asked == []


def test_a_token_server_that_is_down_is_tried_again_later(source):
    error = _fault(Tokens(replace(source, url="https://localhost:1/token")).current)

    assert "token server localhost:1 cannot be reached" in str(error) and not error.fatal


def test_a_token_server_that_says_nothing_is_given_up(source):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"https://127.0.0.1:{silent.getsockname()[1]}/token"
        error = _fault(Tokens(replace(source, url=url, timeout=0.2)).current)

    assert "cannot be reached" in str(error) and not error.fatal


# --- What is never disclosed ---


def test_neither_secret_nor_token_is_logged_or_in_any_error(issuer, service, server, source, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    errors = []
    open_connection(server).close()
    service.play(tls="starttls", xoauth2=("another@pcse.example", ".*"))
    errors.append(_fault(lambda: open_connection(replace(server, tokens=Tokens(source)))))
    for number in ENTRA:
        issuer.answer(*ENTRA[number])
        errors.append(_fault(Tokens(source).current))
    issuer.answer(200, b"no token")
    errors.append(_fault(Tokens(source).current))
    errors.append(_fault(Tokens(replace(source, url="https://localhost:1/token")).current))
    shown = " ".join(map(_everything_about, errors)) + caplog.text + "".join(capfd.readouterr())
    shown += f"{server!r} {source!r} {server.tokens!r}"

    assert len(errors) == len(ENTRA) + 3
    assert not [word for word in (SECRET, "s3~cr", "token-1", "token-2", "Bearer", USER) if word in shown]


def test_only_loopback_is_contacted(issuer, service, server, source):
    """No discovery, no metadata, no telemetry: whatever is asked is asked of the addresses in the settings."""
    with watched() as seen:
        open_connection(server).close()
        issuer.answer(*ENTRA[7000222])
        _fault(Tokens(source).current)

    assert can_see()
    assert seen and [host for host in seen if not is_loopback(host)] == []
    assert len(issuer.asked) == 2


# --- Settings ---

_OAUTH = {
    "smtp_host": "smtp.mail.example",
    "smtp_user": USER,
    "smtp_auth": "oauth2",
    "oauth_client_id": "made-up-app",
    "oauth_client_secret": SecretStr(SECRET),
    "oauth_tenant": "nhs.example",
}


def test_the_settings_of_exchange_online_name_entras_own_address():
    """Looked at only: nothing is asked there."""
    server = server_of(Settings(**_OAUTH))

    assert server.tokens._server == TokenServer(
        "https://login.microsoftonline.com/nhs.example/oauth2/v2.0/token", "made-up-app", SecretStr(SECRET), SCOPE
    )
    assert (server.password, server.user) == (None, USER)


def test_any_provider_can_be_named_by_its_address(tmp_path, issuer):
    changes = {
        "oauth_tenant": "",
        "oauth_token_url": issuer.url,
        "oauth_scope": "mail",
        "oauth_ca_file": issuer.ca_file,
    }

    tokens = tokens_for(Settings(**_OAUTH | changes), "oauth2")

    assert tokens.current() == "token-1"
    assert issuer.asked[0]["scope"] == "mail"


def test_passwords_need_no_tokens():
    assert tokens_for(Settings(**_OAUTH), "password") is None


@pytest.mark.parametrize(
    ("changes", "setting"),
    [
        ({"oauth_tenant": ""}, "GPSYNC_OAUTH_TENANT"),
        ({"oauth_token_url": "https://login.example/token"}, "GPSYNC_OAUTH_TENANT"),
        ({"oauth_tenant": "nhs.example/../evil"}, "GPSYNC_OAUTH_TENANT"),
        ({"oauth_tenant": "", "oauth_token_url": "http://127.0.0.1/token"}, "must be an https address"),
        ({"oauth_tenant": "", "oauth_token_url": "http://login.example/token"}, "must be an https address"),
        ({"oauth_tenant": "", "oauth_token_url": "https:///token"}, "must be an https address"),
        ({"oauth_tenant": "", "oauth_token_url": "https://a:b@login.example/token"}, "must be an https address"),
        ({"oauth_tenant": "", "oauth_token_url": "https://login.example:x/token"}, "must be an https address"),
        ({"oauth_tenant": "", "oauth_token_url": "https://login.example/to ken"}, "must be an https address"),
        ({"oauth_client_id": " "}, "GPSYNC_OAUTH_CLIENT_ID"),
        ({"oauth_client_secret": None}, "GPSYNC_OAUTH_CLIENT_SECRET"),
        ({"smtp_user": ""}, "GPSYNC_SMTP_USER"),
        ({"smtp_user": "a\x01auth=Bearer x"}, "GPSYNC_SMTP_USER"),
        ({"smtp_password": SecretStr("old one")}, "unset GPSYNC_SMTP_PASSWORD"),
        ({"oauth_ca_file": "/nowhere/ca.pem"}, "GPSYNC_OAUTH_CA_FILE"),
        ({"smtp_security": "none"}, "GPSYNC_SMTP_SECURITY"),
    ],
)
def test_settings_that_do_not_fit_are_refused_before_anything_is_asked(changes, setting):
    with watched() as seen:
        error = _fault(lambda: server_of(Settings(**_OAUTH | changes)))

    assert isinstance(error, WrongUse) and setting in str(error)
    assert "a:b" not in str(error) and SECRET not in str(error)
    assert seen == set()


def test_the_secret_may_stand_in_a_file(tmp_path, monkeypatch):
    (tmp_path / "secret").write_text(f"{SECRET}\n")
    monkeypatch.setenv("GPSYNC_OAUTH_CLIENT_SECRET_FILE", str(tmp_path / "secret"))

    settings = load_settings()

    assert settings.oauth_client_secret.get_secret_value() == SECRET
    assert SECRET not in repr(settings)
