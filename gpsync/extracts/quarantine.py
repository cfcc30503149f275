"""Rows of an extract that are quarantined: which they are, and what is left without them."""

from collections.abc import Collection, Mapping, Sequence

import pandas as pd

from gpsync.extracts.layouts import Layout
from gpsync.extracts.tidying import FUTURE
from gpsync.records import Extract, QuarantinedRow
from gpsync.rules import DeltaAction, QuarantineReason


def named_rows(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows that say what a record reads: all but a delta's deletes, of which only the number matters."""
    if "action" not in frame.columns:
        return frame
    return frame[frame["action"] != DeltaAction.DELETE].reset_index(drop=True)


def quarantined_rows(
    named: pd.DataFrame, positions: Mapping[QuarantineReason, Sequence[int]], key: tuple[str, ...]
) -> tuple[QuarantinedRow, ...]:
    """The rows at these positions, each with its number in the file, its key as far as it has one, and why."""
    parts = [named[column].fillna("") for column in key if column in named.columns]
    return tuple(
        QuarantinedRow(int(named["row_number"].iloc[place]), "|".join(str(part.iloc[place]) for part in parts), reason)
        for reason, places in positions.items()
        for place in places
    )


def without(frame: pd.DataFrame, numbers: Collection[int]) -> pd.DataFrame:
    """The rows with other numbers than these."""
    return frame[~frame["row_number"].isin(numbers)].reset_index(drop=True) if numbers else frame


def layout_columns(frame: pd.DataFrame, layout: Layout, *, delta: bool) -> pd.DataFrame:
    """The columns that a layout knows, as far as the rows have them, and what a delta's rows ask for."""
    columns = [*layout.names, "action"] if delta else layout.names
    return frame[[name for name in columns if name in frame.columns]]


def updated_too_late(frame: pd.DataFrame, extract: Extract) -> str | None:
    """C-14: an address cannot have been updated after the extract that shows it. Reported as a count."""
    later = int(frame[FUTURE].str.contains("email_last_updated", regex=False, na=False).sum())
    if not later:
        return None
    rows = "1 row says that its" if later == 1 else f"{later:,} rows say that their"
    return (
        f"{rows} address was last updated after {extract.as_of}, the extract's own date: "
        "ask the sender which date is wrong. No window depends on it (C-14)."
    )
