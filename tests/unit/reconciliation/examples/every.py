"""All examples, and the page of what they find."""

from pathlib import Path

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
EXAMPLES = (
    *registration.EXAMPLES,
    *listing.EXAMPLES,
    *approvals.EXAMPLES,
    *practices.EXAMPLES,
    *roles.EXAMPLES,
    *accounts.EXAMPLES,
    *data_operations.EXAMPLES,
)


def told() -> list[str]:
    """A paragraph for each example."""
    return ["\n".join(example.told()) for example in EXAMPLES]


def kept() -> list[str]:
    """The paragraphs of the page."""
    return PAGE.read_text(encoding="utf-8").rstrip("\n").split("\n\n")
