"""Approval cases on their own and beside each other: B26, B27, B32, B33, B35, and words nobody knows."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gpsync.reconciliation.approvals import judge as approvals
from gpsync.reconciliation.catalogue.approvals import ENTRIES
from gpsync.rules import Code, Owner, Severity
from tests.factories import performer
from tests.unit.reconciliation.building import facts
from tests.unit.reconciliation.case_building import approved, case, found, manager, rejected, verdicts

HIGH, MEDIUM, LOW = Severity.HIGH, Severity.MEDIUM, Severity.LOW
ELSEWHERE = performer(practice_code="Z00002")


@pytest.mark.parametrize(
    ("submitted", "effective", "expected", "why"),
    [
        ("2026-01-01", "2026-03-05", None, "13 days since it took effect"),
        ("2026-01-01", "2026-03-04", MEDIUM, "14 days since it took effect"),
        ("2026-01-01", "2026-02-19", MEDIUM, "27 days since it took effect"),
        ("2026-01-01", "2026-02-18", HIGH, "28 days since it took effect"),
        ("2026-03-05", "2026-01-01", None, "13 days since it came in"),
        ("2026-03-04", "2026-01-01", MEDIUM, "14 days since it came in, dated back"),
        ("2026-01-01", "2026-04-30", None, "takes effect in future: nobody waits yet"),
        ("2026-03-05", None, None, "no date, 13 days"),
        ("2026-03-04", None, MEDIUM, "no date, 14 days"),
        ("2026-02-19", None, MEDIUM, "no date, 27 days"),
        ("2026-02-18", None, HIGH, "no date, 28 days"),
        (None, "2026-03-04", MEDIUM, "no submission"),
        (None, None, None, "no date at all"),
    ],
)
def test_approval_overdue(submitted, effective, expected, why):
    row = case(submitted_date=submitted, effective_date=effective)

    assert verdicts(found(Code.APPROVAL_OVERDUE, [row])) == ([("C1", expected, Owner.PM)] if expected else []), why


OLD = {"submitted_date": "2026-01-01", "effective_date": "2026-01-05"}


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (case("JOIN", **OLD), 1),
        (case("LEAVE", **OLD), 1),
        (case("ROLE_CHANGE", **OLD), 1),
        (case("commitment change", **OLD), 1),
        (case("WITHDRAW", **OLD), 0),
        (case("RETIRE_24H", **OLD), 0),
        (case(**OLD, practice_decision="pending"), 1),
        (case(**OLD, practice_decision="APPROVED"), 0),
        (case(**OLD, practice_decision="NOT_REQUIRED"), 0),
        (case(**OLD, case_status="Awaiting NHS England Decision"), 1),
        (case(**OLD, case_status="Retracted"), 0),
        (case(**OLD, case_status="retracted "), 0),
        (case(**OLD, case_status="Closed"), 0),
        (case(**OLD, case_status="Mislaid"), 1),  # reported as unknown, and judged
        (case(**OLD, gmc_number=None), 1),
    ],
)
def test_only_what_waits_for_the_practice_is_overdue(row, expected):
    assert len(found(Code.APPROVAL_OVERDUE, [row])) == expected


@pytest.mark.parametrize(
    ("decided", "expected"),
    [
        ("2026-03-05", None),  # 13 days
        ("2026-03-04", MEDIUM),  # 14
        ("2026-02-19", MEDIUM),  # 27
        ("2026-02-18", HIGH),  # 28
        (None, HIGH),  # since its submission in January
    ],
)
def test_icb_approval_overdue(decided, expected):
    row = approved("ROLE_CHANGE", from_type="Salaried", to_type="Principal", practice_decision_date=decided)

    assert verdicts(found(Code.ICB_APPROVAL_OVERDUE, [row])) == ([("C1", expected, Owner.ICB)] if expected else [])


PARTNER = {"from_type": "Salaried", "to_type": "Principal"}


@pytest.mark.parametrize(
    ("row", "listed_type", "expected"),
    [
        (approved("ROLE_CHANGE", **PARTNER, icb_decision="PENDING"), "Salaried", 1),
        (approved("ROLE_CHANGE", from_type="principal", to_type="Salaried"), "Principal", 1),
        (approved("ROLE_CHANGE", from_type="Locum", to_type="Salaried"), "Locum", 0),
        (approved("JOIN", to_type="Principal"), "Salaried", 1),
        (approved("COMMITMENT_CHANGE", commitment="44"), "Principal", 1),
        (approved("COMMITMENT_CHANGE", commitment="44"), "Salaried", 0),
        (approved("WITHDRAW", **PARTNER), "Principal", 0),
        (approved("ROLE_CHANGE", **PARTNER, icb_decision="APPROVED"), "Salaried", 0),
        (approved("ROLE_CHANGE", **PARTNER, icb_decision="REJECTED"), "Salaried", 0),
        (approved("ROLE_CHANGE", **PARTNER, icb_decision="NOT_REQUIRED"), "Salaried", 0),
        (approved("ROLE_CHANGE", **PARTNER, practice_decision="PENDING"), "Salaried", 0),
        (approved("ROLE_CHANGE", **PARTNER, case_status="Retracted"), "Salaried", 0),
        (approved("ROLE_CHANGE", **PARTNER, case_status="Closed"), "Salaried", 0),
    ],
)
def test_the_icb_decides_about_partners(row, listed_type, expected):
    assert len(found(Code.ICB_APPROVAL_OVERDUE, [row], [performer(performer_type=listed_type)])) == expected


FIRST = {"case_id": "C1", "effective_date": "2026-03-20"}
AWAITING_ICB = {"practice_decision": "APPROVED", **PARTNER}


@pytest.mark.parametrize(
    ("second", "expected", "why"),
    [
        ({"effective_date": "2026-03-20"}, True, "same date"),
        ({"effective_date": "2026-04-16"}, True, "27 days"),
        ({"effective_date": "2026-04-17"}, True, "28 days"),
        ({"effective_date": "2026-04-18"}, False, "29 days"),
        ({"effective_date": None, "submitted_date": "2026-03-19"}, True, "no date: its submission counts"),
        ({"practice_code": "Z00002"}, False, "another practice"),
        ({"gmc_number": "9000002"}, False, "another doctor"),
        ({"gmc_number": None}, False, "no number"),
        ({"change_type": "LEAVE"}, False, "another change"),
        ({"practice_decision": "APPROVED"}, False, "decided"),
        ({"practice_decision": "REJECTED"}, False, "rejected"),
        ({"case_status": "Retracted"}, False, "retracted"),
        ({"case_status": "Closed"}, False, "closed"),
    ],
)
def test_duplicate_request(second, expected, why):
    rows = [case(**FIRST), case(**{"case_id": "C2", "effective_date": "2026-03-20"} | second)]
    keys = [("9000001|Z00001|JOIN", LOW, Owner.PM)] if expected else []

    assert verdicts(found(Code.DUPLICATE_REQUEST, rows)) == keys, why


def test_three_requests_in_a_row_are_one_finding_that_names_them():
    rows = [case(case_id=f"C{number}", effective_date=f"2026-0{number + 2}-20") for number in (3, 1, 2)]

    (one,) = found(Code.DUPLICATE_REQUEST, [*rows, case(case_id="C4", effective_date="2026-03-21")])

    assert one.evidence["case_ids"] == "C1, C2, C3, C4"


@pytest.mark.parametrize(
    ("change", "one", "other", "owner"),
    [
        ("JOIN", AWAITING_ICB, AWAITING_ICB, Owner.ICB),
        ("JOIN", AWAITING_ICB, {}, Owner.PM),
        ("WITHDRAW", {"practice_decision": "NOT_REQUIRED"}, {"practice_decision": "NOT_REQUIRED"}, Owner.GP),
    ],
)
def test_who_keeps_one_of_two_requests(change, one, other, owner):
    rows = [case(change, case_id="C1", **one), case(change, case_id="C2", **other)]

    assert [last for *_, last in verdicts(found(Code.DUPLICATE_REQUEST, rows))] == [owner]


@pytest.mark.parametrize(
    ("leave", "expected"),
    [
        ({}, True),
        ({"effective_date": "2027-03-20"}, True),
        ({"practice_code": "Z00002"}, False),
        ({"practice_decision": "APPROVED"}, False),
        ({"case_status": "Retracted"}, False),
    ],
)
def test_joining_and_leaving_one_practice_conflict(leave, expected):
    rows = [case("JOIN"), case("LEAVE", **{"case_id": "C2"} | leave)]
    keys = [("9000001|Z00001|JOIN|LEAVE", MEDIUM, Owner.GP)] if expected else []

    assert verdicts(found(Code.CONFLICTING_REQUESTS, [*rows, case("JOIN", case_id="C3")])) == keys


@pytest.mark.parametrize(
    ("row", "performers", "expected"),
    [
        (case("ROLE_CHANGE", from_type="Locum", to_type="Principal"), None, True),
        (case("ROLE_CHANGE", from_type=" salaried"), None, False),
        (case("ROLE_CHANGE", from_type=None), None, False),
        (case("ROLE_CHANGE", from_type="Locum", practice_decision="REJECTED"), None, False),
        (case("ROLE_CHANGE", from_type="Locum", case_status="Retracted"), None, False),
        (case("ROLE_CHANGE", from_type="Locum"), [], False),  # not on the list: another rule's
        (case("ROLE_CHANGE", from_type="Locum"), [performer(performer_type=None)], False),
        (case("ROLE_CHANGE", from_type="Locum"), [ELSEWHERE], True),  # no post there: the type anywhere counts
        (case("ROLE_CHANGE", from_type="Salaried"), [ELSEWHERE], False),
        (case("ROLE_CHANGE", from_type="Locum"), [performer(), ELSEWHERE | {"performer_type": "Locum"}], True),
        (case("ROLE_CHANGE", from_type="Locum"), [performer(), performer(performer_type="Locum")], False),
        (case("JOIN", from_type="Locum"), None, False),
    ],
)
def test_changing_from_a_type_one_does_not_have_conflicts_with_the_list(row, performers, expected):
    keys = [("C1", MEDIUM, Owner.GP)] if expected else []

    assert verdicts(found(Code.CONFLICTING_REQUESTS, [row], performers)) == keys


@pytest.mark.parametrize(
    ("row", "expected", "why"),
    [
        (case(effective_date="2025-03-31"), True, "the day before the pension year"),
        (case(effective_date="2025-04-01"), False, "its first day"),
        (case(effective_date="2025-04-02"), False, "its second day"),
        (case("LEAVE", effective_date="2025-03-31"), False, "no join"),
        (case(effective_date=None), False, "no date"),
        (approved(effective_date="2025-03-31"), True, "approved"),
        (rejected(effective_date="2025-03-31"), False, "rejected"),
        (case(effective_date="2025-03-31", case_status="Retracted"), False, "retracted"),
        (approved(effective_date="2025-03-31", case_status="Closed"), True, "closed, submitted this year"),
        (
            approved(
                effective_date="2025-03-01",
                submitted_date="2025-02-01",
                practice_decision_date="2025-03-31",
                case_status="Closed",
            ),
            False,
            "closed, and all of it last year",
        ),
    ],
)
def test_backdated_before_pension_year(row, expected, why):
    keys = [("C1", MEDIUM, Owner.PM)] if expected else []

    assert verdicts(found(Code.BACKDATED_BEFORE_PENSION_YEAR, [row])) == keys, why


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (case("MOVE"), {"change_type": "MOVE"}),
        (case(None), {"change_type": "(blank)"}),
        (case(practice_decision="MAYBE"), {"practice_decision": "MAYBE"}),
        (case(practice_decision=None), {"practice_decision": "(blank)"}),
        (case("WITHDRAW", practice_decision=None), None),  # the practice is only told
        (case("WITHDRAW", practice_decision="MAYBE"), {"practice_decision": "MAYBE"}),
        (case(icb_decision="LATER"), {"icb_decision": "LATER"}),
        (case(icb_decision=None), None),
        (case(case_status="Mislaid"), {"case_status": "Mislaid"}),
        (case(case_status=None), {"case_status": "(blank)"}),
        (case(case_status="awaiting  nhs england decision"), None),
        (case("MOVE", case_status="Retracted"), {"change_type": "MOVE"}),
        (case("role-change", practice_decision="not required"), None),
        (case("MOVE", practice_decision="MAYBE"), {"change_type": "MOVE", "practice_decision": "MAYBE"}),
    ],
)
def test_a_word_nobody_knows_is_a_finding(row, expected):
    findings = found(Code.PL_STATUS_UNKNOWN, [row])

    assert [one.evidence for one in findings] == ([expected] if expected else [])
    assert [(one.key, one.owner) for one in findings] == [("practice_approvals|C1", Owner.OPS)] * len(findings)


CASES = st.builds(
    lambda make, change, **values: make(change, **values),
    st.sampled_from([case, approved, rejected]),
    st.sampled_from(["JOIN", "LEAVE", "ROLE_CHANGE", "COMMITMENT_CHANGE", "RETIRE_24H", "WITHDRAW", "MOVE", None]),
    case_id=st.sampled_from([f"C{number}" for number in range(8)]),
    gmc_number=st.sampled_from(["9000001", "9000002", "9000003", None]),
    practice_code=st.sampled_from(["Z00001", "Z00002", None]),
    to_type=st.sampled_from(["Principal", "Salaried", None]),
    effective_date=st.sampled_from(["2025-03-01", "2026-02-16", "2026-05-01", None]),
    case_status=st.sampled_from(["Proposed", "Closed", "Retracted", "Mislaid", None]),
)
POSTS = st.builds(
    performer,
    gmc_number=st.sampled_from(["9000001", "9000002", "9000003", None]),
    practice_code=st.sampled_from(["Z00001", "Z00002", None]),
    performer_type=st.sampled_from(["Principal", "Salaried", None]),
    list_status=st.sampled_from(["Included", "Suspended", "Removed", "Lost", None]),
    assignment_start_date=st.sampled_from(["2015-04-01", "2026-02-16", "2026-06-01", None]),
    assignment_end_date=st.sampled_from(["2026-02-16", "2026-05-01", None]),
)


@settings(max_examples=12, deadline=None)
@given(st.lists(CASES, max_size=15), st.lists(POSTS, max_size=12), st.none() | st.lists(POSTS, max_size=12))
def test_order_and_repetition_of_rows_change_nothing_and_keys_are_unique(cases, posts, before):
    users = [manager()]
    once = approvals.judge(facts(approvals=cases, performers=posts, previous_performers=before, users=users))
    again = approvals.judge(
        facts(
            approvals=cases[::-1] * 2,
            performers=posts[::-1] * 2,
            previous_performers=None if before is None else before[::-1] * 2,
            users=users * 2,
        )
    )

    assert once == again
    for findings in once.values():
        assert len({one.key for one in findings}) == len(findings)


def test_every_code_has_an_answer_even_without_a_row():
    empty = approvals.judge(facts())

    assert empty == {code: [] for code in (*(entry.code for entry in ENTRIES), Code.PL_STATUS_UNKNOWN)}
    assert [entry.number for entry in ENTRIES] == [f"B{number}" for number in range(26, 42)]
