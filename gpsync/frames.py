"""The frozen records that carry frames between the decisions and the store, and how a column becomes Arrow."""

from dataclasses import dataclass

import pandas as pd
import pyarrow as pa

from gpsync.records import Counts

#: The column of row numbers (see `register.row_hash`).
ROW_HASH = "row_hash"
#: A change between two performers lists, as it is kept until it is approved or corrected: all text, dates in ISO form.
#: `kind` is the new type of a change of type and `was` those before it; `changed_on` is the list's date for the change,
#: `or_on` another that it may bear, `listed_on` the date of the list that showed it.
LIST_CHANGE = ["gmc_number", "practice_code", "change", "kind", "was", "changed_on", "or_on", "listed_on"]


@dataclass(frozen=True)
class Held:
    """What is held before an extract is applied.

    `rows`: one row for each current record, columns key and `row_hash`. `absences`: one row for each
    absence that has not ended, columns key, `absent_from` (ISO date) and `confirmed_on` (ISO date or null).
    """

    rows: pd.DataFrame
    absences: pd.DataFrame

    @property
    def is_baseline(self) -> bool:
        """Whether nothing was ever held: the extract is the first."""
        return self.rows.empty and self.absences.empty


@dataclass(frozen=True)
class Changes:
    """Everything one extract does to the history. Frames are keyed by the dataset's key column.

    `opened`: whole rows of the versions that start, with `row_hash`. `replaced`: keys whose version ends
    on the extract's date because a new one starts. `gone`: key -> first day of the absence, where the version
    ends. `refreshed`: whole rows that take new numbers and newly supplied columns in place. `ledger`: one row
    for each changed value: key, `field`, `old_value`, `new_value`.
    """

    opened: pd.DataFrame
    replaced: list[str]
    gone: dict[str, str]
    refreshed: pd.DataFrame
    ledger: pd.DataFrame
    missing_once: list[str]
    returned: list[str]
    counts: Counts


def as_text(values: "pd.Series[str]") -> pa.Array:
    """A column of text as one Arrow array of strings, blanks null, however many pieces it came in."""
    array = pa.array(values, from_pandas=True)
    whole = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
    return whole if pa.types.is_string(whole.type) else whole.cast(pa.string())
