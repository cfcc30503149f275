"""Facts for tests: frames with their layout's columns from rows of keywords, everything else empty."""

from datetime import date
from typing import Any

import pandas as pd

from gpsync.extracts.layouts import LAYOUTS
from gpsync.reconciliation.facts import LEFT_COLUMNS, Facts
from gpsync.rules import Dataset

#: A Wednesday.
TODAY = date(2026, 3, 18)
_DERIVED = ("registration_class", "email_key", "valid_from", "previous_class")
_CHANGES = ["gmc_number", "new_email", "new_key", "change_date", "due_date", "sent_on", "expires_on", "state", "reason"]
_FRAMES = {
    **{layout.facts: dataset for dataset, layout in LAYOUTS.items()},
    "previous_performers": Dataset.PERFORMERS_LIST,
}


def frame(columns: list[str], *rows: dict[str, str | None]) -> pd.DataFrame:
    """Text in the given columns; what a row does not say is blank. An unknown column is a slip of the test."""
    strange = {name for row in rows for name in row} - set(columns)
    assert not strange, f"no such column: {strange}"
    return pd.DataFrame({name: [row.get(name) for row in rows] for name in columns}, columns=columns, dtype="str")


def dataset_frame(dataset: Dataset, *rows: dict[str, str | None]) -> pd.DataFrame:
    derived = _DERIVED if dataset is Dataset.GMC_REGISTER else ()
    return frame([*LAYOUTS[dataset].names, *derived], *rows)


def facts(as_of: date = TODAY, **given: Any) -> Facts:
    """Facts whose frames are lists of rows; any frame not given is empty, and all extracts are of `as_of`."""
    frames = {
        name: dataset_frame(dataset, *given.pop(name, ()))
        for name, dataset in _FRAMES.items()
        if name != "previous_performers" or given.get(name) is not None
    }
    frames.setdefault("previous_performers", None)
    if "left_register" in given:
        frames["left_register"] = frame(LEFT_COLUMNS, *given.pop("left_register"))
    email_changes = frame(_CHANGES, *given.pop("email_changes", ()))
    given.setdefault("newest", dict.fromkeys(Dataset, as_of))
    given.pop("previous_performers", None)
    return Facts(as_of=as_of, email_changes=email_changes, **frames, **given)
