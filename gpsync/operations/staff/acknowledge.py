"""Acknowledging mismatches, one by one or from a filled-in report; all of a file or nothing."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from gpsync.errors import WrongUse
from gpsync.operations.context import Context
from gpsync.reconciliation.lifecycle import acknowledge_mismatch
from gpsync.reports.acknowledgements import LONGEST_DAYS, Acknowledgement, read_acknowledgements
from gpsync.rules import UNRESOLVED_STATES
from gpsync.store import mismatches

Wanted = Acknowledgement


def wanted_in(path: Path, as_of: date) -> tuple[list[Acknowledgement], list[str]]:
    """What a filled-in workbook or CSV asks for, and a sentence for each row that cannot be used."""
    wanted, problems = read_acknowledgements(path, as_of)
    return wanted, [problem.sentence for problem in problems]


def acknowledge(context: Context, wanted: Sequence[Acknowledgement], by: str) -> int:
    """Acknowledge these mismatches; returns how many. Raises WrongUse, and changes nothing, for one unknown."""
    by_id = {one.mismatch_id: one for one in wanted}
    last = context.today + timedelta(days=LONGEST_DAYS)
    if any(one.until < context.today for one in wanted):
        raise WrongUse("The last day of the acknowledgement has passed: nothing was changed.")
    if any(one.until > last for one in wanted):
        raise WrongUse(f"An acknowledgement can last until {last} at most: nothing was changed.")
    with context.engine.begin() as connection:
        found = mismatches.with_ids(connection, list(by_id))
        unresolved = [one for one in found if one.state in UNRESOLVED_STATES]
        missing = by_id.keys() - {one.mismatch_id for one in unresolved}
        if missing:
            raise WrongUse(f"There is no unresolved mismatch {min(missing)}: `gpsync mismatches` lists them.")
        mismatches.write(
            connection,
            [
                acknowledge_mismatch(one, by_id[one.mismatch_id].until, by, by_id[one.mismatch_id].reason)
                for one in unresolved
            ],
        )
    return len(unresolved)
