"""What we accept as a performers list, PCSE's own extract or the public download.

A number in a wrong form, a repeated key and an unknown word are for support staff to correct, so they
are counted here and become findings later; only an unreadable date quarantines a row.
"""

from collections.abc import Sequence

import great_expectations.expectations as gxe
from great_expectations.expectations.expectation import Expectation

from expectations.actions import count, quarantine, refuse
from gpsync.rules import GMC_NUMBER, PRACTICE_CODE, ListStatus, QuarantineReason


def suite(columns: Sequence[str], *, delta: bool = False) -> list[Expectation]:
    """The expectations for a tidy frame with these columns; this extract comes without deltas."""
    expected: list[Expectation] = [
        gxe.ExpectTableRowCountToBeBetween(min_value=1, **refuse()),
        gxe.ExpectColumnValuesToNotBeNull(column="gmc_number", **quarantine(QuarantineReason.BAD_KEY)),
        gxe.ExpectColumnValuesToNotBeNull(column="alignment", **quarantine(QuarantineReason.BAD_KEY)),
        gxe.ExpectColumnValuesToMatchRegex(column="gmc_number", regex=GMC_NUMBER, **count()),
        gxe.ExpectColumnValuesToMatchRegex(column="practice_code", regex=PRACTICE_CODE, **count()),
        gxe.ExpectColumnValuesToBeInSet(
            column="list_status",
            value_set=[status.written for status in ListStatus],
            **count(),
        ),
        gxe.ExpectColumnValuesToBeInSet(column="performer_role", value_set=["GP Performer", "GP Registrar"], **count()),
        gxe.ExpectColumnValuesToBeInSet(column="alignment", value_set=["Medical", "Dental", "Ophthalmic"], **count()),
        gxe.ExpectColumnValuesToBeNull(column="unreadable", **quarantine(QuarantineReason.UNREADABLE_DATE)),
        gxe.ExpectColumnValuesToBeNull(column="too_long", **quarantine(QuarantineReason.TOO_LONG)),
    ]
    return [expectation for expectation in expected if getattr(expectation, "column", columns[0]) in columns]
