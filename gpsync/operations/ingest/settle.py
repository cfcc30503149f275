"""From checked rows to their outcome: accepted into the history, or held for a person.

Everything an extract changes is one transaction. It first takes the history's lock, so that what it
compares with is what it changes.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from gpsync import progress
from gpsync.errors import WrongUse
from gpsync.extracts.archive import Staged
from gpsync.extracts.layouts import LAYOUTS
from gpsync.operations.context import Context
from gpsync.operations.ingest.apply import HeldByGuards, append, guard_limits, keep_whole, rework_email_changes
from gpsync.operations.ingest.replay import insert
from gpsync.records import ExtractRecord
from gpsync.register.guards import GuardLimits
from gpsync.rules import Outcome
from gpsync.store import extracts
from gpsync.store.locks import lock_history
from gpsync.store.tables import HISTORIES

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Revision:
    """A person's decision that an extract replaces the one accepted for its date."""

    by: str
    reason: str


@dataclass(frozen=True)
class Decision:
    """How an extract comes to be settled.

    `delivered` is the private copy of a new arrival. `approved` is the held entry that a person releases,
    which skips the guards. `revision` allows it to replace the accepted extract of its date.
    """

    delivered: Path | None = None
    approved: ExtractRecord | None = None
    revision: Revision | None = None


def settle(context: Context, draft: ExtractRecord, rows: "pd.DataFrame", decision: Decision) -> ExtractRecord:
    """Apply a checked extract, or hold it if a guard finds it implausible; returns its record."""
    if decision.delivered is None:
        return _apply(context, draft, rows, decision, None)
    with context.archive.staged(draft.extract, decision.delivered, rows) as staged:
        try:
            return _apply(context, draft, rows, decision, staged)
        except HeldByGuards as stop:
            entry = _held(draft, stop)
        staged.publish(entry)
    with context.engine.begin() as connection:
        extracts.record(connection, entry, context.now())
    progress.say(f"Held: {entry.extract.file_name}. {entry.reason}")
    return entry


def rehearse(
    connection: Connection, context: Context, draft: ExtractRecord, rows: "pd.DataFrame", revision: Revision | None
) -> ExtractRecord:
    """What `settle` would make of an extract, in the caller's transaction, which is to be rolled back.

    What is rehearsed after it is compared with it. Raises WrongUse where one of its date was accepted before.
    """
    try:
        with connection.begin_nested():
            entry, _, _ = _place(connection, context, draft, rows, guard_limits(context), revision)
    except HeldByGuards as stop:
        return _held(draft, stop)
    return entry


def _held(draft: ExtractRecord, stop: HeldByGuards) -> ExtractRecord:
    found = " ".join(finding.sentence for finding in stop.found)
    reason = f"{found} Look at `gpsync held`, then approve or reject it."
    return replace(draft, outcome=Outcome.HELD, reason=reason, counts=stop.counts, findings=tuple(stop.found))


def _apply(
    context: Context, draft: ExtractRecord, rows: "pd.DataFrame", decision: Decision, staged: Staged | None
) -> ExtractRecord:
    layout = LAYOUTS[draft.extract.dataset]
    limits = None if decision.approved else guard_limits(context)
    with context.engine.begin() as connection:
        lock_history(connection)
        entry, touched, replaced = _place(connection, context, draft, rows, limits, decision.revision)
        with context.phase("email changes"):
            rework_email_changes(connection, context, layout, touched)
        with context.phase("archive"):
            _file(context, entry, decision, staged, replaced)
        with context.phase("commit"):
            connection.commit()
    return entry


def _place(
    connection: Connection,
    context: Context,
    draft: ExtractRecord,
    rows: "pd.DataFrame",
    limits: GuardLimits | None,
    revision: Revision | None,
) -> tuple[ExtractRecord, set[str], ExtractRecord | None]:
    """Apply an extract where it belongs in the order of dates.

    Returns its record, the keys concerned, and the accepted extract that it replaced.
    """
    layout = LAYOUTS[draft.extract.dataset]
    replaced = _supersede(connection, draft, revision)
    if layout.dataset not in HISTORIES:
        return keep_whole(connection, context, draft, limits), set(), replaced
    if replaced or extracts.accepted_since(connection, layout.dataset, draft.extract.as_of):
        return *insert(connection, context, draft, rows, limits), replaced
    return *append(connection, context, layout, draft, rows, limits), None


def _supersede(connection: Connection, draft: ExtractRecord, revision: Revision | None) -> ExtractRecord | None:
    """Take the accepted extract that this one revises out of the history's list, if there is one."""
    extract = draft.extract
    taken = extracts.accepted_on(connection, extract.dataset, extract.kind, extract.as_of)
    if taken is None:
        return None
    if revision is None:
        raise WrongUse(f"{taken.extract.extract_id} was accepted for {extract.as_of} meanwhile: nothing was changed.")
    extracts.supersede(connection, taken.extract.extract_id, revision.by, revision.reason)
    return taken


def _file(
    context: Context,
    entry: ExtractRecord,
    decision: Decision,
    staged: Staged | None,
    replaced: ExtractRecord | None,
) -> None:
    """Put the files where their outcome says, before the transaction ends: the archive is the truth."""
    if replaced is not None:
        context.archive.refile(replaced, replace(replaced, outcome=Outcome.SUPERSEDED))
    if staged is not None:
        staged.publish(entry)
    elif decision.approved is not None:
        context.archive.refile(decision.approved, entry)
