"""The life of a mismatch, night by night."""

from dataclasses import replace
from datetime import date

import pytest

from gpsync.mismatches import Mismatch
from gpsync.reconciliation.findings import Finding
from gpsync.reconciliation.lifecycle import Seen, acknowledge_mismatch, advance
from gpsync.rules import Code, MismatchState, Owner, Severity

_ALL = frozenset(Code)
_CODE = Code.NAME_DIFFERS


def seen(key: str = "9000001", code: Code = _CODE, **evidence: str) -> Seen:
    return Seen(Finding(code, key, "The names differ.", gmc_number=key, evidence=evidence), Severity.MEDIUM, Owner.GP)


def night(day: int) -> date:
    return date(2026, 11, day)


def only(mismatches: list[Mismatch]) -> Mismatch:
    (one,) = mismatches
    return one


def test_a_mismatch_is_new_then_open_then_resolved():
    first = only(advance([], [seen()], _ALL, night(2)))
    second = only(advance([first], [seen()], _ALL, night(3)))
    third = only(advance([second], [], _ALL, night(4)))

    assert (first.state, first.first_seen, first.last_seen) == (MismatchState.NEW, night(2), night(2))
    assert (second.state, second.first_seen, second.last_seen) == (MismatchState.OPEN, night(2), night(3))
    assert (third.state, third.last_seen, third.resolved_on) == (MismatchState.RESOLVED, night(3), night(4))


def test_the_same_night_twice_changes_nothing():
    once = advance([], [seen()], _ALL, night(2))
    assert advance(once, [seen()], _ALL, night(2)) == once

    resolved = advance(once, [], _ALL, night(3))
    assert advance(resolved, [], _ALL, night(3)) == resolved

    reopened = advance(resolved, [seen()], _ALL, night(4))
    assert advance(reopened, [seen()], _ALL, night(4)) == reopened


def test_a_resolved_mismatch_that_returns_is_reopened_with_an_age_of_its_own():
    before = advance(advance([], [seen()], _ALL, night(2)), [], _ALL, night(3))

    again = only(advance(before, [seen()], _ALL, night(9)))
    later = only(advance([again], [seen()], _ALL, night(10)))

    assert (again.state, again.times_reopened, again.first_seen) == (MismatchState.REOPENED, 1, night(2))
    assert (again.open_since, again.resolved_on) == (night(9), None)
    assert (later.state, later.open_since, later.times_reopened) == (MismatchState.OPEN, night(9), 1)


def test_what_could_not_be_judged_is_never_resolved():
    before = advance([], [seen()], _ALL, night(2))

    after = advance(before, [], _ALL - {_CODE}, night(3))

    assert after == before


def test_an_acknowledged_mismatch_stays_acknowledged_to_the_end_of_its_day():
    before = acknowledge_mismatch(
        only(advance([], [seen()], _ALL, night(2))), night(5), "ada", "the form is on its way"
    )

    on_the_day = only(advance([before], [seen()], _ALL, night(5)))
    day_after = only(advance([on_the_day], [seen()], _ALL, night(6)))

    assert (on_the_day.state, on_the_day.acknowledged_by) == (MismatchState.ACKNOWLEDGED, "ada")
    assert (day_after.state, day_after.acknowledged_until, day_after.first_seen) == (MismatchState.OPEN, None, night(2))


def test_an_acknowledgement_goes_on_night_after_night_with_who_made_it_and_why():
    one = acknowledge_mismatch(only(advance([], [seen()], _ALL, night(2))), night(6), "ada", "the form is on its way")

    for day in (3, 4, 5, 6):
        one = only(advance([one], [seen()], _ALL, night(day)))
        assert one.state is MismatchState.ACKNOWLEDGED
        assert (one.acknowledged_until, one.acknowledged_by) == (night(6), "ada")
        assert (one.acknowledged_reason, one.open_since) == ("the form is on its way", night(2))
    assert only(advance([one], [seen()], _ALL, night(7))).state is MismatchState.OPEN


