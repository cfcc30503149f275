"""Reading a workbook or CSV file that a person has saved: its rows, and what its cells mean."""

import csv
import io
import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import openpyxl

from gpsync.errors import WrongUse
from gpsync.extracts.dates import iso_date

_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?: 00:00:00)?")
_BRITISH = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
#: Excel counts days from here, and ends with the year 9999.
_EXCEL_START, _EXCEL_END = date(1899, 12, 30), 2_958_465


class Calculated:
    """Stands for a cell that holds a formula or an error instead of a value."""


CALCULATED = Calculated()


@dataclass(frozen=True)
class Sheet:
    """One sheet; a CSV file is a sheet without a name. Row n of the sheet is `rows[n - 1]`."""

    name: str
    rows: Sequence[Sequence[object]]


def read_sheets(path: Path, heading: str) -> list[Sheet]:
    """Every sheet of the file; `heading` is in its heading row and shows how a CSV file separates fields.

    Raises WrongUse where the file as a whole cannot be read.
    """
    if not path.is_file():
        raise WrongUse(f"There is no file {path}.")
    match path.suffix.lower():
        case ".xlsx":
            return _workbook(path)
        case ".csv":
            return [Sheet("", _csv(path, heading))]
    raise WrongUse(f"{path.name} is neither a workbook (.xlsx) nor a CSV file (.csv); save it as one of the two.")


def _workbook(path: Path) -> list[Sheet]:
    try:
        with warnings.catch_warnings():
            # openpyxl warns of whatever it leaves out, such as colours; nothing that is read here.
            warnings.simplefilter("ignore")
            return _sheets(path)
    except Exception as fault:
        # A faulty file fails in the part that meets the fault first: zip, XML, a number, a missing member.
        raise WrongUse(
            f"{path.name} cannot be opened as a workbook; close it in Excel, take off any password, save it as .xlsx "
            "and try again."
        ) from fault


def _sheets(path: Path) -> list[Sheet]:
    book = openpyxl.load_workbook(path, read_only=True)
    try:
        sheets = []
        for sheet in book.worksheets:
            # The size a file claims may be wrong, or a million empty rows.
            sheet.reset_dimensions()
            rows = [[_value(cell.data_type, cell.value) for cell in row] for row in sheet.iter_rows()]
            sheets.append(Sheet(sheet.title, rows))
        return sheets
    finally:
        book.close()


def _value(data_type: str, value: object) -> object:
    return CALCULATED if data_type in ("f", "e") else value


def _csv(path: Path, heading: str) -> list[list[str]]:
    text = _decoded(path)
    # Excel separates fields by the list separator of the country it runs in, and writes no mark of which.
    found = re.search(rf'([,;\t]?)"?{re.escape(heading)}"?([,;\t]?)', text, re.IGNORECASE)
    separator = found and (found[2] or found[1])
    if not separator:
        raise WrongUse(
            f"{path.name} has no column '{heading}' between commas, semicolons or tabs; save the report again."
        )
    try:
        # Strict: a stray quote would otherwise silently swallow the rows after it.
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error as fault:
        raise WrongUse(f"{path.name} has a quotation mark that is not closed; fill in the workbook instead.") from fault


def _decoded(path: Path) -> str:
    raw = path.read_bytes()
    utf_16 = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
    # In this order: text in Excel's own code page is hardly ever valid UTF-8, UTF-8 often passes for the code page.
    for encoding in ["utf-16"] if utf_16 else ["utf-8-sig", "cp1252"]:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise WrongUse(f"{path.name} is not readable text; save it as 'CSV UTF-8'.")


def as_date(value: object) -> date | None:
    """The day meant by a cell, or None; a day before its month where both are numbers, as in Britain."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _EXCEL_START + timedelta(days=int(value)) if 1 <= value <= _EXCEL_END else None
    text = as_text(value)
    if found := _ISO.fullmatch(text):
        return _day(found[1], found[2], found[3])
    if found := _BRITISH.fullmatch(text):
        return _day(found[3], found[2], found[1])
    written = iso_date(text)
    return date.fromisoformat(written) if written else None


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def as_text(value: object) -> str:
    """The value as one line without control characters, which the database would refuse."""
    if value is None:
        return ""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in str(value)).split())
