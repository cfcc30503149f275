"""Is this extract plausible? Guards compare it with what is held; any finding holds it for a person.

A register does not lose 60,000 doctors in a night; a broken export does. Nothing here changes anything:
a finding carries what was counted, what would have been allowed, and a sample of keys to look at.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from gpsync import rules
from gpsync.records import Counts, GuardFinding
from gpsync.rules import Guard, Kind

#: How many keys a finding shows for a person to look at.
SAMPLE = 20


@dataclass(frozen=True)
class GuardLimits:
    """What is plausible.

    Percentages are of the records held; an `_at_least` is the count below which a share says nothing.
    """

    row_count_percent: float = rules.ROW_COUNT_PERCENT
    gone_percent: float = rules.GONE_PERCENT
    gone_at_least: int = rules.GONE_AT_LEAST
    new_percent: float = rules.NEW_PERCENT
    new_at_least: int = rules.NEW_AT_LEAST
    email_change_percent: float = rules.EMAIL_CHANGE_PERCENT
    email_change_at_least: int = rules.EMAIL_CHANGE_AT_LEAST
    quarantine_percent: float = rules.QUARANTINE_PERCENT

    def share(self, percent: float, of: int, at_least: int = 0) -> int:
        """The largest plausible count."""
        return max(int(of * percent / 100), at_least)


@dataclass(frozen=True)
class Baseline:
    """What an extract is measured against: records held, and rows of the last accepted full before it.

    Both are 0 for the first load, which has nothing to be measured against but its own quarantine.
    """

    held: int
    rows: int


@dataclass(frozen=True)
class Suspects:
    """The keys behind the counts, for samples."""

    missing: Sequence[str] = ()
    new: Sequence[str] = ()
    emails: Sequence[str] = ()
    quarantined: Sequence[str] = ()


def findings(
    counts: Counts, kind: Kind, before: Baseline, suspects: Suspects, limits: GuardLimits
) -> list[GuardFinding]:
    """Every reason to doubt an extract, or an empty list. A first load is checked for quarantined rows only."""
    found = [
        _over(
            Guard.QUARANTINE,
            counts.quarantined,
            limits.share(limits.quarantine_percent, counts.rows),
            suspects.quarantined,
        )
    ]
    if before.held:
        found.append(
            _over(
                Guard.TOO_MANY_GONE,
                counts.missing_once,
                limits.share(limits.gone_percent, before.held, limits.gone_at_least),
                suspects.missing,
            )
        )
        found.append(
            _over(
                Guard.TOO_MANY_NEW,
                counts.new,
                limits.share(limits.new_percent, before.held, limits.new_at_least),
                suspects.new,
            )
        )
        found.append(
            _over(
                Guard.MASS_EMAIL_CHANGE,
                counts.emails_changed,
                limits.share(limits.email_change_percent, before.held, limits.email_change_at_least),
                suspects.emails,
            )
        )
    if before.rows and kind is Kind.FULL:
        found.append(
            _over(Guard.ROW_COUNT, abs(counts.rows - before.rows), limits.share(limits.row_count_percent, before.rows))
        )
    return [finding for finding in found if finding is not None]


def _over(guard: Guard, counted: int, allowed: int, keys: Iterable[str] = ()) -> GuardFinding | None:
    return GuardFinding(guard, counted, allowed, tuple(islice(keys, SAMPLE))) if counted > allowed else None
