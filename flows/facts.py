"""Gathering what the reconciliation looks at: the newest accepted extracts, and the register as it stands."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import pandas as pd
from sqlalchemy import Connection

from flows.address_keys import pseudonyms
from flows.comparing import Comparisons
from flows.desk import Desk
from gpsync.extracts import archive
from gpsync.extracts.layouts import LAYOUTS
from gpsync.reconciliation.facts import Facts, Limits, Load
from gpsync.records import ExtractRecord
from gpsync.rules import Dataset, Kind, QuarantineReason
from gpsync.store import extracts, register

_LOADS_DAYS = 60


def gather(desk: Desk, connection: Connection, as_of: date, comparisons: Comparisons) -> Facts:
    """Everything the rules may look at, from extracts dated up to `as_of`."""
    newest = {dataset: extracts.newest_two(connection, dataset, as_of) for dataset in Dataset}
    performers = newest[Dataset.PERFORMERS_LIST]
    aside = _set_aside(desk, extracts.newest_full_and_since(connection, Dataset.GMC_REGISTER, as_of))
    return Facts(
        as_of=as_of,
        register=register.current(connection, as_of),
        performers=newest_rows(desk, Dataset.PERFORMERS_LIST, performers),
        approvals=newest_rows(desk, Dataset.PRACTICE_APPROVALS, newest[Dataset.PRACTICE_APPROVALS]),
        practices=newest_rows(desk, Dataset.PRACTICES, newest[Dataset.PRACTICES]),
        users=newest_rows(desk, Dataset.PRACTICE_USERS, newest[Dataset.PRACTICE_USERS]),
        accounts=newest_rows(desk, Dataset.PCSE_ACCOUNTS, newest[Dataset.PCSE_ACCOUNTS]),
        previous_performers=comparisons.before_newest,
        list_changes=comparisons.changes,
        pseudonym=pseudonyms(desk),
        email_changes=register.changes(connection),
        newest={dataset: found[0].extract.as_of for dataset, found in newest.items() if found},
        loads=_loads(connection, as_of),
        quarantined_statuses=_numbers(aside, QuarantineReason.UNKNOWN_STATUS),
        quarantined=_numbers(aside, *QuarantineReason),
        limits=_limits(desk),
        left_register=register.left(connection, as_of),
    )


def _limits(desk: Desk) -> Limits:
    """The rules' thresholds: those that have a setting as it says, the others as they are."""
    given = {name: getattr(desk.settings, name, None) for name in Limits.__dataclass_fields__}
    return Limits(**{name: value for name, value in given.items() if value is not None})


def newest_rows(desk: Desk, dataset: Dataset, found: list[ExtractRecord]) -> pd.DataFrame:
    """The rows of the newest of these extracts, with every column of the layout; none where there is none."""
    columns = LAYOUTS[dataset].names
    if not found:
        return pd.DataFrame(columns=columns, dtype="str")
    return archive.read_rows(desk.shelves, found[0]).reindex(columns=columns).astype("str")


def _loads(connection: Connection, as_of: date) -> tuple[Load, ...]:
    since = as_of - timedelta(days=_LOADS_DAYS)
    return tuple(
        Load(Dataset(row["dataset"]), row["as_of"], row["outcome"], row["reason"])
        for row in extracts.since(connection, since, as_of)
    )


def _set_aside(desk: Desk, register: Sequence[ExtractRecord]) -> Mapping[str, frozenset[QuarantineReason]]:
    """Doctors whose newest row in the newest full register and the deltas since was set aside, and why."""
    found: dict[str, frozenset[QuarantineReason]] = {}
    for entry in register:
        if found and entry.extract.kind is Kind.DELTA:
            accepted = set(archive.read_rows(desk.shelves, entry)["gmc_number"])
            found = {number: reasons for number, reasons in found.items() if number not in accepted}
        for row in entry.quarantined:
            found[row.key] = found.get(row.key, frozenset()) | {row.reason}
    return found


def _numbers(aside: Mapping[str, frozenset[QuarantineReason]], *reasons: QuarantineReason) -> tuple[str, ...]:
    return tuple(sorted(number for number, own in aside.items() if own.intersection(reasons)))
