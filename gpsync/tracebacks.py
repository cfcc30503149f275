"""What is shown of an unexpected error: where it happened, without its message, which may quote personal data."""

import os
import traceback
from contextvars import ContextVar
from pathlib import Path

from gpsync.errors import GpsyncError
from gpsync.register.characters import shown

#: The folder that holds our packages.
_HOME = Path(__file__).parents[1]


#: Whether full tracebacks were asked for.
_debugging: ContextVar[bool] = ContextVar("debugging", default=False)


def debug() -> None:
    """From now on show full errors."""
    _debugging.set(True)


def is_debugging() -> bool:
    """Whether full errors are shown."""
    return _debugging.get()


class Unforeseen(GpsyncError):
    """An error of the program: its type and its place in the code."""


def redacted(error: BaseException) -> GpsyncError:
    """The error without its message: where in our code it happened, and where it was raised.

    What the system says of a file or a disk holds no personal data, so that is shown.
    """
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if _is_ours(Path(frame.filename))]
    shown = [*ours[-4:], *(frames[-1:] if frames and frames[-1] not in ours else [])]
    places = " > ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in shown)
    words = _words_of_the_system(error)
    if words is not None:
        return Unforeseen(f"{words} ({type(error).__name__} at {places}).")
    return Unforeseen(f"{type(error).__name__} at {places}. Its message is withheld: it may hold personal data.")


def _words_of_the_system(error: BaseException) -> str | None:
    if not isinstance(error, OSError) or error.errno is None:
        return None
    where = f": {shown(str(error.filename))}" if error.filename else ""
    return f"The system says: {os.strerror(error.errno)}{where}"


def _is_ours(path: Path) -> bool:
    return _HOME in path.parents and "site-packages" not in path.parts
