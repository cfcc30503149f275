"""The performers list made ready for the rules: who is listed, and who works at a practice on the day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd

from gpsync import rules
from gpsync.extracts.layouts import LAYOUTS, Type
from gpsync.london import long_date
from gpsync.reconciliation.facts import Facts
from gpsync.rules import ACTIVE_ON_LIST, ON_LIST, Dataset

GP_PERFORMER, GP_REGISTRAR = "gp performer", "gp registrar"

#: The list writes 1 January 1900 for "no date held"; no date before this one is a working doctor's.
FIRST_BELIEVABLE_DAY = "1930-01-01"

_LAYOUT = LAYOUTS[Dataset.PERFORMERS_LIST]
#: The columns of the list that hold dates.
DATE_COLUMNS = [column.name for column in _LAYOUT.columns if column.type is Type.DATE]

#: A row as text; a blank is "".
Row = Mapping[str, str]


@dataclass(frozen=True)
class Performers:
    """The Medical rows of the list, whatever their status, together with all other facts.

    `rows` has the layout's columns and `status`, `role` and `kind` (status, role and type, folded), `listed` and
    `active` (by status), and `assigned` (the row is an assignment that runs on the day).
    """

    facts: Facts
    rows: pd.DataFrame


def performers(facts: Facts) -> Performers:
    """The list as the rules look at it."""
    return Performers(facts, medical(facts.performers, facts.as_of))


def medical(performers: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """The rows of `Performers`, from those of any list."""
    rows = performers.reindex(columns=_LAYOUT.names).astype("str")
    rows = rows[folded(rows["alignment"]) == "medical"].reset_index(drop=True)
    rows = rows.assign(assignment_end_date=ends(rows["assignment_end_date"]))
    status = folded(rows["list_status"])
    return rows.assign(
        status=status,
        role=folded(rows["performer_role"]),
        kind=folded(rows["performer_type"]),
        listed=status.isin(ON_LIST),
        active=status.isin(ACTIVE_ON_LIST),
        assigned=assigned(rows, as_of),
    )


def assigned(rows: pd.DataFrame, as_of: date) -> "pd.Series[bool]":
    """Whether each row is an assignment that runs on the day; one without a start has begun."""
    start, end, today = rows["assignment_start_date"], rows["assignment_end_date"], as_of.isoformat()
    return rows["practice_code"].notna() & (start.isna() | (start <= today)) & (end.isna() | (end >= today))


def ends(days: "pd.Series[str]") -> "pd.Series[str]":
    """End dates, blank where the date only says that there is no end."""
    return days.astype("str").mask(days == rules.NO_END)


def folded(words: "pd.Series[str]") -> "pd.Series[str]":
    """Words for comparison: in lower case, with single blanks. The few distinct ones are folded once each."""
    known = {word: " ".join(word.split()).casefold() for word in words.dropna().unique()}
    return words.map(known).astype("str")


def in_capitals(identifiers: "pd.Series[str]") -> "pd.Series[str]":
    """Identifiers of users and cases, written alike in every extract: two that differ by case only are one."""
    return identifiers.astype("str").str.upper()


def texts(rows: pd.DataFrame, columns: Iterable[str]) -> list[Row]:
    """The rows' values in these text columns, in an order that does not hang on the order of the extract."""
    names = list(columns)
    # Of the few rows that come here a frame would take many times as long as Python's own sets and sorting.
    values = ([value if isinstance(value, str) else None for value in rows[name]] for name in names)
    ordered = sorted(set(zip(*values, strict=True)), key=lambda row: [(value is None, value or "") for value in row])
    return [{name: value or "" for name, value in zip(names, row, strict=True)} for row in ordered]


def one_each(rows: pd.DataFrame, columns: Iterable[str], key: str = "gmc_number") -> list[Row]:
    """One row for each distinct `key`: the first, as `texts` orders them."""
    first: dict[str, Row] = {}
    for row in texts(rows, [key, *(name for name in columns if name != key)]):
        first.setdefault(row[key], row)
    return list(first.values())


def written(day: str) -> str:
    """An ISO date in words, for summaries."""
    return long_date(date.fromisoformat(day))
