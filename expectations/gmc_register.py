"""What we accept as a GMC register extract.

Each expectation says in its `meta` what a failure does: `refuse` the file, `quarantine` the rows (with a
reason from `rules.QuarantineReason`), or `count` them. Row count and keys come first, because every other
expectation passes on an empty frame and on a column of nulls.
"""

from collections.abc import Sequence

import great_expectations.expectations as gxe
from great_expectations.expectations.expectation import Expectation

from expectations.actions import count, quarantine, refuse
from gpsync.rules import GMC_NUMBER, DeltaAction, QuarantineReason

#: The share of doctors whose address reads as one; below it the column is probably another one.
_READABLE_ADDRESSES = 0.9
_ADDRESS = r"^[^@ ]+@[^@ ]+[.][^@ ]+$"


def suite(columns: Sequence[str], *, delta: bool = False) -> list[Expectation]:
    """The expectations for a tidy register frame with these columns."""
    expected = [*_rows(delta=delta), *_values()]
    return [expectation for expectation in expected if getattr(expectation, "column", columns[0]) in columns]


def _rows(*, delta: bool) -> list[Expectation]:
    keys: list[Expectation] = [
        # A quiet day's delta may hold nothing but deletes, which the suite does not see.
        gxe.ExpectTableRowCountToBeBetween(min_value=0 if delta else 1, **refuse()),
        gxe.ExpectColumnValuesToNotBeNull(column="gmc_number", **quarantine(QuarantineReason.BAD_KEY)),
        gxe.ExpectColumnValuesToMatchRegex(
            column="gmc_number", regex=GMC_NUMBER, **quarantine(QuarantineReason.BAD_KEY)
        ),
        gxe.ExpectColumnValuesToBeUnique(column="gmc_number", **quarantine(QuarantineReason.CONFLICTING_DUPLICATE)),
        gxe.ExpectColumnValuesToNotBeNull(column="surname", **quarantine(QuarantineReason.NO_NAME)),
        gxe.ExpectColumnValuesToNotBeNull(column="registration_class", **quarantine(QuarantineReason.UNKNOWN_STATUS)),
        gxe.ExpectColumnValuesToBeNull(column="unreadable", **quarantine(QuarantineReason.UNREADABLE_DATE)),
        gxe.ExpectColumnValuesToBeNull(column="too_long", **quarantine(QuarantineReason.TOO_LONG)),
    ]
    if delta:
        actions = [str(action) for action in DeltaAction]
        known = gxe.ExpectColumnValuesToBeInSet(
            column="action", value_set=actions, **quarantine(QuarantineReason.UNKNOWN_ACTION)
        )
        keys.append(known)
    return keys


def _values() -> list[Expectation]:
    yes_no = ("ftp_conditions", "ftp_undertakings", "ftp_warnings", "doctor_in_training")
    return [
        gxe.ExpectColumnValuesToBeInSet(column="gender", value_set=["M", "W", "X"], **count()),
        *(gxe.ExpectColumnValuesToBeInSet(column=column, value_set=["Y", "N"], **count()) for column in yes_no),
        gxe.ExpectColumnValuesToBeNull(column="future", **count()),
        gxe.ExpectColumnValuesToMatchRegex(column="email", regex=_ADDRESS, mostly=_READABLE_ADDRESSES, **count()),
    ]
