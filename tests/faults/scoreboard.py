"""One line for each scenario, and what is wrong if anything is."""

import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from tests.faults.invariants import Findings


@dataclass
class Line:
    """The figures of a scenario. `points` counts crashes, stops or faults; `unknown` mails by point."""

    name: str
    points: int = 0
    mails: int = 0
    duplicates: int = 0
    lost: int = 0
    stuck: int = 0
    unknown: Counter[str] = field(default_factory=Counter)
    delivered: int = 0
    notes: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    #: A line for comparison: its figures are no failure of ours.
    is_peer: bool = False
    begun: float = field(default_factory=time.monotonic)
    seconds: float = 0.0

    def add(self, findings: Findings, where: str = "") -> None:
        self.mails += findings.mails
        self.duplicates += findings.duplicates
        self.lost += findings.lost
        self.stuck += findings.stuck
        self.delivered += findings.unknown_delivered
        if findings.unknown:
            self.unknown[where or "?"] += findings.unknown
        self.wrong += [f"{where}: {sentence}" if where else sentence for sentence in findings.wrong]

    def join(self, other: dict[str, Any]) -> None:
        """Add the figures of another line of the same scenario, as a mapping."""
        for name in ("points", "mails", "duplicates", "lost", "stuck", "delivered"):
            setattr(self, name, getattr(self, name) + other[name])
        self.unknown.update(other["unknown"])
        self.wrong += other["wrong"]

    def must(self, holds: bool, sentence: str) -> None:
        if not holds:
            self.wrong.append(sentence)

    def done(self) -> "Line":
        self.seconds = time.monotonic() - self.begun
        return self

    @property
    def failed(self) -> bool:
        return not self.is_peer and bool(self.wrong or self.duplicates or self.lost or self.stuck)


def progress(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


_WIDTHS = (50, 8, 7, 12, 6, 7, 9, 8)
_HEADINGS = ("scenario", "points", "mails", "duplicates", "lost", "stuck", "unknown", "s")


def print_board(lines: list[Line]) -> None:
    """The table, then where mails became unknown, then everything that is wrong."""
    print(_row(_HEADINGS))
    for line in lines:
        unknown = sum(line.unknown.values())
        figures = (line.points, line.mails, line.duplicates, line.lost, line.stuck, unknown)
        print(_row((line.name, *(str(figure) for figure in figures), f"{line.seconds:.1f}"), line))
        for note in line.notes:
            print(f"    {note}")
    for line in lines:
        if line.unknown and not line.is_peer:
            where = ", ".join(f"{name} {number}" for name, number in line.unknown.most_common(8))
            print(f"unknown in {line.name}: {where}; {line.delivered} of them were delivered")
    for line in lines:
        for sentence in [] if line.is_peer else line.wrong[:12]:
            print(f"WRONG in {line.name}: {sentence}")


def _row(cells: tuple[str, ...], line: Line | None = None) -> str:
    first, *rest = zip(cells, _WIDTHS, strict=True)
    mark = "  <- wrong" if line is not None and line.failed else ""
    return f"{first[0]:<{first[1]}}" + "".join(f"{cell:>{width}}" for cell, width in rest) + mark
