"""Who decided, and about whom: B36 to B41. Today is 18 March 2026."""

import pytest

from gpsync.rules import Code, Owner, Severity
from tests.factories import doctor, performer
from tests.unit.reconciliation.case_building import approved, case, found, manager, rejected, verdicts

HIGH, MEDIUM = Severity.HIGH, Severity.MEDIUM


@pytest.mark.parametrize(
    ("users", "expected", "why"),
    [
        ([manager()], False, "a manager"),
        ([], True, "nobody we know"),
        ([manager(role=" pl practice MANAGER")], False, "spelt otherwise"),
        ([manager(role="PL Organisation Administrator")], True, "an administrator"),
        ([manager(practice_code="Z00002")], True, "manager of another practice"),
        ([manager(user_id="U2")], True, "somebody else is manager"),
        ([manager(account_status="deactivated")], False, "account deactivated since then, as far as anybody can tell"),
        ([manager(account_status="deactivated", revoked_date="2026-01-26")], True, "deactivated, role taken before"),
        ([manager(account_status="Unverified")], False, "account unverified"),
        ([manager(granted_date="2026-01-26")], False, "role given the day before"),
        ([manager(granted_date="2026-01-27")], False, "role given that day"),
        ([manager(granted_date="2026-01-28")], True, "role given the day after"),
        ([manager(granted_date=None)], False, "nobody says since when"),
        ([manager(revoked_date="2026-01-26")], True, "role taken the day before"),
        ([manager(revoked_date="2026-01-27")], True, "role taken that day"),
        ([manager(revoked_date="2026-01-28")], False, "role taken the day after"),
        ([manager(revoked_date="2025-01-01"), manager(granted_date="2026-01-01")], False, "given again"),
    ],
)
@pytest.mark.parametrize("make", [approved, rejected])
def test_approver_not_authorised(make, users, expected, why):
    findings = found(Code.APPROVER_NOT_AUTHORISED, [make()], users=users)

    assert verdicts(findings) == ([("C1", HIGH, Owner.UA)] if expected else []), why


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (approved(decided_by_user_id=None), False),
        (approved(practice_decision="PENDING"), False),
        (approved(practice_decision="NOT_REQUIRED"), False),
        (approved(practice_decision="PENDING", icb_decision="APPROVED"), False),  # the ICB's decision is not judged
        (approved(practice_decision_date=None), True),  # since its submission nobody held the role
        (approved(case_status="Closed"), True),
    ],
)
def test_which_decisions_are_judged(row, expected):
    assert len(found(Code.APPROVER_NOT_AUTHORISED, [row], users=[manager(granted_date="2026-03-01")])) == expected


@pytest.mark.parametrize(
    ("row", "linked", "expected"),
    [
        (approved(), "9000001", Owner.PM),
        (rejected(), "9000001", Owner.PM),
        (approved(to_type="Principal"), "9000001", Owner.ICB),
        (approved(), "9000002", None),
        (approved(), None, None),
        (approved(gmc_number=None), None, None),
        (approved(practice_decision="PENDING"), "9000001", None),
        (approved(decided_by_user_id="U2"), "9000001", None),
    ],
)
def test_self_approval(row, linked, expected):
    users = [manager(linked_gmc_number=linked), manager(linked_gmc_number=linked, practice_code="Z00002")]

    findings = found(Code.SELF_APPROVAL, [row], users=users)

    assert verdicts(findings) == ([("C1", MEDIUM, expected)] if expected else [])


@pytest.mark.parametrize(
    ("row", "performers", "expected", "why"),
    [
        (case("LEAVE"), None, False, "listed"),
        (case("LEAVE"), [], True, "not on the list"),
        (case("LEAVE"), [performer(list_status="Removed")], False, "on the list, removed"),
        (case("LEAVE"), [performer(alignment="Dental")], True, "a dentist's number"),
        (case("LEAVE", gmc_number=None), None, True, "no number"),
        (case("WITHDRAW"), [], True, "withdrawal"),
        (case("MOVE"), [], True, "a change nobody knows"),
        (case("JOIN"), [], False, "a pending applicant"),
        (approved("JOIN"), [], False, "an applicant, approved and open"),
        (case("JOIN", case_status="Closed"), [], True, "a join that is over"),
        (case("JOIN", case_status="Mislaid"), [], False, "a join that may be open"),
    ],
)
def test_case_performer_unknown(row, performers, expected, why):
    findings = found(Code.CASE_PERFORMER_UNKNOWN, [row], performers)

    assert verdicts(findings) == ([("C1", HIGH, Owner.PCSE_PL)] if expected else []), why


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("Registered with Licence", False),
        ("Registered without a Licence", True),
        ("Provisionally registered with Licence", False),
        ("Provisionally registered without a Licence", True),
        ("Temporary registration with Licence", False),
        ("Temporary registration without a Licence", True),
        ("Suspended", True),
        ("Not Registered - Deceased", True),
        ("Not Registered - Erased for false declaration", True),
        ("Not Registered - Having relinquished registration", True),
        ("Not Registered - Administrative Reason", True),
    ],
)
@pytest.mark.parametrize("performers", [None, []])
def test_the_register_bars_a_doctor_on_the_list_or_not(status, expected, performers):
    findings = found(
        Code.CASE_PERFORMER_NOT_ELIGIBLE, [case("JOIN")], performers, register=[doctor(registration_status=status)]
    )

    assert verdicts(findings) == ([("C1", Severity.CRITICAL, Owner.NHSE)] if expected else [])
    assert [one.evidence["registration_status"] for one in findings] == [status] * expected


