"""A corpus of refusals: every wording in several forms, with what each must be read as. Nothing in it is real."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from gpsync.rules import ReturnedKind
from tests.unit.bounces import wordings
from tests.unit.bounces.forms import LETTERS, report, report_by_letter
from tests.unit.bounces.shapes import RECIPIENT


class Refusal(NamedTuple):
    """A returned mail, whether it is about an address that does not exist, and what it must be read as."""

    name: str
    message: bytes
    is_dead: bool
    kind: ReturnedKind


#: The wordings by what they must be read as, whether the address is dead, and a code that tells nothing or lies.
_WORDINGS = (
    (wordings.POLICY, ReturnedKind.POLICY, False, "5.1.1"),
    (wordings.RETURNED, ReturnedKind.RETURNED, False, "5.1.1"),
    (wordings.UNRECOGNISED, ReturnedKind.UNRECOGNISED, False, "5.0.0"),
    (wordings.ABSENT, ReturnedKind.PERMANENT, True, "5.0.0"),
)
_MILDER = (
    ReturnedKind.RETURNED,
    ReturnedKind.POLICY,
    ReturnedKind.POLICY,
    ReturnedKind.UNRECOGNISED,
    ReturnedKind.RETURNED,
)


def corpus() -> list[Refusal]:
    """Every wording as a report, as a report under another code, in the words for people only, and as a letter."""
    return [*_all(), *_read_milder()]


def _all() -> Iterator[Refusal]:
    for table, kind, is_dead, other_code in _WORDINGS:
        for number, (code, said) in enumerate(_rows(table)):
            name = f"{code or 'no code'} {said or 'no words'}"
            yield Refusal(f"{name}, in a report", report(code, said), is_dead, kind)
            if said:
                letter = LETTERS[number % len(LETTERS)]
                yield Refusal(f"{name}, under {other_code}", report(other_code, said), is_dead, kind)
                yield Refusal(f"{name}, for people only", report_by_letter("5.0.0", said), is_dead, kind)
                yield Refusal(f"{name}, in a letter of {letter.__name__}", letter(said), is_dead, kind)


def _read_milder() -> Iterator[Refusal]:
    for (code, said), kind in zip(_rows(wordings.ABSENT_READ_MILDER), _MILDER, strict=True):
        yield Refusal(f"{code} {said}, in a report", report(code, said), True, kind)


def _rows(table: str) -> Iterator[tuple[str | None, str]]:
    for line in table.strip().splitlines():
        code, said = (cell if cell != "-" else "" for cell in (line[:9].strip(), line[9:].strip()))
        yield code or None, re.sub(r"(?<!\w)@(?!\w)", RECIPIENT, said).replace("%", RECIPIENT.partition("@")[2])
