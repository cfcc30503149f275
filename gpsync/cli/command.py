"""What all commands have in common: `--json`, by which a command's answer is one object on standard output."""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any

import typer
from typer.models import CommandFunctionType

from gpsync.cli.console import collected, print_json
from gpsync.cli.options import AsJson
from gpsync.errors import GpsyncError

_JSON = "json"


class Commands(typer.Typer):
    """An application, or a group of commands in it, all of whose commands have `--json`."""

    def command(self, name: str | None = None, **values: Any) -> Callable[[CommandFunctionType], CommandFunctionType]:
        """As Typer's, which documents the parameters."""
        register = super().command(name, **values)

        def added(function: CommandFunctionType) -> CommandFunctionType:
            register(function if _JSON in inspect.signature(function).parameters else _answering(function))
            return function

        return added


def _answering(function: Callable[..., Any]) -> Callable[..., Any]:
    """The command with `--json`: what it says and shows as an object, however it ends."""

    @wraps(function)
    def command(*, json: bool = False, **given: Any) -> None:
        if not json:
            function(**given)
            return
        status = 0
        with collected() as answer:
            try:
                function(**given)
            except typer.Exit as end:
                status = end.exit_code
                raise
            except GpsyncError as error:
                status, answer["problem"] = error.exit_status, str(error)
                raise
            finally:
                print_json({"command": function.__name__, "exit_status": status, **answer})

    own = inspect.signature(function, eval_str=True)
    option = inspect.Parameter(_JSON, inspect.Parameter.KEYWORD_ONLY, default=False, annotation=AsJson)
    vars(command)["__signature__"] = own.replace(parameters=[*own.parameters.values(), option])
    command.__annotations__ = {**function.__annotations__, _JSON: AsJson}
    return command
