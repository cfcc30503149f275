"""Where the program starts: before any slow import, so that it can be stopped and can answer."""

import os
import sys
from pathlib import Path


def main() -> None:
    """Run the command line."""
    _have_streams()
    try:
        from gpsync.cli import main as run
    except KeyboardInterrupt:
        os.write(2, b"gpsync: Stopped before anything was begun.\n")
        os._exit(130)
    run()


def _have_streams() -> None:
    """Somebody may have closed what we print to, or may print to something that cannot show every letter."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - until the end
        else:
            stream.reconfigure(errors="backslashreplace")
