"""A mailbox on an IMAP server, always encrypted and with a certificate that is checked."""

import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from pydantic import SecretStr

from gpsync.errors import GpsyncError, WrongUse
from gpsync.mail.tls import is_broken_off, tls_problem
from gpsync.mail.tokens import Tokens
from gpsync.mail.xoauth2 import bearer

_PORT = 993
_TIMEOUT = 60.0
#: What is allowed in a command without quotes.
_PLAIN = re.compile(r"[A-Za-z0-9.@_+/-]+")
_FAILURES = (imaplib.IMAP4.error, OSError)
#: Whoever was here before us has read a message; we read those that nobody has, and say that we did.
_UNREAD = "UNSEEN"


@dataclass(frozen=True)
class _Address:
    """Where a mailbox is."""

    host: str
    port: int
    user: str
    folder: str


class Account:
    """A mailbox that has been opened: the ids of its unread messages, and what can be done with one."""

    def __init__(self, connection: imaplib.IMAP4, read_bytes: int) -> None:
        self._connection = connection
        self._read_bytes = read_bytes
        listed = _ask(connection, "SEARCH", _UNREAD)
        self.unread = [uid.decode("ascii") for uid in (listed[0] or b"").split()]

    def read(self, uid: str) -> bytes | None:
        """A message's beginning, or None if it is gone. Reading leaves it unread."""
        answer = _ask(self._connection, "FETCH", uid, f"(BODY.PEEK[]<0.{self._read_bytes}>)")
        return next((bytes(part[1]) for part in answer if isinstance(part, tuple)), None)

    def mark_read(self, uid: str) -> None:
        """Say that the message has been read."""
        _ask(self._connection, "STORE", uid, "+FLAGS.SILENT", r"(\Seen)")


@contextmanager
def open_imap(
    url: str, password: SecretStr | None, ca_file: Path | None, tokens: Tokens | None, read_bytes: int
) -> Iterator[Account]:
    """The mailbox at `imaps://user@host/FOLDER`, of whose messages at most `read_bytes` are read.

    It is logged in to by a token where `tokens` issues them, else by password. Raises WrongUse for a bad URL or
    where no password is set, GpsyncError when no token is to be had, or the server does not answer, has no valid
    certificate, or refuses.
    """
    address = _address(url)
    if password is None and tokens is None:
        raise WrongUse("GPSYNC_IMAP_PASSWORD is not set: the mailbox cannot be opened without it.")
    token = tokens.current() if tokens else None
    connection = _connect(address, ca_file)
    try:
        if token is not None:
            _log_in_by_token(connection, address, token)
        elif password is not None:
            _log_in(connection, address, password)
        _open_folder(connection, address, by_token=token is not None)
        yield Account(connection, read_bytes)
    finally:
        _leave(connection)


def _address(url: str) -> _Address:
    hint = "Write the mailbox as imaps://user@host/INBOX."
    try:
        parts = urlsplit(url)
        port = parts.port or _PORT
    except ValueError:
        raise WrongUse(hint) from None
    if parts.scheme != "imaps":
        raise WrongUse(f"Mailboxes are read over an encrypted connection only. {hint}")
    if parts.password is not None:
        raise WrongUse(f"A password in a URL can be read by everybody: set GPSYNC_IMAP_PASSWORD. {hint}")
    user, folder = unquote(parts.username or ""), unquote(parts.path.lstrip("/")) or "INBOX"
    if not parts.hostname or not user or not (user + folder).isascii() or not (user + folder).isprintable():
        raise WrongUse(hint)
    return _Address(parts.hostname, port, user, folder)