def test_an_acknowledged_mismatch_that_cannot_be_judged_stays_acknowledged_to_the_end_of_its_day():
    before = acknowledge_mismatch(only(advance([], [seen()], _ALL, night(2))), night(5), "ada", "waiting")

    on_the_day = only(advance([before], [], _ALL - {_CODE}, night(5)))
    day_after = only(advance([on_the_day], [], _ALL - {_CODE}, night(6)))

    assert on_the_day == before
    assert (day_after.state, day_after.acknowledged_until) == (MismatchState.OPEN, None)
    assert (day_after.acknowledged_by, day_after.acknowledged_reason, day_after.resolved_on) == ("", "", None)


def test_what_is_resolved_stays_so_whether_or_not_it_can_be_judged():
    before = advance(advance([], [seen()], _ALL, night(2)), [], _ALL, night(3))

    assert advance(before, [], _ALL, night(4)) == before
    assert advance(before, [], frozenset(), night(4)) == before


def test_an_acknowledgement_that_is_over_is_open_on_the_same_night_too():
    before = acknowledge_mismatch(only(advance([], [seen()], _ALL, night(6))), night(5), "ada", "waiting")

    assert only(advance([before], [seen()], _ALL, night(6))).state is MismatchState.OPEN


def test_an_acknowledgement_ends_when_the_compared_values_change():
    first = only(advance([], [seen(list_name="Smith", register_name="Jones")], _ALL, night(2)))
    before = acknowledge_mismatch(first, night(30), "ada", "married name, proof asked for")

    same = only(advance([before], [seen(list_name="Smith", register_name="Jones")], _ALL, night(3)))
    other = only(advance([before], [seen(list_name="Smith", register_name="Brown")], _ALL, night(3)))

    assert same.state is MismatchState.ACKNOWLEDGED
    assert (other.state, other.acknowledged_reason) == (MismatchState.OPEN, "")


def test_an_acknowledged_mismatch_that_is_gone_is_resolved():
    before = acknowledge_mismatch(only(advance([], [seen()], _ALL, night(2))), night(30), "ada", "waiting")

    after = only(advance([before], [], _ALL, night(3)))

    assert (after.state, after.acknowledged_until) == (MismatchState.RESOLVED, None)


def test_of_two_findings_with_one_id_the_first_counts_and_those_after_them_count_too():
    found = advance([], [seen(name="A"), seen(name="B"), seen("9000002")], _ALL, night(2))

    assert sorted((one.gmc_number, dict(one.evidence)) for one in found) == [
        ("9000001", {"name": "A"}),
        ("9000002", {}),
    ]


def test_an_id_is_what_it_always_was():
    """With another one every mismatch would begin anew, and every acknowledgement would end."""
    finding = Finding(_CODE, "9000001", "The names differ.", formerly="9000001|9000002")

    assert (finding.mismatch_id, finding.former_id) == ("25f6829d00b38ca7", "b9617123677f1f34")
    assert Finding(_CODE, "9000001", "The names differ.").former_id is None


def test_everything_that_a_finding_says_is_kept():
    finding = Finding(
        _CODE, "9000001|Z00001", "One sentence.", gmc_number="9000001", practice_code="Z00001", case_id="C1",
        user_id="U1", evidence={"name": "Oak"}, members={"doctors": ("9000001",)},
    )  # fmt: skip

    assert only(advance([], [Seen(finding, Severity.HIGH, Owner.RM)], _ALL, night(2))) == Mismatch(
        mismatch_id=finding.mismatch_id, code=_CODE, severity=Severity.HIGH, owner=Owner.RM, summary="One sentence.",
        state=MismatchState.NEW, first_seen=night(2), last_seen=night(2), open_since=night(2), gmc_number="9000001",
        practice_code="Z00001", case_id="C1", user_id="U1", evidence={"name": "Oak"},
        members={"doctors": ("9000001",)},
    )  # fmt: skip


