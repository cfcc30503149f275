"""Why the mail service cannot be used, without quoting anything that it said."""

import ssl
from typing import TYPE_CHECKING

from gpsync.errors import GpsyncError
from gpsync.mail.tls import is_broken_off, speaks_plain_text, tls_problem
from gpsync.mail.wire import Lost, OutOfTurn, TimedReplies
from gpsync.mails import Reply

if TYPE_CHECKING:
    from gpsync.mail.server import Server

_WRONG_LOGIN = 535
#: Exchange Online's code for a login that the organisation's own rules forbid.
_BY_RULE = "5.7.139"


class ChannelError(GpsyncError):
    """The mail service cannot be used; no mail is to blame.

    `reply` is what it answered, if it did. `fatal` means that trying again cannot help: encryption or login
    failed, or it refuses us altogether.
    """

    def __init__(self, text: str, reply: Reply | None, *, fatal: bool) -> None:
        super().__init__(text)
        self.reply = reply
        self.fatal = fatal


def channel_error(
    error: OSError | Lost | ValueError, connection: TimedReplies | None, server: "Server"
) -> ChannelError:
    """What went wrong while a connection was opened; `connection` is as far as it came."""
    code, text = getattr(error, "smtp_code", None), getattr(error, "smtp_error", b"")
    # After a refusal many services just hang up, or offer nothing; then the refusal is what matters.
    if code is None and not isinstance(error, OutOfTurn | ssl.SSLError) and connection is not None:
        code, text = connection.refusal or (None, b"")
    if code is not None:
        reply = reply_of(code, text)
        return ChannelError(_refusal(reply, server), reply, fatal=code >= 500)
    unsafe = _unsafe(error, connection, server)
    if unsafe:
        return ChannelError(f"{unsafe} Nothing was sent.", None, fatal=True)
    return ChannelError(
        f"The mail service {server.where} cannot be reached: check GPSYNC_SMTP_HOST, GPSYNC_SMTP_PORT and the network.",
        None,
        fatal=False,
    )


def _refusal(reply: Reply, server: "Server") -> str:
    """A sentence about a refusal. Exchange Online's are known by what they say."""
    codes = f"{reply.code} {reply.enhanced}" if reply.enhanced else f"{reply.code}"
    said = " ".join(reply.text.lower().split())
    if "smtpclientauthentication is disabled" in said:
        return (
            f"The mail service refuses every login ({codes}): SMTP AUTH is switched off for the mailbox or the whole "
            "organisation; its administrator can switch it on for this mailbox."
        )
    if "basic authentication is disabled" in said:
        return f"The mail service takes no passwords any more ({codes}): set GPSYNC_SMTP_AUTH=oauth2."
    if reply.enhanced == _BY_RULE:
        return (
            f"The mail service refuses the login ({codes}): a rule of the organisation (security defaults, conditional "
            "access, a locked account) forbids it; ask its administrator."
        )
    if server.tokens and reply.code == _WRONG_LOGIN:
        return (
            f"The mail service does not take the token for this mailbox ({codes}): check that GPSYNC_SMTP_USER is its "
            "address, and that the application may send for it (`Exchange Online` in the runbook)."
        )
    return f"The mail service refuses us with code {codes}: check the GPSYNC_SMTP settings and ask its operator."


def _unsafe(error: OSError | Lost | ValueError, connection: TimedReplies | None, server: "Server") -> str | None:
    """Why this mail service must not be given a login or a letter; None if it is only out of reach."""
    if isinstance(error, Lost):
        out_of_turn = isinstance(error, OutOfTurn)
        return f"{server.where} answered before it was asked: its answers cannot be trusted." if out_of_turn else None
    if is_broken_off(error):
        return None
    if isinstance(error, ssl.SSLError):
        return tls_problem(error, server.where, "GPSYNC_SMTP_HOST", "GPSYNC_SMTP_CA_FILE") + _other_way(error, server)
    if isinstance(error, ValueError):
        return f"{server.where} cannot be logged in to with these GPSYNC_SMTP settings: check host and user."
    if error.errno is not None:
        return None
    # Without a number of the system's it is the client's own judgement: STARTTLS or a login is not offered.
    if server.security == "starttls" and not isinstance(getattr(connection, "sock", None), ssl.SSLSocket):
        return (
            f"{server.where} does not offer STARTTLS: check the port, and ask whether something in between removes "
            "the offer."
        )
    way = "token (XOAUTH2)" if server.tokens else "password"
    return f"{server.where} offers no login by {way}: check GPSYNC_SMTP_AUTH and the port."


def _other_way(error: ssl.SSLError, server: "Server") -> str:
    hint = " It may want GPSYNC_SMTP_SECURITY=starttls."
    return hint if server.security == "tls" and speaks_plain_text(error) else ""


def reply_of(code: int, text: bytes) -> Reply:
    """The reply as the rest of the program sees it."""
    return Reply(code, text.decode("ascii", "replace"))
