"""The mismatch report as a value: everything that the page, the workbook and the files show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from gpsync.mismatches import Comparison, Mismatch, RunCounts
from gpsync.rules import Code, MismatchState, Owner, Severity


@dataclass(frozen=True)
class Row:
    """One mismatch as it is shown: with its catalogue entry, its age and whether it is past its limit.

    `doctor_name` and `practice_name` are empty where names are not to be shown (GPSYNC_REPORT_NAMES) or not known.
    `days_open` are calendar days since it was first seen, or seen again after it had been resolved. `not_assessed`
    says why the run could not look at it again, where it could not: it is shown as it was when last seen.
    """

    mismatch: Mismatch
    number: str
    title: str
    action: str
    days_open: int
    past_limit: bool
    not_assessed: str = ""
    doctor_name: str = ""
    practice_name: str = ""


@dataclass(frozen=True)
class NotAssessed:
    """A code that could not be judged, and why."""

    code: Code
    number: str
    title: str
    reason: str


@dataclass(frozen=True)
class Report:
    """One run's report.

    `rows` are the unresolved mismatches, worst first; `resolved` those resolved in this run. `comparisons` say
    what was compared, so that an empty report differs from a run that did not happen. `trend` holds the last
    30 runs, oldest first, this one last.
    """

    as_of: date
    rows: tuple[Row, ...]
    resolved: tuple[Row, ...]
    not_assessed: tuple[NotAssessed, ...]
    assessed_codes: int
    comparisons: tuple[Comparison, ...]
    trend: tuple[RunCounts, ...]

    def by_severity(self) -> Mapping[Severity, int]:
        """How many are unresolved, by severity, worst first; acknowledged ones are not counted."""
        return {one: sum(row.mismatch.severity is one for row in self._active()) for one in Severity}

    def by_owner(self) -> Mapping[Owner, int]:
        """How many are unresolved, by owner; acknowledged ones are not counted."""
        return {one: sum(row.mismatch.owner is one for row in self._active()) for one in Owner}

    @property
    def new(self) -> tuple[Row, ...]:
        """Rows that this run has seen for the first time or again."""
        return tuple(row for row in self.rows if row.mismatch.state in (MismatchState.NEW, MismatchState.REOPENED))

    @property
    def past_limit(self) -> tuple[Row, ...]:
        """Rows on which somebody should have acted by now."""
        return tuple(row for row in self._active() if row.past_limit)

    @property
    def unassessed(self) -> tuple[Row, ...]:
        """Rows that are shown as they were before, because this run could not check them again."""
        return tuple(row for row in self.rows if row.not_assessed)

    def _active(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.mismatch.state is not MismatchState.ACKNOWLEDGED)


def ranges(numbers: Sequence[str]) -> str:
    """The numbers of kinds in the catalogue's order, three or more neighbours as a range: B01, B20 to B25."""
    runs: list[list[str]] = []
    for number in numbers:
        if runs and int(number[1:]) == int(runs[-1][-1][1:]) + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{run[0]} to {run[-1]}" if len(run) > 2 else ", ".join(run) for run in runs)
