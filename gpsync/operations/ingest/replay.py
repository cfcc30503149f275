"""The order of dates: an extract that comes late takes its place, and a replay rebuilds everything."""

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from gpsync import progress
from gpsync.errors import WrongUse
from gpsync.extracts.layouts import LAYOUTS, Layout
from gpsync.mails import Hold
from gpsync.operations.context import Context
from gpsync.operations.ingest.apply import append, introduced_by, rework_email_changes
from gpsync.records import ExtractRecord
from gpsync.register.guards import GuardLimits
from gpsync.rules import Dataset, HoldKind
from gpsync.store import email_changes, extracts, history, holds, retention
from gpsync.store.locks import lock_history
from gpsync.store.tables import HISTORIES
from gpsync.verification.releasing import asker

if TYPE_CHECKING:
    import pandas as pd


def insert(
    connection: Connection, context: Context, draft: ExtractRecord, rows: "pd.DataFrame", limits: GuardLimits | None
) -> tuple[ExtractRecord, set[str]]:
    """Apply an extract at its own place in the order of dates, and again everything that follows it."""
    layout = LAYOUTS[draft.extract.dataset]
    since = _safe_start(connection, layout, draft.extract.as_of)
    order = extracts.accepted_since(connection, layout.dataset, since)
    order = sorted([*order, draft], key=lambda entry: entry.extract.position)
    progress.say(f"{draft.extract.file_name} is not the newest: applying {len(order)} extracts in order.")
    touched = _rewind(connection, layout, since)
    applied = draft
    for entry in order:
        if entry is draft:
            applied, keys = append(connection, context, layout, draft, rows, limits)
        else:
            _, keys = append(connection, context, layout, entry, context.archive.read_rows(entry), None)
        touched |= keys
    return applied, touched


def replay(context: Context, since: date | None = None) -> dict[Dataset, int]:
    """Rebuild the history from the archive, from a date or whole; returns extracts applied by dataset.

    Extracts that the archive holds and the database does not know, as after the loss of the database, are
    taken back first. What had been mailed is lost then, so a person must look before anything more is.
    """
    applied = {}
    with context.engine.begin() as connection:
        lock_history(connection)
        lost = [
            entry for entry in context.archive.accepted() if extracts.find(connection, entry.extract.extract_id) is None
        ]
        for entry in lost:
            extracts.record(connection, entry, context.now())
        if lost:
            _hold_mails(connection, context, len(lost))
        for dataset in HISTORIES:
            applied[dataset] = _replay_dataset(connection, context, LAYOUTS[dataset], since)
    return applied


def _hold_mails(connection: Connection, context: Context, lost: int) -> None:
    now = context.now()
    hold_id = f"restored-{now:%Y%m%d-%H%M%S}"
    by = context.operator
    wanted = Hold(hold_id, HoldKind.RESTORED, hold_id, now, by, lost, 0, asker(by), now, "rebuilt the database")
    holds.open_hold(connection, wanted)


def _replay_dataset(connection: Connection, context: Context, layout: Layout, since: date | None) -> int:
    start = _safe_start(connection, layout, since or date.min)
    if start > date.min and layout.dataset is Dataset.GMC_REGISTER and retention.hashed_since(connection, start):
        raise WrongUse(
            f"Addresses of {start} and before are kept as hashes only (C-55): rebuild the whole history, without "
            "--from."
        )
    order = extracts.accepted_since(connection, layout.dataset, start)
    touched = _rewind(connection, layout, start)
    for number, entry in enumerate(order, start=1):
        progress.step(f"applying {entry.extract.file_name}", number - 1, len(order))
        touched |= append(connection, context, layout, entry, context.archive.read_rows(entry), None)[1]
    rework_email_changes(connection, context, layout, touched)
    return len(order)


def _safe_start(connection: Connection, layout: Layout, since: date) -> date:
    """The date to go back to: the beginning, if a column was first supplied on or after `since`.

    The first values of a new column are taken in place, which going back a few days cannot undo.
    """
    for entry in extracts.accepted_since(connection, layout.dataset, since):
        if introduced_by(connection, entry):
            return date.min
    return since


def _rewind(connection: Connection, layout: Layout, to: date) -> set[str]:
    touched = history.rewind(connection, layout, to)
    if layout.dataset is Dataset.GMC_REGISTER and history.is_empty(connection, layout):
        email_changes.clear(connection)
        return set()
    return touched
