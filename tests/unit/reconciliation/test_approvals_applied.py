"""Decided cases against the list: B28 to B31 and B34. Today is Wednesday 18 March 2026."""

import pytest

from gpsync.rules import Code, Owner, Severity
from tests.factories import performer
from tests.unit.reconciliation.case_building import approved, case, found, rejected, verdicts

LOW, MEDIUM, HIGH, CRITICAL = Severity.LOW, Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL
#: On the list, and not at the practice.
ELSEWHERE = performer(practice_code="Z00002")
NEW = performer(assignment_start_date="2026-02-16")
ENDED = performer(assignment_end_date="2026-02-16")
ROLE = {"from_type": "Locum", "to_type": "Salaried"}


@pytest.mark.parametrize(
    ("effective", "expected", "why"),
    [
        ("2026-03-10", 1, "6 working days ago"),
        ("2026-03-11", 1, "5 working days ago"),
        ("2026-03-12", 0, "4 working days ago"),
        ("2026-04-01", 0, "in future"),
        (None, 0, "no date"),
    ],
)
def test_approved_not_applied_after_5_working_days(effective, expected, why):
    rows = [approved(effective_date=effective)]

    findings = found(Code.APPROVED_NOT_APPLIED, rows, [ELSEWHERE])

    assert verdicts(findings) == [("C1", HIGH, Owner.PCSE_PL)] * expected, why


@pytest.mark.parametrize(
    ("row", "performers", "expected", "why"),
    [
        (approved("JOIN"), [ELSEWHERE], "no assignment", "not there"),
        (approved("JOIN"), [NEW], None, "there"),
        (approved("JOIN"), [performer(assignment_start_date=None)], None, "there, nobody says since when"),
        (approved("JOIN"), [performer(assignment_start_date="2026-03-19")], "no assignment", "there from tomorrow"),
        (approved("JOIN"), [performer(assignment_start_date="2026-03-18")], None, "there from today"),
        (approved("JOIN"), [performer(assignment_end_date="2026-02-15")], "no assignment", "left the day before"),
        (approved("JOIN"), [performer(assignment_end_date="2026-02-17")], None, "was there, and left since"),
        (approved("JOIN"), [NEW | {"alignment": "Dental"}, ELSEWHERE], "no assignment", "there as a dentist"),
        (approved("LEAVE"), [performer()], "assignment still open", "still there"),
        (approved("LEAVE"), [ENDED], None, "left"),
        (approved("LEAVE"), [performer(assignment_end_date="2026-03-18")], "assignment still open", "leaves today"),
        (approved("LEAVE"), [performer(assignment_end_date="2026-03-17")], None, "left yesterday"),
        (approved("LEAVE"), [ELSEWHERE], None, "not there any more"),
        (approved("LEAVE"), [performer(assignment_start_date="2026-03-01")], None, "came back since"),
        (approved("ROLE_CHANGE", **ROLE), [performer(performer_type="Locum")], "Locum", "type unchanged"),
        (approved("ROLE_CHANGE", **ROLE), [performer(performer_type=None)], "no type", "type blank"),
        (approved("ROLE_CHANGE", **ROLE), [performer(performer_type=" salaried")], None, "type changed"),
        (approved("ROLE_CHANGE", **ROLE), [ELSEWHERE], "no assignment", "not there"),
        (approved("ROLE_CHANGE", **ROLE), [performer(assignment_end_date="2026-03-01")], None, "left since"),
        (approved("ROLE_CHANGE", to_type=None), [performer()], None, "no new type"),
        (approved("COMMITMENT_CHANGE", commitment="55"), [performer()], "44", "value unchanged"),
        (approved("COMMITMENT_CHANGE", commitment="44.0%"), [performer()], None, "value changed"),
        (approved("COMMITMENT_CHANGE", commitment="much"), [performer()], None, "no number"),
        (
            approved("COMMITMENT_CHANGE", commitment="55"),
            [performer(level_of_commitment=None)],
            "no commitment",
            "list blank",
        ),
        (approved("WITHDRAW"), [performer()], None, "not the practice's to approve"),
        (approved("JOIN", practice_decision="NOT_REQUIRED"), [ELSEWHERE], "no assignment", "nobody had to approve"),
        (approved("JOIN", case_status="Closed"), [ELSEWHERE], "no assignment", "closed and not done"),
        (approved("JOIN", case_status="Retracted"), [ELSEWHERE], None, "retracted"),
        (approved("JOIN", to_type="Principal"), [ELSEWHERE], None, "the ICB has not decided"),
        (approved("JOIN", to_type="Principal", icb_decision="APPROVED"), [ELSEWHERE], "no assignment", "ICB too"),
        (approved("JOIN", icb_decision="REJECTED"), [ELSEWHERE], None, "the ICB rejected"),
        (approved("JOIN"), [ELSEWHERE | {"list_status": "Removed"}], None, "off the list"),
        (approved("LEAVE"), [performer(list_status="Removed")], "assignment still open", "off the list, still there"),
        (approved("JOIN", case_status="In Progress"), [], "no assignment", "an applicant, approved"),
        (approved("JOIN", case_status="Closed"), [], None, "unknown performer: another rule's"),
        (approved("LEAVE"), [], None, "unknown performer"),
    ],
)
def test_approved_not_applied(row, performers, expected, why):
    findings = found(Code.APPROVED_NOT_APPLIED, [row], performers)

    assert [one.evidence["listed"] for one in findings] == ([expected] if expected else []), why


