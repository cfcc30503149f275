"""Columns that an extract does not have, or that are blank in every row: of these nothing is known.

A blank counts only where the column could be filled. An extract without a single change of commitment says nothing
wrong by leaving the commitment blank, and a decision that nobody has taken has no date.
"""

from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType

import pandas as pd

from gpsync.extracts.layouts import LAYOUTS
from gpsync.reconciliation.approvals.case_words import PRINCIPAL
from gpsync.reconciliation.facts import Facts
from gpsync.reconciliation.listed import folded
from gpsync.rules import AccountStatus, Dataset

#: What is the matter with a column of which nothing is known.
ABSENT, BLANK = "", "blank in every row"

_Rows = Callable[[pd.DataFrame], "pd.Series[bool]"]


def _at_a_practice(rows: pd.DataFrame) -> "pd.Series[bool]":
    return rows["practice_code"].notna()


def _asks_for(word: str) -> _Rows:
    return lambda rows: folded(rows["change_type"]).str.replace(r"[ -]", "_", regex=True) == word


def _decided(column: str) -> _Rows:
    return lambda rows: folded(rows[column]).isin(("approved", "rejected"))


def _concerns_icb(rows: pd.DataFrame) -> "pd.Series[bool]":
    partner = (folded(rows["from_type"]) == PRINCIPAL) | (folded(rows["to_type"]) == PRINCIPAL)
    return partner | _asks_for("commitment_change")(rows)


#: In which rows a column can be filled, where that is not in all.
_FILLED_IN: Mapping[tuple[Dataset, str], _Rows] = MappingProxyType(
    {
        (Dataset.PERFORMERS_LIST, "assignment_start_date"): _at_a_practice,
        (Dataset.PERFORMERS_LIST, "assignment_end_date"): _at_a_practice,
        (Dataset.PERFORMERS_LIST, "level_of_commitment"): _at_a_practice,
        (Dataset.PRACTICE_APPROVALS, "commitment"): _asks_for("commitment_change"),
        (Dataset.PRACTICE_APPROVALS, "from_type"): _asks_for("role_change"),
        (Dataset.PRACTICE_APPROVALS, "to_type"): _asks_for("role_change"),
        (Dataset.PRACTICE_APPROVALS, "practice_decision_date"): _decided("practice_decision"),
        (Dataset.PRACTICE_APPROVALS, "decided_by_user_id"): _decided("practice_decision"),
        (Dataset.PRACTICE_APPROVALS, "icb_decision_date"): _decided("icb_decision"),
        (Dataset.PRACTICE_APPROVALS, "icb_decision"): _concerns_icb,
        (Dataset.PCSE_ACCOUNTS, "verified_date"): lambda rows: (
            folded(rows["account_status"]) != AccountStatus.UNVERIFIED
        ),
    }
)


def frame_of(facts: Facts, dataset: Dataset) -> pd.DataFrame:
    """The rows of a dataset that rules look at: of the performers list the Medical ones."""
    rows: pd.DataFrame = getattr(facts, LAYOUTS[dataset].facts)
    return medical(rows) if dataset is Dataset.PERFORMERS_LIST else rows


def medical(performers: pd.DataFrame) -> pd.DataFrame:
    """The Medical rows of a performers list: a dentist's practice says nothing of the doctors'."""
    return performers[folded(performers["alignment"].astype("str")) == "medical"]


def blank_columns(rows: pd.DataFrame, dataset: Dataset) -> frozenset[str]:
    """The columns of an extract's rows that no row fills although some row could; none where there is no row."""
    if rows.empty:
        return frozenset()
    empty = [str(name) for name in rows.columns if not rows[name].notna().any()]
    return frozenset(name for name in empty if _could_be_filled(rows, dataset, name))


def _could_be_filled(rows: pd.DataFrame, dataset: Dataset, name: str) -> bool:
    fillable = _FILLED_IN.get((dataset, name))
    return fillable is None or bool(fillable(rows).any())


def absent_columns(dataset: Dataset, columns: Collection[str] | None) -> frozenset[str]:
    """The layout's columns that are not among an extract's own; none where there is no extract."""
    return frozenset() if columns is None else frozenset(LAYOUTS[dataset].names) - set(columns)


def unknown_in(dataset: Dataset, rows: pd.DataFrame, columns: Collection[str] | None) -> frozenset[str]:
    """The columns of which an extract with these rows and columns says nothing."""
    seen = medical(rows) if dataset is Dataset.PERFORMERS_LIST else rows
    return absent_columns(dataset, columns) | blank_columns(seen, dataset)


def unknown_columns(facts: Facts) -> Mapping[Dataset, Mapping[str, str]]:
    """Of each dataset the columns of which nothing is known, each with the words that say why."""
    return {dataset: _unknown(facts, dataset) for dataset in Dataset}


def _unknown(facts: Facts, dataset: Dataset) -> Mapping[str, str]:
    rows = frame_of(facts, dataset)
    if rows.empty:
        return {}
    blank = blank_columns(rows, dataset) | facts.blank.get(dataset, frozenset())
    supplied = facts.columns.get(dataset)
    absent = [] if supplied is None else [name for name in LAYOUTS[dataset].names if name not in supplied]
    return {**dict.fromkeys(sorted(blank), BLANK), **dict.fromkeys(absent, ABSENT)}
