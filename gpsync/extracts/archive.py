"""Where files are kept once they have left the inbox. Nothing that was delivered is ever lost.

    archive/<extract id>/     the delivered file with its manifest, rows.parquet and extract.json: the truth
                              that gpsync replays
    held/<extract id>/        the same, waiting for a person
    rejected/<extract id>/    the delivered file with its manifest, and <file>.reason.json
    superseded/<extract id>/  an accepted extract that a revision of its date replaced

Folders are readable by their owner only. Each is made complete under a hidden name and then renamed, so a
crash leaves either nothing or all of it.
"""

import errno
import json
import os
import shutil
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from gpsync.extracts.layouts import LAYOUTS
from gpsync.extracts.moving import move
from gpsync.extracts.naming import MANIFEST_SUFFIX
from gpsync.records import Check, Counts, Extract, ExtractRecord, GuardFinding, QuarantinedRow
from gpsync.rules import ACCEPTED_OUTCOMES, Dataset, Guard, Kind, Outcome, QuarantineReason

#: Characters of a file's name that are kept in the name beside it, at four bytes each at most.
_LONGEST_NAME = 60
_ROWS, _RECORD = "rows.parquet", "extract.json"


@dataclass(frozen=True)
class Archive:
    """The folders for each outcome, and what is kept in them."""

    accepted_folder: Path
    held: Path
    rejected: Path
    superseded: Path

    def of(self, outcome: Outcome) -> Path:
        """The folder of the extracts with this outcome."""
        if outcome in ACCEPTED_OUTCOMES:
            return self.accepted_folder
        return {Outcome.HELD: self.held, Outcome.REJECTED: self.rejected, Outcome.SUPERSEDED: self.superseded}[outcome]

    def folder(self, entry: ExtractRecord) -> Path:
        """Where an extract with this outcome is kept."""
        return self.of(entry.outcome) / entry.extract.extract_id

    @contextmanager
    def staged(self, extract: Extract, delivered: Path | None, rows: pd.DataFrame | None = None) -> Iterator["Staged"]:
        """Write the delivered bytes, and the accepted rows for a replay, in the background; then `publish`.

        Without `delivered` only the record is kept. What is not published by the end of the block has the delivered
        file back where it was.
        """
        staging = Staged(self, extract, delivered, rows)
        try:
            yield staging
        finally:
            staging.close(delivered)

    def refile(self, before: ExtractRecord, after: ExtractRecord) -> None:
        """Move a kept extract to the folder of its new outcome. Does nothing where that has been done."""
        source, target = self.folder(before), self.folder(after)
        if not source.exists():
            return
        _write_record(source, after)
        if after.outcome is Outcome.REJECTED:
            _write_reason(source, after)
        if source != target:
            _put(source, target)

    def read_rows(self, entry: ExtractRecord, columns: list[str] | None = None) -> pd.DataFrame:
        """The accepted rows of a kept extract, as they were tidied when it arrived; of these columns, or of all."""
        return _rows_in(self.folder(entry), columns)

    def read_layout(self, entry: ExtractRecord) -> pd.DataFrame:
        """The accepted rows with every column of the dataset's layout; one that the extract lacks is blank."""
        return _with_layout(self.read_rows(entry), entry.extract.dataset)

    def rows_about(self, entry: ExtractRecord, column: str, value: str) -> list[dict[str, str | None]]:
        """The rows of a kept extract that have this value in a column, as its other columns name theirs."""
        found: list[dict[str, str | None]] = pq.read_table(
            self.folder(entry) / _ROWS, filters=[(column, "=", value)]
        ).to_pylist()
        return found

    def layout_of(self, extract_id: str, dataset: Dataset) -> pd.DataFrame:
        """The same of an accepted extract of a dataset, by its id."""
        return _with_layout(_rows_in(self.accepted_folder / extract_id), dataset)

    def blank_columns(self, entry: ExtractRecord) -> frozenset[str]:
        """The columns of a kept extract that no accepted row fills, by the counts that stand beside its rows."""
        return _blank_in(self.folder(entry))

    def blank_columns_of(self, extract_id: str) -> frozenset[str]:
        """The same of an accepted extract, by its id."""
        return _blank_in(self.accepted_folder / extract_id)

    def accepted(self) -> Iterator[ExtractRecord]:
        """Every accepted extract that the archive holds, in no particular order."""
        for path in sorted(self.accepted_folder.glob(f"*/{_RECORD}")):
            yield _from_json(json.loads(path.read_text(encoding="utf-8")))


def no_rows(dataset: Dataset) -> pd.DataFrame:
    """The rows of a dataset of which no extract was accepted: none, with every column of its layout."""
    return pd.DataFrame(columns=LAYOUTS[dataset].names, dtype="str")


def archive_in(home: Path, accepted: Path) -> Archive:
    """The archive of an installation: `accepted` is where the settings put it, the other folders are under its home."""
    return Archive(accepted, home / "held", home / "rejected", home / "superseded")


