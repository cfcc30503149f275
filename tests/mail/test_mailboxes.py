"""Mailboxes as they stand on a disk and on a server: what is read, what is marked, and what is left alone."""

import os
from datetime import UTC, datetime, timedelta

import pytest
import trustme
from pydantic import SecretStr

from gpsync.errors import GpsyncError, WrongUse
from gpsync.mail.mailboxes import READ_BYTES, open_mailbox
from gpsync.mail.tokens import Tokens, TokenServer
from tests.faults.loopback import can_see, is_loopback, watched
from tests.faults.token_server import ENTRA, token_server
from tests.mail.imap_server import Box, imap_server

_ONE, _TWO = b"Subject: one\r\n\r\n1\r\n", b"Subject: two\r\n\r\n2\r\n"


def _contents(source, **options):
    with open_mailbox(str(source), **options) as mailbox:
        contents = [message.content for message in mailbox.messages]
        assert len(contents) == mailbox.size
        return contents


def _mark_all(source, **options):
    with open_mailbox(str(source), **options) as mailbox:
        for message in mailbox.messages:
            message.mark_read()


@pytest.fixture
def maildir(tmp_path):
    for name in ("new", "cur", "tmp"):
        (tmp_path / "box" / name).mkdir(parents=True)
    return tmp_path / "box"


def _names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_maildirs_unread_messages_are_read_and_no_others(maildir):
    (maildir / "new" / "2.host").write_bytes(_ONE)
    (maildir / "cur" / "1.host:2,F").write_bytes(_TWO)
    (maildir / "cur" / "0.host:2,S").write_bytes(b"read")
    (maildir / "tmp" / "3.host").write_bytes(b"arriving")
    (maildir / "new" / ".hidden").write_bytes(b"hidden")

    assert _contents(maildir) == [_ONE, _TWO]


def test_a_read_message_of_a_maildir_goes_to_cur_with_the_flag_and_is_not_read_again(maildir):
    (maildir / "new" / "2.host").write_bytes(_ONE)
    (maildir / "cur" / "1.host:2,FT").write_bytes(_TWO)

    _mark_all(maildir)

    assert _names(maildir / "new") == []
    assert _names(maildir / "cur") == ["1.host:2,FST", "2.host:2,S"]
    assert (maildir / "cur" / "2.host:2,S").read_bytes() == _ONE
    assert _contents(maildir) == []


def test_a_message_that_a_mail_program_took_meanwhile_stops_nothing(maildir):
    (maildir / "new" / "1.host").write_bytes(_ONE)
    (maildir / "new" / "2.host").write_bytes(_TWO)

    with open_mailbox(str(maildir)) as mailbox:
        for message in mailbox.messages:
            (maildir / "new" / "1.host").unlink(missing_ok=True)
            message.mark_read()

    assert _names(maildir / "cur") == ["2.host:2,S"]


def test_a_folders_eml_files_are_read_by_name_and_stay(tmp_path):
    (tmp_path / "b.EML").write_bytes(_TWO)
    (tmp_path / "a.eml").write_bytes(_ONE)
    (tmp_path / "notes.txt").write_bytes(b"no message")
    before = _names(tmp_path)

    assert _contents(tmp_path) == [_ONE, _TWO]
    _mark_all(tmp_path)
    assert _names(tmp_path) == before


def test_links_and_pipes_are_never_opened(tmp_path):
    folder = tmp_path / "box"
    folder.mkdir()
    (tmp_path / "secret").write_bytes(b"secret")
    (folder / "link.eml").symlink_to(tmp_path / "secret")
    os.mkfifo(folder / "pipe.eml")

    assert _contents(folder) == []


def test_a_file_that_became_a_link_or_a_pipe_cannot_be_opened(tmp_path):
    for name in ("a.eml", "b.eml"):
        (tmp_path / name).write_bytes(_ONE)

    with open_mailbox(str(tmp_path)) as mailbox:
        for name in ("a.eml", "b.eml"):
            (tmp_path / name).unlink()
        (tmp_path / "a.eml").symlink_to("/etc/hostname")
        os.mkfifo(tmp_path / "b.eml")

        assert [message.content for message in mailbox.messages] == [None, None]


def test_only_the_beginning_of_a_large_message_is_read(tmp_path):
    (tmp_path / "large.eml").write_bytes(b"x" * (READ_BYTES + 5))

    assert [len(content) for content in _contents(tmp_path)] == [READ_BYTES]


