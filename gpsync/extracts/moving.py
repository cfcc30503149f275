"""Moving what was delivered to where it is kept, also to another file system, and never through a link."""

import errno
import os
import stat
from pathlib import Path

_BLOCK = 1 << 20
#: A link, a socket, or a device without a driver cannot be opened.
_NO_FILE = (errno.ELOOP, errno.ENXIO, errno.ENODEV)


def move(source: Path, target: Path) -> None:
    """Move a delivered file to a name that is free. A folder stays where it is.

    To another file system only a file's own bytes are brought; there is nothing in a link, a pipe or a socket to keep,
    so it is only removed. What is opened is looked at, not its name: somebody may change what a name stands for.
    """
    if stat.S_ISDIR(source.lstat().st_mode):
        return
    try:
        source.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        _bring(source, target)
        source.unlink()


def _bring(source: Path, target: Path) -> None:
    try:
        descriptor = os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY)
    except OSError as error:
        if error.errno not in _NO_FILE:
            raise
        return
    with os.fdopen(descriptor, "rb") as opened:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return
        with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as written:
            while block := opened.read(_BLOCK):
                written.write(block)
            written.flush()
            os.fsync(written.fileno())