LATER = {"case_id": "C2", "submitted_date": "2026-02-01", "effective_date": "2026-03-01"}


@pytest.mark.parametrize(
    ("rows", "performers", "expected"),
    [
        ([approved("JOIN"), approved("LEAVE", **LATER)], [ELSEWHERE], []),
        ([approved("LEAVE"), approved("JOIN", **LATER)], [performer()], []),
        ([approved("LEAVE"), approved("JOIN", **LATER)], [ENDED], ["C2"]),
        ([approved("ROLE_CHANGE", to_type="Locum"), approved("ROLE_CHANGE", to_type="Salaried", **LATER)], None, []),
        ([approved("ROLE_CHANGE", to_type="Locum"), approved("COMMITMENT_CHANGE", commitment="44", **LATER)], None,
         ["C1"]),
        ([approved("COMMITMENT_CHANGE", commitment="11"), approved("LEAVE", **LATER)], [ENDED], []),
        ([approved("JOIN"), approved("COMMITMENT_CHANGE", commitment="11", **LATER | {"effective_date": "2026-02-16"})],
         None, ["C2"]),
        ([approved("JOIN"), rejected("LEAVE", **LATER)], [ELSEWHERE], ["C1"]),
        ([approved("JOIN"), approved("LEAVE", **LATER | {"effective_date": "2026-05-01"})], [ELSEWHERE], ["C1"]),
        ([approved("JOIN"), approved("LEAVE", **LATER, practice_code="Z00009")], [ELSEWHERE], ["C1"]),
    ],
)  # fmt: skip
def test_only_the_latest_approved_change_is_missed(rows, performers, expected):
    assert [one.key for one in found(Code.APPROVED_NOT_APPLIED, rows, performers)] == expected


