"""What is to happen, and on which nights: the rates of change, the calendar, and the nights that go wrong."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum, auto


@dataclass(frozen=True)
class Rates:
    """How much changes from one register file to the next, as shares (out of 1) of the doctors in it."""

    email_changed: float = 0.0008
    gone: float = 0.00005
    joined: float = 0.0001
    status_changed: float = 0.0003
    other_changed: float = 0.003


@dataclass(frozen=True)
class AccountShares:
    """How PCSE Online's accounts stand, as shares (out of 1) of them.

    `stale` never took up the last change of address. Of the unverified, those who were ever `mailed` a link.
    """

    stale: float = 0.003
    active: float = 0.93
    unverified: float = 0.045
    locked: float = 0.01
    deactivated: float = 0.015
    mailed: bool = True


#: The day before a first mailout: usernames were typed in years ago, and hardly anybody has confirmed one.
BEFORE_FIRST_MAILOUT = AccountShares(
    stale=0.35, active=0.07, unverified=0.9, locked=0.01, deactivated=0.02, mailed=False
)


class NightTrap(Enum):
    """Something that is wrong with one night's register file and with no other."""

    TRUNCATED = auto()  # cut in the middle of a row, while the manifest describes the whole file
    MASS_CHANGE = auto()  # a domain migration: too many new addresses to be plausible, gone the night after
    REISSUED = auto()  # the same date once more, corrected, in the folder `revised`
    UNKNOWN_STATUS = auto()  # one doctor's status is in no table
    CONFLICTING_ROWS = auto()  # one doctor stands twice, with different names
    OTHER_HEADINGS = auto()  # headings spelled otherwise, columns in another order
    EXTRA_COLUMN = auto()  # a column nobody announced


#: Traps that spoil, or rival, a whole night's file: each needs a night of its own.
DAY_LEVEL = (NightTrap.TRUNCATED, NightTrap.MASS_CHANGE, NightTrap.REISSUED)
#: Fewer calendar nights than this leave no room for the day-level traps.
_NIGHTS_FOR_DAY_LEVEL = 12
#: Under this many doctors, 220 moved addresses would be nearly all of them.
_DOCTORS_FOR_MASS_CHANGE = 1000
#: Under this many doctors, two quarantined rows come too near the 2% at which a file is held.
_DOCTORS_FOR_QUARANTINE = 150


@dataclass(frozen=True)
class Calendar:
    """The dates on which extracts are written, oldest first.

    The register is fed Monday to Friday; the other datasets come on Mondays, and on the first and the last weekday.
    """

    register: tuple[date, ...]
    weekly: frozenset[date]


def calendar(nights: int, last_night: date) -> Calendar:
    """The extract dates among the `nights` calendar nights that end on `last_night`."""
    span = [last_night - timedelta(days=back) for back in range(nights - 1, -1, -1)]
    weekdays = tuple(day for day in span if day.weekday() < 5)
    mondays = (day for day in weekdays if day.weekday() == 0)
    return Calendar(weekdays, frozenset([*weekdays[:1], *mondays, *weekdays[-1:]]))


def trap_nights(files: int, nights: int, doctors: int) -> dict[NightTrap, int]:
    """Which register file (from 0) each trap falls on; traps that do not fit are left out.

    The first and last files stay free: the first is what all others are compared with, and the last is
    what a demonstration ends on.
    """
    wanted = [trap for trap in NightTrap if _fits(trap, nights, doctors)]
    inner = range(1, files - 1)
    evenly = [inner[(2 * i + 1) * len(inner) // (2 * len(wanted))] for i in range(len(wanted))] if inner else []
    spread = list(dict.fromkeys([*evenly, *inner]))
    alone = [trap for trap in wanted if trap in DAY_LEVEL]
    chosen = dict(zip(alone, spread, strict=False))
    # The others do no harm to each other, so they share nights when there are few.
    rest = [night for night in spread if night not in chosen.values()]
    others = [trap for trap in wanted if trap not in DAY_LEVEL]
    return chosen | {trap: rest[i % len(rest)] for i, trap in enumerate(others) if rest}


def _fits(trap: NightTrap, nights: int, doctors: int) -> bool:
    if trap in DAY_LEVEL and nights < _NIGHTS_FOR_DAY_LEVEL:
        return False
    if trap is NightTrap.MASS_CHANGE:
        return doctors >= _DOCTORS_FOR_MASS_CHANGE
    if trap in (NightTrap.UNKNOWN_STATUS, NightTrap.CONFLICTING_ROWS):
        return doctors >= _DOCTORS_FOR_QUARANTINE
    return True
