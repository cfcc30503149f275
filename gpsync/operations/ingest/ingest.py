"""One extract from the inbox to its outcome: receive, read, check, decide, file away.

A fault in one file becomes its outcome and stops no other file. Nothing is removed from the inbox before
its bytes are kept elsewhere and its outcome is recorded.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from expectations.gate import Verdict, examine
from gpsync import progress
from gpsync.errors import NotWhole, RefusedExtract
from gpsync.extracts import inbox
from gpsync.extracts.admission import Place, why_not_admitted
from gpsync.extracts.inbox import Received
from gpsync.extracts.layouts import LAYOUTS, Layout
from gpsync.extracts.naming import check_name
from gpsync.extracts.quarantine import layout_columns, named_rows, quarantined_rows, updated_too_late, without
from gpsync.extracts.reading import TextTable, read_text
from gpsync.extracts.tidying import latest_of_delta, tidy, without_repeats
from gpsync.extracts.unpacking import unpack
from gpsync.operations.context import Context
from gpsync.operations.ingest.mistranslation import mistranslation
from gpsync.operations.ingest.settle import Decision, Revision, settle
from gpsync.records import Arrival, Counts, Extract, ExtractRecord
from gpsync.rules import Dataset, Kind, Outcome
from gpsync.store import extracts, retention

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Checked:
    """A readable extract: its draft record and the rows that were accepted."""

    draft: ExtractRecord
    rows: "pd.DataFrame"


def take_in(context: Context, arrival: Arrival, revision: Revision | None = None) -> ExtractRecord | None:
    """Take one arrival from the inbox to its outcome; None when it is left for the next run."""
    try:
        with received(context, arrival) as copy:
            entry = taken_before(context, copy) or _judge(context, copy, revision)
            _clear(arrival, copy.mark)
    except NotWhole as reason:
        progress.say(str(reason))
        return None
    except Oversized as reason:
        entry = _reject(context, unread(arrival), None, str(reason))
    except Unreadable as reason:
        entry = _reject(context, unread(arrival), arrival.path, str(reason))
        _clear(arrival)
    return entry


def _clear(arrival: Arrival, mark: inbox.Mark | None = None) -> None:
    """Remove an arrival that has been taken. Where that may not be, the next night finds that it was taken before."""
    try:
        inbox.clear(arrival, mark)
    except OSError as error:
        progress.say(
            f"{arrival.path.name} was taken, but cannot be removed from {arrival.path.parent} ({error.strerror})."
        )


class Unreadable(RefusedExtract):
    """Something in the inbox of which no copy can be taken, such as a link."""


class Oversized(Unreadable):
    """A file of which no copy is to be taken: it stays in the inbox until somebody has seen to it."""


@contextmanager
def received(context: Context, arrival: Arrival) -> Iterator[Received]:
    """A private copy of an arrival, gone when the block ends. Raises NotWhole, Oversized or Unreadable."""
    context.work.mkdir(parents=True, exist_ok=True, mode=0o700)
    with TemporaryDirectory(dir=context.work) as folder:
        try:
            with context.phase("receive"):
                settings = context.settings
                copy = inbox.receive(arrival, Path(folder), settings.settle_seconds, settings.largest_file)
        except inbox.TooLarge as reason:
            raise Oversized(str(reason)) from None
        except RefusedExtract as reason:
            raise Unreadable(str(reason)) from None
        yield copy


def unread(arrival: Arrival) -> Extract:
    """The extract that an arrival claims to be, its bytes unknown; the file's state distinguishes it from others."""
    state = arrival.path.lstat()
    image = f"{arrival.path.name}\x1f{state.st_ino}\x1f{state.st_mtime_ns}"
    sha256 = hashlib.sha256(image.encode(errors="surrogateescape")).hexdigest()
    return Extract(arrival.dataset, arrival.kind, arrival.as_of, arrival.path.name, sha256, 0)


def taken_before(context: Context, copy: Received) -> ExtractRecord | None:
    """The same date and bytes were taken before: nothing to do."""
    extract = copy.extract
    with context.engine.connect() as connection:
        known = extracts.taken_with_bytes(connection, extract.dataset, extract.as_of, extract.sha256)
    if known is not None:
        progress.say(f"{extract.file_name} was taken before ({known.outcome}): nothing to do.")
    return known


