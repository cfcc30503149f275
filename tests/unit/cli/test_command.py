"""What all commands have in common: `--json`, an example that can be typed, dates as people write them."""

import json
import shlex
from datetime import date

import pytest
import typer
from typer.testing import CliRunner

from gpsync.cli import app
from gpsync.cli.command import Commands
from gpsync.cli.console import fact, print_table, say
from gpsync.cli.options import parse_date
from gpsync.errors import WrongUse


def _commands(command, words=("gpsync",)):
    nested = getattr(command, "commands", {})
    if not nested:
        yield words, command
    for name, one in nested.items():
        yield from _commands(one, (*words, name))


COMMANDS = dict(_commands(typer.main.get_command(app)))


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_answers_as_json_and_has_an_example_that_can_be_typed(words):
    command = COMMANDS[words]
    example = shlex.split(command.epilog.removeprefix("Example: "))

    assert "--json" in [name for one in command.params for name in one.opts]
    assert example[: len(words)] == list(words)
    assert command.make_context(words[-1], example[len(words) :]).params["json"] is False


@pytest.fixture
def trial():
    commands = Commands()

    @commands.callback()
    def group():
        """Commands of a trial."""

    @commands.command(epilog="Example: trial act")
    def act(number: int, fail: bool = False, stop: bool = False):
        """Act."""
        say("It is done.")
        print_table([{"id": "a1", "number": number}], empty="Nothing.")
        fact("counts", {"sent": number})
        if fail:
            raise WrongUse("That cannot be.")
        if stop:
            raise typer.Exit(3)

    return lambda *words: CliRunner().invoke(commands, words)


def test_what_a_command_says_shows_and_counts_is_one_object(trial):
    result = trial("act", "7", "--json")

    assert json.loads(result.stdout) == {
        "command": "act",
        "exit_status": 0,
        "said": ["It is done."],
        "rows": [{"id": "a1", "number": 7}],
        "counts": {"sent": 7},
    }
    assert result.exit_code == 0


@pytest.mark.parametrize(
    ("option", "status", "problem"), [("--stop", 3, None), ("--fail", 2, "That cannot be.")], ids=["stop", "fail"]
)
def test_a_command_that_ends_otherwise_says_so_in_its_object(trial, option, status, problem):
    answer = json.loads(trial("act", "7", option, "--json").stdout)

    assert (answer["exit_status"], answer.get("problem")) == (status, problem)


def test_without_it_a_command_prints_for_people(trial):
    assert trial("act", "7").stdout == "It is done.\nid  number\na1       7\n"


@pytest.mark.parametrize("text", ["2026-12-15", "15/12/2026", "15 December 2026", " 15-Dec-2026 ", "20261215"])
def test_a_date_is_read_as_people_write_it(text):
    assert parse_date(text) == date(2026, 12, 15)


@pytest.mark.parametrize("text", ["", "31/02/2026", "12/15/2026", "tomorrow"])
def test_what_is_no_date_is_refused_with_the_forms_it_may_have(text):
    with pytest.raises(typer.BadParameter, match="2026-11-30 or 30/11/2026"):
        parse_date(text)


def test_help_groups_commands_by_who_uses_them_and_begins_with_the_night():
    shown = CliRunner().invoke(app, ["--help"]).stdout
    panels = ["Every night", "Support staff", "Data team", "Set-up"]

    assert all(panel in shown for panel in panels) and "─ Commands ─" not in shown
    assert shown.index("Every night") < min(shown.index(panel) for panel in panels[1:])
