"""Places that somebody named to be written to: an error there is reported as a fault of that place only."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gpsync.errors import WrongUse

#: What a write to an open file ends with, which names no file: the disk is full, or broken.
_UNNAMED = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)


@contextmanager
def writing_to(place: Path) -> Iterator[None]:
    """Raises WrongUse naming the place where what the block writes there cannot be written."""
    try:
        yield
    except OSError as error:
        if not _is_about(error, place):
            raise
        raise WrongUse(f"{place} cannot be written ({error.strerror}): name another place, or make room.") from None


def check_folder(name: str, folder: Path) -> None:
    """Raises WrongUse, which names GPSYNC_`name`, where the folder cannot be made or nothing can be written there."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        is_open, why = os.access(folder, os.W_OK | os.X_OK), "nothing can be written there"
    except (FileExistsError, NotADirectoryError):
        is_open, why = False, "that is not a folder"
    except OSError as error:
        is_open, why = False, error.strerror or "it cannot be created"
    if not is_open:
        raise WrongUse(
            f"GPSYNC_{name} is {folder}: {why}. Name another folder, or give gpsync the right to write there."
        )


def _is_about(error: OSError, place: Path) -> bool:
    """Whether an error is about the place, something in it, or a folder above it that cannot be made."""
    if error.filename is None:
        return error.errno in _UNNAMED
    if not isinstance(error.filename, (str, bytes)):
        return False  # the number of an open file
    ours, named = (Path(os.path.abspath(os.fsdecode(one))) for one in (place, error.filename))  # noqa: PTH100
    return named == ours or ours in named.parents or named in ours.parents
