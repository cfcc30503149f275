"""What findings say, to the last word: their codes, keys and evidence end acknowledgements, their words are read."""

import re
from collections.abc import Iterable

import pytest

from gpsync.reconciliation.judging import judge
from gpsync.reconciliation.practices import NOT_JUDGED
from gpsync.rules import Code
from tests.unit.reconciliation.examples.every import EXAMPLES, NEEDS, kept, needed
from tests.unit.reconciliation.examples.example import lines_of
from tests.unit.reconciliation.night import Night

#: On the second line of a finding, and on those of its evidence.
_ABOUT = re.compile(r"(?:^  |, )(gmc_number|practice_code|case_id|user_id|severity|owner|formerly) ([^ ,]+)")
_FIELD = re.compile(r"  (\w+):(.*)")

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


@pytest.mark.parametrize(("number", "code"), _ASKED)
def test_an_example_is_an_example_of_its_code(number, code):
    assert kept()[number].startswith(f"{code} ")


def test_every_way_in_which_a_night_raises_a_code_has_its_example():
    """A severity, an owner, a field of the evidence, filled or blank, that no example shows could be lost unseen."""
    raised = [line for one in judge(Night(seed=1, size=120).facts()).seen for line in lines_of(one.finding)]

    assert _ways(raised) - _ways(line for paragraph in kept() for line in paragraph.splitlines()) == set()


def _ways(lines: Iterable[str]) -> set[tuple[str, ...]]:
    """Of each code what its findings are about, with which severity and owner, and what their evidence holds."""
    ways, code = set(), ""
    for line in lines:
        if not line.startswith(" "):
            code = line.split(" ")[0]
        if said := _ABOUT.findall(line):
            ways.add((code, *(name for name, _ in said)))
            ways |= {(code, *one) for one in said if one[0] in ("severity", "owner")}
        if field := _FIELD.match(line):
            ways.add((code, field[1], "filled" if field[2] else "blank"))
    return ways
