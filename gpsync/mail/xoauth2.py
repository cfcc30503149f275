"""Login by an access token instead of a password: SASL's XOAUTH2, as Exchange Online and Gmail take it.

A token that is not taken is answered with a challenge that holds the reason as JSON; the refusal itself comes only
after an empty answer to that.
"""

import base64
from collections.abc import Callable

_CHALLENGE = 334


class LoginNotOffered(OSError):
    """The mail service does not offer this way to log in."""


class LoginRefused(OSError):
    """The mail service does not take the token. The fields are named as those of the standard library's errors."""

    def __init__(self, code: int, text: bytes) -> None:
        super().__init__()
        self.smtp_code = code
        self.smtp_error = text


def bearer(user: str, token: str) -> str:
    """What is said at the login, before it is encoded."""
    return f"user={user}\x01auth=Bearer {token}\x01\x01"


class TokenLogin:
    """Replaces the login of the standard library's client for SMTP."""

    docmd: Callable[..., tuple[int, bytes]]
    ehlo_or_helo_if_needed: Callable[[], None]
    esmtp_features: dict[str, str]

    def login(self, user: str, token: str) -> None:
        """Log in. Raises LoginNotOffered, LoginRefused and whatever sending and reading raise."""
        self.ehlo_or_helo_if_needed()
        if "XOAUTH2" not in self.esmtp_features.get("auth", "").upper().split():
            raise LoginNotOffered
        code, text = self.docmd("AUTH", f"XOAUTH2 {base64.b64encode(bearer(user, token).encode('ascii')).decode()}")
        if code == _CHALLENGE:
            code, text = self.docmd("")
        if code != 235:
            raise LoginRefused(code, text)
