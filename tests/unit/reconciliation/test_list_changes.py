"""Changes between lists: kept until somebody approves them or puts them right, whatever lists have come since (B29)."""

from datetime import date

import pandas as pd
import pytest
from hypothesis import HealthCheck, example, settings
from hypothesis import given as drawn
from hypothesis import strategies as st

from gpsync.frames import LIST_CHANGE
from gpsync.reconciliation.approvals import judge as approvals
from gpsync.reconciliation.approvals import list_changes, unasked
from gpsync.rules import Code, Dataset
from tests.factories import performer
from tests.unit.reconciliation.building import dataset_frame, facts, frame
from tests.unit.reconciliation.case_building import approved, found, rejected

#: The list shows the doctor at practice Z00002 all the time.
ELSEWHERE = performer(practice_code="Z00002")
NEW = performer(assignment_start_date="2026-03-02")
ENDED = performer(assignment_end_date="2026-03-10")
LOCUM = performer(performer_type="Locum")
JOINED, LEFT = "9000001|Z00001|JOIN", "9000001|Z00001|LEAVE"


def listed(*rows):
    return dataset_frame(Dataset.PERFORMERS_LIST, *rows)


def nightly(lists, cases=(), *, caught_up: bool) -> list[list[str]]:
    """The changes without approval after each of these lists of 10 March and the days after it.

    Each list is judged in its own night or, `caught_up`, only the first and then all the others at once.
    """
    kept, nights = frame(LIST_CHANGE), []
    days = [date(2026, 3, 10 + number) for number in range(len(lists))]
    for number in range(1, len(lists)):
        before, after, day = listed(*lists[number - 1]), lists[number], days[number]
        if caught_up and number < len(lists) - 1:
            compared = list_changes.between(before, listed(*after), day)
            kept = pd.concat([kept, compared], ignore_index=True)
            continue
        given = facts(
            as_of=day, performers=after, approvals=list(cases), list_changes=kept, previous_performers=lists[number - 1]
        )
        kept = unasked.unapproved(given)
        nights.append([one.key for one in _found(given)])
        again = facts(as_of=day, performers=after, approvals=list(cases), list_changes=kept)
        assert [one.key for one in _found(again)] == nights[-1], "the same night again"
    return nights


def _found(given):
    return approvals.RULES[Code.APPLIED_WITHOUT_APPROVAL](approvals.prepared(given))


HERE, BOTH = [ELSEWHERE, performer()], [ELSEWHERE, NEW]


@pytest.mark.parametrize(
    ("lists", "expected", "why"),
    [
        (
            [[ELSEWHERE], BOTH, BOTH, BOTH],
            [[JOINED]] * 3,
            "a join stays unresolved although the newest lists are silent",
        ),
        ([[ELSEWHERE], BOTH, [ELSEWHERE]], [[JOINED], []], "taken back: neither the join nor the leave is unresolved"),
        ([[ELSEWHERE], BOTH, [ELSEWHERE], [ELSEWHERE]], [[JOINED], [], []], "and none the next night"),
        ([HERE, [ELSEWHERE], [ELSEWHERE]], [[LEFT], [LEFT]], "a leave stays unresolved"),
        ([HERE, [ELSEWHERE], HERE], [[LEFT], []], "the post is back"),
        ([HERE, [ELSEWHERE, ENDED], [ELSEWHERE, ENDED]], [[LEFT], [LEFT]], "an end stays unresolved"),
        ([HERE, [ELSEWHERE, ENDED], HERE], [[LEFT], []], "the end is taken out"),
        ([HERE, [ELSEWHERE, ENDED], [ELSEWHERE]], [[LEFT], [LEFT]], "the ended row is dropped"),
        (
            [HERE, [ELSEWHERE, ENDED], [row | {"list_status": "Removed"} for row in (ELSEWHERE, ENDED)]],
            [[LEFT], []],
            "taken off the list since",
        ),
        ([[performer()], [LOCUM], [LOCUM]], [["9000001|Z00001|ROLE_CHANGE|locum"]] * 2, "a new type stays unresolved"),
        ([[performer()], [LOCUM], [performer()]], [["9000001|Z00001|ROLE_CHANGE|locum"], []], "the old type is back"),
        (
            [[performer()], [LOCUM], [performer(performer_type="Retainer")]],
            [["9000001|Z00001|ROLE_CHANGE|locum"], ["9000001|Z00001|ROLE_CHANGE|retainer"]],
            "a third type is another change",
        ),
        (
            [[ELSEWHERE], [ELSEWHERE, NEW | {"assignment_end_date": "2026-03-12"}]]
            + [[ELSEWHERE, NEW | {"assignment_end_date": "2026-03-12"}]] * 3,
            [[JOINED]] * 4,
            "a short stay was none the less begun without approval",
        ),
        ([[ELSEWHERE], BOTH, [ELSEWHERE], BOTH], [[JOINED], [], [JOINED]], "joined once more"),
        (
            [[ENDED], [ENDED, performer(assignment_start_date="2026-03-11")], [ENDED]],
            [[JOINED], []],
            "came back, and not",
        ),
        ([HERE, HERE, HERE], [[], []], "nothing"),
    ],
)
def test_a_change_stands_until_it_is_put_right(lists, expected, why):
    assert nightly(lists, caught_up=False) == expected, why
    assert nightly(lists, caught_up=True) == expected[-1:], f"{why}, in one reconciliation"


