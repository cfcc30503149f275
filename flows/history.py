"""From checked rows to history: compare, judge, apply; and the way back, for late extracts and replays.

Everything an extract changes is one transaction. It first takes the history's lock, so that what it
compares with is what it changes.
"""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pandas as pd
from sqlalchemy import Connection

from flows.desk import Desk
from gpsync import telling
from gpsync.errors import GpsyncError, WrongUse
from gpsync.extracts import archive
from gpsync.extracts.layouts import LAYOUTS, Layout
from gpsync.extracts.tidying import derive
from gpsync.frames import ROW_HASH, Changes
from gpsync.records import Counts, ExtractRecord, GuardFinding
from gpsync.register.addresses import key as address_key
from gpsync.register.changes import differences, partition
from gpsync.register.guards import Baseline, Limits, Suspects, findings
from gpsync.register.row_hash import row_hashes
from gpsync.rules import Dataset, DeltaAction, Kind, Outcome
from gpsync.store import email_changes, extracts, history
from gpsync.store.locks import lock_history
from gpsync.store.tables import HISTORIES
from gpsync.verification.sharing import hold_shared
from gpsync.verification.timeline import Calendar
from gpsync.verification.window import email_changes as work_out_changes


@dataclass(frozen=True)
class Revision:
    """A person's word that an extract replaces the one accepted for its date."""

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


class _NotBelieved(GpsyncError):
    """Ends the transaction without a trace when a guard has found something."""

    def __init__(self, counts: Counts, found: list[GuardFinding]) -> None:
        super().__init__("held")
        self.counts, self.found = counts, found


def settle(desk: Desk, draft: ExtractRecord, rows: pd.DataFrame, decision: Decision) -> ExtractRecord:
    """Apply a checked extract, or hold it where the guards do not believe it; returns its record."""
    if decision.delivered is None:
        return _apply(desk, draft, rows, decision, None)
    with archive.staged(desk.shelves, draft.extract, decision.delivered, rows) as staged:
        try:
            return _apply(desk, draft, rows, decision, staged)
        except _NotBelieved as doubt:
            entry = _doubted(draft, doubt)
        staged.publish(entry)
    with desk.engine.begin() as connection:
        extracts.record(connection, entry, desk.now())
    telling.say(f"Held: {entry.extract.file_name}. {entry.reason}")
    return entry


def rehearse(desk: Desk, draft: ExtractRecord, rows: pd.DataFrame) -> ExtractRecord:
    """What `settle` would make of an extract, without a trace."""
    with desk.engine.connect() as connection, connection.begin() as transaction:
        lock_history(connection)
        try:
            entry, _, _ = _place(connection, desk, draft, rows, _limits(desk), Revision("", "rehearsal"))
        except _NotBelieved as doubt:
            entry = _doubted(draft, doubt)
        transaction.rollback()
    return entry


def _doubted(draft: ExtractRecord, doubt: _NotBelieved) -> ExtractRecord:
    found = " ".join(finding.sentence for finding in doubt.found)
    reason = f"{found} Look at `gpsync held`, then approve or reject it."
    return replace(draft, outcome=Outcome.HELD, reason=reason, counts=doubt.counts, findings=tuple(doubt.found))


def _apply(
    desk: Desk, draft: ExtractRecord, rows: pd.DataFrame, decision: Decision, staged: archive.Staged | None
) -> ExtractRecord:
    layout = LAYOUTS[draft.extract.dataset]
    limits = None if decision.approved else _limits(desk)
    with desk.engine.begin() as connection:
        lock_history(connection)
        entry, touched, replaced = _place(connection, desk, draft, rows, limits, decision.revision)
        with desk.phase("email changes"):
            _rework_email_changes(connection, desk, layout, touched)
        with desk.phase("archive"):
            _file(desk, entry, decision, staged, replaced)
        with desk.phase("commit"):
            connection.commit()
    return entry


def _place(
    connection: Connection,
    desk: Desk,
    draft: ExtractRecord,
    rows: pd.DataFrame,
    limits: Limits | None,
    revision: Revision | None,
) -> tuple[ExtractRecord, set[str], ExtractRecord | None]:
    """Apply an extract where it belongs in the order of dates.

    Returns its record, the keys concerned, and the accepted extract that it replaced.
    """
    layout = LAYOUTS[draft.extract.dataset]
    replaced = _supersede(connection, draft, revision)
    if layout.dataset not in HISTORIES:
        return _keep_whole(connection, desk, draft, limits), set(), replaced
    if replaced or extracts.accepted_since(connection, layout.dataset, draft.extract.as_of):
        return *_insert(connection, desk, draft, rows, limits), replaced
    return *_append(connection, desk, layout, draft, rows, limits), None


def _keep_whole(connection: Connection, desk: Desk, draft: ExtractRecord, limits: Limits | None) -> ExtractRecord:
    """Accept an extract that is looked at whole and whose rows have no history of their own."""
    if limits is not None:
        before = Baseline(
            held=0, rows=extracts.rows_of_full_before(connection, draft.extract.dataset, draft.extract.position)
        )
        aside = Suspects(quarantined=[row.key for row in draft.quarantined])
        found = findings(draft.counts, draft.extract.kind, before, aside, limits)
        if found:
            raise _NotBelieved(draft.counts, found)
    entry = _outcome(draft, draft.counts)
    extracts.record(connection, entry, desk.now())
    return entry


