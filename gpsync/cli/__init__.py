"""The commands. Each file is one kind of task; slow imports are made by the command that needs them."""

import os
import sys
import traceback
from typing import NoReturn

# The commands join in the order in which `--help` shows them.
# isort: off
from gpsync.cli.application import app
from gpsync.cli import running, reconciling, status, asking, deciding, bounces
from gpsync.cli import confirming_links, returned, support, keeping, letters

# isort: on
from gpsync.cli.console import problem
from gpsync.errors import GpsyncError, WrongUse
from gpsync.interrupts import Interrupted, raised_to_the_end
from gpsync.tracebacks import Unforeseen, is_debugging, redacted

__all__ = ["app", "main"]


def main() -> None:
    """Run a command. Whatever ends it becomes a sentence and an exit status, never a traceback, unless asked for."""
    # What is made is the owner's alone: extracts, reports and letters are personal data.
    os.umask(0o077)
    try:
        with raised_to_the_end():
            _check_words()
            app()
    except Interrupted as signal:
        problem("Stopped. What was done until then stays; a run goes on from there when it is started again.")
        sys.exit(signal.exit_status)
    except GpsyncError as error:
        _end(error)
    except Exception as error:
        # Where it was raised, the database has been imported already.
        from gpsync.store.refusals import explained

        _end(explained(error) or redacted(error), error)


def _check_words() -> None:
    """Refuse arguments in another encoding than the system's: they would be misread."""
    if any("\udc80" <= character <= "\udcff" for word in sys.argv for character in word):
        raise WrongUse("What was typed is not UTF-8 text: set the terminal, and LANG, to UTF-8.")


def _end(error: GpsyncError, cause: Exception | None = None) -> NoReturn:
    if is_debugging() and not isinstance(error, WrongUse):
        traceback.print_exception(cause or error)
    problem(str(error))
    if isinstance(error, Unforeseen) and not is_debugging():
        problem("`gpsync --debug` and the same words show the rest, which may hold personal data.")
    sys.exit(error.exit_status)
