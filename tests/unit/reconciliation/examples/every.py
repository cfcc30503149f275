"""All examples, and the page of what they find."""

from pathlib import Path

from gpsync.reconciliation.catalogue import CATALOGUE
from gpsync.reconciliation.catalogue.columns import COLUMNS
from tests.unit.reconciliation.examples import (
    accounts,
    approvals,
    data_operations,
    listing,
    practices,
    registration,
    roles,
)

PAGE = Path(__file__).with_name("findings.txt")
NEEDS = Path(__file__).with_name("needs.txt")
EXAMPLES = (
    *registration.EXAMPLES,
    *listing.EXAMPLES,
    *approvals.EXAMPLES,
    *practices.EXAMPLES,
    *roles.EXAMPLES,
    *accounts.EXAMPLES,
    *data_operations.EXAMPLES,
)


def expected() -> list[str]:
    """A paragraph for each example."""
    return ["\n".join(example.lines()) for example in EXAMPLES]


def needed() -> list[str]:
    """A line for each code: how bad it is, whose it is, and the extracts and columns that it cannot do without."""
    return [
        f"{entry.number} {entry.code}: {entry.severity}; {', '.join(entry.owners)}; {', '.join(entry.needs)}; "
        + "; ".join(f"{dataset} {' '.join(names)}" for dataset, names in COLUMNS.get(entry.code, {}).items())
        for entry in CATALOGUE.values()
    ]


def kept() -> list[str]:
    """The paragraphs of the page."""
    return PAGE.read_text(encoding="utf-8").rstrip("\n").split("\n\n")
