"""What we accept as an extract of performers' PCSE Online accounts."""

from collections.abc import Sequence

import great_expectations.expectations as gxe
from great_expectations.expectations.expectation import Expectation

from expectations.actions import count, quarantine, refuse
from gpsync.rules import GMC_NUMBER, AccountStatus, QuarantineReason


def suite(columns: Sequence[str], *, delta: bool = False) -> list[Expectation]:
    """The expectations for a tidy frame with these columns; this extract comes without deltas."""
    expected: list[Expectation] = [
        gxe.ExpectTableRowCountToBeBetween(min_value=1, **refuse()),
        gxe.ExpectColumnValuesToNotBeNull(column="gmc_number", **quarantine(QuarantineReason.BAD_KEY)),
        gxe.ExpectColumnValuesToBeUnique(column="gmc_number", **quarantine(QuarantineReason.CONFLICTING_DUPLICATE)),
        gxe.ExpectColumnValuesToMatchRegex(column="gmc_number", regex=GMC_NUMBER, **count()),
        gxe.ExpectColumnValuesToBeInSet(
            column="account_status", value_set=[status.written for status in AccountStatus], **count()
        ),
        gxe.ExpectColumnValuesToBeNull(column="unreadable", **quarantine(QuarantineReason.UNREADABLE_DATE)),
        gxe.ExpectColumnValuesToBeNull(column="too_long", **quarantine(QuarantineReason.TOO_LONG)),
    ]
    return [expectation for expectation in expected if getattr(expectation, "column", columns[0]) in columns]
