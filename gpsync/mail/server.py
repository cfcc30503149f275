"""A mail service, and what makes it safe to give it a password and letters."""

import ipaddress
import re
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pydantic import SecretStr

from gpsync.errors import WrongUse
from gpsync.mail.tokens import Tokens, tokens_for
from gpsync.settings import Settings

#: A login by token writes the name without quoting it.
_MAILBOX = re.compile(r"[!-~]{1,320}")


@dataclass(frozen=True)
class Server:
    """A mail service and how it is spoken to. Raises WrongUse for settings that would reveal the password or a letter.

    With `tokens` the user is logged in to by access tokens, and there is no password.

    Seconds: `timeout` for the connection and for each reply (twice that for DATA), `dot_timeout` for the answer to
    the final dot, `mail_deadline` for all of a mail before the dot, and for all of a login.
    """

    host: str
    port: int
    user: str = field(repr=False)
    password: SecretStr | None
    security: Literal["tls", "starttls", "none"]
    ca_file: Path | None
    timeout: float = 60.0
    dot_timeout: float = 600.0
    mail_deadline: float = 900.0
    tokens: Tokens | None = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.security not in ("tls", "starttls", "none"):
            raise WrongUse("GPSYNC_SMTP_SECURITY must be tls, starttls or none.")
        if self.security == "none" and not self.on_this_machine:
            raise WrongUse("GPSYNC_SMTP_SECURITY may be none on this machine only: set it to tls or starttls.")
        if self.tokens:
            self._check_user_of_tokens()
        elif bool(self.user) != bool(self.secret):
            raise WrongUse("GPSYNC_SMTP_USER and GPSYNC_SMTP_PASSWORD go together: set both, or none of them.")
        if not self.user and not self.on_this_machine:
            raise WrongUse("GPSYNC_SMTP_USER is not set: only a mail service on this machine needs no login.")
        if not (self.user + self.secret).isascii():
            raise WrongUse("GPSYNC_SMTP_USER and GPSYNC_SMTP_PASSWORD must be plain ASCII to be logged in with.")

    def _check_user_of_tokens(self) -> None:
        if self.password is not None:
            raise WrongUse("GPSYNC_SMTP_AUTH is oauth2, which takes no password: unset GPSYNC_SMTP_PASSWORD.")
        if not _MAILBOX.fullmatch(self.user):
            raise WrongUse(
                "GPSYNC_SMTP_USER must be the address of the mailbox that sends when GPSYNC_SMTP_AUTH is oauth2."
            )

    @property
    def where(self) -> str:
        """Host and port, as sentences name them."""
        return f"{self.host}:{self.port}"

    @property
    def secret(self) -> str:
        """The password in clear; empty if there is none."""
        return self.password.get_secret_value() if self.password else ""

    @property
    def on_this_machine(self) -> bool:
        """Whether `host` is this machine by its very name: no name service is asked."""
        if self.host.lower() == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False


def server_of(settings: Settings) -> Server:
    """The mail service that the settings name. Raises WrongUse if they do not fit together."""
    return Server(
        host=settings.smtp_host,
        port=settings.smtp_port,
        user=settings.smtp_user,
        password=settings.smtp_password,
        security=settings.smtp_security,
        ca_file=settings.smtp_ca_file.expanduser() if settings.smtp_ca_file else None,
        tokens=tokens_for(settings, settings.smtp_auth),
    )


def encryption(server: Server) -> ssl.SSLContext:
    """TLS 1.2 or later with a checked certificate of the server's very name. Raises WrongUse without certificates."""
    try:
        context = ssl.create_default_context(cafile=server.ca_file)
    except OSError:
        raise WrongUse("GPSYNC_SMTP_CA_FILE cannot be read as certificates: it must be a PEM file.") from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
