"""What the history must hold: loops over all extracts and all doctors, one list of versions each."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from tests.model.extract import DELTA, FULL, ModelExtract, Row, in_order


@dataclass
class Version:
    """How a doctor's record read from one day until the day before another.

    `told_by` is the position of the extract that opened it.
    """

    row: Row
    valid_from: date
    opened_by: tuple[date, bool]
    valid_to: date | None = None
    closed_on: date | None = None

    def reads(self, row: Row) -> bool:
        """Whether the record reads as this row does."""
        return (self.row.surname, self.row.status, self.row.email) == (row.surname, row.status, row.email)

    def close(self, valid_to: date, closed_on: date) -> None:
        """End the version, never before its start."""
        self.valid_to, self.closed_on = max(valid_to, self.valid_from), closed_on


@dataclass
class Absence:
    """A stretch in which the register did not show a doctor."""

    absent_from: date
    deleted: bool = False
    confirmed_on: date | None = None
    returned_on: date | None = None


@dataclass
class Record:
    """Everything known of one doctor."""

    versions: list[Version] = field(default_factory=list)
    absences: list[Absence] = field(default_factory=list)

    @property
    def current(self) -> Version | None:
        """The version that still holds."""
        return self.versions[-1] if self.versions and self.versions[-1].valid_to is None else None

    @property
    def open_absence(self) -> Absence | None:
        """The absence that has not ended."""
        return self.absences[-1] if self.absences and self.absences[-1].returned_on is None else None

    @property
    def is_gone(self) -> bool:
        """Whether they have left, until a readable row brings them back. One full without them does not say so."""
        return self.current is None or (self.open_absence is not None and self.open_absence.deleted)

    def show(self, row: Row, extract: ModelExtract) -> None:
        """An extract shows them so."""
        self.come_back(extract.as_of)
        current = self.current
        if current is not None and current.reads(row):
            return
        if current is not None and current.valid_from == extract.as_of:
            self.versions.pop()  # The day's delta said something else: that never held.
        elif current is not None:
            current.close(extract.as_of, extract.as_of)
        self.versions.append(Version(row, extract.as_of, extract.position))

    def come_back(self, day: date) -> None:
        """An extract mentions them, readable or not."""
        if self.open_absence is not None:
            self.open_absence.returned_on = day

    def delete(self, day: date) -> None:
        """A delta takes them off."""
        if self.current is not None and self.open_absence is None:
            self.absences.append(Absence(day, deleted=True))

    def miss(self, day: date) -> None:
        """A full does not mention them: the second one in a row ends their record."""
        if self.current is None:
            return
        absence = self.open_absence
        if absence is None:
            self.absences.append(Absence(day))
        else:
            absence.confirmed_on = day
            self.current.close(absence.absent_from, day)


def tell_history(extracts: Iterable[ModelExtract]) -> dict[str, Record]:
    """The record of every doctor whom the history holds, by number."""
    records: dict[str, Record] = {}
    for extract in since_baseline(extracts):
        for number in extract.quarantined:
            if number in records:
                records[number].come_back(extract.as_of)
        for number in extract.deleted:
            if number in records:
                records[number].delete(extract.as_of)
        for row in extract.shown:
            records.setdefault(row.gmc_number, Record()).show(row, extract)
        if extract.kind == FULL:
            for number, record in records.items():
                if number not in extract.mentioned:
                    record.miss(extract.as_of)
    return records


def since_baseline(extracts: Iterable[ModelExtract]) -> list[ModelExtract]:
    """The extracts from the first full on: a delta before it has nothing to be applied to."""
    ordered = in_order(extracts)
    while ordered and ordered[0].kind == DELTA:
        ordered = ordered[1:]
    return ordered