# --- B29 -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "expected", "why"),
    [
        ([ELSEWHERE], [ELSEWHERE, NEW], ["9000001|Z00001|JOIN"], "joined"),
        ([], [NEW], ["9000001|Z00001|JOIN"], "new on the list"),
        ([ENDED], [ENDED, performer(assignment_start_date="2026-03-17")], ["9000001|Z00001|JOIN"], "came back"),
        ([], [performer(assignment_start_date="2026-06-01")], ["9000001|Z00001|JOIN"], "entered in advance"),
        ([], [ENDED], [], "entered after it ended"),
        ([], [NEW, NEW], ["9000001|Z00001|JOIN"], "twice in the list"),
        ([], [performer(practice_code=None)], [], "a locum without a practice"),
        ([], [performer(gmc_number=None)], [], "nobody"),
        ([], [NEW | {"alignment": "Dental"}], [], "a dentist"),
        ([performer()], [ENDED], ["9000001|Z00001|LEAVE"], "left"),
        ([performer()], [performer(assignment_end_date="2026-06-30")], ["9000001|Z00001|LEAVE"], "leaves in June"),
        ([performer()], [ELSEWHERE], ["9000001|Z00001|LEAVE", "9000001|Z00002|JOIN"], "moved"),
        ([performer()], [], ["9000001|Z00001|LEAVE"], "not on the list any more"),
        ([performer()], [ENDED | {"list_status": "Removed"}], [], "removed from the list"),
        ([ENDED], [], [], "had left before"),
        ([performer(assignment_end_date="2026-03-18")], [], ["9000001|Z00001|LEAVE"], "dropped on its last day"),
        ([performer(assignment_end_date="2026-03-17")], [], [], "dropped after its last day"),
        ([performer()], [ENDED, performer(assignment_start_date="2026-02-17")], [], "one row continues the other"),
        ([performer()], [performer(performer_type="Locum")], ["9000001|Z00001|ROLE_CHANGE|locum"], "new type"),
        ([performer()], [performer(performer_type=" SALARIED ")], [], "the same type, spelt otherwise"),
        ([performer(performer_type=None)], [performer()], [], "type filled in"),
        ([performer()], [performer(performer_type=None)], [], "type lost"),
        ([performer()], [performer(level_of_commitment="11")], [], "commitment is not compared"),
        ([performer()], [performer()], [], "nothing"),
        (None, [performer()], [], "the first extract of all"),
    ],
)
def test_applied_without_approval(before, after, expected, why):
    findings = found(Code.APPLIED_WITHOUT_APPROVAL, [], after, previous_performers=before)

    assert verdicts(findings) == [(key, HIGH, Owner.PCSE_PL) for key in expected], why


@pytest.mark.parametrize(
    ("row", "allowed", "why"),
    [
        (approved("JOIN"), True, "the day itself"),
        (approved("JOIN", effective_date="2026-01-19"), True, "28 days before"),
        (approved("JOIN", effective_date="2026-01-18"), False, "29 days before"),
        (approved("JOIN", effective_date="2026-03-16"), True, "28 days after"),
        (approved("JOIN", effective_date="2026-03-17"), False, "29 days after"),
        (approved("JOIN", effective_date=None), False, "no date"),
        (approved("JOIN", case_status="Closed"), True, "closed"),
        (approved("JOIN", case_status="Retracted"), False, "retracted"),
        (approved("JOIN", practice_code="Z00002"), False, "another practice"),
        (approved("JOIN", gmc_number="9000002"), False, "another doctor"),
        (approved("LEAVE"), False, "another change"),
        (case("JOIN", effective_date="2026-02-16"), False, "not decided"),
        (approved("JOIN", to_type="Principal"), False, "the ICB has not decided"),
        (approved("JOIN", to_type="Principal", icb_decision="APPROVED"), True, "the ICB has approved"),
    ],
)
def test_an_approved_case_allows_a_join_within_28_days(row, allowed, why):
    findings = found(Code.APPLIED_WITHOUT_APPROVAL, [row], [NEW], previous_performers=[])

    assert (findings == []) is allowed, why


