"""For each code about practices the least that raises it, in each of its ways."""

from gpsync.rules import Code
from tests.factories import performer, practice, user
from tests.unit.reconciliation.case_building import case
from tests.unit.reconciliation.examples.example import Example

EXAMPLES = (
    Example(Code.PRACTICE_NOT_IN_ODS, dict(performers=[performer(practice_code="Z99999")], practices=[practice()])),
    Example(
        Code.PRACTICE_NOT_IN_ODS,
        dict(
            practices=[practice()],
            approvals=[
                case(case_id="CAS001", practice_code="Z99999", effective_date="2026-04-01", icb_decision="NOT_REQUIRED")
            ],
        ),
    ),
    Example(Code.PRACTICE_NOT_IN_ODS, dict(practices=[practice()], users=[user(practice_code="Z99999")])),
    Example(Code.PRACTICE_CLOSED, dict(performers=[performer()], practices=[practice(status="C")])),
    Example(
        Code.PRACTICE_CLOSED,
        dict(
            practices=[practice(status="C")],
            approvals=[case(case_id="CAS001", effective_date="2026-04-01", icb_decision="NOT_REQUIRED")],
        ),
    ),
    Example(Code.PRACTICE_CLOSED, dict(practices=[practice(status="C")], users=[user()])),
    Example(Code.PRACTICE_NOT_ACTIVE, dict(performers=[performer()], practices=[practice(status="D")])),
    Example(
        Code.PRACTICE_NOT_GP_SETTING,
        dict(performers=[performer()], practices=[practice(prescribing_setting="9"), practice(practice_code="Z00002")]),
    ),
    Example(
        Code.PRACTICE_CODE_IS_BRANCH, dict(performers=[performer(practice_code="Z00001001")], practices=[practice()])
    ),
    Example(
        Code.PRACTICE_CLOSED,
        dict(
            performers=[performer()],
            practices=[practice(status="C", close_date="2026-02-01", successor_code="Z00002")],
        ),
    ),
    *(
        Example(
            code,
            dict(
                performers=[performer(practice_code=place)],
                practices=[practice(**values), practice(practice_code="Z00002")],
                approvals=[case(practice_code=place)],
                users=[user(practice_code=place)],
            ),
        )
        for code, place, values in (
            (Code.PRACTICE_NOT_ACTIVE, "Z00001", {"status": "D"}),
            (Code.PRACTICE_NOT_GP_SETTING, "Z00001", {"prescribing_setting": None}),
            (Code.PRACTICE_CODE_IS_BRANCH, "Z00001001", {}),
        )
    ),
)
