"""For each code about data operations the least that raises it, in each of its ways."""

from datetime import date

from gpsync.reconciliation.facts import Load
from gpsync.rules import Code, Dataset
from tests.unit.reconciliation.examples.example import Example

EXAMPLES = (
    Example(Code.EXTRACT_MISSING, dict(newest={Dataset.GMC_REGISTER: date(2026, 3, 12)})),
    Example(Code.EXTRACT_REJECTED, dict(loads=(Load(Dataset.GMC_REGISTER, date(2026, 3, 18), "rejected", ""),))),
    Example(
        Code.EXTRACT_GAP,
        dict(
            loads=(
                Load(Dataset.GMC_REGISTER, date(2026, 3, 5), "accepted", ""),
                Load(Dataset.GMC_REGISTER, date(2026, 3, 11), "accepted", ""),
            )
        ),
    ),
    Example(
        Code.VOLUME_ANOMALY,
        dict(
            loads=(
                Load(Dataset.GMC_REGISTER, date(2026, 3, 17), "rejected", ""),
                Load(Dataset.GMC_REGISTER, date(2026, 3, 17), "held", ""),
            )
        ),
    ),
    Example(Code.STALE_REFERENCE, dict(newest={Dataset.GMC_REGISTER: date(2026, 3, 18)})),
)