def _judge(context: Context, copy: Received, revision: Revision | None) -> ExtractRecord:
    try:
        checked = check(context, copy, revision)
    except RefusedExtract as reason:
        return _reject(context, copy.extract, copy.path, str(reason))
    return settle(context, checked.draft, checked.rows, Decision(delivered=copy.path, revision=revision))


def check(context: Context, copy: Received, revision: Revision | None = None) -> Checked:
    """Read a received extract and put it through the gate. Raises RefusedExtract."""
    extract = copy.extract
    check_name(extract.file_name)
    _check_place(context, extract, revision)
    inbox.check_manifest(copy)
    layout, is_delta = LAYOUTS[extract.dataset], extract.kind is Kind.DELTA
    frame, total, text = _tidy_frame(context, copy, layout)
    named = named_rows(frame)
    with context.phase("gate"):
        verdict = examine(extract.dataset, named, delta=is_delta)
    _refuse_if_critical(verdict, extract)
    aside = quarantined_rows(named, verdict.positions, layout.key)
    numbers = {row.row_number for row in aside}
    accepted = without(frame, numbers)
    draft = ExtractRecord(
        extract,
        Outcome.ACCEPTED,
        counts=Counts(rows=total, quarantined=len(numbers), exact_duplicates=total - len(frame)),
        columns=tuple(name for name in layout.names if name in frame.columns),
        checks=verdict.checks,
        findings=mistranslation(context, extract, accepted, text.mistranslated),
        quarantined=aside,
        notes=(*text.notes, *_updated_too_late(named, extract)),
    )
    kept = layout_columns(accepted, layout, delta=is_delta)
    return Checked(draft, kept)


def _tidy_frame(context: Context, copy: Received, layout: Layout) -> tuple["pd.DataFrame", int, TextTable]:
    """The tidy rows without repeats, how many the file held, and its text with what was noticed."""
    extract = copy.extract
    is_delta = extract.kind is Kind.DELTA
    with context.phase("read"):
        text = read_text(_plain(copy), layout, extract.file_name, delta=is_delta)
        _check_rows(copy, text.table.num_rows)
    with context.phase("tidy"):
        frame = tidy(text.table, layout, extract.as_of, delta=is_delta)
        total = len(frame)
        frame = without_repeats(frame, layout)
        if is_delta:
            frame = latest_of_delta(frame, layout.key[0])
    return frame.reset_index(drop=True), total, text


def _updated_too_late(named: "pd.DataFrame", extract: Extract) -> tuple[str, ...]:
    note = updated_too_late(named, extract)
    if note is None:
        return ()
    progress.say(f"{extract.file_name}: {note}")
    return (note,)


def _check_place(context: Context, extract: Extract, revision: Revision | None) -> None:
    """Refuse a date that cannot be, and other bytes for a date that is taken."""
    with context.engine.connect() as connection:
        place = Place(
            today=context.today,
            oldest_days=context.settings.oldest_extract_days,
            taken=extracts.accepted_on(connection, extract.dataset, extract.kind, extract.as_of),
            is_forgotten=extract.dataset is Dataset.GMC_REGISTER and retention.hashed_since(connection, extract.as_of),
        )
    why_not = why_not_admitted(extract, place, is_revision=revision is not None)
    if why_not is not None:
        raise RefusedExtract(why_not)


def _plain(copy: Received) -> Path:
    name = copy.extract.file_name
    if not name.endswith((".zip", ".gz")):
        return copy.path
    plain = copy.path.with_name(f"{copy.path.name}.unpacked")
    unpack(copy.path, plain, name)
    return plain


def _check_rows(copy: Received, rows: int) -> None:
    manifest = copy.arrival.manifest
    if manifest is not None and manifest.rows is not None and manifest.rows != rows:
        raise RefusedExtract(
            f"{copy.extract.file_name} has {rows:,} rows, its manifest declares {manifest.rows:,}: "
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


def _reject(context: Context, extract: Extract, delivered: Path | None, reason: str) -> ExtractRecord:
    entry = ExtractRecord(extract, Outcome.REJECTED, reason)
    with context.archive.staged(extract, delivered) as staged:
        staged.publish(entry)
    with context.engine.begin() as connection:
        extracts.record(connection, entry, context.now())
    progress.say(f"Rejected: {reason}")
    return entry
