"""From text as supplied to a tidy frame: trimmed, dates in ISO form, statuses and numbers in one spelling.

A tidy frame holds text only; a null is a blank, or a value that could not be read or is too long. The frame's
`unreadable` or `too_long` column then names the column, so that the gate can quarantine the row. Whatever is costly
is worked out once for each distinct value, because a register has few distinct dates and statuses.
"""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from gpsync.extracts.dates import is_no_end, iso_date, moment
from gpsync.extracts.layouts import Column, Layout, Type
from gpsync.frames import as_text
from gpsync.register import addresses, characters
from gpsync.register.registration_status import canonical_status, registration_class
from gpsync.rules import Dataset

_NUMBER_PREFIX = re.compile(r"^(?:GMC)?\s*C?(?=[0-9]{6,7}$)", re.IGNORECASE)

#: So many bytes a value may have for each character that it is to have, and besides, before it is looked at: composing
#: accents takes as long as the square of their number.
_BYTES_EACH, _BYTES_BESIDES = 4, 200

#: Columns of a tidy frame that are not the extract's own.
ROW_NUMBER, UNREADABLE, FUTURE, TOO_LONG = "row_number", "unreadable", "future", "too_long"
REGISTRATION_CLASS, EMAIL_KEY = "registration_class", "email_key"


def tidy(table: pa.Table, layout: Layout, as_of: date, *, delta: bool = False) -> pd.DataFrame:
    """The table of text as a tidy frame, one row for each row of the file.

    Columns: those of the layout that the table has, then `row_number` (records counted from 1),
    `unreadable`, `future` and `too_long` (names of columns whose date could not be read, or lies after `as_of`
    though it must not, or whose value is longer than the column's; else null) and, for the register,
    `registration_class` and `email_key`.
    """
    present = [column for column in layout.expected(delta=delta) if column.name in table.column_names]
    with ThreadPoolExecutor() as pool:  # Arrow works outside Python's lock
        tidied = list(pool.map(lambda column: _tidy_column(table[column.name], column, as_of), present))
    columns = {column.name: one.text for column, one in zip(present, tidied, strict=True)}
    columns[ROW_NUMBER] = pa.array(np.arange(1, table.num_rows + 1))
    columns[UNREADABLE] = _joined([one.unreadable for one in tidied], table.num_rows)
    columns[FUTURE] = _joined([one.future for one in tidied], table.num_rows)
    columns[TOO_LONG] = _joined([one.too_long for one in tidied], table.num_rows)
    return derive(pa.table(columns).to_pandas(types_mapper=_text_type), layout)


def derive(frame: pd.DataFrame, layout: Layout) -> pd.DataFrame:
    """The frame with the columns that follow from others: `registration_class` and `email_key`, in the register."""
    if layout.dataset is not Dataset.GMC_REGISTER:
        return frame
    derived = {
        REGISTRATION_CLASS: _by_distinct(as_text(frame["registration_status"]), _classes),
        EMAIL_KEY: _email_keys(as_text(frame["email"])),
    }
    return frame.assign(**pa.table(derived).to_pandas(types_mapper=_text_type).set_axis(frame.index))


def begun(rows: pd.DataFrame, layout: Layout, as_of: date) -> pd.DataFrame:
    """The rows with what is derived of them, valid from the date of their extract."""
    return derive(rows, layout).assign(valid_from=as_of.isoformat())


def without_repeats(frame: pd.DataFrame, layout: Layout) -> pd.DataFrame:
    """The frame without rows that repeat another row exactly; of repeats the first stays."""
    # A part of the key may be a column that this file does not have.
    keys = frame[[name for name in layout.key if name in frame.columns]]
    doubled = keys.duplicated(keep=False) if len(keys.columns) > 1 else _doubled(keys.iloc[:, 0])
    if not doubled.any():
        return frame
    columns = [name for name in frame.columns if name != ROW_NUMBER]
    repeats = frame.loc[doubled].duplicated(subset=columns)
    return frame.drop(index=repeats.index[repeats])


def _doubled(keys: "pd.Series[str]") -> "pd.Series[bool]":
    # Counting distinct values is far cheaper than marking repeats, and nearly always enough.
    if keys.nunique(dropna=False) == len(keys):
        return pd.Series(False, keys.index)
    return keys.duplicated(keep=False)


def latest_of_delta(frame: pd.DataFrame, key: str) -> pd.DataFrame:
    """Of several rows of one doctor in a delta, those processed last. Equal dates stay and conflict."""
    processed = frame["date_processed"].map(moment, na_action="ignore").astype("str")
    keys = frame[key].fillna("")
    # One row whose time cannot be read is enough: which row came last is then anybody's guess.
    unknown = processed.isna().groupby(keys).transform("any")
    return frame[unknown | (processed == processed.fillna("").groupby(keys).transform("max"))]


def _text_type(type: pa.DataType) -> Any:
    return pd.StringDtype("pyarrow", na_value=float("nan")) if pa.types.is_string(type) else None


@dataclass(frozen=True)
class _Tidied:
    """One column: its text, and its name where a date cannot be read or lies in the future, or a value is too long."""

    text: pa.Array
    unreadable: pa.Array | None = None
    future: pa.Array | None = None
    too_long: pa.Array | None = None


def _tidy_column(text: pa.ChunkedArray, column: Column, as_of: date) -> _Tidied:
    """A column without the values that are too long: before anything is done with them, or once they are tidy."""
    whole = text.combine_chunks()
    huge = pc.greater(pc.binary_length(whole), column.length * _BYTES_EACH + _BYTES_BESIDES)
    tidied = _tidy_values(_without(whole, huge), column, as_of)
    longer = pc.greater(pc.utf8_length(tidied.text), column.length)
    too_long = pc.or_(pc.fill_null(huge, False), pc.fill_null(longer, False))
    if not pc.any(too_long).as_py():
        return tidied
    return replace(tidied, text=_without(tidied.text, longer), too_long=_marked(too_long, column.name))


