"""Which extracts should have come: one day before, on and after the last on which they need not have."""

from datetime import date

import pytest

from gpsync.rules import Dataset
from gpsync.verification.overdue import overdue

LISTED = {Dataset.PERFORMERS_LIST: date(2026, 11, 2)}


def late(newest, as_of):
    return overdue(newest, as_of, register_working_days=2, other_days=7)


@pytest.mark.parametrize(("day", "is_late"), [(8, False), (9, False), (10, True)])
def test_a_list_may_be_seven_days_old(day, is_late):
    found = late(LISTED, date(2026, 11, day))

    assert bool(found) is is_late
    if found:
        assert found[0].startswith(
            "performers_list is overdue: the newest accepted extract is dated 2026-11-02, 8 days old"
        )


@pytest.mark.parametrize(("day", "is_late"), [(9, False), (10, False), (11, True)])
def test_the_register_is_counted_in_working_days(day, is_late):
    # 6 November 2026 is a Friday.
    assert bool(late({Dataset.GMC_REGISTER: date(2026, 11, 6)}, date(2026, 11, day))) is is_late


def test_what_never_came_is_not_sent_to_this_installation():
    assert late({}, date(2026, 11, 30)) == []