#: What a list may show of the doctor at the practice.
_SHOWN = [
    [],
    [performer()],
    [ENDED],
    [performer(assignment_end_date="2026-06-30")],
    [LOCUM],
    [performer(performer_type="Retainer")],
    [performer(list_status="Removed")],
]


#: What five lists show of one doctor at the practice, by number in `_SHOWN`.
_STORIES = st.lists(st.integers(0, len(_SHOWN) - 1), min_size=5, max_size=5)


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@example(stories=[[1, 4, 5, 4, 4], [1, 2, 6, 2, 2], [1, 4, 0, 4, 4], [1, 4, 5, 4, 1], [4, 0, 4, 0, 4]])
@drawn(stories=st.lists(_STORIES, min_size=15, max_size=20))
def test_one_reconciliation_for_all_lists_finds_what_one_each_night_does(stories):
    # Many doctors in one list: judging one takes as long as judging all.
    lists = [
        [
            row | {"gmc_number": f"90000{number:02d}"}
            for number, story in enumerate(stories)
            for row in (*_SHOWN[story[night]], ELSEWHERE)
        ]
        for night in range(5)
    ]

    assert nightly(lists, caught_up=True) == nightly(lists, caught_up=False)[-1:]


def test_a_type_that_follows_an_unapproved_one_is_no_return_to_it():
    kinds = [[performer(performer_type=kind)] for kind in ("Salaried", "Locum", "Retainer", "Locum", "Salaried")]

    assert [[key.rpartition("|")[2] for key in night] for night in nightly(kinds, caught_up=False)] == [
        ["locum"],
        ["retainer"],
        ["locum"],
        [],
    ]


def test_an_approved_move_makes_good_what_was_before_it():
    lists = [[ELSEWHERE], BOTH, [ELSEWHERE, NEW | {"assignment_end_date": "2026-03-12"}]]
    cases = [approved("LEAVE", effective_date="2026-03-12")]

    assert nightly(lists, cases, caught_up=False) == [[JOINED], []]
    assert nightly(lists, cases, caught_up=True) == [[]]


def test_a_change_is_resolved_once_it_is_approved_and_stays_so_when_the_case_is_no_longer_sent():
    given = facts(performers=BOTH, previous_performers=[ELSEWHERE], approvals=[approved(effective_date="2026-03-02")])
    kept = unasked.unapproved(given)

    assert kept.empty
    assert found(Code.APPLIED_WITHOUT_APPROVAL, [], BOTH, list_changes=kept) == []


def test_an_approved_join_does_not_excuse_a_leave():
    cases = [approved(effective_date="2026-03-02")]

    assert nightly([[ELSEWHERE], BOTH, [ELSEWHERE]], cases, caught_up=False) == [[], [LEFT]]
    assert nightly([[ELSEWHERE], BOTH, [ELSEWHERE]], cases, caught_up=True) == [[LEFT]]


def test_a_change_against_a_rejection_stays_unresolved_as_such():
    """A post that has vanished shows only in the comparison of two lists."""
    row = rejected("LEAVE", effective_date="2026-03-10")
    first = facts(performers=[ELSEWHERE], previous_performers=HERE, approvals=[row])
    kept = unasked.unapproved(first)

    for given in ({"previous_performers": HERE}, {"list_changes": kept}):
        numbers = [
            len(found(code, [row], [ELSEWHERE], **given))
            for code in (Code.APPLIED_DESPITE_REJECTION, Code.APPLIED_WITHOUT_APPROVAL, Code.REJECTED_UNRESOLVED)
        ]
        assert numbers == [1, 0, 0]


def test_what_is_kept_reads_as_it_was_written():
    changes = list_changes.between(listed(performer(), ELSEWHERE), listed(LOCUM), date(2026, 3, 18))

    assert changes.fillna("").to_numpy().tolist() == [
        ["9000001", "Z00001", "ROLE_CHANGE", "locum", "salaried", "2026-03-18", "2015-04-01", "2026-03-18"],
        ["9000001", "Z00002", "LEAVE", "", "", "2026-03-18", "", "2026-03-18"],
    ]
    assert list_changes.written(list_changes.read(changes)).equals(changes.reset_index(drop=True))
