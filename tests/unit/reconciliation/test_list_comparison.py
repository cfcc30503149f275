"""Two lists compared: each change is told of every doctor and every post, though others change alike."""

from datetime import date

import pytest

from gpsync.reconciliation.approvals import list_changes
from gpsync.rules import Dataset
from tests.factories import performer
from tests.unit.reconciliation.building import dataset_frame

DAY = date(2026, 3, 18)
#: Three posts of two doctors.
POSTS = ({}, {"practice_code": "Z00002"}, {"gmc_number": "9000002"})
KEYS = ["9000001|Z00001", "9000001|Z00002", "9000002|Z00001"]


def listed(**values):
    return dataset_frame(Dataset.PERFORMERS_LIST, *(performer(**post | values) for post in POSTS))


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        ({"performer_type": "Locum"}, {}, "ROLE_CHANGE"),
        ({}, {"assignment_end_date": "2026-03-17"}, "LEAVE"),
        ({"practice_code": "Z00009"}, {"assignment_start_date": "2026-03-17"}, "JOIN"),
    ],
)
def test_posts_that_change_alike_are_reported_one_by_one(before, after, change):
    found = list_changes.between(listed(**before), listed(**after), DAY)

    own = found[(found["change"] == change)]
    assert sorted(own["gmc_number"] + "|" + own["practice_code"]) == KEYS
