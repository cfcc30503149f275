"""What a test really connects to and looks up, as Python's own audit tells it."""

import ipaddress
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_watching: list[set[str]] = []


def _hook(event: str, args: tuple[Any, ...]) -> None:
    if not _watching or event not in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
        return
    host = args[0] if event == "socket.getaddrinfo" else args[1]
    # Addresses of the local kind are paths.
    if isinstance(host, tuple):
        host = host[0]
    elif event != "socket.getaddrinfo":
        return
    for seen in _watching:
        seen.add(host.decode() if isinstance(host, bytes) else str(host))


sys.addaudithook(_hook)


@contextmanager
def watched() -> Iterator[set[str]]:
    """The names and addresses that are looked up or connected to while the block runs, in any thread."""
    seen: set[str] = set()
    _watching.append(seen)
    try:
        yield seen
    finally:
        _watching.remove(seen)


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def can_see() -> bool:
    """Whether the watch notices a connection; asked by a test, so that an empty set means something."""
    with watched() as seen, socket.socket() as probe:
        probe.connect_ex(("127.0.0.1", 9))
    return seen == {"127.0.0.1"}
