"""What we accept as an extract of practice users, one row for each user, practice and role."""

from collections.abc import Sequence

import great_expectations.expectations as gxe
from great_expectations.expectations.expectation import Expectation

from expectations.actions import count, quarantine, refuse
from gpsync.rules import PRACTICE_CODE, AccountStatus, QuarantineReason


def suite(columns: Sequence[str], *, delta: bool = False) -> list[Expectation]:
    """The expectations for a tidy frame with these columns; this extract comes without deltas."""
    expected: list[Expectation] = [
        gxe.ExpectTableRowCountToBeBetween(min_value=1, **refuse()),
        gxe.ExpectColumnValuesToNotBeNull(column="user_id", **quarantine(QuarantineReason.BAD_KEY)),
        gxe.ExpectColumnValuesToNotBeNull(column="role", **quarantine(QuarantineReason.BAD_KEY)),
        gxe.ExpectColumnValuesToMatchRegex(column="practice_code", regex=PRACTICE_CODE, **count()),
        gxe.ExpectColumnValuesToBeInSet(
            column="account_status",
            value_set=[status.written for status in AccountStatus if status is not AccountStatus.LOCKED],
            **count(),
        ),
        gxe.ExpectColumnValuesToBeNull(column="unreadable", **quarantine(QuarantineReason.UNREADABLE_DATE)),
        gxe.ExpectColumnValuesToBeNull(column="too_long", **quarantine(QuarantineReason.TOO_LONG)),
    ]
    return [expectation for expectation in expected if getattr(expectation, "column", columns[0]) in columns]
