"""Extracts that did not come, were not accepted, or have grown old. They concern the team that runs the pipeline."""

from collections.abc import Iterable
from datetime import timedelta
from itertools import pairwise

from gpsync import rules
from gpsync.extracts.layouts import WEEKLY
from gpsync.london import long_date
from gpsync.reconciliation.facts import Facts, Load
from gpsync.reconciliation.findings import Finding
from gpsync.rules import Code, Dataset, Outcome
from gpsync.working_days import working_days_between

#: The days within which a rejection is still worth a complaint to the sender.
_REJECTED_DAYS = 7
#: How far back gaps are looked for.
_GAP_HISTORY_DAYS = 60
#: What the register is compared with.


def judge(facts: Facts) -> dict[Code, list[Finding]]:
    """The findings of every code of the group."""
    return {
        Code.EXTRACT_MISSING: extract_missing(facts),
        Code.EXTRACT_REJECTED: extract_rejected(facts),
        Code.EXTRACT_GAP: extract_gap(facts),
        Code.VOLUME_ANOMALY: volume_anomaly(facts),
        Code.STALE_REFERENCE: stale_reference(facts),
    }


def extract_missing(facts: Facts) -> list[Finding]:
    """B68: no register for days on which the GMC sends one; weekends and bank holidays are none."""
    newest = facts.newest.get(Dataset.GMC_REGISTER)
    limit = facts.limits.missing_extract_working_days
    if newest and working_days_between(newest, facts.as_of) <= limit:
        return []
    summary = f"No GMC register extract has been accepted for more than {limit} working days."
    evidence = {"newest": newest.isoformat() if newest else "none"}
    return [Finding(Code.EXTRACT_MISSING, Dataset.GMC_REGISTER, summary, evidence=evidence)]


def extract_rejected(facts: Facts) -> list[Finding]:
    """B69: a rejection that no accepted extract of the same dataset and date has replaced."""
    first = facts.as_of - timedelta(days=_REJECTED_DAYS)
    open_ones: dict[str, Load] = {}
    for load in facts.loads:
        if load.outcome in rules.ACCEPTED_OUTCOMES:
            open_ones.pop(_key(load), None)
        elif load.outcome == Outcome.REJECTED and first <= load.as_of <= facts.as_of:
            open_ones[_key(load)] = load
    return _about(Code.EXTRACT_REJECTED, open_ones.values(), "was rejected and has not been replaced")


def extract_gap(facts: Facts) -> list[Finding]:
    """B70: days without a register, between two that were accepted."""
    first = facts.as_of - timedelta(days=_GAP_HISTORY_DAYS)
    days = sorted(
        {
            load.as_of
            for load in facts.loads
            if load.dataset is Dataset.GMC_REGISTER
            and load.outcome in rules.ACCEPTED_OUTCOMES
            and first <= load.as_of <= facts.as_of
        }
    )
    return [
        Finding(
            Code.EXTRACT_GAP,
            f"{Dataset.GMC_REGISTER}|{before}|{after}",
            f"No GMC register extract has been accepted for more than {facts.limits.gap_days} days in a row.",
            evidence={"last_before": before.isoformat(), "first_after": after.isoformat()},
        )
        for before, after in pairwise(days)
        if (after - before).days > facts.limits.gap_days
    ]


def volume_anomaly(facts: Facts) -> list[Finding]:
    """B71: an implausible extract that waits for a person."""
    held = {_key(load): load for load in facts.loads if load.outcome == Outcome.HELD}
    return _about(Code.VOLUME_ANOMALY, held.values(), "is held until somebody approves or rejects it")


def stale_reference(facts: Facts) -> list[Finding]:
    """B72: a dataset that the register is compared with and that is old, or was never there."""
    limit = facts.limits.stale_reference_days
    found = []
    for dataset in WEEKLY:
        newest = facts.newest.get(dataset)
        if newest and (facts.as_of - newest).days <= limit:
            continue
        state = f"is more than {limit} days old" if newest else "has never been accepted"
        evidence = {"newest": newest.isoformat() if newest else "none"}
        summary = f"The newest {dataset} extract {state}." if newest else f"A {dataset} extract {state}."
        found.append(Finding(Code.STALE_REFERENCE, dataset, summary, evidence=evidence))
    return found


def _about(code: Code, loads: Iterable[Load], what: str) -> list[Finding]:
    return [
        Finding(
            code,
            _key(load),
            f"The {load.dataset} extract of {long_date(load.as_of)} {what}.",
            evidence={"outcome": load.outcome, "reason": load.reason or ""},
        )
        for load in loads
    ]


def _key(load: Load) -> str:
    return f"{load.dataset}|{load.as_of}"