def test_a_source_that_is_no_mailbox_is_said_in_one_sentence(tmp_path):
    (tmp_path / "file").touch()

    sources = (
        (tmp_path / "none", "There is no folder"),
        (tmp_path / "file", "is not a folder"),
        (tmp_path, "is no mailbox"),
    )
    for source, words in sources:
        with pytest.raises(GpsyncError, match=words):
            _contents(source)


# --- IMAP --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture(scope="module")
def issuer():
    with token_server() as server:
        yield server


@pytest.fixture
def served(authority, tmp_path):
    """A server with two messages, one of them read; gives the box, its URL and what opens it."""
    ca_file = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(ca_file)
    box = Box({7: b"Subject: old\r\n\r\nold", 8: _ONE, 11: _TWO}, seen={7})
    with imap_server(box, authority.issue_cert("localhost")) as port:
        url = f"imaps://bounces%40pcse.example@localhost:{port}/INBOX"
        yield box, url, {"password": SecretStr(box.password), "ca_file": ca_file}


def test_unread_messages_of_a_server_are_read_and_stay_unread_until_they_are_marked(served):
    box, url, access = served

    assert _contents(url, **access) == [_ONE, _TWO]
    assert box.seen == {7}
    _mark_all(url, **access)
    assert box.seen == {7, 8, 11}
    assert _contents(url, **access) == []


def test_nothing_is_deleted_on_a_server(served):
    box, url, access = served

    _mark_all(url, **access)

    commands = " ".join(box.said).upper()
    assert "DELETED" not in commands and "EXPUNGE" not in commands and "CLOSE" not in commands
    assert box.said[-1] == "LOGOUT"


def test_only_the_beginning_of_a_large_message_is_fetched(served):
    box, url, access = served
    box.messages = {1: b"x" * (READ_BYTES + 5)}

    assert [len(content) for content in _contents(url, **access)] == [READ_BYTES]


def test_a_certificate_that_is_not_trusted_ends_it_before_the_login(served):
    box, url, access = served

    with pytest.raises(GpsyncError, match=r"certificate of localhost:\d+ comes from an authority that is not trusted"):
        _contents(url, password=access["password"])
    assert box.said == []


def test_a_certificate_of_another_host_ends_it_before_the_login(authority, served):
    box, _, access = served

    with (
        imap_server(box, authority.issue_cert("elsewhere.example")) as port,
        pytest.raises(GpsyncError, match=r"certificate of localhost:\d+ is for another name"),
    ):
        _contents(f"imaps://bounces@localhost:{port}/INBOX", **access)
    assert box.said == []


def test_a_certificate_that_has_expired_ends_it_before_the_login(authority, served):
    box, _, access = served
    yesterday = datetime.now(UTC) - timedelta(days=1)
    expired = authority.issue_cert("localhost", not_before=yesterday - timedelta(days=9), not_after=yesterday)

    with (
        imap_server(box, expired) as port,
        pytest.raises(GpsyncError, match=r"certificate of localhost:\d+ has expired"),
    ):
        _contents(f"imaps://bounces@localhost:{port}/INBOX", **access)
    assert box.said == []


def test_a_server_without_encryption_is_told_nothing(authority, served):
    box, _, access = served
    box.encrypted = False

    with (
        imap_server(box, authority.issue_cert("localhost")) as port,
        pytest.raises(GpsyncError, match=r"localhost:\d+ does not speak TLS from the first byte: check the port"),
    ):
        _contents(f"imaps://bounces@localhost:{port}/INBOX", **access)
    assert not any("LOGIN" in line for line in box.said)


def test_a_refused_login_names_neither_user_nor_password(served):
    box, url, access = served

    with pytest.raises(GpsyncError, match="refuses the login") as caught:
        _contents(url, password=SecretStr("a wrong one"), ca_file=access["ca_file"])
    assert "a wrong one" not in str(caught.value) and box.user not in str(caught.value)


def test_a_folder_that_is_not_there_is_said(served):
    _, url, access = served

    with pytest.raises(GpsyncError, match="folder Bounces"):
        _contents(url.replace("INBOX", "Bounces"), **access)


def test_a_folder_in_which_nothing_can_be_marked_is_not_read(served):
    box, url, access = served
    box.read_only = True

    with pytest.raises(GpsyncError, match="reading and marking"):
        _contents(url, **access)


def test_a_folder_with_a_space_in_its_name_is_opened(served):
    box, url, access = served
    box.folder = "Returned mail"

    assert _contents(url.replace("INBOX", "Returned%20mail"), **access) == [_ONE, _TWO]