@pytest.mark.parametrize(("key", "code"), [("9000002", _CODE), ("9000001", Code.GMC_NOT_FOUND)])
def test_another_key_or_code_is_another_mismatch(key, code):
    assert len(advance(advance([], [seen()], _ALL, night(2)), [seen(key, code)], frozenset(), night(3))) == 2


def test_a_change_of_the_list_that_is_approved_or_put_right_is_resolved_at_once():
    before = advance([], [seen(code=Code.APPLIED_WITHOUT_APPROVAL)], _ALL, night(2))

    assert only(advance(before, [], _ALL, night(3))).state is MismatchState.RESOLVED


def shared(*doctors: str, email: str = "a***@d***.example", key: str = "an address") -> Seen:
    evidence = {"gmc_email": email, "doctors": ", ".join(doctors[:2])}
    finding = Finding(
        Code.GMC_EMAIL_SHARED,
        key,
        "One address.",
        evidence=evidence,
        members={"doctors": doctors},
        formerly="|".join(doctors),
    )
    return Seen(finding, Severity.HIGH, Owner.GP)


@pytest.mark.parametrize(
    ("then", "state"),
    [
        (shared("9000001", "9000002", "9000003"), MismatchState.ACKNOWLEDGED),
        (shared("9000002", "9000003"), MismatchState.ACKNOWLEDGED),
        (shared("9000001", "9000002", "9000003", "9000004"), MismatchState.OPEN),
        (shared("9000001", "9000002", "9000004"), MismatchState.OPEN),
        (shared("9000001", "9000002", email="b***@d***.example"), MismatchState.OPEN),
    ],
)
def test_who_leaves_a_group_ends_no_acknowledgement_and_who_joins_does(then, state):
    first = only(advance([], [shared("9000001", "9000002", "9000003")], _ALL, night(2)))
    before = acknowledge_mismatch(first, night(30), "ada", "both are asked")

    after = only(advance([before], [then], _ALL, night(3)))

    assert (after.state, after.first_seen, after.open_since) == (state, night(2), night(2))


def test_a_group_that_is_reported_on_one_night_only_is_compared_as_it_is_shown():
    whole = shared("9000001", "9000002")
    shown = Seen(replace(whole.finding, members={}), whole.severity, whole.owner)

    for first, then in ((whole, shown), (shown, whole)):
        before = acknowledge_mismatch(only(advance([], [first], _ALL, night(2))), night(30), "ada", "both are asked")
        assert only(advance([before], [then], _ALL, night(3))).state is MismatchState.ACKNOWLEDGED


def test_who_left_a_group_and_comes_back_ends_the_acknowledgement():
    first = only(advance([], [shared("9000001", "9000002", "9000003")], _ALL, night(2)))
    before = [acknowledge_mismatch(first, night(30), "ada", "both are asked")]

    fewer = advance(before, [shared("9000001", "9000002")], _ALL, night(3))
    again = advance(fewer, [shared("9000001", "9000002", "9000003")], _ALL, night(4))

    assert (only(fewer).state, only(again).state) == (MismatchState.ACKNOWLEDGED, MismatchState.OPEN)


def test_a_mismatch_whose_id_named_its_members_goes_on_under_the_new_one():
    evidence = shared("9000001", "9000002").finding.evidence
    old = Finding(Code.GMC_EMAIL_SHARED, "9000001|9000002", "One address.", evidence=evidence)
    first = only(advance([], [Seen(old, Severity.HIGH, Owner.GP)], _ALL, night(2)))
    before = acknowledge_mismatch(first, night(30), "ada", "both are asked")

    after = only(advance([before], [shared("9000001", "9000002")], _ALL, night(3)))

    assert after.mismatch_id != before.mismatch_id
    assert (after.state, after.first_seen) == (MismatchState.ACKNOWLEDGED, night(2))
    assert advance([after], [shared("9000001", "9000002")], _ALL, night(3)) == [after]
