"""One extract from the inbox to its outcome: receive, read, check, decide, file away.

A fault in one file becomes its outcome and stops no other file. Nothing is removed from the inbox before
its bytes are kept elsewhere and its outcome is recorded.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pandas as pd

from expectations.gate import Verdict, examine
from flows import history
from flows.desk import Desk
from flows.history import Decision, Revision, settle
from gpsync import telling
from gpsync.errors import NotWhole, RefusedExtract
from gpsync.extracts import archive, inbox
from gpsync.extracts.inbox import Received
from gpsync.extracts.layouts import LAYOUTS
from gpsync.extracts.reading import read_text
from gpsync.extracts.tidying import latest_of_delta, tidy, without_repeats
from gpsync.extracts.unpacking import unpack
from gpsync.records import Arrival, Counts, Extract, ExtractRecord, QuarantinedRow
from gpsync.rules import DeltaAction, Kind, Outcome
from gpsync.store import extracts


@dataclass(frozen=True)
class Checked:
    """A readable extract: its draft record and the rows that were believed."""

    draft: ExtractRecord
    rows: pd.DataFrame


def take_in(desk: Desk, arrival: Arrival, revision: Revision | None = None) -> ExtractRecord | None:
    """Take one arrival from the inbox to its outcome; None when it is left for the next run."""
    try:
        with desk.phase("receive"):
            received = inbox.receive(arrival, desk.work, desk.settings.settle_seconds)
    except NotWhole as reason:
        telling.say(str(reason))
        return None
    except RefusedExtract as reason:
        return _reject_unread(desk, arrival, reason)
    entry = _known(desk, received) or _judge(desk, received, revision)
    received.copy.unlink(missing_ok=True)
    inbox.clear(arrival)
    return entry


def rehearse(desk: Desk, as_of: date) -> list[ExtractRecord]:
    """What a sync of `as_of` would make of each waiting extract; nothing is moved, recorded or changed."""
    entries = []
    for arrival in inbox.look(desk.settings.inbox_folder).arrivals:
        if arrival.as_of > as_of:
            continue
        try:
            received = inbox.receive(arrival, desk.work, desk.settings.settle_seconds)
        except (NotWhole, RefusedExtract) as reason:
            entries.append(ExtractRecord(_unread(arrival), Outcome.REJECTED, str(reason)))
            continue
        try:
            checked = check(desk, received, Revision("", "rehearsal"))
            entries.append(history.rehearse(desk, checked.draft, checked.rows))
        except RefusedExtract as reason:
            entries.append(ExtractRecord(received.extract, Outcome.REJECTED, str(reason)))
        received.copy.unlink(missing_ok=True)
    return entries


def _known(desk: Desk, received: Received) -> ExtractRecord | None:
    """The same date and bytes were taken before: nothing to do."""
    extract = received.extract
    with desk.engine.connect() as connection:
        known = extracts.taken_with_bytes(connection, extract.dataset, extract.as_of, extract.sha256)
    if known is not None:
        telling.say(f"{extract.file_name} was taken before ({known.outcome}): nothing to do.")
    return known


def _judge(desk: Desk, received: Received, revision: Revision | None) -> ExtractRecord:
    try:
        checked = check(desk, received, revision)
    except RefusedExtract as reason:
        return _reject(desk, received.extract, received.copy, str(reason))
    return settle(desk, checked.draft, checked.rows, Decision(delivered=received.copy, revision=revision))


def check(desk: Desk, received: Received, revision: Revision | None = None) -> Checked:
    """Read a received extract and put it through the gate. Raises RefusedExtract."""
    extract = received.extract
    _check_place(desk, extract, revision)
    inbox.check_manifest(received)
    layout, is_delta = LAYOUTS[extract.dataset], extract.kind is Kind.DELTA
    with desk.phase("read"):
        text = read_text(_plain(desk, received), layout, extract.file_name, delta=is_delta)
        _check_rows(received, text.table.num_rows)
    with desk.phase("tidy"):
        frame = tidy(text.table, layout, extract.as_of, delta=is_delta)
        total = len(frame)
        frame = without_repeats(frame, layout)
        if is_delta:
            frame = latest_of_delta(frame, layout.key[0])
        frame = frame.reset_index(drop=True)
        deletes = frame["action"] == DeltaAction.DELETE if is_delta else pd.Series(False, frame.index)
    with desk.phase("gate"):
        verdict = examine(extract.dataset, frame[~deletes], delta=is_delta)
    _refuse_if_critical(verdict, extract)
    aside = _set_aside(verdict, frame[~deletes].reset_index(drop=True), layout.key[0])
    draft = ExtractRecord(
        extract,
        Outcome.ACCEPTED,
        counts=Counts(rows=total, quarantined=len({row.row_number for row in aside}), exact_duplicates=total - len(frame)),
        columns=tuple(name for name in layout.names if name in frame.columns),
        checks=verdict.checks,
        quarantined=aside,
        notes=text.notes,
    )
    kept = frame[~frame["row_number"].isin({row.row_number for row in aside})]
    columns = [*draft.columns, "action"] if is_delta else list(draft.columns)
    return Checked(draft, kept[columns].reset_index(drop=True))


def _check_place(desk: Desk, extract: Extract, revision: Revision | None) -> None:
    """Refuse a date that cannot be, and other bytes for a date that is taken."""
    today = desk.today
    if extract.as_of > today:
        raise RefusedExtract(f"{extract.file_name} is dated {extract.as_of}, in the future: ask the sender for the right date.")
    if extract.as_of < today - timedelta(days=desk.settings.oldest_extract_days):
        raise RefusedExtract(
            f"{extract.file_name} is dated {extract.as_of}, over {desk.settings.oldest_extract_days} days ago: "
            "it is too old to take; raise GPSYNC_OLDEST_EXTRACT_DAYS if it is meant."
        )
    with desk.engine.connect() as connection:
        taken = extracts.accepted_on(connection, extract.dataset, extract.kind, extract.as_of)
    if taken is not None and revision is None:
        raise RefusedExtract(
            f"{extract.file_name} holds other bytes than the extract already accepted for {extract.as_of} "
            f"({taken.extract.extract_id}): if it is a revision, run `gpsync sync --replace --reason WHY`."
        )


def _plain(desk: Desk, received: Received) -> Path:
    name = received.extract.file_name
    if not name.endswith((".zip", ".gz")):
        return received.copy
    plain = received.copy.with_suffix(".unpacked")
    unpack(received.copy, plain, name)
    return plain


def _check_rows(received: Received, rows: int) -> None:
    manifest = received.arrival.manifest
    if manifest is not None and manifest.rows is not None and manifest.rows != rows:
        raise RefusedExtract(
            f"{received.extract.file_name} has {rows:,} rows, its manifest declares {manifest.rows:,}: "
            "ask the sender for the whole file."
        )


def _refuse_if_critical(verdict: Verdict, extract: Extract) -> None:
    failed = verdict.refusal
    if failed is not None:
        where = f"column {failed.column}" if failed.column else "the whole file"
        raise RefusedExtract(
            f"{extract.file_name} fails {failed.expectation} in {where} ({failed.unexpected:,} rows): "
            "ask the sender for a correct file."
        )


def _set_aside(verdict: Verdict, frame: pd.DataFrame, key: str) -> tuple[QuarantinedRow, ...]:
    return tuple(
        QuarantinedRow(int(number), str(value), reason)
        for reason, positions in verdict.positions.items()
        for number, value in zip(
            frame["row_number"].iloc[list(positions)], frame[key].fillna("").iloc[list(positions)], strict=True
        )
    )


def _reject(desk: Desk, extract: Extract, delivered: Path, reason: str) -> ExtractRecord:
    entry = ExtractRecord(extract, Outcome.REJECTED, reason)
    archive.keep(desk.shelves, entry, delivered)
    with desk.engine.begin() as connection:
        extracts.record(connection, entry, desk.now())
    telling.say(f"Rejected: {reason}")
    return entry


def _reject_unread(desk: Desk, arrival: Arrival, reason: RefusedExtract) -> ExtractRecord:
    """Reject what cannot even be copied, such as a link: the thing itself is moved away unopened."""
    entry = _reject(desk, _unread(arrival), arrival.path, str(reason))
    inbox.clear(arrival)
    return entry


def _unread(arrival: Arrival) -> Extract:
    return Extract(arrival.dataset, arrival.kind, arrival.as_of, arrival.path.name, "0" * 64, 0)
