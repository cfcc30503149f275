"""For each code about roles the least that raises it, in each of its ways."""

from gpsync.rules import Code
from tests.factories import performer, practice, user
from tests.unit.reconciliation.case_building import case
from tests.unit.reconciliation.examples.example import Example

EXAMPLES = (
    Example(Code.NO_PL_PRACTICE_MANAGER, dict(performers=[performer()], practices=[practice()])),
    Example(
        Code.NO_PL_PRACTICE_MANAGER,
        dict(
            practices=[practice()],
            approvals=[case(case_id="CAS001", effective_date="2026-04-01", icb_decision="NOT_REQUIRED")],
        ),
    ),
    Example(
        Code.NO_PL_PRACTICE_MANAGER,
        dict(
            users=[user(2, "PL Organisation Administrator", nominated_by_user_id="U009")],
            performers=[performer()],
            practices=[practice()],
        ),
    ),
    Example(Code.NO_USER_ADMINISTRATOR, dict(performers=[performer()], practices=[practice()])),
    Example(
        Code.TOO_MANY_USER_ADMINISTRATORS,
        dict(
            users=[
                user(1, "PL Organisation Administrator", nominated_by_user_id="U009"),
                user(2, "PL Organisation Administrator", nominated_by_user_id="U009"),
                user(3, "PL Organisation Administrator", nominated_by_user_id="U009"),
                user(4, "PL Organisation Administrator", nominated_by_user_id="U009"),
                user(5, "PL Organisation Administrator", account_status="Dozing", nominated_by_user_id="U009"),
            ],
            performers=[performer()],
            practices=[practice()],
        ),
    ),
    Example(
        Code.SINGLE_USER_ADMINISTRATOR,
        dict(
            users=[user(2, "PL Organisation Administrator", nominated_by_user_id="U009")],
            performers=[performer()],
            practices=[practice()],
        ),
    ),
    Example(
        Code.ADMINISTRATOR_NOT_NOMINATED,
        dict(
            users=[user(2, "PL Organisation Administrator", nominated_by_user_id="U009")],
            performers=[performer()],
            practices=[practice()],
        ),
    ),
    Example(
        Code.USER_AT_SEVERAL_PRACTICES,
        dict(
            users=[user(), user(practice_code="Z00002", granted_date="2025-01-01")],
            performers=[performer()],
            practices=[practice()],
        ),
    ),
    Example(
        Code.USER_AT_SEVERAL_PRACTICES,
        dict(
            users=[user(), user(practice_code="Z00002", role="Main Contact", granted_date="2025-01-01")],
            performers=[performer()],
            practices=[practice()],
        ),
    ),
    Example(
        Code.ROLE_AT_CLOSED_PRACTICE,
        dict(users=[user(), user(role="Main Contact")], performers=[performer()], practices=[practice(status="C")]),
    ),
    Example(
        Code.ROLE_ON_DEACTIVATED_ACCOUNT,
        dict(
            users=[user(1, "PL Organisation Administrator", account_status="Deactivated")],
            performers=[performer()],
            practices=[practice()],
        ),
    ),
    Example(
        Code.SHARED_USER_EMAIL,
        dict(
            users=[user(), user(2, email="user1@surgery.example"), user(3, email="USER1@surgery.example")],
            practices=[practice()],
        ),
    ),
    Example(
        Code.ADMINISTRATOR_NOT_NOMINATED,
        dict(users=[user(2, "PL Organisation Administrator", granted_date=None)], practices=[practice()]),
    ),
)
