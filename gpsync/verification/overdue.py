"""Which extracts should have come by now. Pure."""

from collections.abc import Mapping
from datetime import date

from gpsync.extracts.layouts import LAYOUTS
from gpsync.rules import Dataset
from gpsync.working_days import working_days_between


def overdue(newest: Mapping[Dataset, date], as_of: date, *, register_working_days: int, other_days: int) -> list[str]:
    """A sentence for each dataset whose newest accepted extract is older than it may be.

    What comes daily, the register, is counted in working days of England, the others in days. A dataset that never
    came is none that this installation is sent.
    """
    found = []
    for dataset, on in sorted(newest.items()):
        is_daily = LAYOUTS[dataset].is_daily
        age = working_days_between(on, as_of) if is_daily else (as_of - on).days
        allowed, days = (register_working_days, "working days") if is_daily else (other_days, "days")
        if age > allowed:
            found.append(
                f"{dataset} is overdue: the newest accepted extract is dated {on}, {age} {days} old, and at most "
                f"{allowed} are allowed. Ask the sender for it, and check the inbox."
            )
    return found
