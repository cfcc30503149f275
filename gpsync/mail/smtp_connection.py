"""The connection to the mail service: yagmail opens it and logs in, and the letters are handed over step by step.

yagmail's own sending is not used: it sends a letter again whenever the answer is lost, which is exactly when the
mail service may have it already. By default it also trusts any certificate, asks a keyring and then the terminal
for a password it was not given, and logs whom it writes to; each of these is closed off here.
"""

import logging
import re
import socket
import ssl
from time import monotonic
from typing import Any

import yagmail

from gpsync.mail import failpoints
from gpsync.mail.channel import ChannelError, channel_error, reply_of
from gpsync.mail.server import Server, encryption, server_of
from gpsync.mail.wire import Lost, TimedReplies, Unsent
from gpsync.mail.xoauth2 import TokenLogin
from gpsync.mails import Reply

__all__ = ["ChannelError", "Lost", "Server", "SmtpConnection", "Unsent", "open_connection", "server_of"]

#: What is allowed in MAIL and RCPT: no blanks, no line ends, no angle brackets, nothing that needs SMTPUTF8.
_ADDRESS = re.compile(r"[!-;=?-~]+@[!-;=?-~]+")
#: Lines of at most 998 characters that end in CR LF: a lone CR or LF can be read as the end of a letter.
_LETTER = re.compile(rb"(?:[^\r\n\0]{0,998}\r\n)+")
#: What is allowed in ENVID as it is (RFC 3461, 4.4).
_ENVELOPE_ID = re.compile(r"[!-*,-<>-~]{1,100}")
#: Seconds for the farewell, which decides nothing.
_FAREWELL = 5.0
_LOGIN_REFUSED = 535
#: DATA may take twice as long as other commands (RFC 5321, 4.5.3.2.4).
_DATA_PATIENCE = 2

_SILENCE = logging.Logger("yagmail, silenced")
_SILENCE.disabled = True


def open_connection(server: Server) -> "SmtpConnection":
    """Connect, encrypt and log in. Raises ChannelError, and WrongUse when the certificates cannot be read.

    Where a token was given out some time ago and is refused now, another one is tried.
    """
    if server.tokens is None:
        return _opened(server, server.secret)
    token = server.tokens.current()
    try:
        return _opened(server, token)
    except ChannelError as error:
        is_refused = error.reply is not None and error.reply.code == _LOGIN_REFUSED
        if not is_refused or not server.tokens.refused(token):
            raise
    return _opened(server, server.tokens.current())


def _opened(server: Server, secret: str) -> "SmtpConnection":
    client = _Client(server, secret)
    try:
        client.login()
        client.refuse_if_open_to_others()
        client.smtp.ehlo_or_helo_if_needed()
    except (OSError, Lost, ValueError) as error:
        why = channel_error(error, client.smtp, server)
        client.abandon()
        raise why from None
    return SmtpConnection(client, server)


#: A service that works greets within so many seconds; one that never does is reported while somebody is watching.
_GREETING_SECONDS = 20.0


class _Client(yagmail.Client):  # type: ignore[misc]
    """yagmail's login, with a checked certificate, one deadline, and nobody to ask or to tell."""

    def __init__(self, server: Server, secret: str) -> None:
        self.server = server
        context = {} if server.security == "none" else {"context": encryption(server)}
        super().__init__(
            user=server.user,
            password=secret,
            host=server.host,
            port=server.port,
            smtp_ssl=server.security == "tls",
            smtp_starttls=context if server.security == "starttls" else False,
            smtp_set_debuglevel=0,
            smtp_skip_login=not server.user,
            soft_email_validation=False,
            timeout=min(server.timeout, _GREETING_SECONDS),
            **(context if server.security == "tls" else {}),
        )
        # yagmail takes a login name without @ for one of Gmail's.
        self.user = server.user
        # Its logger has been given a handler that prints: now it has one that does nothing.
        self.set_logging(None)
        self.log = _SILENCE

    @property
    def connection(self) -> type[Any]:
        """The standard library's client, with our way of sending and reading, and of logging in by token."""
        patience = min(self.server.timeout, _GREETING_SECONDS)
        times = {"until": monotonic() + self.server.mail_deadline, "patience": patience}
        ours = (TokenLogin, TimedReplies) if self.server.tokens else (TimedReplies,)
        return type("_Connection", (*ours, super().connection), times)

    def handle_password(self, user: str, password: str) -> str:
        """The password or token, which is about to be sent. yagmail itself would ask around for a missing one."""
        self.refuse_if_open_to_others()
        return password

    def refuse_if_open_to_others(self) -> None:
        """Raise ssl.SSLError if the connection should be encrypted and is not, or not with a checked certificate."""
        inner = self.smtp.sock
        checked = (
            isinstance(inner, ssl.SSLSocket)
            and inner.context.verify_mode is ssl.CERT_REQUIRED
            and inner.context.check_hostname
        )
        if self.server.security != "none" and not checked:
            raise ssl.SSLError("not encrypted")

    def abandon(self) -> None:
        """Hang up without another word; otherwise yagmail says QUIT when it is collected, and waits for an answer."""
        self.is_closed = True
        if self.smtp is not None:
            self.smtp.close()