def _without(values: pa.Array, where: pa.Array) -> pa.Array:
    if not pc.any(where).as_py():
        return values
    return pc.if_else(pc.fill_null(where, False), pa.scalar(None, pa.string()), values)


def _tidy_values(whole: pa.Array, column: Column, as_of: date) -> _Tidied:
    if column.type is Type.EMAIL:
        # As supplied: what cannot be seen in an address may make it another one.
        return _Tidied(_addresses(pc.ascii_trim_whitespace(whole)))
    if column.type in _NEARLY_ALL_DISTINCT:
        return _Tidied(_TIDIERS[column.type](_visible(whole)))
    encoded = whole.dictionary_encode()
    # A status is folded as it stands: a soft hyphen in it may be a dash, and elsewhere is nothing.
    visible = encoded.dictionary if column.type is Type.STATUS else _visible(encoded.dictionary)
    if column.end:
        visible = _each(_unless_no_end)(visible)
    tidied = _TIDIERS[column.type](visible)
    unreadable = future = None
    if column.type is Type.DATE:
        unreadable = _named(pc.and_(pc.is_valid(visible), pc.is_null(tidied)), column.name, encoded.indices)
    if column.past:
        future = _named(pc.greater(tidied, as_of.isoformat()), column.name, encoded.indices)
    return _Tidied(tidied.take(encoded.indices), unreadable, future)


def _named(where: pa.Array, name: str, indices: pa.Array) -> pa.Array | None:
    """The column's name in the rows whose distinct value is marked; None where none is."""
    return _marked(where, name).take(indices) if pc.any(where).as_py() else None


def _marked(where: pa.Array, name: str) -> pa.Array:
    return pc.if_else(pc.fill_null(where, False), pa.scalar(name), pa.scalar(None, pa.string()))


def _joined(parts: list[pa.Array | None], length: int) -> pa.Array:
    filled = [part for part in parts if part is not None]
    if not filled:
        return pa.nulls(length, pa.string())
    # Not null_handling="skip": pyarrow 26 then leaves out the rows in which every part is null.
    joined = pc.binary_join_element_wise(*filled, " ", null_handling="replace", null_replacement="")
    joined = pc.ascii_trim_whitespace(pc.replace_substring_regex(joined, " +", " "))
    return pc.if_else(pc.equal(joined, ""), pa.scalar(None, pa.string()), joined)


def _visible(text: pa.Array) -> pa.Array:
    """Trim; where a value is not plain ASCII, drop what cannot be seen and compose accents."""
    trimmed = pc.ascii_trim_whitespace(text)
    odd = pc.or_(pc.invert(pc.string_is_ascii(trimmed)), pc.match_substring_regex(trimmed, r"\s\s|[\t\r\n]"))
    trimmed = _replaced(trimmed, pc.fill_null(odd, False), characters.visible)
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)


def _replaced(values: pa.Array, where: pa.Array, change: Callable[[str], str | None]) -> pa.Array:
    """The values with `change` applied in Python, only where the mask is true."""
    if not pc.any(where).as_py():
        return values
    changed = [change(value) for value in values.filter(where).to_pylist()]
    return pc.replace_with_mask(values, where, pa.array(changed, pa.string()))


def _by_distinct(values: pa.Array, change: Callable[[pa.Array], pa.Array]) -> pa.Array:
    encoded = values.dictionary_encode()
    return change(encoded.dictionary).take(encoded.indices)


def _each(change: Callable[[str], str | None]) -> Callable[[pa.Array], pa.Array]:
    """A tidier of distinct values, from a function of one."""
    return lambda values: pa.array(
        [None if value is None else change(value) for value in values.to_pylist()], pa.string()
    )


def _unless_no_end(text: str) -> str | None:
    return None if is_no_end(text) else text


def _numbers(text: pa.Array) -> pa.Array:
    text = pc.utf8_upper(text)
    odd = pc.fill_null(pc.invert(pc.match_substring_regex(text, "^[0-9]{7}$")), False)
    return _replaced(text, odd, _bare_number)


def _bare_number(value: str) -> str:
    return _NUMBER_PREFIX.sub("", value.replace(" ", ""))


def _addresses(text: pa.Array) -> pa.Array:
    odd = pc.invert(pc.match_substring_regex(text, addresses.FOLDED))
    none_words = pc.match_substring_regex(text, "(?i)^(noemail@|none@none)")
    return _replaced(text, pc.fill_null(pc.or_(odd, none_words), False), addresses.clean)


def _email_keys(emails: pa.Array) -> pa.Array:
    odd = pc.fill_null(pc.invert(pc.match_substring_regex(emails, addresses.FOLDED)), False)
    folded = pc.ascii_lower(emails)
    if not pc.any(odd).as_py():
        return folded
    keys = [addresses.key(address) for address in emails.filter(odd).to_pylist()]
    return pc.replace_with_mask(folded, odd, pa.array(keys, pa.string()))


_classes = _each(registration_class)

#: Types whose values hardly repeat: putting them into a dictionary first would only cost.
_NEARLY_ALL_DISTINCT = frozenset({Type.NUMBER})

_TIDIERS: dict[Type, Callable[[pa.Array], pa.Array]] = {
    Type.TEXT: lambda text: text,
    Type.DATE: _each(iso_date),
    Type.NUMBER: _numbers,
    Type.CODE: pc.utf8_upper,
    Type.STATUS: _each(canonical_status),
}
