"""From text as supplied to a tidy frame: trimmed, dates in ISO form, statuses and numbers in one spelling.

A tidy frame holds text only; a null is a blank, or a value that could not be read. The frame's
`unreadable` column then names the column, so that the gate can set the row aside. Whatever is costly
is worked out once for each distinct value, because a register has few distinct dates and statuses.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from gpsync.extracts.layouts import Layout, Type
from gpsync.register import addresses
from gpsync.register.registration_status import canonical_status, registration_class
from gpsync.rules import Dataset

_INVISIBLE = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_SPACES = re.compile(r"\s+")
#: Addresses that need no cleaning, so that only the odd ones take the slow way.
_PLAIN_ADDRESS = r"^[A-Za-z0-9!#$%&*+/=?^_{|}~-]+(\.[A-Za-z0-9!#$%&*+/=?^_{|}~-]+)*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$"
_NUMBER_PREFIX = re.compile(r"^(?:GMC)?\s*C?(?=[0-9]{6,7}$)", re.IGNORECASE)

#: Columns of a tidy frame that are not the extract's own.
ROW_NUMBER, UNREADABLE, FUTURE = "row_number", "unreadable", "future"
REGISTRATION_CLASS, EMAIL_KEY = "registration_class", "email_key"


def tidy(table: pa.Table, layout: Layout, as_of: date, *, delta: bool = False) -> pd.DataFrame:
    """The table of text as a tidy frame, one row for each row of the file.

    Columns: those of the layout that the table has, then `row_number` (records counted from 1),
    `unreadable` and `future` (names of columns whose date could not be read, or lies after `as_of` though it
    must not; else null) and, for the register, `registration_class` and `email_key`.
    """
    columns: dict[str, pa.ChunkedArray | pa.Array] = {}
    unreadable: list[pa.ChunkedArray] = []
    future: list[pa.ChunkedArray] = []
    for column in layout.expected(delta=delta):
        if column.name not in table.column_names:
            continue
        text = _visible(table[column.name])
        columns[column.name] = _TIDIERS[column.type](text)
        if column.type is Type.DATE:
            lost = pc.and_(pc.is_valid(text), pc.is_null(columns[column.name]))
            unreadable.append(_named(lost, column.name))
        if column.past:
            future.append(_named(pc.greater(columns[column.name], as_of.isoformat()), column.name))
    columns[ROW_NUMBER] = pa.array(range(1, table.num_rows + 1), pa.int64())
    columns[UNREADABLE] = _joined(unreadable, table.num_rows)
    columns[FUTURE] = _joined(future, table.num_rows)
    return derive(pa.table(columns).to_pandas(types_mapper=_text_type), layout)


def derive(frame: pd.DataFrame, layout: Layout) -> pd.DataFrame:
    """The frame with the columns that follow from others: `registration_class` and `email_key`, in the register."""
    if layout.dataset is not Dataset.GMC_REGISTER:
        return frame
    derived = {
        REGISTRATION_CLASS: _by_distinct(_text(frame["registration_status"]), registration_class),
        EMAIL_KEY: _email_keys(_text(frame["email"])),
    }
    return frame.assign(**pa.table(derived).to_pandas(types_mapper=_text_type).set_axis(frame.index))


def without_repeats(frame: pd.DataFrame, layout: Layout) -> pd.DataFrame:
    """The frame without rows that repeat another row exactly; of repeats the first stays."""
    keys = frame[list(layout.key)]
    doubled = keys.duplicated(keep=False) if len(layout.key) > 1 else _doubled(keys.iloc[:, 0])
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
    processed = frame["date_processed"].fillna("").map(lambda text: iso_date(text) or text)
    return frame[processed == processed.groupby(frame[key].fillna("")).transform("max")]


def _text(values: "pd.Series[str]") -> pa.ChunkedArray:
    schema = pa.schema([("text", pa.string())])
    return pa.Table.from_pandas(values.to_frame("text"), schema=schema, preserve_index=False)["text"]


def _text_type(type: pa.DataType) -> pd.StringDtype | None:
    return pd.StringDtype("pyarrow", na_value=float("nan")) if pa.types.is_string(type) else None


def _visible(text: pa.ChunkedArray) -> pa.ChunkedArray:
    """Trim; where a value is not plain ASCII, drop what cannot be seen and compose accents."""
    trimmed = pc.ascii_trim_whitespace(text)
    odd = pc.or_(pc.invert(pc.string_is_ascii(trimmed)), pc.match_substring_regex(trimmed, r"\s\s|[\t\r\n]"))
    odd = pc.fill_null(odd, False)
    if pc.any(odd).as_py():
        trimmed = _replaced(trimmed, odd, _without_invisible)
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)


def _without_invisible(value: str) -> str:
    return _SPACES.sub(" ", _INVISIBLE.sub("", unicodedata.normalize("NFC", value))).strip()


def _replaced(
    values: pa.ChunkedArray, where: pa.ChunkedArray, change: Callable[[str], str | None]
) -> pa.ChunkedArray:
    """The values with `change` applied in Python, only where the mask is true."""
    changed = [change(value) for value in values.filter(where).to_pylist()]
    whole = values.combine_chunks() if values.num_chunks != 1 else values.chunk(0)
    mask = where.combine_chunks() if where.num_chunks != 1 else where.chunk(0)
    return pa.chunked_array([pc.replace_with_mask(whole, mask, pa.array(changed, pa.string()))])


def _by_distinct(values: pa.ChunkedArray, change: Callable[[str], str | None]) -> pa.ChunkedArray:
    """The values with `change` applied once for each distinct one."""
    encoded = values.combine_chunks().dictionary_encode() if isinstance(values, pa.ChunkedArray) else values
    changed = pa.array([change(value) for value in encoded.dictionary.to_pylist()], pa.string())
    return pa.chunked_array([changed.take(encoded.indices)])


def _dates(text: pa.ChunkedArray) -> pa.ChunkedArray:
    return _by_distinct(text, iso_date)


def iso_date(text: str) -> str | None:
    """The ISO form of a date as the sources write it, or None when it is none.

    Eight digits are ddmmyyyy (the GMC's specification) unless they only make sense as yyyymmdd (the ODS);
    seven digits are ddmmyyyy whose leading zero a spreadsheet dropped (seen on the HEE-TIS wiki).
    """
    if text.isdigit() and len(text) in (7, 8):
        digits = text.zfill(8)
        return _date(int(digits[4:]), int(digits[2:4]), int(digits[:2])) or _date(
            int(digits[:4]), int(digits[4:6]), int(digits[6:])
        )
    for form in ("%Y-%m-%d", "%d %B %Y", "%d/%m/%Y"):
        try:
            parsed = datetime.strptime(text, form)  # noqa: DTZ007 - a date, not an instant
        except ValueError:
            continue
        return _date(parsed.year, parsed.month, parsed.day)
    return None


def _date(year: int, month: int, day: int) -> str | None:
    # A year before 1850 or after 2150 is a misread date, not a doctor's.
    try:
        return date(year, month, day).isoformat() if 1850 <= year <= 2150 else None
    except ValueError:
        return None


def _numbers(text: pa.ChunkedArray) -> pa.ChunkedArray:
    text = pc.utf8_upper(text)
    odd = pc.fill_null(pc.invert(pc.match_substring_regex(text, "^[0-9]{7}$")), False)
    return _replaced(text, odd, _bare_number) if pc.any(odd).as_py() else text


def _bare_number(value: str) -> str:
    return _NUMBER_PREFIX.sub("", value.replace(" ", ""))


def _statuses(text: pa.ChunkedArray) -> pa.ChunkedArray:
    return _by_distinct(text, canonical_status)


def _addresses(text: pa.ChunkedArray) -> pa.ChunkedArray:
    plain = pc.match_substring_regex(text, _PLAIN_ADDRESS)
    odd = pc.fill_null(pc.invert(plain), False)
    odd = pc.or_(odd, pc.fill_null(pc.match_substring_regex(text, "(?i)^(noemail@|none@none)"), False))
    return _replaced(text, odd, addresses.clean) if pc.any(odd).as_py() else text


def _email_keys(emails: pa.ChunkedArray) -> pa.ChunkedArray:
    folded = pc.utf8_lower(emails)
    odd = pc.fill_null(pc.invert(pc.string_is_ascii(emails)), False)
    if not pc.any(odd).as_py():
        return folded
    whole = emails.filter(odd).to_pylist()
    mask = odd.combine_chunks()
    return pa.chunked_array(
        [pc.replace_with_mask(folded.combine_chunks(), mask, pa.array([addresses.key(one) for one in whole]))]
    )


def _named(where: pa.ChunkedArray, name: str) -> pa.ChunkedArray:
    return pc.if_else(pc.fill_null(where, False), pa.scalar(name), pa.scalar(None, pa.string()))


def _joined(parts: list[pa.ChunkedArray], length: int) -> pa.ChunkedArray:
    filled = [part for part in parts if part.null_count < length]
    if not filled:
        return pa.chunked_array([pa.nulls(length, pa.string())])
    joined = pc.binary_join_element_wise(*filled, " ", null_handling="skip")
    return pc.if_else(pc.equal(joined, ""), pa.scalar(None, pa.string()), joined)


_TIDIERS: dict[Type, Callable[[pa.ChunkedArray], pa.ChunkedArray]] = {
    Type.TEXT: lambda text: text,
    Type.DATE: _dates,
    Type.NUMBER: _numbers,
    Type.CODE: pc.utf8_upper,
    Type.STATUS: _statuses,
    Type.EMAIL: _addresses,
}
