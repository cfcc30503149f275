"""All rules on one day's facts: what was found, what could not be judged, what was compared."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

import pandas as pd

from gpsync.mismatches import Comparison
from gpsync.reconciliation import data_feeds, practices
from gpsync.reconciliation.accounts import judge as accounts
from gpsync.reconciliation.approvals import judge as approvals
from gpsync.reconciliation.catalogue import CATALOGUE
from gpsync.reconciliation.catalogue.columns import COLUMNS
from gpsync.reconciliation.columns import blank_columns, medical, unknown_columns
from gpsync.reconciliation.facts import Facts
from gpsync.reconciliation.findings import AT_WORK, NOT_KNOWN, Finding
from gpsync.reconciliation.lifecycle import Seen
from gpsync.reconciliation.listing import judge as listing
from gpsync.reconciliation.registration import judge as registration
from gpsync.reconciliation.roles import judge as roles
from gpsync.rules import ANSWERED_WITH_DECISIVE, DECISIVE_CODES, Code, Dataset

_GROUPS: tuple[Callable[[Facts], dict[Code, list[Finding]]], ...] = (
    registration.judge,
    listing.judge,
    approvals.judge,
    practices.judge,
    roles.judge,
    accounts.judge,
    data_feeds.judge,
)

#: The columns of the list that say whether a doctor works at a practice today, which the evidence AT_WORK says.
_AT_WORK_BY = frozenset(COLUMNS[Code.PL_PRACTICE_MISSING][Dataset.PERFORMERS_LIST]) - {"list_status", "performer_type"}


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
    """Put every rule to the facts. A code whose inputs are missing or stale is not assessed, never clear.

    Inputs are extracts and their columns: what a file does not say is not a finding.
    """
    unknown = unknown_columns(facts)
    facts, incomparable = _comparable(facts)
    not_assessed = _not_assessed(facts, unknown) | incomparable
    findings: dict[Code, list[Finding]] = {code: [] for code in Code}
    for group in _GROUPS:
        for code, found in group(facts).items():
            findings[code] += found
    decided = {one.gmc_number for code in DECISIVE_CODES if code not in not_assessed for one in findings[code]}
    seen = (
        _seen(_with_what_is_known(finding, unknown))
        for code, found in findings.items()
        if code not in not_assessed
        for finding in found
        if not (code in ANSWERED_WITH_DECISIVE and finding.gmc_number in decided)
    )
    return Judgement(tuple(seen), not_assessed, tuple(_comparisons(facts, unknown)))


_Unknown = Mapping[Dataset, Mapping[str, str]]


def _comparable(facts: Facts) -> tuple[Facts, dict[Code, str]]:
    """The facts without an earlier list that lacks what lists are compared by, and what is then not assessed."""
    before = facts.previous_performers
    if before is None:
        return facts, {}
    needed = COLUMNS[Code.APPLIED_WITHOUT_APPROVAL][Dataset.PERFORMERS_LIST]
    lacking = blank_columns(medical(before), Dataset.PERFORMERS_LIST).intersection(needed)
    if not lacking:
        return facts, {}
    why = f"No column {', '.join(sorted(lacking))} in the performers_list extract before the newest."
    return replace(facts, previous_performers=None), {Code.APPLIED_WITHOUT_APPROVAL: why}


def _with_what_is_known(finding: Finding, unknown: _Unknown) -> Finding:
    """The finding, its evidence saying of a column that is not there that it is not known, and not that it is blank."""
    datasets = {*CATALOGUE[finding.code].needs, *COLUMNS.get(finding.code, {})}
    names = {name for dataset in datasets for name in unknown[dataset]}
    at_work_unknown = not names.isdisjoint(_AT_WORK_BY)
    if at_work_unknown:
        names.add(AT_WORK)
    if names.isdisjoint(finding.evidence):
        return finding
    evidence = {name: NOT_KNOWN if name in names else value for name, value in finding.evidence.items()}
    # Who works at a practice is only worse off: where that is not known, the catalogue's severity holds.
    severity = None if at_work_unknown and AT_WORK in evidence else finding.severity
    return replace(finding, evidence=evidence, severity=severity)


def _seen(finding: Finding) -> Seen:
    entry = CATALOGUE[finding.code]
    return Seen(finding, finding.severity or entry.severity, finding.owner or entry.owners[0])


def _not_assessed(facts: Facts, unknown: _Unknown) -> dict[Code, str]:
    reasons: dict[Code, str] = dict(practices.NOT_JUDGED)
    for entry in CATALOGUE.values():
        why = next(filter(None, (_missing(dataset, facts) for dataset in entry.needs)), None)
        why = why or _lacking(entry.code, unknown)
        if why:
            reasons.setdefault(entry.code, why)
    return reasons


def _lacking(code: Code, unknown: _Unknown) -> str | None:
    """The columns that a code needs and that nothing is known of, in a sentence."""
    parts = [
        f"{', '.join(_named(name, unknown[dataset][name]) for name in names)} in the newest {dataset} extract"
        for dataset, needed in COLUMNS.get(code, {}).items()
        if (names := [name for name in needed if name in unknown[dataset]])
    ]
    return f"No column {'; none '.join(parts)}." if parts else None


def _named(column: str, why: str) -> str:
    return f"{column} ({why})" if why else column


def _missing(dataset: Dataset, facts: Facts) -> str | None:
    newest = facts.newest.get(dataset)
    if newest is None:
        return f"No {dataset} extract has been accepted yet."
    age = (facts.as_of - newest).days
    if age > facts.limits.stale_reference_days:
        return f"The newest {dataset} extract is {age} days old, more than {facts.limits.stale_reference_days}."
    return None


def _comparisons(facts: Facts, unknown: _Unknown) -> Iterable[Comparison]:
    performers = facts.performers[facts.performers["alignment"].str.casefold() == "medical"]
    yield _compared("performers list", performers["gmc_number"], "GMC register", facts.register["gmc_number"])
    yield _compared("approval cases", facts.approvals["gmc_number"], "performers list", performers["gmc_number"])
    if "practice_code" not in unknown[Dataset.PERFORMERS_LIST]:
        yield _compared("performers list", performers["practice_code"], "practices", facts.practices["practice_code"])
    yield _compared("practice users", facts.users["practice_code"], "practices", facts.practices["practice_code"])
    yield _compared("accounts", facts.accounts["gmc_number"], "performers list", performers["gmc_number"])


def _compared(left: str, left_keys: "pd.Series[str]", right: str, right_keys: "pd.Series[str]") -> Comparison:
    one, other = set(left_keys.dropna()), set(right_keys.dropna())
    return Comparison(left, right, both=len(one & other), only_left=len(one - other), only_right=len(other - one))