@pytest.mark.parametrize(
    ("row", "after", "allowed"),
    [
        (approved("LEAVE"), ENDED, True),
        (approved("LEAVE", effective_date="2026-03-17"), ENDED, False),
        (approved("WITHDRAW", practice_code="Z00009"), ENDED, True),
        (approved("RETIRE_24H", case_status="Closed"), ENDED, True),
        (approved("WITHDRAW", case_status="Retracted"), ENDED, False),
        (approved("WITHDRAW", effective_date="2025-01-01"), ENDED, False),
        (rejected("WITHDRAW"), ENDED, False),
        (approved("WITHDRAW", gmc_number="9000002"), ENDED, False),
        (approved("ROLE_CHANGE", to_type="Locum", effective_date="2026-02-18"), {"performer_type": "Locum"}, True),
        (approved("ROLE_CHANGE", to_type="Locum", effective_date="2026-02-17"), {"performer_type": "Locum"}, False),
        (approved("ROLE_CHANGE", to_type=None, effective_date="2026-02-18"), {"performer_type": "Locum"}, True),
        (approved("ROLE_CHANGE", to_type="Retainer", effective_date="2026-03-18"), {"performer_type": "Locum"}, False),
        (
            approved("ROLE_CHANGE", to_type="Locum", effective_date="2025-09-01"),
            {"performer_type": "Locum", "assignment_start_date": "2025-09-01"},  # a new row with the type's own date
            True,
        ),
    ],
)
def test_what_allows_a_leave_or_a_new_type(row, after, allowed):
    findings = found(Code.APPLIED_WITHOUT_APPROVAL, [row], [performer() | after], previous_performers=[performer()])

    assert (findings == []) is allowed


# --- B30, B31 --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "performers", "expected", "why"),
    [
        (rejected("JOIN"), [NEW], True, "joined all the same"),
        (rejected("JOIN", practice_decision="APPROVED", icb_decision="REJECTED"), [NEW], True, "the ICB rejected"),
        (rejected("JOIN"), [ELSEWHERE], False, "did not join"),
        (rejected("JOIN"), [performer()], False, "was there long before"),
        (rejected("JOIN"), [performer(assignment_start_date=None)], True, "there, nobody says since when"),
        (rejected("JOIN"), [performer(assignment_start_date="2026-01-19")], True, "28 days before"),
        (rejected("JOIN"), [performer(assignment_start_date="2026-01-18")], False, "29 days before"),
        (rejected("JOIN"), [performer(assignment_start_date="2026-03-16")], True, "28 days after"),
        (rejected("JOIN"), [performer(assignment_start_date="2026-03-17")], False, "29 days after"),
        (rejected("JOIN", case_status="Retracted"), [NEW], False, "retracted"),
        (rejected("LEAVE"), [ENDED], True, "left all the same"),
        (rejected("LEAVE"), [performer()], False, "stayed"),
        (rejected("LEAVE"), [ENDED, performer(assignment_start_date="2026-02-17")], False, "one row continues"),
        (rejected("LEAVE"), [performer(assignment_end_date="2025-02-16")], False, "left a year before"),
        (rejected("ROLE_CHANGE", **ROLE), [performer()], True, "has the type"),
        (rejected("ROLE_CHANGE", **ROLE), [performer(performer_type="Locum")], False, "has the old type"),
        (rejected("ROLE_CHANGE", from_type="Salaried", to_type="salaried"), [performer()], False, "no change"),
        (rejected("COMMITMENT_CHANGE", commitment="44", from_type="Salaried"), [performer()], True, "the value"),
        (rejected("COMMITMENT_CHANGE", commitment="55"), [performer()], False, "the old value"),
        (rejected("WITHDRAW"), [performer(list_status="Withdrawn")], False, "not the practice's to reject"),
    ],
)
def test_applied_despite_rejection(row, performers, expected, why):
    findings = found(Code.APPLIED_DESPITE_REJECTION, [row], performers)

    assert verdicts(findings) == ([("C1", CRITICAL, Owner.PCSE_PL)] if expected else []), why


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (approved("JOIN", case_id="C2"), []),
        (approved("JOIN", case_id="C2", effective_date="2026-01-19"), []),
        (approved("JOIN", case_id="C2", effective_date="2026-01-18"), ["C1"]),  # an earlier, other join
        (approved("JOIN", case_id="C2", effective_date="2026-12-01"), []),  # approved in the end
        (approved("JOIN", case_id="C2", case_status="Retracted"), ["C1"]),
        (approved("LEAVE", case_id="C2"), ["C1"]),
        (case("JOIN", case_id="C2"), ["C1"]),
    ],
)
def test_a_rejected_duplicate_of_an_approved_case_is_in_order(other, expected):
    assert [one.key for one in found(Code.APPLIED_DESPITE_REJECTION, [rejected("JOIN"), other], [NEW])] == expected


