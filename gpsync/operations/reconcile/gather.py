"""Gathering what the reconciliation looks at: the newest accepted extracts, and the register as it stands."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy import Connection

from gpsync.extracts.layouts import LAYOUTS, WEEKLY
from gpsync.operations.address_secret import pseudonyms
from gpsync.operations.context import Context
from gpsync.operations.reconcile.list_comparisons import Comparisons
from gpsync.operations.sources import Sources, blank_in_register
from gpsync.reconciliation.facts import Facts, Load, ReconciliationLimits
from gpsync.records import ExtractRecord
from gpsync.rules import Dataset, Kind, QuarantineReason
from gpsync.store import extracts, register

_LOADS_DAYS = 60


def gather(context: Context, connection: Connection, sources: Sources, as_of: date, comparisons: Comparisons) -> Facts:
    """Everything the rules may look at, from extracts dated up to `as_of`."""
    newest = {dataset: extracts.newest_two(connection, dataset, as_of) for dataset in Dataset}
    aside = _quarantined(sources, extracts.newest_full_and_since(connection, Dataset.GMC_REGISTER, as_of))
    return Facts(
        as_of=as_of,
        register=register.current(connection, as_of),
        **{LAYOUTS[dataset].facts: sources.newest(connection, dataset, as_of).rows for dataset in WEEKLY},
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
        blank={Dataset.GMC_REGISTER: blank_in_register(context, connection, as_of)},
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


def _limits(context: Context) -> ReconciliationLimits:
    """The rules' thresholds: those that have a setting as it says, the others as they are."""
    given = {name: getattr(context.settings, name, None) for name in ReconciliationLimits.__dataclass_fields__}
    return ReconciliationLimits(**{name: value for name, value in given.items() if value is not None})


def _loads(connection: Connection, as_of: date) -> tuple[Load, ...]:
    since = as_of - timedelta(days=_LOADS_DAYS)
    return tuple(
        Load(Dataset(row["dataset"]), row["as_of"], row["outcome"], row["reason"])
        for row in extracts.since(connection, since, as_of)
    )


def _quarantined(sources: Sources, register: Sequence[ExtractRecord]) -> Mapping[str, frozenset[QuarantineReason]]:
    """Doctors whose newest row in the newest full register and the deltas since was quarantined, and why."""
    found: dict[str, frozenset[QuarantineReason]] = {}
    for entry in register:
        if found and entry.extract.kind is Kind.DELTA:
            accepted = set(sources.of(entry).rows["gmc_number"])
            found = {number: reasons for number, reasons in found.items() if number not in accepted}
        for row in entry.quarantined:
            found[row.key] = found.get(row.key, frozenset()) | {row.reason}
    return found


def _numbers(aside: Mapping[str, frozenset[QuarantineReason]], *reasons: QuarantineReason) -> tuple[str, ...]:
    return tuple(sorted(number for number, own in aside.items() if own.intersection(reasons)))
