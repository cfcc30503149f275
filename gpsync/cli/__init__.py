"""The commands. Each file is one kind of task; what takes long to import is imported by the command that needs it."""

import sys

from gpsync.cli.application import app

from gpsync.cli import asking, bounces, deciding, keeping, letters, links, reconciling, returned, running, support  # noqa: F401 - each adds its commands  # isort: skip
from gpsync.cli.console import problem
from gpsync.errors import GpsyncError

__all__ = ["app", "main"]


def main() -> None:
    """Run a command; a GpsyncError becomes its sentence and its exit status."""
    try:
        app()
    except GpsyncError as error:
        problem(str(error))
        sys.exit(error.exit_status)