def _limits(desk: Desk) -> Limits:
    return Limits(**{name: getattr(desk.settings, name) for name in Limits.__dataclass_fields__})


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


def _insert(
    connection: Connection, desk: Desk, draft: ExtractRecord, rows: pd.DataFrame, limits: Limits | None
) -> tuple[ExtractRecord, set[str]]:
    """Apply an extract at its own place in the order of dates, and again everything that follows it."""
    layout = LAYOUTS[draft.extract.dataset]
    since = _safe_start(connection, layout, draft.extract.as_of)
    order = extracts.accepted_since(connection, layout.dataset, since)
    order = sorted([*order, draft], key=lambda entry: entry.extract.position)
    telling.say(f"{draft.extract.file_name} is not the newest: applying {len(order)} extracts in order.")
    touched = _rewind(connection, layout, since)
    applied = draft
    for entry in order:
        if entry is draft:
            applied, keys = _append(connection, desk, layout, draft, rows, limits)
        else:
            _, keys = _append(connection, desk, layout, entry, archive.read_rows(desk.shelves, entry), None)
        touched |= keys
    return applied, touched


def replay(desk: Desk, since: date | None = None) -> dict[Dataset, int]:
    """Rebuild the history from the archive, from a date or whole; returns extracts applied by dataset.

    Extracts that the archive holds and the database does not know, as after the loss of the database, are
    taken back first.
    """
    applied = {}
    with desk.engine.begin() as connection:
        lock_history(connection)
        for entry in archive.accepted(desk.shelves):
            if extracts.find(connection, entry.extract.extract_id) is None:
                extracts.record(connection, entry, desk.now())
        for dataset in HISTORIES:
            applied[dataset] = _replay_dataset(connection, desk, LAYOUTS[dataset], since)
    return applied


def _replay_dataset(connection: Connection, desk: Desk, layout: Layout, since: date | None) -> int:
    start = _safe_start(connection, layout, since or date.min)
    order = extracts.accepted_since(connection, layout.dataset, start)
    touched = _rewind(connection, layout, start)
    for number, entry in enumerate(order, start=1):
        telling.step(f"applying {entry.extract.file_name}", number - 1, len(order))
        touched |= _append(connection, desk, layout, entry, archive.read_rows(desk.shelves, entry), None)[1]
    _rework_email_changes(connection, desk, layout, touched)
    return len(order)


def _safe_start(connection: Connection, layout: Layout, since: date) -> date:
    """The date to go back to: the beginning, if a column was first supplied on or after `since`.

    The first values of a new column are taken in place, which going back a few days cannot undo.
    """
    for entry in extracts.accepted_since(connection, layout.dataset, since):
        if _introduced(connection, entry):
            return date.min
    return since


def _introduced(connection: Connection, entry: ExtractRecord) -> set[str]:
    """The columns that this extract is the first to bring; none for the very first extract."""
    before = extracts.columns_before(connection, entry.extract.dataset, entry.extract.position)
    return set(entry.columns) - before if before else set()


def _rewind(connection: Connection, layout: Layout, to: date) -> set[str]:
    touched = history.rewind(connection, layout, to)
    if layout.dataset is Dataset.GMC_REGISTER and history.is_empty(connection, layout):
        email_changes.clear(connection)
        return set()
    return touched


def _append(
    connection: Connection, desk: Desk, layout: Layout, draft: ExtractRecord, rows: pd.DataFrame, limits: Limits | None
) -> tuple[ExtractRecord, set[str]]:
    """Apply an extract at the end of the history; returns its record and the keys it concerns.

    With `limits` the guards are asked first. A delta without a full before it has nothing to be applied to:
    it is kept, and takes effect by replay when that full arrives.
    """
    is_delta = draft.extract.kind is Kind.DELTA
    if is_delta and not extracts.rows_of_full_before(connection, layout.dataset, draft.extract.position):
        entry = _outcome(draft, draft.counts)
        extracts.record(connection, entry, desk.now())
        return entry, set()
    changes, is_baseline = _compare(connection, desk, layout, draft, rows)
    with desk.phase("guards"):
        _ask_guards(connection, layout, draft, changes, limits)
    entry = _outcome(draft, changes.counts)
    with desk.phase("apply"):
        extracts.record(connection, entry, desk.now())
        started = derive(changes.opened, layout).assign(valid_from=draft.extract.as_of.isoformat())
        history.apply(connection, layout, draft.extract, changes, started)
    if is_baseline:
        return entry, set()
    # One missed full changes nothing for anybody yet; a delta's delete does (C-22, C-23).
    deleted = changes.missing_once if is_delta else []
    return entry, {*started[layout.key[0]], *changes.gone, *deleted, *changes.returned}


