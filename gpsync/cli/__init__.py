"""The commands. Each file is one kind of task; what takes long to import is imported by the command that needs it."""

import sys
from typing import NoReturn

from gpsync.cli.application import app

from gpsync.cli import asking, bounces, deciding, keeping, letters, links, reconciling, returned, running, support  # noqa: F401 - each adds its commands  # isort: skip
from gpsync.cli.console import problem
from gpsync.errors import GpsyncError

__all__ = ["app", "main"]


def main() -> None:
    """Run a command; a GpsyncError, or a database that goes away, becomes its sentence and its exit status."""
    try:
        app()
    except GpsyncError as error:
        _end(error)
    except Exception as error:
        # Where it was raised, the database has been imported already.
        from gpsync.store.database import lost

        sentence = lost(error)
        if sentence is None:
            raise
        _end(sentence)


def _end(error: GpsyncError) -> NoReturn:
    problem(str(error))
    sys.exit(error.exit_status)
