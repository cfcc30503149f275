"""One doctor's register history as the list of moments at which something that matters here changed."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum, auto

from gpsync.records import Doctor, Position, Version
from gpsync.rules import Kind, Registration


class Presence(Enum):
    """Whether the register shows the doctor."""

    PRESENT = auto()
    #: Deleted by a delta, or absent from two accepted fulls in a row.
    GONE = auto()


@dataclass(frozen=True)
class Moment:
    """What the register shows from `on` until the next moment. `email` is as supplied, `key` compares."""

    on: date
    presence: Presence
    email: str | None = None
    key: str | None = None
    registration: Registration | None = None


@dataclass(frozen=True)
class Calendar:
    """The accepted register extracts, in order."""

    positions: Sequence[Position]
    dates: Sequence[date] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "dates", sorted({on for on, _ in self.positions}))

    @property
    def baseline(self) -> Position | None:
        """The first full: everything before it waits, everything in it is taken as it is (C-1)."""
        return next((position for position in self.positions if position[1] is Kind.FULL), None)

    @property
    def newest(self) -> date | None:
        """The date of the newest accepted extract."""
        return self.dates[-1] if self.dates else None

    def before(self, day: date) -> date | None:
        """The date of the last extract before `day`."""
        place = bisect_left(self.dates, day)
        return self.dates[place - 1] if place else None

    def between(self, first: date, last: date) -> int:
        """How many accepted extracts are dated from `first` up to, not including, `last`."""
        return sum(first <= on < last for on, _ in self.positions)

    def full_after(self, position: Position) -> bool:
        """Whether an accepted full follows `position`."""
        return any(kind is Kind.FULL and (on, kind) > position for on, kind in self.positions)


def moments(doctor: Doctor) -> list[Moment]:
    """The doctor's moments in order; at most one a day, the later knowledge of a day winning."""
    found: dict[date, Moment] = {}
    for version in doctor.versions:
        found[version.valid_from] = _present(version, version.valid_from)
    for absence in doctor.absences:
        left = absence.absent_from if absence.deleted else absence.confirmed_on
        if left is None or left == absence.returned_on:
            continue
        found[left] = Moment(left, Presence.GONE)
        back = absence.returned_on
        shown = _current_on(doctor.versions, back) if back is not None else None
        if back is not None and shown is not None:
            found[back] = _present(shown, back)
    return [found[on] for on in sorted(found)]


def _present(version: Version, on: date) -> Moment:
    return Moment(on, Presence.PRESENT, version.email, version.key, version.registration)


def _current_on(versions: Iterable[Version], day: date) -> Version | None:
    return next(
        (one for one in versions if one.valid_from <= day and (one.valid_to is None or day < one.valid_to)), None
    )


def is_quarantined(doctor: Doctor, calendar: Calendar) -> bool:
    """Whether the newest row of the doctor was quarantined, and no full extract has followed (C-24)."""
    return bool(doctor.quarantined) and not calendar.full_after(max(doctor.quarantined))


def began_in_baseline(doctor: Doctor, calendar: Calendar) -> bool:
    """Whether the doctor's first address was there before we looked (C-1).

    A doctor whose row was quarantined before any was read had their address all along, so the first row
    that can be read is their baseline too.
    """
    if not doctor.versions or calendar.baseline is None:
        return False
    first = doctor.versions[0].valid_from
    # A day's delta comes before its full, so a row it quarantined came before a version of that day.
    return first <= calendar.baseline[0] or any(position < (first, Kind.FULL) for position in doctor.quarantined)