def _connect(address: _Address, ca_file: Path | None) -> imaplib.IMAP4:
    where = f"{address.host}:{address.port}"
    try:
        context = ssl.create_default_context(cafile=ca_file)
    except OSError:
        raise WrongUse(f"{ca_file} holds no certificates.") from None
    try:
        return imaplib.IMAP4_SSL(address.host, address.port, ssl_context=context, timeout=_TIMEOUT)
    except ssl.SSLError as error:
        if is_broken_off(error):
            raise _unreachable(where, error) from None
        raise GpsyncError(tls_problem(error, where, "imaps://user@host/INBOX", "GPSYNC_SMTP_CA_FILE")) from None
    except _FAILURES as error:
        raise _unreachable(where, error) from None


def _unreachable(where: str, error: Exception) -> GpsyncError:
    return GpsyncError(f"The IMAP server {where} cannot be reached ({type(error).__name__}).")


def _log_in(connection: imaplib.IMAP4, address: _Address, password: SecretStr) -> None:
    """Log in by password. `abort` is a lost connection, the rest of `error` a refusal."""
    try:
        connection.login(_quoted(address.user), password.get_secret_value())
    except ValueError:
        raise WrongUse("GPSYNC_IMAP_PASSWORD holds characters that a login cannot carry: use ASCII.") from None
    except (imaplib.IMAP4.abort, OSError) as error:
        raise _broken_off(address, error) from None
    except imaplib.IMAP4.error:
        raise GpsyncError(f"{address.host} refuses the login: check the user and GPSYNC_IMAP_PASSWORD.") from None


def _log_in_by_token(connection: imaplib.IMAP4, address: _Address, token: str) -> None:
    """Log in by token. A server may say why it does not take it in a challenge, which wants an empty answer."""
    if "AUTH=XOAUTH2" not in (one.upper() for one in connection.capabilities):
        raise GpsyncError(f"{address.host} offers no login by token (XOAUTH2): check GPSYNC_IMAP_AUTH and the host.")
    answers = iter([bearer(address.user, token).encode("ascii")])
    try:
        connection.authenticate("XOAUTH2", lambda challenge: next(answers, b""))
    except (imaplib.IMAP4.abort, OSError) as error:
        raise _broken_off(address, error) from None
    except (imaplib.IMAP4.error, ValueError):
        raise GpsyncError(
            f"{address.host} does not take the token for this mailbox: check that the URL names its address, and that "
            "the application may read it (`Exchange Online` in the runbook)."
        ) from None


def _open_folder(connection: imaplib.IMAP4, address: _Address, *, by_token: bool) -> None:
    """Open the folder for reading and marking: it may be `readonly`."""
    try:
        answer, _ = connection.select(_quoted(address.folder))
    except imaplib.IMAP4.readonly:
        answer = "NO"
    except (imaplib.IMAP4.abort, OSError) as error:
        raise _broken_off(address, error) from None
    except imaplib.IMAP4.error:
        answer = "BAD"
    if answer == "BAD" and by_token:
        # Exchange Online lets an application in that has a token, but no permission for the mailbox.
        raise GpsyncError(
            f"{address.host} takes the token but does not open the mailbox: the application has no permission for it "
            "(`Exchange Online` in the runbook)."
        )
    if answer != "OK":
        raise GpsyncError(f"{address.host} does not open the folder {address.folder} for reading and marking.")


def _broken_off(address: _Address, error: Exception) -> GpsyncError:
    return GpsyncError(
        f"{address.host} ended the connection during the login ({type(error).__name__}): run this again."
    )


def _quoted(text: str) -> str:
    if _PLAIN.fullmatch(text):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _ask(connection: imaplib.IMAP4, command: str, *words: str) -> list[Any]:
    try:
        answer, data = connection.uid(command, *words)
    except _FAILURES as error:
        raise GpsyncError(f"The IMAP server failed at {command} ({type(error).__name__}): run this again.") from None
    if answer != "OK":
        raise GpsyncError(f"The IMAP server refused {command}: run this again, or look at its log.")
    return data


def _leave(connection: imaplib.IMAP4) -> None:
    """Log out; a server that is gone has logged us out already."""
    try:
        connection.logout()
    except _FAILURES:
        connection.shutdown()