class Staged:
    """An extract's files on their way into the archive, written while the history is being worked out."""

    def __init__(self, where: Archive, extract: Extract, delivered: Path | None, rows: pd.DataFrame | None) -> None:
        self._where = where
        where.accepted_folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._folder = Path(mkdtemp(prefix=f".{extract.extract_id}.", dir=where.accepted_folder))
        self._pool = ThreadPoolExecutor(max_workers=1)
        self._writing = self._pool.submit(self._write, extract, delivered, rows)

    def _write(self, extract: Extract, delivered: Path | None, rows: pd.DataFrame | None) -> None:
        for path in _with_manifest(delivered):
            if os.path.lexists(path):
                move(path, self._folder / path.name)
        if rows is not None:
            pq.write_table(pa.Table.from_pandas(rows, preserve_index=False), self._folder / _ROWS, compression="lz4")
        for path in self._folder.iterdir():
            _sync(path)

    def close(self, delivered: Path | None) -> None:
        """Wait for the writing to end; give back what was delivered unless it was published."""
        self._pool.shutdown()
        for path in _with_manifest(delivered):
            if os.path.lexists(self._folder / path.name):
                move(self._folder / path.name, path)
        shutil.rmtree(self._folder, ignore_errors=True)

    def publish(self, entry: ExtractRecord) -> Path:
        """Put the files into the folder of the entry's outcome, all at once; returns the folder."""
        self._writing.result()
        if entry.outcome is Outcome.REJECTED:
            _write_reason(self._folder, entry)
        else:
            _write_record(self._folder, entry)
        _sync(self._folder)
        target = self._where.folder(entry)
        _put(self._folder, target)
        _sync(target.parent)
        # What killed runs left of this extract: the same bytes, which are safe now.
        for left in self._where.accepted_folder.glob(f".{entry.extract.extract_id}.*"):
            shutil.rmtree(left, ignore_errors=True)
        return target


def _put(source: Path, target: Path) -> None:
    """Put a folder of files where no other is, all at once, also on another file system."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    shutil.rmtree(target, ignore_errors=True)
    try:
        source.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        brought = Path(mkdtemp(prefix=f".{target.name}.", dir=target.parent))
        for path in source.iterdir():
            move(path, brought / path.name)
        brought.rename(target)
        shutil.rmtree(source, ignore_errors=True)


def _with_layout(rows: pd.DataFrame, dataset: Dataset) -> pd.DataFrame:
    return rows.reindex(columns=LAYOUTS[dataset].names).astype("str")


def _rows_in(folder: Path, columns: list[str] | None = None) -> pd.DataFrame:
    frame: pd.DataFrame = pq.read_table(folder / _ROWS, columns=columns).to_pandas()
    return frame


def _blank_in(folder: Path) -> frozenset[str]:
    file = pq.ParquetFile(folder / _ROWS).metadata
    filled: set[str] = set()
    for group in range(file.num_row_groups):
        columns = [file.row_group(group).column(place) for place in range(file.num_columns)]
        filled |= {one.path_in_schema for one in columns if _has_values(one)}
    return frozenset(file.schema.names) - filled


def _has_values(column: Any) -> bool:
    counts = column.statistics
    # Without a count of nulls nothing says that the column is blank.
    return counts is None or not counts.has_null_count or counts.null_count < column.num_values


def _with_manifest(delivered: Path | None) -> tuple[Path, ...]:
    return () if delivered is None else (delivered, delivered.with_name(f"{delivered.name}{MANIFEST_SUFFIX}"))


def _sync(path: Path) -> None:
    kind = path.lstat().st_mode
    if not (stat.S_ISREG(kind) or stat.S_ISDIR(kind)):
        return  # a link or a pipe that was refused: nothing in it is ours to keep, and opening it may wait for ever
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write_reason(where: Path, entry: ExtractRecord) -> None:
    reason = {
        "file": entry.extract.file_name,
        "sha256": entry.extract.sha256,
        "reason": entry.reason,
        "decided_by": entry.decided_by,
        "decided_reason": entry.decided_reason,
    }
    # A name may be as long as the file system lets it be; then there is no room for more.
    beside = where / f"{entry.extract.file_name[:_LONGEST_NAME]}.reason.json"
    beside.write_text(json.dumps(reason, indent=2), encoding="utf-8")


def _write_record(where: Path, entry: ExtractRecord) -> None:
    (where / _RECORD).write_text(json.dumps(asdict(entry), default=str, indent=1), encoding="utf-8")


def _from_json(fields: dict[str, Any]) -> ExtractRecord:
    delivered = fields.pop("extract")
    return ExtractRecord(
        extract=Extract(
            **{
                **delivered,
                "dataset": Dataset(delivered["dataset"]),
                "kind": Kind(delivered["kind"]),
                "as_of": date.fromisoformat(delivered["as_of"]),
            }
        ),
        outcome=Outcome(fields.pop("outcome")),
        counts=Counts(**fields.pop("counts")),
        columns=tuple(fields.pop("columns")),
        checks=tuple(Check(**one) for one in fields.pop("checks")),
        findings=tuple(
            GuardFinding(**{**one, "guard": Guard(one["guard"]), "sample": tuple(one["sample"])})
            for one in fields.pop("findings")
        ),
        quarantined=tuple(
            QuarantinedRow(one["row_number"], one["key"], QuarantineReason(one["reason"]))
            for one in fields.pop("quarantined")
        ),
        notes=tuple(fields.pop("notes")),
        **fields,
    )
