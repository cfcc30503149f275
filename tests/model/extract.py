"""Accepted extracts as plain values: the input of the model."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

FULL, DELTA = "full", "delta"
DELETE = "D"


@dataclass(frozen=True)
class Row:
    """One accepted row. `action` (I, U or D) matters in a delta only; `email` is None for a blank."""

    gmc_number: str
    surname: str
    status: str
    email: str | None
    action: str = "U"


@dataclass(frozen=True)
class ModelExtract:
    """One accepted extract: its rows, and the doctors whose row was quarantined."""

    as_of: date
    kind: str
    rows: tuple[Row, ...]
    quarantined: tuple[str, ...] = ()

    def __str__(self) -> str:
        """One line, for messages of failed tests."""
        rows = [f"{row.gmc_number} {row.surname} <{row.email or ''}> {row.status}" for row in self.shown]
        gone = [f"{number} deleted" for number in self.deleted]
        aside = [f"{number} quarantined" for number in self.quarantined]
        return f"{self.as_of} {self.kind}: {'; '.join([*rows, *gone, *aside])}"

    @property
    def position(self) -> tuple[date, bool]:
        """Where it stands in the order of dates: a day's delta before its full."""
        return (self.as_of, self.kind == FULL)

    @property
    def shown(self) -> tuple[Row, ...]:
        """The rows that say how a doctor's record reads."""
        return tuple(row for row in self.rows if not self._deletes(row))

    @property
    def deleted(self) -> tuple[str, ...]:
        """The doctors whom a delta takes off the register file."""
        return tuple(row.gmc_number for row in self.rows if self._deletes(row))

    @property
    def mentioned(self) -> set[str]:
        """Every doctor of whom it says anything at all."""
        return {row.gmc_number for row in self.rows} | set(self.quarantined)

    def _deletes(self, row: Row) -> bool:
        return self.kind == DELTA and row.action == DELETE


def in_order(extracts: Iterable[ModelExtract]) -> list[ModelExtract]:
    """The extracts in the order in which they count, whenever they arrived."""
    return sorted(extracts, key=lambda extract: extract.position)