@pytest.mark.parametrize(
    ("row", "status", "expected"),
    [
        (case("JOIN"), "Suspended", True),
        (case("ROLE_CHANGE"), "suspended ", True),
        (case("JOIN"), "Removed", True),
        (case("JOIN"), "Included", False),
        (case("JOIN"), "Included with conditions", False),
        (case("JOIN"), "Withdrawn", False),
        (case("LEAVE"), "Suspended", False),
        (case("COMMITMENT_CHANGE"), "Suspended", False),
        (approved("JOIN"), "Suspended", False),
        (approved("JOIN", to_type="Principal"), "Suspended", True),  # waits for the ICB
        (rejected("JOIN"), "Suspended", False),
        (case("JOIN", case_status="Retracted"), "Suspended", False),
        (case("JOIN", case_status="Closed"), "Suspended", False),
        (case("JOIN", practice_decision="MAYBE"), "Suspended", True),  # nobody can say that it is decided
    ],
)
def test_the_list_bars_a_doctor(row, status, expected):
    findings = found(Code.CASE_PERFORMER_NOT_ELIGIBLE, [row], [performer(list_status=status)], register=[doctor()])

    assert [one.key for one in findings] == ["C1"] * expected


TOLD = {"practice_decision": "NOT_REQUIRED"}


@pytest.mark.parametrize(
    ("effective", "status", "expected"),
    [
        ("2026-03-19", "Pending", None),
        ("2026-03-18", "Pending", None),
        ("2026-03-17", "Pending", (MEDIUM, Owner.PCSE_PL)),
        ("2026-03-17", "Awaiting NHSE", (MEDIUM, Owner.NHSE)),
        ("2026-03-17", "Awaiting NHS England Decision", (MEDIUM, Owner.NHSE)),
        ("2026-02-18", "Pending", (MEDIUM, Owner.PCSE_PL)),  # 28 days
        ("2026-02-17", "Pending", (HIGH, Owner.PCSE_PL)),  # 29 days
        ("2026-03-17", "Retracted", None),
        ("2026-03-17", "Closed", (MEDIUM, Owner.PCSE_PL)),
        (None, "Pending", None),
    ],
)
def test_withdrawal_date_passed(effective, status, expected):
    row = case("WITHDRAW", **TOLD, effective_date=effective, case_status=status)

    assert verdicts(found(Code.WITHDRAWAL_DATE_PASSED, [row])) == ([("C1", *expected)] if expected else [])


@pytest.mark.parametrize(
    ("row", "values", "expected", "why"),
    [
        (case("RETIRE_24H", **TOLD), {}, True, "retirement"),
        (case("RETIRE_24H", **TOLD, case_status="Closed"), {}, False, "retired for 24 hours and back"),
        (case("LEAVE"), {}, False, "leaving a practice"),
        (case("WITHDRAW", **TOLD), {"list_status": "Suspended"}, True, "suspended is listed"),
        (case("WITHDRAW", **TOLD), {"list_status": "Withdrawn"}, False, "withdrawn"),
        (case("WITHDRAW", icb_decision="REJECTED"), {}, False, "refused"),
        (case("WITHDRAW", **TOLD, case_status="Closed"), {"status_effective_date": "2026-03-17"}, False, "back"),
        (case("WITHDRAW", **TOLD, case_status="Closed"), {"status_effective_date": "2026-03-16"}, True, "not back"),
        (case("WITHDRAW", **TOLD), {"status_effective_date": "2026-03-17"}, True, "open whatever the list says"),
    ],
)
def test_which_withdrawals_count(row, values, expected, why):
    assert len(found(Code.WITHDRAWAL_DATE_PASSED, [row], [performer(**values), performer(**values)])) == expected, why


@pytest.mark.parametrize(
    ("row", "status", "expected"),
    [
        (case("WITHDRAW", **TOLD), "Suspended", True),
        (case("WITHDRAW", effective_date="2027-01-01"), "Suspended", True),
        (case("WITHDRAW", **TOLD), "Included", False),
        (case("WITHDRAW", **TOLD, case_status="Closed"), "Suspended", False),
        (case("WITHDRAW", **TOLD, case_status="Retracted"), "Suspended", False),
        (case("WITHDRAW", practice_decision="REJECTED"), "Suspended", False),
        (case("RETIRE_24H", **TOLD), "Suspended", False),
    ],
)
def test_withdrawal_while_suspended(row, status, expected):
    findings = found(Code.WITHDRAWAL_WHILE_SUSPENDED, [row], [performer(list_status=status)])

    assert verdicts(findings) == ([("C1", HIGH, Owner.NHSE)] if expected else [])
