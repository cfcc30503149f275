"""Prepared histories of single doctors, night by night: events that chance would produce only in a large register."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from gpsync.rules import Registration
from gpsync.synthetic import words
from gpsync.synthetic.days import Numbers, day_number
from gpsync.synthetic.doctors import Population
from gpsync.synthetic.register import EMAIL, HEADINGS


@dataclass(frozen=True)
class Edit:
    """One cell of one doctor, from one register file (from 0) on.

    `column` is an attribute of the population with a number as `value`, or a heading of the file with the
    text to be written there (None: no longer).
    """

    night: int
    doctor: int
    column: str
    value: int | str | None


class Deck:
    """Doctors dealt out to stories and traps, each at most once; the same seed deals alike.

    Licensed GPs are dealt first: changes of other doctors lead to nothing, so their stories would not be seen.
    """

    def __init__(self, people: Population, doctors: int, seed: int) -> None:
        licensed_gp = (people.gp > 0) & (people.status == words.status_of(Registration.LICENSED))
        shuffled = np.random.default_rng([seed, 1]).permutation(doctors)
        # Half of a small register is left to chance.
        shuffled = shuffled[np.argsort(~licensed_gp[shuffled], kind="stable")][: doctors // 2]
        self._people = people
        self._left = iter(shuffled.tolist())

    def deal(self, *, mailed: bool = False) -> int | None:
        """The next doctor, or None when all are dealt; `mailed` passes over those without an address."""
        for doctor in self._left:
            if not mailed or self._people.mail[doctor]:
                self._people.reserved[doctor] = True
                return int(doctor)
        return None


#: Address codes of a story by file (negative: from the last), as offsets from the doctor's first address A;
#: None is a blank.
_A, _B, _C = 0, 1, 2
_MAIL_STORIES: tuple[dict[int, int | None], ...] = (
    {2: _B},  # A -> B, and so it stays
    {2: _B, 5: _A},  # A -> B -> A
    {1: _B, 4: _C},  # A -> B -> C inside fourteen days
    {0: None, 3: _B},  # blank -> B
    {4: None},  # A -> blank
    {3: None, 4: _A},  # blank for one file
    {1: _B, 3: None, 4: _B},  # blank for one file while B waits
    {1: _B, 3: _C, 5: _B, 6: _C},  # four changes: churn
    {-3: _B},  # still waiting on the last night
    {-4: _B, -2: _A},  # back again just before it
)
#: What becomes of a doctor in a status story.
_FATES = (
    Registration.SUSPENDED,
    Registration.UNLICENSED,
    Registration.RELINQUISHED,
    Registration.DECEASED,
    Registration.ERASED,
)


def one_of_each_kind(deck: Deck, people: Population) -> None:
    """One GP of each status there is, and two under conditions, so that a small register has them all too."""
    for status, text in enumerate(words.STATUSES):
        doctor = deck.deal()
        if doctor is not None:
            people.status[doctor] = status
            people.gp[doctor] = people.gp[doctor] or max(people.full[doctor], people.provisional[doctor]) + 30
            if "Not Registered" in text:
                people.fee_due[doctor] = people.deanery[doctor] = people.programme[doctor] = 0
    for doctor in (deck.deal(), deck.deal()):
        if doctor is not None:
            people.conditions[doctor] = True


def stories(deck: Deck, people: Population, files: list[int]) -> list[Edit]:
    """Every story as edits, on the files given (in order), which should be those that will be accepted."""
    return [
        *_mail_stories(deck, people, files),
        *_fates(deck, files),
        *_absences(deck, files),
        *_marriages(deck, files),
    ]


def _mail_stories(deck: Deck, people: Population, files: list[int]) -> Iterator[Edit]:
    for story in _MAIL_STORIES:
        doctor = deck.deal(mailed=True)
        if doctor is None or max(story) >= len(files) or -min(story) > len(files):
            continue
        first = int(people.mail[doctor])
        for step, offset in story.items():
            yield Edit(files[step], doctor, "mail", 0 if offset is None else another_address(first, offset))
    doctor = deck.deal(mailed=True)
    if doctor is not None and len(files) > 3:
        yield Edit(files[3], doctor, "spelling", 1)


def another_address(code: Any, offset: int) -> Any:
    """The code, or codes, of an address in another style (offset 1 to 3) at the same domain."""
    domains = len(words.MAIL_DOMAINS)
    style, domain = divmod(code - 1, domains)
    return 1 + (style + offset) % 4 * domains + domain


def _fates(deck: Deck, files: list[int]) -> Iterator[Edit]:
    for number, fate in enumerate(_FATES, start=1):
        doctor = deck.deal()
        if doctor is not None and number < len(files):
            yield Edit(files[number], doctor, "status", words.status_of(fate))


def _absences(deck: Deck, files: list[int]) -> Iterator[Edit]:
    doctor = deck.deal()
    if doctor is not None and len(files) > 4:
        yield Edit(files[3], doctor, "present", 0)
        yield Edit(files[4], doctor, "present", 1)
    leaver = deck.deal()
    if leaver is not None and len(files) > 2:
        yield Edit(files[2], leaver, "present", 0)


def _marriages(deck: Deck, files: list[int]) -> Iterator[Edit]:
    doctor = deck.deal()
    if doctor is not None and len(files) > 2:
        yield Edit(files[2], doctor, "Surname", "Ashworth-Patel")


def apply(edits: list[Edit], night: int, day: date, people: Population) -> None:
    """Carry out one night's edits, with the dates that go with a new address or status."""
    for edit in (edit for edit in edits if edit.night == night):
        since = day_number(day) if night else 0
        if edit.column in HEADINGS:
            _write_oddly(people, edit)
        else:
            getattr(people, edit.column)[edit.doctor] = edit.value
        if edit.column == "status":
            people.status_since[edit.doctor] = since
            if "Not Registered" in words.STATUSES[people.status[edit.doctor]]:
                people.fee_due[edit.doctor] = 0
        if edit.column in ("mail", EMAIL):
            people.mail_since[edit.doctor] = since


def _write_oddly(people: Population, edit: Edit) -> None:
    cells = people.odd.setdefault(edit.column, {})
    if edit.value is None:
        cells.pop(edit.doctor, None)
    else:
        cells[edit.doctor] = str(edit.value)


def chosen(people: Population, rng: np.random.Generator, share: float) -> Numbers:
    """A random share of tonight's doctors, without those that stories and traps need; rising, no repeats."""
    count = rng.binomial(len(people), share)
    drawn = np.unique(rng.integers(0, len(people), count))
    return drawn[people.present[drawn] & ~people.reserved[drawn]]