class SmtpConnection:
    """An open connection, for one mail after the other; each mail has one recipient.

    The steps are `sender`, `recipient`, `data`, `body`, `dot`, in this order. They raise Lost when the connection
    fails, and ValueError, before anything of it is sent, for what must not be sent.
    """

    def __init__(self, client: _Client, server: Server) -> None:
        self._client = client
        self._connection: Any = client.smtp
        # Otherwise the dot, so small a piece, waits some 40 ms until the letter before it has been acknowledged.
        self._connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._server = server
        self._between_mails = True
        self.mails = 0
        self.closed = False

    def sender(self, address: str, envelope_id: str) -> Reply:
        """Begin a mail: who gets the bounces, and what they quote."""
        options = ""
        if self._connection.has_extn("dsn"):
            options = f" RET=HDRS ENVID={_allowed(_ENVELOPE_ID, envelope_id)}"
        command = f"MAIL FROM:<{_allowed(_ADDRESS, address)}>{options}"
        self._connection.until = monotonic() + self._server.mail_deadline
        self._between_mails = False
        self.mails += 1
        return self._ask(command)

    def recipient(self, address: str) -> Reply:
        """Name who the mail is for."""
        options = " NOTIFY=FAILURE,DELAY" if self._connection.has_extn("dsn") else ""
        return self._ask(f"RCPT TO:<{_allowed(_ADDRESS, address)}>{options}")

    def data(self) -> Reply:
        """Ask to be let through with the letter; the answer hoped for is 354."""
        return self._ask("DATA", _DATA_PATIENCE * self._server.timeout)

    def body(self, message: bytes) -> None:
        """Send the letter without its end, with a second dot before each line that begins with one."""
        if not _LETTER.fullmatch(message):
            raise ValueError("A letter must consist of lines of at most 998 bytes, each ended by CR LF.")
        stuffed = message.replace(b"\r\n.", b"\r\n..")
        self._connection.send(b"." + stuffed if stuffed.startswith(b".") else stuffed)
        # A refusal in mid-letter, or a broken connection, is noticed before anything is handed over.
        self._connection.listen()

    def dot(self) -> Reply:
        """End the letter and wait for the answer. Raises Unsent when the dot has certainly not left."""
        self._connection.until = monotonic() + self._server.dot_timeout
        self._connection.patience = self._server.dot_timeout
        self._connection.send(b".\r\n")
        failpoints.hit("after dot")
        reply = self._answer(self._server.dot_timeout)
        self._between_mails = True
        return reply

    def reset(self) -> None:
        """Give up the mail begun and keep the connection. Raises Lost when that fails."""
        if self._ask("RSET").code != 250:
            raise Lost("The mail service does not give up a mail.")
        self._between_mails = True

    def close(self) -> None:
        """Say goodbye, unless a letter is half sent, and hang up. Never raises; an answer is of no interest."""
        if self.closed:
            return
        self.closed = True
        if self._between_mails:
            self._say_goodbye()
        self._client.abandon()

    def _say_goodbye(self) -> None:
        farewell = min(_FAREWELL, self._server.timeout)
        self._connection.until = monotonic() + farewell
        try:
            self._ask("QUIT", farewell)
        except Lost:
            # Whatever was handed over has been answered before.
            return

    def _ask(self, command: str, patience: float | None = None) -> Reply:
        self._connection.patience = patience or self._server.timeout
        self._connection.putcmd(command)
        return self._answer(self._connection.patience)

    def _answer(self, patience: float) -> Reply:
        self._connection.patience = patience
        return reply_of(*self._connection.getreply())


def _allowed(pattern: re.Pattern[str], text: str) -> str:
    if not pattern.fullmatch(text):
        raise ValueError("An address, or the name of an envelope, that must not stand in a command.")
    return text
