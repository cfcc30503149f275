"""Where progress is reported: to the log by default, to the terminal when the command line listens."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol, TypeVar

_Item = TypeVar("_Item")
#: Progress is reported after each so many items.
_EVERY = 500
_logger = logging.getLogger("gpsync")


class Listener(Protocol):
    """Receives progress reports. None of them holds personal data."""

    def say(self, line: str) -> None:
        """A sentence worth keeping."""

    def step(self, what: str, done: int, total: int) -> None:
        """How far a piece of work has come."""

    def phase(self, name: str) -> None:
        """What is being done now, as a part of the step that was reported last."""

    def part(self, what: str, done: int, total: int) -> None:
        """How far a part of the phase has come; it is over with `done` equal to `total`."""


class _Log:
    def say(self, line: str) -> None:
        _logger.info(line)

    def step(self, what: str, done: int, total: int) -> None:
        _logger.debug("%s: %d of %d", what, done, total)

    def phase(self, name: str) -> None:
        _logger.debug("%s", name)

    def part(self, what: str, done: int, total: int) -> None:
        _logger.debug("%s: %d of %d", what, done, total)


_listener: ContextVar[Listener] = ContextVar("listener", default=_Log())  # noqa: B039 - it has no state


def say(line: str) -> None:
    """Report one sentence to the listener."""
    _listener.get().say(line)


def step(what: str, done: int, total: int) -> None:
    """Report how far `what` has come."""
    _listener.get().step(what, done, total)


def phase(name: str) -> None:
    """Report what is being done now."""
    _listener.get().phase(name)


def part(what: str, done: int, total: int) -> None:
    """Report how far a part of the current phase has come."""
    _listener.get().part(what, done, total)


def counted(items: Sequence[_Item], what: str) -> Iterator[_Item]:
    """The items in their order, reporting to the listener how many are done; few items are not reported."""
    total, listener = len(items), _listener.get()
    for done, item in enumerate(items):
        if done and done % _EVERY == 0:
            listener.part(what, done, total)
        yield item
    if total > _EVERY:
        listener.part(what, total, total)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Let `listener` hear what the block has to say."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)
