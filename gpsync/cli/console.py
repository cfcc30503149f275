"""What commands print: tables for people, JSON for programs, progress for the patient."""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from gpsync.register.characters import one_line, shown
from gpsync.telling import told_to

#: Into a file or a pipe, a table is as wide as it needs to be.
_WIDE = 240
out = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else _WIDE)
err = Console(stderr=True, highlight=False, soft_wrap=True)


def say(text: str = "") -> None:
    """Print a line: nothing in it is markup, and nothing in it speaks to the terminal."""
    out.print(Text(shown(text)))


def problem(text: str) -> None:
    """Print a sentence for a person to act on, to standard error."""
    err.print(Text(f"gpsync: {one_line(text)}"))


def heading(text: str) -> None:
    """Print a heading."""
    out.print(Text(one_line(text), style="bold"))


def print_json(value: object) -> None:
    """Print JSON, dates in ISO form."""
    out.print(Text(json.dumps(value, indent=2, default=str, ensure_ascii=False)))


def print_table(rows: Sequence[Mapping[str, object]], *, empty: str) -> None:
    """Print rows as a table with their keys as headings, or the sentence `empty`."""
    if not rows:
        say(empty)
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name, value in rows[0].items():
        table.add_column(name, justify="right" if isinstance(value, int) else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(one_line(_cell(value))) for value in row.values()))
    out.print(table)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    return day(value) if isinstance(value, date) else str(value)


def day(when: date) -> str:
    """A date as the NHS writes it: 6 August 2018."""
    return f"{when.day} {when:%B %Y}"


class _Terminal:
    """Shows what flows tell as one progress bar, and sentences above it."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task: TaskID | None = None
        self._what = ""

    def say(self, line: str) -> None:
        self._progress.console.print(Text(shown(line)))

    def step(self, what: str, done: int, total: int) -> None:
        self._what = what
        if self._task is None:
            self._task = self._progress.add_task(what, total=total)
        self._progress.update(self._task, description=what, completed=done, total=total)

    def phase(self, name: str) -> None:
        told = f"{self._what}, {name}" if self._what else name
        if self._task is None:
            # How much of it there is, is not known: the bar moves to and fro.
            self._task = self._progress.add_task(told, total=None)
        self._progress.update(self._task, description=told)


@contextmanager
def progress() -> Iterator[None]:
    """Show progress on standard error while the block runs; sentences only, where that is no terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    bar = Progress(*columns, console=err, transient=True, disable=not sys.stderr.isatty())
    with bar, told_to(_Terminal(bar)):
        yield
