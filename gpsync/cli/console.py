"""What commands print: tables for people, JSON for programs, progress for the patient."""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from gpsync.errors import GpsyncError
from gpsync.london import long_date
from gpsync.progress import listening
from gpsync.register.characters import one_line, shown

#: Into a file or a pipe, a table is as wide as it needs to be.
_WIDE = 240
#: Ids are not broken over lines; what is longer, such as an address of a page, may be.
_LONGEST_ID = 40


class _Output(Console):
    """Standard output. Where it leads to a full disk, a sentence says so."""

    def print(self, *objects: Any, **options: Any) -> None:
        try:
            super().print(*objects, **options)
        except BrokenPipeError:
            raise
        except OSError as error:
            raise GpsyncError(
                f"What standard output leads to cannot be written ({error.strerror}): make room there, or print to "
                "something else."
            ) from None


out = _Output(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else _WIDE)
err = Console(stderr=True, highlight=False, soft_wrap=True)


#: What the command says and shows, where it is asked for as JSON; None where it is printed at once.
_answer: ContextVar[dict[str, Any] | None] = ContextVar("answer", default=None)


@contextmanager
def collected() -> Iterator[dict[str, Any]]:
    """Collect what the block says and shows instead of printing it: `said` lines, `rows` of tables, other facts."""
    answer: dict[str, Any] = {"said": [], "rows": []}
    token = _answer.set(answer)
    try:
        yield answer
    finally:
        _answer.reset(token)


def fact(name: str, value: object) -> None:
    """A fact for programs: part of the command's answer as JSON, and nothing that is printed for people."""
    answer = _answer.get()
    if answer is not None:
        answer[name] = value


def say(text: str = "") -> None:
    """Print a line: nothing in it is markup, and nothing in it speaks to the terminal."""
    answer = _answer.get()
    if answer is None:
        out.print(Text(shown(text)))
    elif text:
        answer["said"].append(text)


def problem(text: str) -> None:
    """Print a sentence for a person to act on, to standard error."""
    err.print(Text(f"gpsync: {one_line(text)}"))


def heading(text: str) -> None:
    """Print a heading."""
    if _answer.get() is None:
        out.print(Text(one_line(text), style="bold"))


def print_json(value: Mapping[str, object]) -> None:
    """Print one JSON object, dates in ISO form."""
    out.print(Text(json.dumps(value, indent=2, default=str, ensure_ascii=False)))


def print_table(rows: Sequence[Mapping[str, object]], *, empty: str) -> None:
    """Print rows as a table with their keys as headings, or the sentence `empty`.

    Where the terminal is too narrow to keep every id whole, each row is a block of lines.
    """
    answer = _answer.get()
    if answer is not None:
        answer["rows"] += rows
    elif not rows:
        say(empty)
    elif _narrowest(rows) > out.width:
        _print_blocks(rows)
    else:
        _print_columns(rows)


def _print_columns(rows: Sequence[Mapping[str, object]]) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name, value in rows[0].items():
        longest = max(_longest_word(_cell(row[name])) for row in rows)
        table.add_column(
            name,
            justify="right" if isinstance(value, int) else "left",
            overflow="fold",
            min_width=min(longest, _LONGEST_ID),
        )
    for row in rows:
        table.add_row(*(Text(one_line(_cell(value))) for value in row.values()))
    out.print(table)


def _print_blocks(rows: Sequence[Mapping[str, object]]) -> None:
    for number, row in enumerate(rows):
        if number:
            out.print()
        for name, value in row.items():
            if text := one_line(_cell(value)):
                out.print(Text.assemble((f"{name}: ", "bold"), text))


def _narrowest(rows: Sequence[Mapping[str, object]]) -> int:
    """The width that a table of these rows needs so that no id is broken: a heading may be."""
    longest = [min(max(_longest_word(_cell(row[name])) for row in rows), _LONGEST_ID) for name in rows[0]]
    return sum(longest) + 2 * (len(longest) - 1)


def _longest_word(text: str) -> int:
    return max(map(len, text.split()), default=0)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    return long_date(value) if isinstance(value, date) else str(value)


class _Terminal:
    """Shows what flows report as one progress bar, and sentences above it."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task: TaskID | None = None
        self._part: TaskID | None = None
        self._what = ""

    def say(self, line: str) -> None:
        self._progress.console.print(Text(shown(line)))

    def step(self, what: str, done: int, total: int) -> None:
        self._what = what
        if self._task is None:
            self._task = self._progress.add_task(what, total=total)
        self._progress.update(self._task, description=what, completed=done, total=total)

    def phase(self, name: str) -> None:
        full_name = f"{self._what}, {name}" if self._what else name
        if self._task is None:
            # How much of it there is, is not known: the bar moves to and fro.
            self._task = self._progress.add_task(full_name, total=None)
        self._progress.update(self._task, description=full_name)

    def part(self, what: str, done: int, total: int) -> None:
        if self._part is None:
            self._part = self._progress.add_task(what, total=total)
        self._progress.update(self._part, description=what, completed=done, total=total, refresh=True)
        if done >= total:
            self._progress.remove_task(self._part)
            self._part = None


@contextmanager
def show_progress() -> Iterator[None]:
    """Show progress on standard error while the block runs; sentences only, where that is no terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    bar = Progress(*columns, console=err, transient=True, disable=not sys.stderr.isatty())
    with bar, listening(_Terminal(bar)):
        yield