def test_a_change_against_a_rejection_is_one_finding_and_the_strongest():
    for code, expected in [
        (Code.APPLIED_DESPITE_REJECTION, ["C1"]),
        (Code.APPLIED_WITHOUT_APPROVAL, []),
        (Code.REJECTED_UNRESOLVED, []),
    ]:
        assert [one.key for one in found(code, [rejected("JOIN")], [NEW], previous_performers=[])] == expected


def test_a_post_that_vanished_after_its_leave_was_rejected_is_against_the_rejection():
    rows = [rejected("LEAVE", effective_date="2026-03-10")]

    assert [
        len(found(code, rows, [ELSEWHERE], previous_performers=[ELSEWHERE, performer()]))
        for code in (Code.APPLIED_DESPITE_REJECTION, Code.APPLIED_WITHOUT_APPROVAL)
    ] == [1, 0]


@pytest.mark.parametrize(
    ("row", "expected", "why"),
    [
        (rejected(practice_decision_date="2026-03-05"), False, "13 days ago"),
        (rejected(practice_decision_date="2026-03-04"), False, "14 days ago"),
        (rejected(practice_decision_date="2026-03-03"), True, "15 days ago"),
        (rejected(practice_decision_date=None), True, "submitted in January"),
        (
            rejected(practice_decision="APPROVED", icb_decision="REJECTED", icb_decision_date="2026-03-04"),
            False,
            "by the ICB 14 days ago",
        ),
        (rejected(case_status="Retracted"), False, "retracted"),
        (rejected("WITHDRAW"), False, "not the practice's to reject"),
    ],
)
def test_rejected_unresolved(row, expected, why):
    findings = found(Code.REJECTED_UNRESOLVED, [row], [ELSEWHERE])

    assert verdicts(findings) == ([("C1", Severity.INFO, Owner.GP)] if expected else []), why


LONG_AGO = {"effective_date": "2025-06-01"}


@pytest.mark.parametrize(
    ("row", "performers", "expected", "why"),
    [
        (rejected(**LONG_AGO), [performer(assignment_start_date="2026-01-26")], True, "began the day before"),
        (rejected(**LONG_AGO), [performer(assignment_start_date="2026-01-27")], False, "began on the day"),
        (rejected(**LONG_AGO), [performer(assignment_start_date="2026-01-28")], False, "began the day after"),
        (rejected(), [performer(assignment_start_date="2026-03-17")], False, "29 days after the date asked for"),
        (rejected(), [performer(assignment_start_date="2026-06-01")], False, "entered in advance"),
        (rejected(**LONG_AGO), [performer(), performer(assignment_start_date="2026-02-01")], False, "a second row"),
        (rejected("LEAVE", **LONG_AGO), [performer(assignment_end_date="2026-01-26")], True, "left the day before"),
        (rejected("LEAVE", **LONG_AGO), [performer(assignment_end_date="2026-01-27")], False, "left on the day"),
        (rejected("LEAVE", **LONG_AGO), [performer(assignment_end_date="2026-04-30")], False, "leaves in April"),
        (rejected("LEAVE", **LONG_AGO), [performer(assignment_end_date="2026-01-28"), performer()], True, "stays"),
        (rejected("ROLE_CHANGE", **ROLE), [performer(assignment_end_date="2026-01-26")], True, "had it until then"),
        (rejected("ROLE_CHANGE", **ROLE), [performer(assignment_end_date="2026-01-27")], False, "had it that day"),
        (rejected("ROLE_CHANGE", **ROLE), [performer(performer_type="Locum")], True, "has the old type"),
        (rejected("COMMITMENT_CHANGE", commitment="55"), [performer()], True, "the old value"),
        (
            rejected(practice_decision="APPROVED", icb_decision="REJECTED", icb_decision_date="2026-03-01", **LONG_AGO),
            [performer(assignment_start_date="2026-02-01")],
            True,
            "began after the practice's word and before the ICB's",
        ),
    ],
)
def test_a_rejection_is_left_open_only_where_nothing_took_effect_since(row, performers, expected, why):
    assert len(found(Code.REJECTED_UNRESOLVED, [row], performers)) == expected, why


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (case("JOIN", case_id="C2"), []),
        (case("JOIN", case_id="C2", case_status="Retracted"), []),
        (case("JOIN", case_id="C2", submitted_date="2026-01-19"), ["C1"]),
        (case("JOIN", case_id="C2", submitted_date="2026-01-20"), []),  # the same day: the higher ID is later
        (case("JOIN", case_id="C2", practice_code="Z00002"), ["C1"]),
        (case("LEAVE", case_id="C2"), ["C1"]),
        (approved("JOIN", case_id="C2", submitted_date="2026-01-01"), []),  # the other of two was approved
    ],
)
def test_a_later_case_resolves_a_rejection(other, expected):
    keys = [one.key for one in found(Code.REJECTED_UNRESOLVED, [rejected("JOIN"), other], [ELSEWHERE])]

    assert keys == expected


