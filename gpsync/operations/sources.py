"""The newest extract of each dataset: its rows, and the columns of which it says nothing."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from gpsync.extracts.archive import Archive, no_rows
from gpsync.operations.context import Context
from gpsync.reconciliation.columns import absent_columns, unknown_in
from gpsync.records import ExtractRecord
from gpsync.rules import Dataset, Kind
from gpsync.store import extracts

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Source:
    """An extract: its record, or None where there is none, and its rows with every column of the layout.

    Of the columns in `unknown` nothing is known; those in `absent` the extract does not have.
    """

    entry: ExtractRecord | None
    rows: "pd.DataFrame"
    unknown: frozenset[str]
    absent: frozenset[str]

    @property
    def as_of(self) -> date | None:
        """The extract's date."""
        return self.entry.extract.as_of if self.entry else None


class Sources:
    """The kept extracts that a run looks at, each read once."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._read: dict[str, Source] = {}

    def newest(self, connection: Connection, dataset: Dataset, as_of: date) -> Source:
        """The newest accepted extract dated up to `as_of`; one without a row where there is none."""
        found = extracts.newest_two(connection, dataset, as_of)[:1]
        return self.of(found[0]) if found else _source(dataset, None, no_rows(dataset))

    def of(self, entry: ExtractRecord) -> Source:
        """A kept extract, remembered for the run."""
        extract_id = entry.extract.extract_id
        if extract_id not in self._read:
            self._read[extract_id] = self.once(entry)
        return self._read[extract_id]

    def once(self, entry: ExtractRecord) -> Source:
        """A kept extract, of which many are looked at one after the other: memory holds one of them."""
        remembered = self._read.get(entry.extract.extract_id)
        return remembered or _source(entry.extract.dataset, entry, self._archive.read_layout(entry))

    def rows_once(self, extract_id: str, dataset: Dataset) -> "pd.DataFrame":
        """The rows of an accepted extract of a dataset, by its id, as `once` reads them."""
        remembered = self._read.get(extract_id)
        return remembered.rows if remembered else self._archive.layout_of(extract_id, dataset)


def _source(dataset: Dataset, entry: ExtractRecord | None, rows: "pd.DataFrame") -> Source:
    columns = entry.columns if entry else None
    return Source(entry, rows, unknown_in(dataset, rows, columns), absent_columns(dataset, columns))


def unknown_in_register(context: Context, connection: Connection, as_of: date) -> frozenset[str]:
    """The columns of which the newest full register, and what came after it, says nothing."""
    since = extracts.newest_full_and_since(connection, Dataset.GMC_REGISTER, as_of)
    blank = blank_in_register(context, connection, as_of)
    return blank.union(*(absent_columns(Dataset.GMC_REGISTER, entry.columns) for entry in since))


def blank_in_register(context: Context, connection: Connection, as_of: date) -> frozenset[str]:
    """The columns that the newest full register leaves blank in every row, whatever is held of doctors it lacks."""
    since = extracts.newest_full_and_since(connection, Dataset.GMC_REGISTER, as_of)
    full = next((one for one in since if one.extract.kind is Kind.FULL), None)
    return context.archive.blank_columns(full) if full else frozenset()
