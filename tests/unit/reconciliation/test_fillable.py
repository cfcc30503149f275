"""Columns that not every row could fill: blank, they are unknown only where one of these rows is there."""

import pytest

from gpsync.reconciliation.columns import blank_columns
from gpsync.rules import Dataset
from tests.factories import account, case, performer
from tests.unit.reconciliation.building import dataset_frame

LIST, CASES, ACCOUNTS = Dataset.PERFORMERS_LIST, Dataset.PRACTICE_APPROVALS, Dataset.PCSE_ACCOUNTS
_POST = ("assignment_start_date", "assignment_end_date", "level_of_commitment")


@pytest.mark.parametrize(
    ("dataset", "column", "could", "could_not"),
    [
        *((LIST, column, performer(), performer(practice_code=None)) for column in _POST),
        (CASES, "commitment", case(change_type="commitment change"), case()),
        (CASES, "from_type", case(change_type="Role-Change"), case()),
        (CASES, "to_type", case(change_type="ROLE_CHANGE"), case()),
        (CASES, "practice_decision_date", case(practice_decision="Approved"), case()),
        (CASES, "practice_decision_date", case(practice_decision="REJECTED"), case()),
        (CASES, "decided_by_user_id", case(practice_decision="APPROVED"), case(icb_decision="APPROVED")),
        (CASES, "icb_decision_date", case(icb_decision="APPROVED"), case(practice_decision="APPROVED")),
        (CASES, "icb_decision", case(change_type="COMMITMENT_CHANGE"), case()),
        (CASES, "icb_decision", case(from_type="Principal"), case(from_type="Salaried")),
        (CASES, "icb_decision", case(to_type="principal"), case(to_type="Locum")),
        (ACCOUNTS, "verified_date", account(), account(account_status="Unverified")),
    ],
)
def test_a_blank_column_is_unknown_only_where_it_could_be_filled(dataset, column, could, could_not):
    def is_unknown(*rows):
        return column in blank_columns(dataset_frame(dataset, *(row | {column: None} for row in rows)), dataset)

    assert is_unknown(could)
    assert is_unknown(could_not, could)
    assert not is_unknown(could_not)