# --- B34 -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("effective", "start", "expected"),
    [
        ("2026-02-16", "2026-02-16", None),
        ("2026-02-16", "2026-02-17", LOW),
        ("2026-02-16", "2026-01-19", LOW),  # 28 days
        ("2026-02-16", "2026-01-18", MEDIUM),  # 29 days
        ("2025-04-01", "2025-03-31", HIGH),
        ("2025-04-01", "2025-04-02", LOW),
        ("2025-03-31", "2025-03-30", LOW),
        ("2026-02-16", "2024-02-16", HIGH),
        ("2026-02-16", None, None),
        (None, "2026-02-16", None),
        ("2026-03-19", "2026-02-16", MEDIUM),  # has not taken effect yet
        ("2026-05-01", "2026-05-01", None),
        ("2026-05-01", "2026-05-02", LOW),  # both entered in advance
        ("2026-05-01", "2026-03-31", HIGH),
        ("2026-03-18", "2026-03-25", LOW),  # has taken effect, and the list says later
        ("2026-03-18", "2026-03-17", LOW),
    ],
)
def test_effective_date_differs(effective, start, expected):
    row, post = approved("JOIN", effective_date=effective), performer(assignment_start_date=start)

    findings = found(Code.EFFECTIVE_DATE_DIFFERS, [row], [post])

    assert verdicts(findings) == ([("C1", expected, Owner.PCSE_PL)] if expected else [])


def test_dates_that_differ_are_reported_for_every_doctor_post_and_change():
    """Though the list dates them all alike."""
    rows = [
        approved("JOIN", case_id="C1"),
        approved("JOIN", case_id="C2", gmc_number="9000002"),
        approved("JOIN", case_id="C3", practice_code="Z00002"),
        approved("LEAVE", case_id="C4", gmc_number="9000003"),
    ]
    start, end = {"assignment_start_date": "2026-02-17"}, {"assignment_end_date": "2026-02-17"}
    posts = [
        performer(**start),
        performer(gmc_number="9000002", **start),
        performer(practice_code="Z00002", **start),
        performer(gmc_number="9000003", **end),
    ]

    assert [one.key for one in found(Code.EFFECTIVE_DATE_DIFFERS, rows, posts)] == ["C1", "C2", "C3", "C4"]


IN_JUNE = {"effective_date": "2026-06-30"}


