"""Every drawn mailout and every drawn request holds, and their reader knows what is drawn."""

import pytest

from tests.spec.planning import PlanCase, mailed
from tests.spec.planning_cases import MAILOUTS, REQUESTS
from tests.spec.planning_lines import read_line
from tests.spec.resending import asked


def _cases(chapters):
    return [pytest.param(case, id=f"{case.rule} {case.title}") for cases in chapters.values() for case in cases]


@pytest.mark.parametrize("case", _cases(MAILOUTS))
def test_what_a_mailout_does(case):
    drawn, worked_out = mailed(case)

    assert worked_out == drawn


@pytest.mark.parametrize("case", _cases(REQUESTS))
def test_what_a_request_comes_to(case):
    for who, drawn, worked_out in asked(case):
        assert (who, worked_out) == (who, drawn)


@pytest.mark.parametrize("cells", [{"mails": "lost"}, {"besides": "something"}, {"list": "somewhere"}, {"about": "x"}])
def test_a_word_that_means_nothing_is_not_read_over(cells):
    with pytest.raises((AssertionError, KeyError, ValueError)):
        read_line("Ada", cells)


def test_a_line_that_is_drawn_wrongly_is_noticed():
    wrong = PlanCase("C-2", "Too early", "Ada is due tomorrow.", "    | due    | outcome\nAda | 17 Mar | letter 1")

    drawn, worked_out = mailed(wrong)

    assert drawn[0] == ("Ada", {"outcome": "letter 1"})
    assert worked_out[0] == ("Ada", {"outcome": "nothing"})
