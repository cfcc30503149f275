"""What we accept as a practices extract, headed or the ODS's own header-less report."""

from collections.abc import Sequence

import great_expectations.expectations as gxe
from great_expectations.expectations.expectation import Expectation

from expectations.actions import quarantine, refuse
from gpsync.rules import QuarantineReason

#: ODS status codes: active, closed, dormant, proposed, and the words of the newer report.
_STATUSES = ["A", "C", "D", "P", "ACTIVE", "INACTIVE"]
#: The report lists every cost centre that prescribes, so not all codes are those of practices.
_ORGANISATION_CODE = r"^[A-Z0-9]{3,9}$"


def suite(columns: Sequence[str], *, delta: bool = False) -> list[Expectation]:
    """The expectations for a tidy practices frame with these columns; practices come without deltas."""
    expected: list[Expectation] = [
        gxe.ExpectTableRowCountToBeBetween(min_value=1, **refuse()),
        gxe.ExpectColumnValuesToNotBeNull(column="practice_code", **quarantine(QuarantineReason.BAD_KEY)),
        gxe.ExpectColumnValuesToMatchRegex(
            column="practice_code", regex=_ORGANISATION_CODE, **quarantine(QuarantineReason.BAD_KEY)
        ),
        gxe.ExpectColumnValuesToBeUnique(column="practice_code", **quarantine(QuarantineReason.CONFLICTING_DUPLICATE)),
        gxe.ExpectColumnValuesToNotBeNull(column="practice_name", **quarantine(QuarantineReason.NO_NAME)),
        gxe.ExpectColumnValuesToBeInSet(
            column="status", value_set=_STATUSES, **quarantine(QuarantineReason.UNKNOWN_STATUS)
        ),
        gxe.ExpectColumnValuesToBeNull(column="unreadable", **quarantine(QuarantineReason.UNREADABLE_DATE)),
        gxe.ExpectColumnValuesToBeNull(column="too_long", **quarantine(QuarantineReason.TOO_LONG)),
    ]
    return [expectation for expectation in expected if getattr(expectation, "column", columns[0]) in columns]
