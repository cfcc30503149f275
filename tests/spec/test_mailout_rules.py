"""Every drawn mailout and every drawn request holds, and their reader knows what is drawn."""

import pytest

from tests.spec.holding_cases import VOLUME
from tests.spec.planning import PlanCase, mailed, work_out
from tests.spec.planning_cases import MAILOUTS, REQUESTS
from tests.spec.planning_facts import AMY, HOLD_TOKENS, RUN_AT
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


def test_a_hold_says_when_it_was_opened_and_who_asked_for_its_mails():
    case = next(one for one in VOLUME if one.says)
    (held_back,) = work_out(case).plan.held_back
    hold = held_back.hold

    assert hold.hold_id == f"mails-20260316-{HOLD_TOKENS[hold.kind]}"
    assert hold.scope == f"2026-03-16 {HOLD_TOKENS[hold.kind]}"
    assert (hold.opened_by, hold.asked_by, hold.asked_reason) == (AMY, AMY, "ran the mailout")
    assert hold.opened_at == hold.asked_at == RUN_AT
    assert hold.decision is None


@pytest.mark.parametrize("case", _cases(MAILOUTS))
def test_the_same_facts_give_the_same_plan(case):
    first, second = work_out(case), work_out(case)

    assert (first.waiting, first.plan) == (second.waiting, second.plan)


@pytest.mark.parametrize("cells", [{"mails": "lost"}, {"besides": "something"}, {"list": "somewhere"}, {"about": "x"}])
def test_a_word_that_means_nothing_is_not_read_over(cells):
    with pytest.raises((AssertionError, KeyError, ValueError)):
        read_line("Ada", cells)


def test_a_line_that_is_drawn_wrongly_is_noticed():
    wrong = PlanCase("C-2", "Too early", "Ada is due tomorrow.", "    | due    | outcome\nAda | 17 Mar | letter 1")

    drawn, worked_out = mailed(wrong)

    assert drawn[0] == ("Ada", {"outcome": "letter 1"})
    assert worked_out[0] == ("Ada", {"outcome": "nothing"})
