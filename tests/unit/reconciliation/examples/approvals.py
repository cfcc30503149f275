"""For each code about approvals the least that raises it, in each of its ways."""

from gpsync.rules import Code
from tests.factories import doctor, left, performer, user
from tests.unit.reconciliation.case_building import approved, case, rejected
from tests.unit.reconciliation.examples.example import Example

#: Of a case that does not say which practice it is about.
_NOWHERE = {"practice_code": None}

EXAMPLES = (
    Example(Code.PL_STATUS_UNKNOWN, dict(approvals=[case(case_status="Mislaid")])),
    Example(Code.PL_STATUS_UNKNOWN, dict(approvals=[case("MOVE")])),
    Example(Code.PL_STATUS_UNKNOWN, dict(approvals=[case(practice_decision="MAYBE")], performers=[performer()])),
    Example(
        Code.APPROVAL_OVERDUE,
        dict(approvals=[case(submitted_date="2026-01-01", effective_date="2026-03-04")], performers=[performer()]),
    ),
    Example(
        Code.APPROVAL_OVERDUE,
        dict(approvals=[case(submitted_date="2026-01-01", effective_date="2026-02-18")], performers=[performer()]),
    ),
    Example(
        Code.APPROVAL_OVERDUE,
        dict(approvals=[case(submitted_date="2026-03-04", effective_date=None)], performers=[performer()]),
    ),
    Example(
        Code.ICB_APPROVAL_OVERDUE,
        dict(
            approvals=[
                approved("ROLE_CHANGE", practice_decision_date="2026-03-04", from_type="Salaried", to_type="Principal")
            ],
            performers=[performer()],
        ),
    ),
    Example(
        Code.ICB_APPROVAL_OVERDUE,
        dict(
            approvals=[
                approved("ROLE_CHANGE", practice_decision_date="2026-02-18", from_type="Salaried", to_type="Principal")
            ],
            performers=[performer()],
        ),
    ),
    Example(
        Code.ICB_APPROVAL_OVERDUE,
        dict(
            approvals=[approved("ROLE_CHANGE", practice_decision_date=None, from_type="Salaried", to_type="Principal")],
            performers=[performer()],
        ),
    ),
    Example(Code.APPROVED_NOT_APPLIED, dict(approvals=[approved()])),
    Example(
        Code.APPROVED_NOT_APPLIED,
        dict(
            approvals=[approved("ROLE_CHANGE", from_type="Locum", to_type="Salaried")],
            performers=[performer(performer_type="Locum")],
        ),
    ),
    Example(
        Code.APPROVED_NOT_APPLIED,
        dict(approvals=[approved("COMMITMENT_CHANGE", commitment="55")], performers=[performer()]),
    ),
    Example(
        Code.APPLIED_WITHOUT_APPROVAL,
        dict(performers=[performer(assignment_start_date="2026-02-16")], previous_performers=[]),
    ),
    Example(
        Code.APPLIED_WITHOUT_APPROVAL,
        dict(performers=[performer(performer_type="Locum")], previous_performers=[performer()]),
    ),
    Example(
        Code.APPLIED_DESPITE_REJECTION,
        dict(approvals=[rejected()], performers=[performer(assignment_start_date="2026-02-16")]),
    ),
    Example(
        Code.APPLIED_DESPITE_REJECTION,
        dict(
            approvals=[approved(case_status="Closed", icb_decision="REJECTED")],
            performers=[performer(assignment_start_date="2026-02-16")],
        ),
    ),
    Example(
        Code.APPLIED_DESPITE_REJECTION,
        dict(approvals=[rejected("ROLE_CHANGE", from_type="Locum", to_type="Salaried")], performers=[performer()]),
    ),
    Example(
        Code.REJECTED_UNRESOLVED,
        dict(
            approvals=[approved("ROLE_CHANGE", from_type="Salaried", to_type="Principal", icb_decision="REJECTED")],
            performers=[performer()],
        ),
    ),
    Example(
        Code.REJECTED_UNRESOLVED, dict(approvals=[rejected(effective_date="2025-03-31")], performers=[performer()])
    ),
    Example(
        Code.REJECTED_UNRESOLVED,
        dict(approvals=[approved(icb_decision="REJECTED")], performers=[performer(practice_code="Z00002")]),
    ),
    Example(
        Code.DUPLICATE_REQUEST,
        dict(
            approvals=[case(effective_date="2026-03-20"), case(case_id="C2", effective_date="2026-03-20")],
            performers=[performer()],
        ),
    ),
    Example(
        Code.DUPLICATE_REQUEST,
        dict(
            approvals=[
                case(practice_decision="APPROVED", from_type="Salaried", to_type="Principal"),
                case(case_id="C2", practice_decision="APPROVED", from_type="Salaried", to_type="Principal"),
            ],
            performers=[performer()],
        ),
    ),
    Example(
        Code.DUPLICATE_REQUEST,
        dict(
            approvals=[
                case("WITHDRAW", practice_decision="NOT_REQUIRED"),
                case("WITHDRAW", case_id="C2", practice_decision="NOT_REQUIRED"),
            ],
            performers=[performer()],
        ),
    ),
    Example(
        Code.CONFLICTING_REQUESTS,
        dict(approvals=[case("ROLE_CHANGE", from_type="Locum", to_type="Principal")], performers=[performer()]),
    ),
    Example(
        Code.CONFLICTING_REQUESTS,
        dict(approvals=[case("ROLE_CHANGE", from_type="Locum")], performers=[performer(practice_code="Z00002")]),
    ),
    Example(
        Code.CONFLICTING_REQUESTS,
        dict(
            approvals=[case(effective_date="2026-03-20"), case("LEAVE", case_id="C2", effective_date="2026-03-20")],
            performers=[performer()],
        ),
    ),
    Example(
        Code.EFFECTIVE_DATE_DIFFERS,
        dict(
            approvals=[case(submitted_date="2026-01-01", effective_date="2026-01-05", practice_decision="APPROVED")],
            performers=[performer()],
        ),
    ),
    Example(
        Code.EFFECTIVE_DATE_DIFFERS,
        dict(approvals=[approved()], performers=[performer(assignment_start_date="2026-03-18")]),
    ),
    Example(
        Code.EFFECTIVE_DATE_DIFFERS,
        dict(
            approvals=[approved(effective_date="2026-01-19")],
            performers=[performer(assignment_start_date="2026-02-16")],
        ),
    ),
    Example(
        Code.BACKDATED_BEFORE_PENSION_YEAR,
        dict(approvals=[case(effective_date="2025-03-31")], performers=[performer()]),
    ),
    Example(Code.APPROVER_NOT_AUTHORISED, dict(approvals=[approved()])),
    Example(
        Code.APPROVER_NOT_AUTHORISED,
        dict(
            approvals=[approved("ROLE_CHANGE", practice_decision_date=None, from_type="Salaried", to_type="Principal")],
            performers=[performer()],
        ),
    ),
    Example(
        Code.SELF_APPROVAL,
        dict(
            approvals=[approved()],
            performers=[performer()],
            users=[
                user(user_id="U1", linked_gmc_number="9000001", full_name=None, email=None),
                user(user_id="U1", practice_code="Z00002", linked_gmc_number="9000001", full_name=None, email=None),
            ],
        ),
    ),
    Example(
        Code.SELF_APPROVAL,
        dict(
            approvals=[approved(to_type="Principal")],
            performers=[performer()],
            users=[
                user(user_id="U1", linked_gmc_number="9000001", full_name=None, email=None),
                user(user_id="U1", practice_code="Z00002", linked_gmc_number="9000001", full_name=None, email=None),
            ],
        ),
    ),
    Example(Code.CASE_PERFORMER_UNKNOWN, dict(approvals=[case("ROLE_CHANGE", from_type="Locum")])),
    Example(Code.CASE_PERFORMER_UNKNOWN, dict(approvals=[case("LEAVE", gmc_number=None)], performers=[performer()])),
    Example(
        Code.CASE_PERFORMER_NOT_ELIGIBLE,
        dict(approvals=[case()], performers=[performer(list_status="Suspended")], register=[doctor()]),
    ),
    Example(
        Code.CASE_PERFORMER_NOT_ELIGIBLE,
        dict(
            register=[doctor(gmc_number="9000009")],
            left_register=[left(registration_status="Not Registered - Deceased")],
            approvals=[case(case_id="CAS001", effective_date="2026-04-01", icb_decision="NOT_REQUIRED")],
        ),
    ),
    Example(
        Code.WITHDRAWAL_DATE_PASSED,
        dict(
            approvals=[case("WITHDRAW", submitted_date="2026-01-01", effective_date="2026-01-05")],
            performers=[performer()],
        ),
    ),
    Example(
        Code.WITHDRAWAL_DATE_PASSED,
        dict(approvals=[case("WITHDRAW", practice_decision=None)], performers=[performer()]),
    ),
    Example(
        Code.WITHDRAWAL_DATE_PASSED,
        dict(
            approvals=[
                case(
                    "WITHDRAW",
                    effective_date="2026-03-17",
                    practice_decision="NOT_REQUIRED",
                    case_status="Awaiting NHSE",
                )
            ],
            performers=[performer()],
        ),
    ),
    Example(
        Code.WITHDRAWAL_WHILE_SUSPENDED,
        dict(
            approvals=[case("WITHDRAW", practice_decision="NOT_REQUIRED")],
            performers=[performer(list_status="Suspended")],
        ),
    ),
    Example(
        Code.PL_STATUS_UNKNOWN,
        dict(approvals=[case(None, icb_decision="LATER", gmc_number=None, practice_code=None)]),
    ),
    Example(
        Code.APPROVAL_OVERDUE,
        dict(approvals=[case(submitted_date="2026-01-01", effective_date="2026-01-05", practice_code=None)]),
    ),
    Example(
        Code.ICB_APPROVAL_OVERDUE,
        dict(
            approvals=[
                approved("ROLE_CHANGE", from_type="Salaried", to_type="Principal", icb_decision="PENDING", **_NOWHERE)
            ]
        ),
    ),
    *(
        Example(
            code,
            dict(
                approvals=[
                    rejected(
                        "COMMITMENT_CHANGE", commitment="55", icb_decision="REJECTED", icb_decision_date="2026-02-02"
                    )
                ],
                performers=[performer(level_of_commitment=level)],
            ),
        )
        for code, level in ((Code.APPLIED_DESPITE_REJECTION, "55"), (Code.REJECTED_UNRESOLVED, "44"))
    ),
    Example(Code.BACKDATED_BEFORE_PENSION_YEAR, dict(approvals=[case(effective_date="2025-03-31", **_NOWHERE)])),
    Example(Code.APPROVER_NOT_AUTHORISED, dict(approvals=[approved(gmc_number=None, **_NOWHERE)])),
    Example(Code.APPROVER_NOT_AUTHORISED, dict(approvals=[approved(**_NOWHERE)])),
    Example(Code.PL_STATUS_UNKNOWN, dict(approvals=[case("MOVE", **_NOWHERE)])),
    Example(Code.CASE_PERFORMER_UNKNOWN, dict(approvals=[case("LEAVE", gmc_number=None, **_NOWHERE)])),
    Example(
        Code.CASE_PERFORMER_NOT_ELIGIBLE,
        dict(approvals=[case(**_NOWHERE)], performers=[performer(list_status="Suspended")]),
    ),
    *(
        Example(
            code,
            dict(
                approvals=[case("WITHDRAW", practice_decision=None, **_NOWHERE)],
                performers=[performer(list_status="Suspended")],
            ),
        )
        for code in (Code.WITHDRAWAL_DATE_PASSED, Code.WITHDRAWAL_WHILE_SUSPENDED)
    ),
)
