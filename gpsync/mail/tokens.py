"""Access tokens for mail services that take no passwords: OAuth 2.0's client credentials (RFC 6749, 4.4).

Authlib asks for them, by one POST to the one address that the settings name; nothing is looked up elsewhere.
"""

import re
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from pydantic import SecretStr

from gpsync.errors import WrongUse
from gpsync.mail.channel import ChannelError
from gpsync.mail.tls import is_broken_off, tls_problem
from gpsync.settings import Settings

#: Entra, for the directory that GPSYNC_OAUTH_TENANT names.
_ENTRA = "https://login.microsoftonline.com/{}/oauth2/v2.0/token"
_TENANT = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?")
#: Characters allowed in a login; a token with anything else in it could say more than it should.
_TOKEN = re.compile(r"[!-~]{1,16384}")
#: Seconds for which a token must still be good to be used for one more login; a short-lived one is for half its life.
_EARLY = 300.0
#: A token that was refused within so many seconds of being given out was not refused for its age.
_NEW = 60.0

#: Entra's reasons, each in words that say what to do. https://login.microsoftonline.com/error explains the numbers.
_ENTRAS = re.compile(r"\bAADSTS(\d{4,10})\b")
_ENTRAS_REASONS = {
    "7000215": "the client secret is wrong: GPSYNC_OAUTH_CLIENT_SECRET must be the secret's value, not its id",
    "7000222": "the client secret has expired: make a new one for the application and set GPSYNC_OAUTH_CLIENT_SECRET",
    "700016": "there is no such application in this directory: check GPSYNC_OAUTH_CLIENT_ID and GPSYNC_OAUTH_TENANT",
    "700038": "GPSYNC_OAUTH_CLIENT_ID is not an application's id",
    "90002": "there is no such directory: check GPSYNC_OAUTH_TENANT",
    "900023": "there is no such directory: check GPSYNC_OAUTH_TENANT",
    "7000112": "the application has been switched off in its directory",
    "7000229": "the application is not enabled in this directory: an administrator must consent to its permissions",
    "70011": "the scope is not known: check GPSYNC_OAUTH_SCOPE",
    "1002012": "the scope of an application must end in /.default: check GPSYNC_OAUTH_SCOPE",
    "500011": "the service that GPSYNC_OAUTH_SCOPE names is not known in this directory",
    "53003": "a conditional access rule of the directory does not let this machine in",
}
#: The reasons of the standard (RFC 6749, 5.2), which every provider gives.
_REASONS = {
    "invalid_client": "the application's id or secret is wrong: check GPSYNC_OAUTH_CLIENT_ID and "
    "GPSYNC_OAUTH_CLIENT_SECRET",
    "unauthorized_client": "the application may not ask for tokens by its own secret: have that allowed where it is "
    "registered",
    "access_denied": "the application may not have such a token: have it allowed where it is registered",
    "invalid_scope": "the scope is not known, or not for this application: check GPSYNC_OAUTH_SCOPE",
    "unsupported_grant_type": "it issues no tokens for client credentials: check GPSYNC_OAUTH_TOKEN_URL",
    "invalid_request": "it does not understand the request: check GPSYNC_OAUTH_SCOPE and GPSYNC_OAUTH_TOKEN_URL",
}
_FOR_NOW = ("temporarily_unavailable", "server_error", "slow_down")
_CODE = re.compile(r"[a-z_]{1,40}")


@dataclass(frozen=True)
class TokenServer:
    """Who issues tokens, and to whom. Raises WrongUse for settings that would reveal the secret.

    `timeout` is in seconds, for the connection and for each piece of the answer.
    """

    url: str
    client_id: str
    client_secret: SecretStr = field(repr=False)
    scope: str
    ca_file: Path | None = None
    timeout: float = 30.0

    def __post_init__(self) -> None:
        try:
            parts = urlsplit(self.url)
            is_address = parts.scheme == "https" and bool(parts.hostname) and parts.port != 0
        except ValueError:
            is_address = False
        if not is_address or parts.username is not None or parts.fragment or not _TOKEN.fullmatch(self.url):
            raise WrongUse("GPSYNC_OAUTH_TOKEN_URL must be an https address, such as https://login.example.org/token.")
        if not self.client_id or not self.client_secret.get_secret_value():
            raise WrongUse("GPSYNC_OAUTH_CLIENT_ID and GPSYNC_OAUTH_CLIENT_SECRET must be set for login by OAuth 2.0.")
        if self.ca_file:
            try:
                ssl.create_default_context(cafile=self.ca_file)
            except OSError:
                raise WrongUse("GPSYNC_OAUTH_CA_FILE cannot be read as certificates: it must be a PEM file.") from None

    @property
    def where(self) -> str:
        """Host and port, as sentences name them."""
        parts = urlsplit(self.url)
        return f"{parts.hostname}:{parts.port or 443}"

    @property
    def trusted(self) -> str | Literal[True]:
        """The file or folder of certificates to trust: the settings' own, or the system's."""
        system = ssl.get_default_verify_paths()
        return str(self.ca_file or system.cafile or system.capath or "") or True


