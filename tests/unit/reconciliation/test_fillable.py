"""Columns that not every row could fill: blank, they are unknown only where one of these rows is there."""

import pandas as pd
import pytest

from gpsync.extracts.layouts import LAYOUTS
from gpsync.reconciliation.columns import blank_columns, unknown_in
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


def test_only_the_doctors_rows_say_what_a_list_says_of_a_column():
    names = [name for name in LAYOUTS[LIST].names if name != "prescriber_code"]
    rows = dataset_frame(LIST, performer(region=None), performer(alignment="Dental", list_status=None))
    dentists = dataset_frame(LIST, performer(alignment="Dental", region=None))

    assert {"region", "prescriber_code"} <= unknown_in(LIST, rows, names)
    assert not {"list_status", "gmc_number"} & unknown_in(LIST, rows, names)
    assert "region" in unknown_in(LIST, pd.concat([rows, dataset_frame(LIST, performer(alignment="Dental"))]), None)
    assert unknown_in(LIST, dentists, names) == {"prescriber_code"}
    assert unknown_in(LIST, dentists, None) == frozenset()
    assert "practice_decision_date" in unknown_in(CASES, dataset_frame(CASES, case(practice_decision="APPROVED")), None)
