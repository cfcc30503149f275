"""A token server on loopback, over TLS, that answers as it is told and remembers what it was asked.

    with token_server() as server:
        server.url, server.ca_file
        server.asked                         # the form of each request, in order
        server.answer(400, {"error": "invalid_client"})      # from now on; `server.behave()` ends it

Tokens are `token-1`, `token-2` …, each good for `server.seconds`. Entra's refusals are in ENTRA.
"""

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from tests.faults.certificates import certificates

#: What Entra says besides the error, by its number: made-up ids, and words that must never be repeated.
_TAIL = "Trace ID: 00000000-0000-4000-8000-00000000abcd Correlation ID: 0 Timestamp: 2026-11-30 09:00:00Z"
ENTRA = {
    number: (status, {"error": error, "error_description": f"AADSTS{number}: {words} {_TAIL}", "error_codes": [number]})
    for number, status, error, words in (
        (7000215, 401, "invalid_client", "Invalid client secret provided."),
        (7000222, 401, "invalid_client", "The provided client secret keys for app 'made-up-app' are expired."),
        (700016, 400, "unauthorized_client", "Application with identifier 'made-up-app' was not found."),
        (90002, 400, "invalid_request", "Tenant 'made-up-tenant' not found."),
        (7000112, 401, "unauthorized_client", "Application 'made-up-app' is disabled."),
        (1002012, 400, "invalid_scope", "The provided value for scope is not valid."),
        (53003, 400, "access_denied", "Access has been blocked by Conditional Access policies."),
    )
}


class RunningTokenServer:
    """What it was asked, and what it answers from now on."""

    def __init__(self) -> None:
        self.url = ""
        self.ca_file: Path = certificates() / "good-ca.pem"
        self.asked: list[dict[str, str]] = []
        self.headers: list[dict[str, str]] = []
        self.behave()

    def behave(self) -> None:
        self.seconds: object = 3599
        self._answer: tuple[int, dict[str, Any] | bytes, dict[str, str]] | None = None

    def answer(self, status: int, body: dict[str, Any] | bytes, **headers: str) -> None:
        self._answer = (status, body, headers)

    def reply(self) -> tuple[int, bytes, dict[str, str]]:
        given = {"token_type": "Bearer", "expires_in": self.seconds, "access_token": f"token-{len(self.asked)}"}
        status, body, headers = self._answer or (200, given, {})
        return status, body if isinstance(body, bytes) else json.dumps(body).encode(), headers


def _handler(server: RunningTokenServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = self.rfile.read(int(self.headers["Content-Length"])).decode()
            server.asked.append({name: value for name, (value,) in parse_qs(form, strict_parsing=True).items()})
            server.headers.append(dict(self.headers.items()))
            status, body, headers = server.reply()
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", **headers}.items():
                self.send_header(name.replace("_", "-"), value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """The tests look at what was asked instead."""

    return Handler


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that does not trust the certificate hangs up; that is its right."""


@contextmanager
def token_server(certificate: str = "good") -> Iterator[RunningTokenServer]:
    """A token server with one of the tests' certificates; ended with the block."""
    running = RunningTokenServer()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates() / f"{certificate}.pem")

    class Encrypted(_Server):
        def get_request(self) -> Any:
            plain, address = super().get_request()
            # The handshake is the client's first read or write, so that a refused one hurts its own thread only.
            return context.wrap_socket(plain, server_side=True, do_handshake_on_connect=False), address

    with Encrypted(("127.0.0.1", 0), _handler(running)) as server:
        running.url = f"https://localhost:{server.server_address[1]}/made-up-tenant/oauth2/v2.0/token"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield running
        finally:
            server.shutdown()
            thread.join()