def _outcome(draft: ExtractRecord, counts: Counts) -> ExtractRecord:
    noteworthy = draft.quarantined or draft.notes or any(not check.passed for check in draft.checks)
    outcome = Outcome.ACCEPTED_WITH_WARNINGS if noteworthy else Outcome.ACCEPTED
    return replace(draft, outcome=outcome, counts=counts)


def _compare(
    connection: Connection, desk: Desk, layout: Layout, draft: ExtractRecord, rows: pd.DataFrame
) -> tuple[Changes, bool]:
    (key,) = layout.key
    with desk.phase("read what is held"):
        held = history.held(connection, layout)
    with desk.phase("compare"):
        deleted, incoming = _split(rows, key)
        incoming = incoming.assign(**{ROW_HASH: row_hashes(incoming, layout.tracked)})
        aside = {row.key for row in draft.quarantined if row.key}
        parts = partition(incoming, held, key, kind=draft.extract.kind, deleted=deleted, quarantined=aside)
        current = history.current_rows(connection, layout, list(incoming[key].iloc[parts.differing.to_numpy()]))
        introduced = _introduced(connection, draft)
        changes = differences(incoming, current, parts, key, layout.tracked, introduced=introduced, counts=draft.counts)
    return _with_email_count(changes), held.is_baseline


def _split(rows: pd.DataFrame, key: str) -> tuple[set[str], pd.DataFrame]:
    """A delta's delete rows, as keys, and the rows that say what a record now reads."""
    if "action" not in rows.columns:
        return set(), rows
    deletes = rows["action"] == DeltaAction.DELETE
    return set(rows.loc[deletes, key]), rows[~deletes].drop(columns="action")


def _with_email_count(changes: Changes) -> Changes:
    moved = _moved_addresses(changes)
    return replace(changes, counts=replace(changes.counts, emails_changed=len(moved)))


def _moved_addresses(changes: Changes) -> list[str]:
    """Keys whose address changed in more than its spelling."""
    emails = changes.ledger[changes.ledger["field"] == "email"].fillna("")
    keys = emails.columns[0]
    return [
        key
        for key, old, new in zip(emails[keys], emails["old_value"], emails["new_value"], strict=True)
        if address_key(old) != address_key(new)
    ]


def _ask_guards(
    connection: Connection, layout: Layout, draft: ExtractRecord, changes: Changes, limits: Limits | None
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
        new=list(changes.opened[layout.key[0]]),
        emails=_moved_addresses(changes),
        quarantined=[row.key for row in draft.quarantined],
    )
    found = findings(counts, extract.kind, before, suspects, limits)
    if found:
        raise _NotBelieved(counts, found)


def _rework_email_changes(connection: Connection, desk: Desk, layout: Layout, touched: set[str]) -> None:
    """Work out anew the changes of the doctors concerned, and of all whose change is still open."""
    if layout.dataset is not Dataset.GMC_REGISTER:
        return
    concerned = touched | email_changes.unsettled_doctors(connection)
    calendar = Calendar(extracts.positions(connection, layout.dataset))
    window_days = desk.settings.window_days
    changes = [
        change
        for doctor in email_changes.doctors(connection, concerned)
        for change in work_out_changes(doctor, calendar, window_days=window_days)
    ]
    holdings = email_changes.holdings(connection, {change.new_key for change in changes})
    email_changes.rewrite(connection, concerned, hold_shared(changes, holdings))


def _file(
    desk: Desk,
    entry: ExtractRecord,
    decision: Decision,
    staged: archive.Staged | None,
    replaced: ExtractRecord | None,
) -> None:
    """Put the files where their outcome says, before the transaction ends: the archive is the truth."""
    if replaced is not None:
        archive.refile(desk.shelves, replaced, replace(replaced, outcome=Outcome.SUPERSEDED))
    if staged is not None:
        staged.publish(entry)
    elif decision.approved is not None:
        archive.refile(desk.shelves, decision.approved, entry)


def approve(desk: Desk, extract_id: str, by: str, reason: str) -> ExtractRecord:
    """Release a held extract: apply it now, whatever the guards said, and record who and why."""
    entry = _held(desk, extract_id)
    rows = archive.read_rows(desk.shelves, entry)
    draft = replace(entry, decided_by=by, decided_reason=reason)
    return settle(desk, draft, rows, Decision(approved=entry))


def reject(desk: Desk, extract_id: str, by: str, reason: str) -> ExtractRecord:
    """Turn a held extract away for good, and record who and why."""
    entry = _held(desk, extract_id)
    rejected = replace(entry, outcome=Outcome.REJECTED, decided_by=by, decided_reason=reason)
    with desk.engine.begin() as connection:
        extracts.record(connection, rejected, desk.now())
        archive.refile(desk.shelves, entry, rejected)
    return rejected


def _held(desk: Desk, extract_id: str) -> ExtractRecord:
    with desk.engine.connect() as connection:
        entry = extracts.find(connection, extract_id)
    if entry is None or entry.outcome is not Outcome.HELD:
        raise WrongUse(f"No extract called {extract_id} is held: `gpsync held` lists those that are.")
    return entry
