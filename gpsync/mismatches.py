"""Mismatches as they travel between the rules, the store and the reports. No behaviour beyond their own names."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from gpsync.rules import Code, MismatchState, Owner, Severity


@dataclass(frozen=True)
class Mismatch:
    """A disagreement and its state over time. Dates are those of runs.

    `open_since` is when it was first seen, or seen again after it had been resolved. `evidence` holds the
    compared values by field name, addresses masked. An acknowledgement counts until the end of
    `acknowledged_until`, and only while the evidence stays what it was. `compared` holds, by field name, the keyed
    hash of what the evidence does not show: the whole of a masked or shortened value, or one not known this night.
    `members` are the whole groups that the evidence shows, by its field; who leaves one does not end the
    acknowledgement.
    """

    mismatch_id: str
    code: Code
    severity: Severity
    owner: Owner
    summary: str
    state: MismatchState
    first_seen: date
    last_seen: date
    open_since: date | None = None
    resolved_on: date | None = None
    times_reopened: int = 0
    gmc_number: str | None = None
    practice_code: str | None = None
    case_id: str | None = None
    user_id: str | None = None
    evidence: Mapping[str, str] = field(default_factory=dict)
    members: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    compared: Mapping[str, str] = field(default_factory=dict)
    acknowledged_until: date | None = None
    acknowledged_by: str = ""
    acknowledged_reason: str = ""


@dataclass(frozen=True)
class Comparison:
    """How many keys two sources have in common; the three counts add up to the distinct keys of both."""

    left: str
    right: str
    both: int
    only_left: int
    only_right: int


@dataclass(frozen=True)
class RunCounts:
    """How many mismatches were unresolved after a run, by severity."""

    as_of: date
    unresolved: Mapping[Severity, int]
