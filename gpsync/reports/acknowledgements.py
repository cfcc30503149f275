"""What staff have acknowledged: the report's workbook or CSV file, read back after they filled it in.

Only three columns are read, found by their headings: other columns may be moved, hidden or deleted. Nothing is
decided here about rows that are right while others are not: the caller gets both lists.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from gpsync.errors import WrongUse
from gpsync.reports.columns import KEY, REASON, UNTIL
from gpsync.reports.sheets import Calculated, Sheet, as_date, as_text, read_sheets
from gpsync.rules import LONGEST_REASON, SHORTEST_REASON, Owner

#: No acknowledgement lasts longer than this: after a year somebody looks again.
LONGEST_DAYS = 366

#: A title may have been put above the headings, but not a page of text.
_HEADINGS_WITHIN = 20


@dataclass(frozen=True)
class Acknowledgement:
    """A mismatch to acknowledge until the end of a day, and why."""

    mismatch_id: str
    until: date
    reason: str


@dataclass(frozen=True)
class RowProblem:
    """A row that cannot be used: where it is, and what to do. It never repeats what staff wrote."""

    file: str
    sheet: str
    row: int
    what_to_do: str

    @property
    def sentence(self) -> str:
        """The problem in words, for staff."""
        sheet = f", sheet {self.sheet}" if self.sheet else ""
        return f"{self.file}{sheet}, row {self.row}: {self.what_to_do}"


@dataclass(frozen=True)
class _Answer:
    """A row in which staff wrote something, as it stands there; its problem still lacks what to do."""

    place: tuple[str, str, int]
    key: object
    until: object
    reason: object


def read_acknowledgements(path: Path, as_of: date) -> tuple[list[Acknowledgement], list[RowProblem]]:
    """The rows in which 'Set aside until' or 'Reason' is filled in, and what is wrong with others of them.

    `as_of` is the day on which they are taken in. Raises WrongUse where the file as a whole cannot be read.
    """
    answers: list[_Answer] = []
    problems: list[RowProblem] = []
    sheets = [sheet for sheet in read_sheets(path, KEY) if _is_meant(sheet)]
    if not sheets:
        raise WrongUse(f"{path.name} has no sheet with the columns '{KEY}', '{UNTIL}' and '{REASON}'.")
    for sheet in sheets:
        number, headings = _headings(sheet)
        missing = [name for name in (KEY, UNTIL, REASON) if headings.count(name.casefold()) != 1]
        if missing:
            there = " and ".join(f"'{name}'" for name in missing)
            problems.append(RowProblem(path.name, sheet.name, number, f"Have one column headed {there}, as written."))
        else:
            answers += _answers(path.name, sheet, number, headings)
    taken, wrong = _judged(answers, as_of)
    return taken, problems + wrong


def _is_meant(sheet: Sheet) -> bool:
    # An owner's sheet that has lost its headings must not be passed over: staff may have filled it in.
    return bool(_headings(sheet)[1]) or sheet.name in [name for one in Owner for name in (one.called, str(one))]


def _headings(sheet: Sheet) -> tuple[int, list[str]]:
    """The number of the heading row and its texts; row 1 and none where there is no such row."""
    wanted = {KEY.casefold(), UNTIL.casefold(), REASON.casefold()}
    for number, row in enumerate(sheet.rows[:_HEADINGS_WITHIN], start=1):
        texts = [as_text(value).casefold() for value in row]
        if wanted & set(texts):
            return number, texts
    return 1, []


def _answers(file: str, sheet: Sheet, heading_row: int, headings: list[str]) -> Iterator[_Answer]:
    places = [headings.index(name.casefold()) for name in (KEY, UNTIL, REASON)]
    for number, row in enumerate(sheet.rows[heading_row:], start=heading_row + 1):
        # Rows end with their last cell, so that a short one has nothing in the columns after it.
        key, until, reason = (row[place] if place < len(row) else None for place in places)
        if as_text(until) or as_text(reason):
            yield _Answer((file, sheet.name, number), key, until, reason)


def _judged(answers: Sequence[_Answer], as_of: date) -> tuple[list[Acknowledgement], list[RowProblem]]:
    taken: list[tuple[_Answer, Acknowledgement]] = []
    problems: list[RowProblem] = []
    for answer in answers:
        until = as_date(answer.until)
        faults = [*_about_key(answer.key), *_about_until(answer.until, until, as_of), *_about_reason(answer.reason)]
        problems += [RowProblem(*answer.place, fault) for fault in faults]
        if until and not faults:
            taken.append((answer, Acknowledgement(as_text(answer.key).lower(), until, as_text(answer.reason))))
    # A row that stands twice, filled in alike, is taken once; filled in otherwise, nobody knows which is meant.
    distinct = list(dict.fromkeys(one for _, one in taken))
    times = Counter(one.mismatch_id for one in distinct)
    problems += [
        RowProblem(*answer.place, f"The same '{KEY}' is filled in differently in another row; clear one of them.")
        for answer, one in taken
        if times[one.mismatch_id] > 1
    ]
    return [one for one in distinct if times[one.mismatch_id] == 1], problems


def _about_key(value: object) -> Iterator[str]:
    if not isinstance(value, str) or not re.fullmatch("[0-9a-f]{16}", as_text(value).lower()):
        yield f"'{KEY}' must be the 16 digits and letters of the report; copy it from there again, as text."


def _about_until(value: object, until: date | None, as_of: date) -> Iterator[str]:
    if not as_text(value):
        yield f"Fill in '{UNTIL}', or clear the reason."
    elif until is None:
        yield f"Write '{UNTIL}' as a date, such as 2026-12-31 or 31/12/2026."
    elif until <= as_of:
        yield f"'{UNTIL}' must be later than {as_of.isoformat()}."
    elif until > as_of + timedelta(days=LONGEST_DAYS):
        last = as_of + timedelta(days=LONGEST_DAYS)
        yield f"'{UNTIL}' may be {last.isoformat()} at the latest."


def _about_reason(value: object) -> Iterator[str]:
    if isinstance(value, Calculated):
        yield f"Write '{REASON}' as text, not as a formula."
    elif len(as_text(value)) < SHORTEST_REASON:
        yield f"Fill in '{REASON}' with at least {SHORTEST_REASON} characters."
    elif len(as_text(value)) > LONGEST_REASON:
        yield f"Fill in '{REASON}' with at most {LONGEST_REASON} characters."
