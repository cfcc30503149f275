"""Odd rows and odd nights: what real register files do to a reader that trusts them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pyarrow as pa

from gpsync.rules import EMAIL_CHANGE_AT_LEAST, EMAIL_CHANGE_PERCENT
from gpsync.synthetic import words
from gpsync.synthetic.days import Numbers, day_number
from gpsync.synthetic.doctors import Population
from gpsync.synthetic.register import EMAIL, HEADINGS, batch
from gpsync.synthetic.scenario import NightTrap
from gpsync.synthetic.stories import Deck, Edit

#: Cells that are odd from the first night on, one doctor each: headings and what stands there.
_ODD_CELLS: tuple[dict[str, str], ...] = (
    {"Surname": "O'Brien"},
    {"Surname": "Ní Dhomhnaill"},
    {"Surname": "NA"},
    {"Surname": "Null"},
    {"Surname": "None"},
    {"Surname": "Suharti", "Given Name": "", "Other Names": ""},
    {"Surname": "\N{NO-BREAK SPACE}Fenwick\N{NO-BREAK SPACE}", "Given Name": "Alice\N{ZERO WIDTH SPACE}"},
    {"Surname": "  Hartley ", "Registration Status": " Registered with  Licence "},
    {EMAIL: "\N{ZERO WIDTH NO-BREAK SPACE} padded.doctor@doctor.example\N{NO-BREAK SPACE}"},
    {EMAIL: "UPPER.CASE@DOCTOR.EXAMPLE"},
    {EMAIL: "doctor@bücher.example"},
    {EMAIL: "-"},
    {EMAIL: "n/a"},
    {EMAIL: "none"},
    {EMAIL: "two@a.example; three@b.example"},
    {EMAIL: "reception@surgery.example"},
    {"PR Date": "5071978", "FR Date": "8021980", "Registration Status": "Registered with Licence"},
    {"Registration Status": "Not Registered \N{EN DASH} Having relinquished registration", "ARF Due Date": ""},
    {"Registration Status": "Not Registered - Administrative Reason", "ARF Due Date": ""},
)
_SHARED_MAILBOX = "the.marsdens@family.example"
_UNKNOWN_STATUS = "Registered with a Restricted Licence"
#: A mass change goes this far beyond the share or the count at which the file is held.
_MASS_PERCENT, _MASS_AT_LEAST = EMAIL_CHANGE_PERCENT * 1.6, EMAIL_CHANGE_AT_LEAST + 40
_OTHER_HEADINGS = {
    "Given Name": "Given name",
    "Year Of Qualification": "Year of Qualification",
    "Training Programme Speciality": "Training Programme Specialty",
}


def row_traps(deck: Deck, files: list[int]) -> Iterator[Edit]:
    """The odd cells of the first night, and the mailbox two doctors share until one of them leaves it."""
    sharers = deck.deal(mailed=True), deck.deal(mailed=True)
    for cells in _ODD_CELLS:
        doctor = deck.deal()
        if doctor is not None:
            yield from (Edit(0, doctor, heading, text) for heading, text in cells.items())
    if sharers[0] is not None and sharers[1] is not None:
        yield from (Edit(0, doctor, EMAIL, _SHARED_MAILBOX) for doctor in sharers if doctor is not None)
        # Taking the odd text away brings the doctor's own address to light.
        yield Edit(files[len(files) // 2], sharers[1], EMAIL, None)


@dataclass(frozen=True)
class RegisterFile:
    """One night's register file before it is written.

    `people` as that night shows them; `extra` rows after the others, each a doctor with the cells that
    differ from that doctor's first row. `renamed` spells some headings otherwise; `cut` loses the file's end.
    """

    people: Population
    extra: tuple[tuple[int, dict[str, str]], ...] = ()
    headings: tuple[str, ...] = HEADINGS
    renamed: bool = False
    extra_column: bool = False
    cut: bool = False

    def batches(self, size: int) -> Iterator[pa.RecordBatch]:
        """The rows in pieces of up to `size`."""
        rows = np.flatnonzero(self.people.present)
        for start in range(0, max(len(rows), 1), size):
            yield self._dressed(batch(self.people, rows[start : start + size]))
        for doctor, cells in self.extra:
            odd = {heading: dict(self.people.odd.get(heading, {})) for heading in HEADINGS}
            for heading, text in cells.items():
                odd[heading][doctor] = text
            yield self._dressed(batch(replace(self.people, odd=odd), np.array([doctor])))

    def _dressed(self, rows: pa.RecordBatch) -> pa.RecordBatch:
        rows = rows.select(list(self.headings))
        if self.renamed:
            rows = rows.rename_columns([_OTHER_HEADINGS.get(heading, heading) for heading in self.headings])
        if self.extra_column:
            rows = rows.append_column("Preferred Pronouns", pa.repeat("", rows.num_rows))
        return rows


@dataclass(frozen=True)
class Cast:
    """The doctors whom the odd nights happen to; None where the register is too small."""

    twin: int | None
    unknown: int | None
    conflicting: int | None
    corrected: int | None

    @classmethod
    def dealt(cls, deck: Deck) -> "Cast":
        """The next four of the deck."""
        return cls(deck.deal(), deck.deal(), deck.deal(), deck.deal(mailed=True))


def dressed(people: Population, night: date, traps: set[NightTrap], cast: Cast) -> RegisterFile:
    """Tonight's file with its traps; the population itself is left as it is."""
    file = RegisterFile(people, extra=() if cast.twin is None else ((cast.twin, {}),))
    if NightTrap.TRUNCATED in traps:
        file = replace(file, cut=True)
    if NightTrap.MASS_CHANGE in traps:
        file = replace(file, people=_moved(people, day_number(night)))
    if NightTrap.UNKNOWN_STATUS in traps and cast.unknown is not None:
        file = replace(file, people=_with_cell(file.people, cast.unknown, "Registration Status", _UNKNOWN_STATUS))
    if NightTrap.CONFLICTING_ROWS in traps and cast.conflicting is not None:
        file = replace(file, extra=(*file.extra, (cast.conflicting, {"Surname": "Someone-Else"})))
    if NightTrap.OTHER_HEADINGS in traps:
        file = replace(file, headings=(*HEADINGS[-2:], *reversed(HEADINGS[:-2])), renamed=True)
    if NightTrap.EXTRA_COLUMN in traps:
        file = replace(file, extra_column=True)
    return file


def reissued(file: RegisterFile, cast: Cast) -> RegisterFile:
    """The same night's file with one correction in it: other bytes for the same date."""
    doctor = 0 if cast.corrected is None else cast.corrected
    return replace(file, people=_with_cell(file.people, doctor, EMAIL, f"corrected.doctor{doctor + 1}@doctor.example"))


def _with_cell(people: Population, doctor: int, heading: str, text: str) -> Population:
    return replace(people, odd=people.odd | {heading: people.odd.get(heading, {}) | {doctor: text}})


def _moved(people: Population, today: int) -> Population:
    """The first doctors of the register who have an ordinary address, at another domain."""
    ordinary = people.present & (people.mail > 0) & ~people.reserved
    wanted = max(int(len(people) * _MASS_PERCENT / 100), _MASS_AT_LEAST)
    rows: Numbers = np.flatnonzero(ordinary)[:wanted]
    mail, since = people.mail.copy(), people.mail_since.copy()
    domains = len(words.MAIL_DOMAINS)
    mail[rows] = (mail[rows] - 1) // domains * domains + domains
    since[rows] = today
    return replace(people, mail=mail, mail_since=since)
