"""Ctrl-C, SIGTERM and a closed terminal: a run ends in order, and how far it got is recorded."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from gpsync import progress

#: The last one comes when the terminal is closed.
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupted(BaseException):
    """A person or the system wants the program to end. Not an ordinary error: only the program's end handles it."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        #: As a shell reports it: 130 after Ctrl-C, 143 after SIGTERM, 129 after the terminal was closed.
        self.exit_status = 128 + number


def _raise(number: int, frame: FrameType | None) -> None:
    raise Interrupted(number)


@contextmanager
def raised() -> Iterator[None]:
    """Let the block end with Interrupted where it is, at the first signal."""
    with _handled(_raise):
        yield


@contextmanager
def raised_to_the_end() -> Iterator[None]:
    """The same for a whole program: once the block has ended, the rest of the end is not disturbed any more."""
    try:
        with raised():
            yield
    finally:
        for number in _SIGNALS:
            signal.signal(number, signal.SIG_IGN)


@contextmanager
def awaited() -> Iterator[threading.Event]:
    """An event that the first signal sets, for work that must end what it has begun; the second signal raises."""
    stop = threading.Event()

    def handle(number: int, frame: FrameType | None) -> None:
        if stop.is_set():
            raise Interrupted(number)
        stop.set()
        progress.say("Stopping once the mails in hand are handed over; do the same again to stop at once.")

    with _handled(handle):
        yield stop


@contextmanager
def _handled(handler: "signal.Handlers | object") -> Iterator[None]:
    """Signals reach the main thread only; in another one the block runs as it would without."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    # What is ignored, as under nohup, stays so.
    heard = [number for number in _SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, handler) for number in heard}  # type: ignore[arg-type]
    try:
        yield
    finally:
        for number, former in before.items():
            signal.signal(number, former)
