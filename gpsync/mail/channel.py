"""Why the mail service cannot be used, told without anything that it said."""

import ssl

from gpsync.errors import GpsyncError
from gpsync.mail.wire import Lost, OutOfTurn, TimedReplies
from gpsync.mails import Reply


class ChannelError(GpsyncError):
    """The mail service cannot be used; no mail is to blame.

    `reply` is what it answered, if it did. `fatal` means that trying again cannot help: encryption or login
    failed, or it refuses us altogether.
    """

    def __init__(self, text: str, reply: Reply | None, *, fatal: bool) -> None:
        super().__init__(text)
        self.reply = reply
        self.fatal = fatal


def channel_error(error: OSError | Lost | ValueError, connection: TimedReplies | None) -> ChannelError:
    """What went wrong while a connection was opened; `connection` is as far as it came."""
    code, text = getattr(error, "smtp_code", None), getattr(error, "smtp_error", b"")
    # After a refusal many services just hang up, or offer nothing; then the refusal is what matters.
    if code is None and not isinstance(error, OutOfTurn | ssl.SSLError) and connection is not None:
        code, text = connection.refusal or (None, b"")
    if code is not None:
        return ChannelError(
            f"The mail service refuses us with code {code}: check the GPSYNC_SMTP settings and ask its operator.",
            reply_of(code, text),
            fatal=code >= 500,
        )
    if _is_unsafe(error):
        return ChannelError(
            "The mail service offers no login over a checked encrypted connection: nothing was sent. "
            "Check its certificate, GPSYNC_SMTP_SECURITY and GPSYNC_SMTP_CA_FILE.",
            None,
            fatal=True,
        )
    return ChannelError(
        "The mail service cannot be reached: check GPSYNC_SMTP_HOST and the network.", None, fatal=False
    )


def _is_unsafe(error: OSError | Lost | ValueError) -> bool:
    if isinstance(error, Lost):
        return isinstance(error, OutOfTurn)
    if isinstance(error, TimeoutError | ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return False
    # Without a number of the system's it is the client's own judgement: STARTTLS or AUTH is not offered.
    return isinstance(error, ssl.SSLError | ValueError) or error.errno is None


def reply_of(code: int, text: bytes) -> Reply:
    """The reply as the rest of the program sees it."""
    return Reply(code, text.decode("ascii", "replace"))
