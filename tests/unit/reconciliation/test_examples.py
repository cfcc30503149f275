"""What findings say, to the last word: their codes, keys and evidence end acknowledgements, their words are read."""

import pytest

from gpsync.reconciliation.practices import NOT_JUDGED
from gpsync.rules import Code
from tests.unit.reconciliation.examples.every import EXAMPLES, NEEDS, kept, needed

_ASKED = [(number, code) for number, code in enumerate(example.code for example in EXAMPLES)]


@pytest.mark.parametrize(("number", "code"), _ASKED)
def test_a_finding_says_what_the_page_says(number, code):
    assert EXAMPLES[number].lines() == kept()[number].splitlines()


def test_the_catalogue_says_of_every_code_what_the_page_says():
    """A code that no longer needs an extract is judged without it: all that it finds is resolved."""
    assert needed() == NEEDS.read_text(encoding="utf-8").splitlines()


def test_every_code_that_is_judged_has_its_example():
    assert {example.code for example in EXAMPLES} == set(Code) - set(NOT_JUDGED)
    assert len(kept()) == len(EXAMPLES)