@pytest.mark.parametrize(
    ("rows", "performers", "expected", "why"),
    [
        ([approved("LEAVE")], [ENDED], [], "left that day"),
        ([approved("LEAVE")], [performer(assignment_end_date="2026-02-17")], ["C1"], "left the day after"),
        ([approved("LEAVE")], [performer()], [], "still there: not applied"),
        ([approved("LEAVE")], [performer(assignment_end_date="2026-03-20")], [], "still there until Friday"),
        ([approved("LEAVE")], [ENDED, performer(assignment_start_date="2026-03-01")], [], "left and came back"),
        ([approved("JOIN")], [performer(), NEW], [], "the nearest of several rows counts"),
        ([approved("LEAVE", **IN_JUNE)], [performer(assignment_end_date="2026-06-30")], [], "will leave that day"),
        ([approved("LEAVE", **IN_JUNE)], [performer(assignment_end_date="2026-06-29")], ["C1"], "a day too early"),
        ([approved("LEAVE", **IN_JUNE)], [performer(assignment_end_date="2026-07-01")], ["C1"], "a day too late"),
        ([approved("LEAVE", **IN_JUNE)], [performer(assignment_end_date="2026-03-01")], ["C1"], "has left already"),
        ([approved("LEAVE", **IN_JUNE)], [performer()], [], "not entered yet"),
        ([approved("LEAVE", **IN_JUNE)], [performer(assignment_end_date="9999-12-31")], [], "no end"),
        ([approved("LEAVE", effective_date="2026-04-30"), approved("JOIN", case_id="C2", **IN_JUNE)],
         [performer(assignment_end_date="2026-04-30")], [], "leaves, and comes back in June"),
        ([approved("LEAVE", effective_date="2026-04-30"), approved("JOIN", case_id="C2", **IN_JUNE)],
         [performer()], [], "the leave is not entered yet"),
        ([approved("RETIRE_24H", effective_date="2026-06-28"), approved("JOIN", case_id="C2", **IN_JUNE)],
         [performer()], [], "retires, and comes back"),
        ([approved("WITHDRAW", effective_date="2026-06-28"), approved("JOIN", case_id="C2", **IN_JUNE)],
         [performer()], [], "withdraws, and comes back"),
        ([rejected("WITHDRAW", effective_date="2026-06-28"), approved("JOIN", case_id="C2", **IN_JUNE)],
         [performer()], ["C2"], "may not withdraw"),
        ([approved("WITHDRAW", effective_date="2026-07-01"), approved("JOIN", case_id="C2", **IN_JUNE)],
         [performer()], ["C2"], "withdraws after the join"),
        ([rejected("LEAVE", effective_date="2026-04-30"), approved("JOIN", case_id="C2", **IN_JUNE)],
         [performer()], ["C2"], "may not leave, so the list shows an earlier join"),
        ([approved("JOIN", effective_date="2026-04-01"), approved("LEAVE", case_id="C2", **IN_JUNE)],
         [ENDED], [], "left once; joins again, and leaves in June"),
        ([approved("JOIN", effective_date="2026-02-10"), approved("LEAVE", case_id="C2", effective_date="2026-02-20")],
         [performer(assignment_start_date="2026-02-17", assignment_end_date="2026-02-17")], ["C1", "C2"],
         "joined and left on one day, neither as approved"),
        ([approved("JOIN", case_status="Retracted")], [performer()], [], "retracted"),
        ([rejected("JOIN")], [performer()], [], "rejected"),
        ([case("JOIN")], [performer()], [], "not decided"),
        ([approved("ROLE_CHANGE", to_type="Salaried")], [performer()], [], "the list has no date for it"),
        ([approved("JOIN", effective_date="2026-02-10"), approved("JOIN", case_id="C2", submitted_date="2026-02-01")],
         [NEW], [], "the later case corrects the earlier"),
        ([approved("JOIN", case_id="C2", effective_date="2026-02-10"), approved("JOIN")],
         [NEW], ["C2"], "of two that were submitted on one day, the one with the later number is the later"),
        ([approved("JOIN", submitted_date="2026-02-01", effective_date="2026-02-10"), approved("JOIN", case_id="C2")],
         [NEW], ["C1"], "the later case is the one not followed"),
    ],
)  # fmt: skip
def test_which_dates_are_compared(rows, performers, expected, why):
    assert [one.key for one in found(Code.EFFECTIVE_DATE_DIFFERS, rows, performers)] == expected, why