@pytest.mark.parametrize("command", ["LOGIN", "SELECT", "UID SEARCH", "UID FETCH", "UID STORE"])
def test_a_server_that_hangs_up_is_one_sentence(served, command):
    box, url, access = served
    box.hang_up_at = command

    with pytest.raises(GpsyncError) as caught:
        _mark_all(url, **access)
    assert "@" not in str(caught.value)


def test_a_server_that_is_not_there_is_one_sentence(served):
    _, _, access = served

    with pytest.raises(GpsyncError, match="cannot be reached"):
        _contents("imaps://someone@localhost:1/INBOX", **access)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("imap://a@host.example/INBOX", "encrypted"),
        ("http://a@host.example/", "encrypted"),
        ("imaps://a:secret@host.example/INBOX", "GPSYNC_IMAP_PASSWORD"),
        ("imaps://host.example/INBOX", "imaps://user@host"),
        ("imaps://a@/INBOX", "imaps://user@host"),
        ("imaps://a@host.example:port/INBOX", "imaps://user@host"),
        ("imaps://a%0d%0ab@host.example/INBOX", "imaps://user@host"),
        ("imaps://a@host.example/IN%0D%0ABOX", "imaps://user@host"),
    ],
)
def test_a_url_that_is_no_mailbox_is_wrong_use(url, words):
    with pytest.raises(WrongUse, match=words) as caught:
        _contents(url, password=SecretStr("x"))
    assert "secret" not in str(caught.value)


def test_a_password_is_needed_and_must_be_one_that_a_login_can_carry(served):
    _, url, access = served

    with pytest.raises(WrongUse, match="is not set"):
        _contents(url)
    with pytest.raises(WrongUse, match="use ASCII") as caught:
        _contents(url, password=SecretStr("pässword"), ca_file=access["ca_file"])
    assert "ssword" not in str(caught.value).replace("GPSYNC_IMAP_PASSWORD", "")


# --- IMAP by token -----------------------------------------------------------------------------------

_SECRET = "made-up-secret"


@pytest.fixture
def by_token(served, issuer, monkeypatch):
    """The served mailbox, opened with a token; gives the box, its URL and what opens it."""
    for name in ("HTTPS_PROXY", "ALL_PROXY", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    box, url, access = served
    issuer.behave()
    issuer.asked.clear()
    box.tokens = {"token-1"}
    source = TokenServer(issuer.url, "made-up-app", SecretStr(_SECRET), "scope", issuer.ca_file, 2.0)
    return box, url, {"ca_file": access["ca_file"], "tokens": Tokens(source)}


def test_a_server_that_takes_no_passwords_is_logged_in_to_by_token(by_token, issuer):
    box, url, access = by_token

    with watched() as seen:
        assert _contents(url, **access) == [_ONE, _TWO]
    assert "AUTHENTICATE XOAUTH2" in box.said and not any(line.startswith("LOGIN") for line in box.said)
    assert len(issuer.asked) == 1
    assert can_see() and seen and all(map(is_loopback, seen))


def test_a_token_that_is_not_taken_is_one_sentence_after_an_empty_answer_to_the_challenge(by_token):
    box, url, access = by_token
    box.tokens = {"another"}

    with pytest.raises(GpsyncError, match="localhost does not take the token for this mailbox") as caught:
        _contents(url, **access)
    assert "after challenge b'\\r\\n'" in box.said
    assert not [word for word in ("token-1", _SECRET, box.user, "status") if word in str(caught.value)]


def test_a_token_without_a_permission_for_the_mailbox_is_told_apart(by_token):
    box, url, access = by_token
    box.may_open = False

    with pytest.raises(GpsyncError, match="takes the token but does not open the mailbox"):
        _contents(url, **access)


def test_a_server_that_takes_no_tokens_is_sent_none(by_token):
    box, url, access = by_token
    box.tokens = set()

    with pytest.raises(GpsyncError, match="offers no login by token"):
        _contents(url, **access)
    assert not any(line.startswith(("LOGIN", "AUTHENTICATE")) for line in box.said)


def test_a_server_that_hangs_up_at_a_login_by_token_is_one_sentence(by_token):
    box, url, access = by_token
    box.hang_up_at = "AUTHENTICATE"

    with pytest.raises(GpsyncError, match="ended the connection during the login"):
        _contents(url, **access)


@pytest.mark.parametrize(("number", "words"), [(7000215, "secret is wrong"), (7000222, "secret has expired")])
def test_without_a_token_the_server_is_not_even_connected_to(by_token, issuer, number, words):
    box, url, access = by_token
    issuer.answer(*ENTRA[number])

    with pytest.raises(GpsyncError, match=words) as caught:
        _contents(url, **access)
    assert caught.value.exit_status == 1 and box.said == []
