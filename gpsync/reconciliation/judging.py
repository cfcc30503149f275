"""All rules on one day's facts: what was found, what could not be judged, what was compared."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from gpsync.reconciliation import accounts, approvals, data_operations, listing, practices, registration, roles
from gpsync.reconciliation.catalogue import CATALOGUE
from gpsync.reconciliation.facts import Facts
from gpsync.reconciliation.findings import Finding
from gpsync.reconciliation.lifecycle import Seen
from gpsync.records import Comparison
from gpsync.rules import Code, Dataset

_GROUPS: tuple[Callable[[Facts], dict[Code, list[Finding]]], ...] = (
    registration.judge,
    listing.judge,
    approvals.judge,
    practices.judge,
    roles.judge,
    accounts.judge,
    data_operations.judge,
)

#: A doctor who has died, was erased or is suspended needs one answer, not a dozen about approvals.
_DECISIVE = (Code.GMC_DECEASED_ON_LIST, Code.GMC_ERASED_ON_LIST, Code.GMC_SUSPENDED_LIST_ACTIVE)
_SILENCED = frozenset(entry.code for entry in CATALOGUE.values() if "B26" <= entry.number <= "B38")


@dataclass(frozen=True)
class Judgement:
    """One day's findings; `not_assessed` says why of the codes that could not be judged."""

    seen: tuple[Seen, ...]
    not_assessed: Mapping[Code, str]
    comparisons: tuple[Comparison, ...]

    @property
    def assessed(self) -> frozenset[Code]:
        """The codes that were judged."""
        return frozenset(set(Code) - set(self.not_assessed))


def judge(facts: Facts) -> Judgement:
    """Put every rule to the facts. A code whose inputs are missing or stale is not assessed, never clear."""
    not_assessed = _not_assessed(facts)
    findings: dict[Code, list[Finding]] = {code: [] for code in Code}
    for group in _GROUPS:
        for code, found in group(facts).items():
            findings[code] += found
    decided = {one.gmc_number for code in _DECISIVE if code not in not_assessed for one in findings[code]}
    seen = (
        _seen(finding)
        for code, found in findings.items()
        if code not in not_assessed
        for finding in found
        if not (code in _SILENCED and finding.gmc_number in decided)
    )
    return Judgement(tuple(seen), not_assessed, tuple(_comparisons(facts)))


def _seen(finding: Finding) -> Seen:
    entry = CATALOGUE[finding.code]
    return Seen(finding, finding.severity or entry.severity, finding.owner or entry.owners[0])


def _not_assessed(facts: Facts) -> dict[Code, str]:
    reasons: dict[Code, str] = dict(practices.NOT_JUDGED)
    for entry in CATALOGUE.values():
        for dataset in entry.needs:
            why = _missing(dataset, facts)
            if why:
                reasons.setdefault(entry.code, why)
    return reasons


def _missing(dataset: Dataset, facts: Facts) -> str | None:
    newest = facts.newest.get(dataset)
    if newest is None:
        return f"No {dataset} extract has been accepted yet."
    age = (facts.as_of - newest).days
    if age > facts.limits.stale_reference_days:
        return f"The newest {dataset} extract is {age} days old, more than {facts.limits.stale_reference_days}."
    return None


def _comparisons(facts: Facts) -> Iterable[Comparison]:
    performers = facts.performers[facts.performers["alignment"].str.casefold() == "medical"]
    yield _compared("performers list", performers["gmc_number"], "GMC register", facts.register["gmc_number"])
    yield _compared("approval cases", facts.approvals["gmc_number"], "performers list", performers["gmc_number"])
    yield _compared("performers list", performers["practice_code"], "practices", facts.practices["practice_code"])
    yield _compared("practice users", facts.users["practice_code"], "practices", facts.practices["practice_code"])
    yield _compared("accounts", facts.accounts["gmc_number"], "performers list", performers["gmc_number"])


def _compared(left: str, left_keys: "pd.Series[str]", right: str, right_keys: "pd.Series[str]") -> Comparison:
    one, other = set(left_keys.dropna()), set(right_keys.dropna())
    return Comparison(left, right, both=len(one & other), only_left=len(one - other), only_right=len(other - one))
