"""What we accept as an extract of approval cases, one row for each case."""

from collections.abc import Sequence

import great_expectations.expectations as gxe
from great_expectations.expectations.expectation import Expectation

from expectations.actions import count, quarantine, refuse
from gpsync.rules import GMC_NUMBER, QuarantineReason


def suite(columns: Sequence[str], *, delta: bool = False) -> list[Expectation]:
    """The expectations for a tidy frame with these columns; this extract comes without deltas."""
    expected: list[Expectation] = [
        gxe.ExpectTableRowCountToBeBetween(min_value=1, **refuse()),
        gxe.ExpectColumnValuesToNotBeNull(column="case_id", **quarantine(QuarantineReason.BAD_KEY)),
        gxe.ExpectColumnValuesToBeUnique(column="case_id", **quarantine(QuarantineReason.CONFLICTING_DUPLICATE)),
        gxe.ExpectColumnValuesToMatchRegex(column="gmc_number", regex=GMC_NUMBER, **count()),
        gxe.ExpectColumnValuesToBeInSet(
            column="practice_decision", value_set=["PENDING", "APPROVED", "REJECTED", "NOT_REQUIRED"], **count()
        ),
        gxe.ExpectColumnValuesToBeInSet(
            column="icb_decision", value_set=["PENDING", "APPROVED", "REJECTED", "NOT_REQUIRED"], **count()
        ),
        gxe.ExpectColumnValuesToBeInSet(
            column="change_type",
            value_set=["JOIN", "LEAVE", "ROLE_CHANGE", "COMMITMENT_CHANGE", "RETIRE_24H", "WITHDRAW"],
            **count(),
        ),
        gxe.ExpectColumnValuesToBeNull(column="unreadable", **quarantine(QuarantineReason.UNREADABLE_DATE)),
        gxe.ExpectColumnValuesToBeNull(column="too_long", **quarantine(QuarantineReason.TOO_LONG)),
    ]
    return [expectation for expectation in expected if getattr(expectation, "column", columns[0]) in columns]
