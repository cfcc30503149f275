"""Gathering what the reconciliation looks at: the newest accepted extracts, and the register as it stands."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import pandas as pd
from sqlalchemy import Connection

from gpsync.extracts.layouts import LAYOUTS
from gpsync.operations.address_secret import pseudonyms
from gpsync.operations.context import Context
from gpsync.operations.reconcile.list_comparisons import Comparisons
from gpsync.reconciliation.columns import blank_columns, medical
from gpsync.reconciliation.facts import Facts, Limits, Load
from gpsync.records import ExtractRecord
from gpsync.rules import Dataset, Kind, QuarantineReason
from gpsync.store import extracts, register

_LOADS_DAYS = 60


def gather(context: Context, connection: Connection, as_of: date, comparisons: Comparisons) -> Facts:
    """Everything the rules may look at, from extracts dated up to `as_of`."""
    newest = {dataset: extracts.newest_two(connection, dataset, as_of) for dataset in Dataset}
    performers = newest[Dataset.PERFORMERS_LIST]
    aside = _set_aside(context, extracts.newest_full_and_since(connection, Dataset.GMC_REGISTER, as_of))
    return Facts(
        as_of=as_of,
        register=register.current(connection, as_of),
        performers=newest_rows(context, Dataset.PERFORMERS_LIST, performers),
        approvals=newest_rows(context, Dataset.PRACTICE_APPROVALS, newest[Dataset.PRACTICE_APPROVALS]),
        practices=newest_rows(context, Dataset.PRACTICES, newest[Dataset.PRACTICES]),
        users=newest_rows(context, Dataset.PRACTICE_USERS, newest[Dataset.PRACTICE_USERS]),
        accounts=newest_rows(context, Dataset.PCSE_ACCOUNTS, newest[Dataset.PCSE_ACCOUNTS]),
        previous_performers=comparisons.before_newest,
        list_changes=comparisons.changes,
        pseudonym=pseudonyms(context),
        email_changes=register.changes(connection),
        newest={dataset: found[0].extract.as_of for dataset, found in newest.items() if found},
        loads=_loads(connection, as_of),
        quarantined_statuses=_numbers(aside, QuarantineReason.UNKNOWN_STATUS),
        quarantined=_numbers(aside, *QuarantineReason),
        limits=_limits(context),
        left_register=register.left(connection, as_of),
        columns=_columns(connection, newest, as_of),
        blank={Dataset.GMC_REGISTER: _blank_in_register(context, connection, as_of)},
    )


def _columns(
    connection: Connection, newest: Mapping[Dataset, Sequence[ExtractRecord]], as_of: date
) -> dict[Dataset, frozenset[str]]:
    """The columns of each dataset's newest extract; of the register, those that its newest full and all since have.

    A column that they lack keeps what earlier extracts said, which is not what the register says now.
    """
    found = {dataset: frozenset(entries[0].columns) for dataset, entries in newest.items() if entries}
    register = extracts.newest_full_and_since(connection, Dataset.GMC_REGISTER, as_of)
    for entry in register:
        found[Dataset.GMC_REGISTER] &= frozenset(entry.columns)
    return found


def _blank_in_register(context: Context, connection: Connection, as_of: date) -> frozenset[str]:
    """The columns that the newest full register leaves blank in every row, whatever is held of doctors it lacks."""
    register = extracts.newest_full_and_since(connection, Dataset.GMC_REGISTER, as_of)
    full = next((one for one in register if one.extract.kind is Kind.FULL), None)
    return context.archive.blank_columns(full) if full else frozenset()


def _limits(context: Context) -> Limits:
    """The rules' thresholds: those that have a setting as it says, the others as they are."""
    given = {name: getattr(context.settings, name, None) for name in Limits.__dataclass_fields__}
    return Limits(**{name: value for name, value in given.items() if value is not None})


def newest_rows(context: Context, dataset: Dataset, found: list[ExtractRecord]) -> pd.DataFrame:
    """The rows of the newest of these extracts, with every column of the layout; none where there is none."""
    columns = LAYOUTS[dataset].names
    if not found:
        return pd.DataFrame(columns=columns, dtype="str")
    return context.archive.read_rows(found[0]).reindex(columns=columns).astype("str")


def rows_of(context: Context, entry: ExtractRecord) -> pd.DataFrame:
    """The rows of a kept extract with every column of its layout; one that it does not have is blank."""
    return newest_rows(context, entry.extract.dataset, [entry])


def absent_columns(dataset: Dataset, found: Sequence[ExtractRecord]) -> frozenset[str]:
    """The layout's columns that the newest of these extracts does not have; none where there is no extract."""
    return frozenset(LAYOUTS[dataset].names) - set(found[0].columns) if found else frozenset()


def unknown_in(dataset: Dataset, rows: pd.DataFrame, found: Sequence[ExtractRecord]) -> frozenset[str]:
    """The columns of the newest of these extracts, whose rows are given, of which nothing is known."""
    seen = medical(rows) if dataset is Dataset.PERFORMERS_LIST else rows
    return absent_columns(dataset, found) | blank_columns(seen, dataset)


def unknown_in_register(context: Context, connection: Connection, as_of: date) -> frozenset[str]:
    """The columns of which the newest full register, and what came after it, says nothing."""
    blank = _blank_in_register(context, connection, as_of)
    since = extracts.newest_full_and_since(connection, Dataset.GMC_REGISTER, as_of)
    return blank.union(*(absent_columns(Dataset.GMC_REGISTER, [entry]) for entry in since))


def _loads(connection: Connection, as_of: date) -> tuple[Load, ...]:
    since = as_of - timedelta(days=_LOADS_DAYS)
    return tuple(
        Load(Dataset(row["dataset"]), row["as_of"], row["outcome"], row["reason"])
        for row in extracts.since(connection, since, as_of)
    )


def _set_aside(context: Context, register: Sequence[ExtractRecord]) -> Mapping[str, frozenset[QuarantineReason]]:
    """Doctors whose newest row in the newest full register and the deltas since was set aside, and why."""
    found: dict[str, frozenset[QuarantineReason]] = {}
    for entry in register:
        if found and entry.extract.kind is Kind.DELTA:
            accepted = set(context.archive.read_rows(entry)["gmc_number"])
            found = {number: reasons for number, reasons in found.items() if number not in accepted}
        for row in entry.quarantined:
            found[row.key] = found.get(row.key, frozenset()) | {row.reason}
    return found


def _numbers(aside: Mapping[str, frozenset[QuarantineReason]], *reasons: QuarantineReason) -> tuple[str, ...]:
    return tuple(sorted(number for number, own in aside.items() if own.intersection(reasons)))
