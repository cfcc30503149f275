"""Every rule that is named anywhere has its entry in docs/rules.md, drawn or in words."""

import re
from pathlib import Path

import pytest

from tests.spec.other_rules import OTHER_RULES

_ROOT = Path(__file__).parents[2]
_HEADING = re.compile(r"^### .*", re.MULTILINE)
_NUMBER = re.compile(r"\bC-(?:N?\d+)(?:\.\d+)?\b")


def test_every_rule_number_that_is_used_is_explained():
    page = (_ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    # Only a heading is an entry: a number that is merely mentioned has none.
    explained = {number for heading in _HEADING.findall(page) for number in _NUMBER.findall(heading)}
    sources = [path for folder in ("gpsync", "flows", "expectations") for path in (_ROOT / folder).rglob("*.py")]
    pages = [path for path in (*(_ROOT / "docs").glob("*.md"), *_ROOT.glob("*.md"))]
    used = {
        (number, str(path.relative_to(_ROOT)))
        for path in (*sources, *pages)
        for number in _NUMBER.findall(path.read_text(encoding="utf-8"))
    }

    assert len(used) > 100
    assert sorted((number, where) for number, where in used if number not in explained) == []


@pytest.mark.parametrize("one", OTHER_RULES, ids=lambda one: one.rule)
def test_a_rule_in_words_is_tried_where_it_says(one):
    assert [path for path in one.tried_in if not (_ROOT / "tests" / path).is_file()] == []