class Tokens:
    """Issues a token for each login, the same one while it lasts; several threads may share one."""

    def __init__(self, server: TokenServer, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._server = server
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._token: str | None = None
        self._given_at = self._good_until = 0.0

    def current(self) -> str:
        """A token that is good for a login now. Raises ChannelError if there is none to be had."""
        with self._lock:
            if self._token is None or self._monotonic() >= self._good_until:
                self._token = None
                asked_at = self._monotonic()
                self._token, seconds = _ask(self._server)
                self._given_at, self._good_until = asked_at, asked_at + max(seconds - _EARLY, seconds / 2)
            return self._token

    def refused(self, token: str) -> bool:
        """Forget a token that a mail service did not take; whether another one may fare better."""
        with self._lock:
            if token != self._token:
                return True
            self._token = None
            return self._monotonic() - self._given_at > _NEW


def tokens_for(settings: Settings, auth: Literal["password", "oauth2"]) -> Tokens | None:
    """Where a login of this kind gets its tokens; None for passwords. Raises WrongUse for settings that do not fit."""
    if auth == "password":
        return None
    tenant, url = settings.oauth_tenant.strip(), settings.oauth_token_url.strip()
    if bool(tenant) == bool(url):
        raise WrongUse("Login by OAuth 2.0 needs GPSYNC_OAUTH_TENANT (Exchange Online) or GPSYNC_OAUTH_TOKEN_URL.")
    if tenant and not _TENANT.fullmatch(tenant):
        raise WrongUse("GPSYNC_OAUTH_TENANT must be a directory's id or its domain.")
    return Tokens(
        TokenServer(
            url=url or _ENTRA.format(tenant),
            client_id=settings.oauth_client_id.strip(),
            client_secret=settings.oauth_client_secret or SecretStr(""),
            scope=settings.oauth_scope.strip(),
            ca_file=settings.oauth_ca_file.expanduser() if settings.oauth_ca_file else None,
        )
    )


# --- Asking ------------------------------------------------------------------------------------------


def _ask(server: TokenServer) -> tuple[str, float]:
    """A new token, and for how many seconds it is good; 0 where that is not said. Raises ChannelError."""
    try:
        given = _answer(server)
    except OAuthError as error:
        raise _refusal(server, str(error.error), str(error.description)) from None
    except requests.HTTPError as error:
        status = error.response.status_code if error.response is not None else 0
        raise _unwell(server, status) from None
    except requests.RequestException as error:
        raise _unreachable(server, error) from None
    except (ValueError, TypeError):
        raise _no_token(server) from None
    token, kind = given.get("access_token"), given.get("token_type", "bearer")
    if not isinstance(token, str) or not _TOKEN.fullmatch(token) or str(kind).lower() != "bearer":
        raise _no_token(server)
    return token, _seconds(given.get("expires_in"))


def _answer(server: TokenServer) -> dict[str, Any]:
    with OAuth2Session(
        server.client_id,
        server.client_secret.get_secret_value(),
        # In the body: the standard's other form is encoded differently by different servers.
        token_endpoint_auth_method="client_secret_post",  # noqa: S106 - a way, no password
        scope=server.scope or None,
    ) as session:
        session.register_compliance_hook("access_token_response", _refuse_for_now)
        given: dict[str, Any] = session.fetch_token(
            server.url,
            grant_type="client_credentials",
            timeout=server.timeout,
            verify=server.trusted,
            allow_redirects=False,  # the secret goes to one address only
        )
        return given


def _refuse_for_now(response: requests.Response) -> requests.Response:
    """Too many requests, or a server that is not well, whatever its words. Raises HTTPError."""
    if response.status_code == requests.codes.too_many_requests:
        response.raise_for_status()
    return response


def _seconds(expires_in: object) -> float:
    try:
        return max(0.0, float(str(expires_in)))
    except ValueError:
        return 0.0


# --- What went wrong, without anything that the server said ------------------------------------------


def _refusal(server: TokenServer, code: str, description: str) -> ChannelError:
    if code in _FOR_NOW:
        return ChannelError(f"The token server {server.where} asks to be tried again later.", None, fatal=False)
    entras = _ENTRAS.search(description)
    number = entras[1] if entras else ""
    reason = _ENTRAS_REASONS.get(number) or _REASONS.get(code) or "ask its operator, or check its log of logins"
    named = f"AADSTS{number}" if number else code if _CODE.fullmatch(code) else "no known reason"
    return ChannelError(f"The token server {server.where} refuses us ({named}): {reason}.", None, fatal=True)


def _unwell(server: TokenServer, status: int) -> ChannelError:
    if status == requests.codes.too_many_requests or status >= 500:
        text = f"The token server {server.where} has a fault (HTTP {status}): try again later."
        return ChannelError(text, None, fatal=False)
    text = f"The token server {server.where} answers with HTTP {status}: check GPSYNC_OAUTH_TOKEN_URL."
    return ChannelError(text, None, fatal=True)


def _unreachable(server: TokenServer, error: requests.RequestException) -> ChannelError:
    tls = next((one for one in _causes(error) if isinstance(one, ssl.SSLError)), None)
    if tls and not is_broken_off(tls):
        problem = tls_problem(tls, server.where, "GPSYNC_OAUTH_TOKEN_URL", "GPSYNC_OAUTH_CA_FILE")
        return ChannelError(f"gpsync cannot ask for a token. {problem}", None, fatal=True)
    passes = isinstance(error, requests.ConnectionError | requests.Timeout) or not isinstance(error, ValueError)
    text = (
        f"The token server {server.where} cannot be reached: check GPSYNC_OAUTH_TOKEN_URL and the network, and "
        "HTTPS_PROXY where one is needed."
    )
    return ChannelError(text, None, fatal=not passes)


def _no_token(server: TokenServer) -> ChannelError:
    text = f"The token server {server.where} answers with something that is not a token: check GPSYNC_OAUTH_TOKEN_URL."
    return ChannelError(text, None, fatal=True)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """An error and those that it came from: the libraries wrap each other's."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
