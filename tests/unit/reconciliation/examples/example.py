"""One day on which a code is raised, and what its findings say, as lines of text."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from gpsync.reconciliation import data_feeds as data_operations
from gpsync.reconciliation import practices
from gpsync.reconciliation.accounts import judge as accounts
from gpsync.reconciliation.approvals import judge as approvals
from gpsync.reconciliation.facts import Facts
from gpsync.reconciliation.findings import Finding, Shown
from gpsync.reconciliation.listing import judge as listing
from gpsync.reconciliation.registration import judge as registration
from gpsync.reconciliation.roles import judge as roles
from gpsync.rules import Code
from tests.unit.reconciliation.building import facts

_GROUPS = (registration, listing, approvals, practices, roles, accounts, data_operations)


@dataclass(frozen=True)
class Example:
    """A code, and the rows that raise it."""

    code: Code
    given: Mapping[str, Any]

    def findings(self) -> list[Finding]:
        """What the groups of rules find that answer for the code."""
        day = facts(**self.given)
        return [finding for judge in _answering()[self.code] for finding in judge(day)[self.code]]

    def lines(self) -> list[str]:
        """All that the findings say."""
        return [line for finding in self.findings() for line in lines_of(finding)]


@cache
def _answering() -> dict[Code, list[Callable[[Facts], dict[Code, list[Finding]]]]]:
    """The groups that answer for each code, some for a code of another one."""
    nothing = facts()
    answers = [(group.judge, group.judge(nothing)) for group in _GROUPS]
    return {code: [judge for judge, codes in answers if code in codes] for code in Code}


def lines_of(finding: Finding) -> Iterator[str]:
    """A finding to the last word: its key, what it is about, its sentence, its evidence, its groups."""
    yield f"{finding.code} {finding.key}"
    names = ("gmc_number", "practice_code", "case_id", "user_id", "severity", "owner", "formerly")
    about = {name: value for name in names if (value := getattr(finding, name)) is not None}
    yield "  " + ", ".join(f"{name} {value}" for name, value in about.items())
    yield f"  {finding.summary}"
    for name, value in finding.evidence.items():
        whole = f" ({value.whole})" if isinstance(value, Shown) else ""
        yield f"  {name}: {value}{whole}".rstrip()
    for name, members in finding.members.items():
        yield f"  {name} are {', '.join(members)}"
