"""The states of a mismatch over time: NEW, OPEN, RESOLVED, REOPENED, and ACKNOWLEDGED for a while.

A run is told apart by its date, so running the same night twice changes nothing. What a run could not
judge stays as it was: silence is never agreement.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date

from gpsync.mismatches import Mismatch
from gpsync.reconciliation.comparing import Hashed, kept, says_the_same
from gpsync.reconciliation.findings import Finding
from gpsync.rules import UNRESOLVED_STATES, Code, MismatchState, Owner, Severity


@dataclass(frozen=True)
class Seen:
    """A finding with the severity and the owner that hold for it."""

    finding: Finding
    severity: Severity
    owner: Owner


def advance(
    before: Iterable[Mismatch],
    seen: Iterable[Seen],
    assessed: Collection[Code],
    as_of: date,
    hashed: Hashed = None,
) -> list[Mismatch]:
    """Every mismatch after a run of `as_of`: those seen, those resolved by it, and those it left as they were.

    `assessed` are the codes that the run could judge. Of two findings with one id the first counts. A mismatch that
    goes on under a new id is there under that one only. `hashed` makes the keyed hash of a value that may not be
    stored; without it such a value is compared as far as it is shown.
    """
    known = {mismatch.mismatch_id: mismatch for mismatch in before}
    found: dict[str, Mismatch] = {}
    for one in seen:
        mismatch_id, former = one.finding.mismatch_id, one.finding.former_id
        if mismatch_id in found:
            continue
        if former is not None and former in known and mismatch_id not in known:
            known[mismatch_id] = replace(known.pop(former), mismatch_id=mismatch_id)
        found[mismatch_id] = _seen(known.get(mismatch_id), one, as_of, hashed)
    gone = (_unseen(known[one], assessed, as_of) for one in known.keys() - found.keys())
    return sorted([*found.values(), *gone], key=lambda mismatch: mismatch.mismatch_id)


def _seen(before: Mismatch | None, one: Seen, as_of: date, hashed: Hashed) -> Mismatch:
    finding = one.finding
    now = Mismatch(
        mismatch_id=finding.mismatch_id,
        code=finding.code,
        severity=one.severity,
        owner=one.owner,
        summary=finding.summary,
        state=MismatchState.NEW,
        first_seen=as_of,
        last_seen=as_of,
        open_since=as_of,
        gmc_number=finding.gmc_number,
        practice_code=finding.practice_code,
        case_id=finding.case_id,
        user_id=finding.user_id,
        evidence={name: str(value) for name, value in finding.evidence.items()},
        members=dict(finding.members),
        compared=kept(finding.evidence, before.evidence if before else {}, before.compared if before else {}, hashed),
    )
    if before is None:
        return now
    now = replace(now, first_seen=before.first_seen, times_reopened=before.times_reopened)
    if before.state is MismatchState.RESOLVED:
        return replace(now, state=MismatchState.REOPENED, times_reopened=before.times_reopened + 1)
    now = replace(now, open_since=before.open_since)
    if _runs_on(before, as_of) and _says_the_same(before, finding, hashed):
        return replace(
            now,
            state=MismatchState.ACKNOWLEDGED,
            acknowledged_until=before.acknowledged_until,
            acknowledged_by=before.acknowledged_by,
            acknowledged_reason=before.acknowledged_reason,
        )
    same_night = before.last_seen == as_of and before.state is not MismatchState.ACKNOWLEDGED
    return replace(now, state=before.state if same_night else MismatchState.OPEN)


def _runs_on(before: Mismatch, as_of: date) -> bool:
    """Whether it is acknowledged, and the last day of that has not passed."""
    until = before.acknowledged_until
    return before.state is MismatchState.ACKNOWLEDGED and until is not None and as_of <= until


def _says_the_same(before: Mismatch, finding: Finding, hashed: Hashed) -> bool:
    """Whether the compared values are what they were. Of a group, somebody may have left; nobody may have joined."""
    groups = before.members.keys() & finding.members.keys()
    if any(not set(finding.members[name]) <= set(before.members[name]) for name in groups):
        return False
    were, hashes, are = (
        {name: of for name, of in side.items() if name not in groups}
        for side in (before.evidence, before.compared, finding.evidence)
    )
    return says_the_same(were, hashes, are, hashed)


def _unseen(before: Mismatch, assessed: Collection[Code], as_of: date) -> Mismatch:
    if before.state not in UNRESOLVED_STATES:
        return before
    if before.code not in assessed:
        return on_day(before, as_of)
    return replace(_taken_up(before), state=MismatchState.RESOLVED, resolved_on=as_of)


def on_day(mismatch: Mismatch, day: date) -> Mismatch:
    """The mismatch as it stands on a day, whether or not it could be looked at: an acknowledgement ends on its day."""
    is_over = mismatch.state is MismatchState.ACKNOWLEDGED and not _runs_on(mismatch, day)
    return _taken_up(mismatch) if is_over else mismatch


def _taken_up(mismatch: Mismatch) -> Mismatch:
    """The mismatch, no longer acknowledged."""
    return replace(
        mismatch, state=MismatchState.OPEN, acknowledged_until=None, acknowledged_by="", acknowledged_reason=""
    )


def acknowledge_mismatch(mismatch: Mismatch, until: date, by: str, reason: str) -> Mismatch:
    """The mismatch, acknowledged until the end of a day."""
    return replace(
        mismatch,
        state=MismatchState.ACKNOWLEDGED,
        acknowledged_until=until,
        acknowledged_by=by,
        acknowledged_reason=reason,
    )
