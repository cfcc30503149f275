"""The last runs as small bar charts, one for each severity: the place of everything in the picture.

Every severity has a scale of its own, or thousands of notes would flatten the few that are critical.
`templates/trend.html` draws what is worked out here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from gpsync.mismatches import RunCounts
from gpsync.rules import Severity

#: As many runs as a picture shows.
RUNS = 30
WIDTH, HEIGHT = 240, 72
_GAP = 2
#: A count of one beside thousands must still be seen.
_LOWEST = 2.0


@dataclass(frozen=True)
class Bar:
    """One run's count, and the rectangle that shows it."""

    as_of: date
    count: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Panel:
    """One severity's chart: its bars, oldest first, and the count at the top of its scale."""

    severity: Severity
    bars: tuple[Bar, ...]
    top: int

    @property
    def sentence(self) -> str:
        """What the chart shows, for those who cannot see it."""
        first, last = self.bars[0], self.bars[-1]
        if len(self.bars) == 1:
            return f"{last.count:,} after the only run so far."
        return (
            f"{first.count:,} at first, {last.count:,} after the newest of {len(self.bars)} runs; at most {self.top:,}."
        )


def panels(trend: Sequence[RunCounts]) -> tuple[Panel, ...]:
    """One chart for each severity, worst first, of the last runs; none when there is no run."""
    runs = trend[-RUNS:]
    return tuple(_panel(severity, runs) for severity in Severity) if runs else ()


def _panel(severity: Severity, runs: Sequence[RunCounts]) -> Panel:
    counts = [run.unresolved.get(severity, 0) for run in runs]
    top = max(counts)
    bars = (_bar(place, run.as_of, count, top) for place, (run, count) in enumerate(zip(runs, counts, strict=True)))
    return Panel(severity, tuple(bars), top)


def _bar(place: int, as_of: date, count: int, top: int) -> Bar:
    # However few runs there are, a bar is as wide as one of thirty.
    step = WIDTH / RUNS
    height = max(_LOWEST, round(HEIGHT * count / top, 1)) if count else 0.0
    return Bar(as_of, count, round(place * step, 1), round(HEIGHT - height, 1), step - _GAP, height)
