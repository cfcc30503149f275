"""Each field of the evidence is compared as the rules read it: a row for every field that has a form of its own."""

import pytest

from gpsync.reconciliation.comparing import compared

NAMES = "name list_name register_name surname forenames register_surname given_name other_names"
IDENTIFIERS = (
    "case_id case_ids cases join_cases leave_cases user_id users administrators decided_by_user_id nominated_by_user_id"
)
FLAGS, CODED = "ftp_conditions ftp_undertakings conditions_flag", "change change_type practice_decision icb_decision"


@pytest.mark.parametrize(
    ("fields", "one", "same", "other"),
    [
        (NAMES, "O'Example", "Oexample", "Sample"),
        (IDENTIFIERS, "u1", " u1 ", "U1"),
        (FLAGS, "Y", "yes", "no"),
        (FLAGS, "N", "No", "yes"),
        (CODED, "ROLE_CHANGE", "Role-change", "Rolechange"),
        ("level_of_commitment commitment listed", "37.50 %", "037.5", "375"),
        ("status", "C", "inactive", "a"),
        ("status", "C", "Closed", "a"),
        ("state", "SENT", "UNVERIFIED_EXPIRED", "RETURNED"),
        ("anything_else", "Two  Words", "two words", "words two"),
    ],
)
def test_what_means_the_same_is_compared_alike(fields, one, same, other):
    for field in fields.split():
        assert compared(field, one) == compared(field, same) != compared(field, other), field
