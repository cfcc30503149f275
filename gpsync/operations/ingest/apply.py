"""One checked extract against the history as it stands: compare, ask the guards, apply, work out email changes.

All of it in the caller's transaction, which holds the history's lock, so that what is compared with is what
is changed.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from gpsync import progress
from gpsync.errors import GpsyncError
from gpsync.extracts.layouts import Layout
from gpsync.extracts.tidying import begun
from gpsync.frames import Changes
from gpsync.operations.context import Context
from gpsync.operations.histories import histories
from gpsync.records import Counts, ExtractRecord, GuardFinding
from gpsync.register.changes import differences, partition
from gpsync.register.guards import Baseline, GuardLimits, Suspects, findings
from gpsync.register.incoming import (
    differing_keys,
    keys_of,
    moved_addresses,
    split_deletes,
    with_email_count,
    with_row_hashes,
)
from gpsync.rules import Dataset, Kind, Outcome
from gpsync.store import email_changes, extracts, history
from gpsync.window.fold import email_changes as work_out_changes
from gpsync.window.sharing import hold_shared

if TYPE_CHECKING:
    import pandas as pd


class HeldByGuards(GpsyncError):
    """Rolls the transaction back when a guard has found something, so that the extract is held."""

    def __init__(self, counts: Counts, found: list[GuardFinding]) -> None:
        super().__init__("held")
        self.counts, self.found = counts, found


def guard_limits(context: Context) -> GuardLimits:
    """What is plausible, by the settings."""
    return GuardLimits(**{name: getattr(context.settings, name) for name in GuardLimits.__dataclass_fields__})


def keep_whole(
    connection: Connection, context: Context, draft: ExtractRecord, limits: GuardLimits | None
) -> ExtractRecord:
    """Accept an extract that is looked at whole and whose rows have no history of their own."""
    if limits is not None:
        before = Baseline(
            held=0, rows=extracts.rows_of_full_before(connection, draft.extract.dataset, draft.extract.position)
        )
        aside = Suspects(quarantined=[row.key for row in draft.quarantined])
        found = [*draft.findings, *findings(draft.counts, draft.extract.kind, before, aside, limits)]
        if found:
            raise HeldByGuards(draft.counts, found)
    entry = _outcome(draft, draft.counts)
    extracts.record(connection, entry, context.now())
    return entry


def append(
    connection: Connection,
    context: Context,
    layout: Layout,
    draft: ExtractRecord,
    rows: "pd.DataFrame",
    limits: GuardLimits | None,
) -> tuple[ExtractRecord, set[str]]:
    """Apply an extract at the end of the history; returns its record and the keys it concerns.

    With `limits` the guards are asked first. A delta without a full before it has nothing to be applied to:
    it is kept, and takes effect by replay when that full arrives.
    """
    is_delta = draft.extract.kind is Kind.DELTA
    if is_delta and not extracts.rows_of_full_before(connection, layout.dataset, draft.extract.position):
        if limits is not None and draft.findings:
            raise HeldByGuards(draft.counts, list(draft.findings))
        entry = _outcome(draft, draft.counts)
        extracts.record(connection, entry, context.now())
        return entry, set()
    changes, is_baseline = _compare(connection, context, layout, draft, rows)
    with context.phase("guards"):
        _ask_guards(connection, layout, draft, changes, limits)
    entry = _outcome(draft, changes.counts)
    with context.phase("apply"):
        extracts.record(connection, entry, context.now())
        started = begun(changes.opened, layout, draft.extract.as_of)
        history.apply(connection, layout, draft.extract, changes, started)
    if is_baseline:
        return entry, set()
    # One missed full changes nothing for anybody yet; a delta's delete does (C-22, C-23).
    deleted = changes.missing_once if is_delta else []
    return entry, {*keys_of(started, layout.key[0]), *changes.gone, *deleted, *changes.returned}


def introduced_by(connection: Connection, entry: ExtractRecord) -> set[str]:
    """The columns that this extract is the first to bring; none for the very first extract."""
    before = extracts.columns_before(connection, entry.extract.dataset, entry.extract.position)
    return set(entry.columns) - before if before else set()


def _outcome(draft: ExtractRecord, counts: Counts) -> ExtractRecord:
    noteworthy = draft.quarantined or draft.notes or any(not check.passed for check in draft.checks)
    outcome = Outcome.ACCEPTED_WITH_WARNINGS if noteworthy else Outcome.ACCEPTED
    return replace(draft, outcome=outcome, counts=counts)


def _compare(
    connection: Connection, context: Context, layout: Layout, draft: ExtractRecord, rows: "pd.DataFrame"
) -> tuple[Changes, bool]:
    (key,) = layout.key
    with context.phase("read what is held"):
        held = history.held(connection, layout)
    with context.phase("compare"):
        deleted, incoming = split_deletes(rows, key)
        incoming = with_row_hashes(incoming, layout.tracked)
        aside = {row.key for row in draft.quarantined if row.key}
        parts = partition(incoming, held, key, kind=draft.extract.kind, deleted=deleted, quarantined=aside)
        current = history.current_rows(connection, layout, differing_keys(incoming, parts, key))
        introduced = introduced_by(connection, draft)
        changes = differences(incoming, current, parts, key, layout.tracked, introduced=introduced, counts=draft.counts)
    return with_email_count(changes), held.is_baseline


def _ask_guards(
    connection: Connection, layout: Layout, draft: ExtractRecord, changes: Changes, limits: GuardLimits | None
) -> None:
    if limits is None:
        return
    counts, extract = changes.counts, draft.extract
    before = Baseline(
        held=history.current_count(connection, layout),
        rows=extracts.rows_of_full_before(connection, layout.dataset, extract.position),
    )
    suspects = Suspects(
        missing=changes.missing_once,
        new=keys_of(changes.opened, layout.key[0]),
        emails=moved_addresses(changes),
        quarantined=[row.key for row in draft.quarantined],
    )
    found = [*draft.findings, *findings(counts, extract.kind, before, suspects, limits)]
    if found:
        raise HeldByGuards(counts, found)


def rework_email_changes(connection: Connection, context: Context, layout: Layout, touched: set[str]) -> None:
    """Work out again the changes of the doctors concerned, and of all whose change is still open."""
    if layout.dataset is not Dataset.GMC_REGISTER:
        return
    unsettled = email_changes.unsettled_doctors(connection, touched, context.settings.window_days)
    rework_changes_of(connection, context, touched | unsettled)


def rework_changes_of(connection: Connection, context: Context, concerned: set[str]) -> None:
    """Work out the email changes of these doctors again."""
    doctors, calendar = histories(context, connection, concerned)
    window_days = context.settings.window_days
    stories = progress.counted(doctors, "doctors' changes worked out")
    changes = [change for doctor in stories for change in work_out_changes(doctor, calendar, window_days=window_days)]
    periods = email_changes.address_periods(connection, {change.new_key for change in changes})
    email_changes.rewrite(connection, concerned, hold_shared(changes, periods))
