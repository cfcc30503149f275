"""What changes from one register file to the next by chance, at given rates."""

from dataclasses import dataclass, field
from datetime import date

import numpy as np

from gpsync.rules import Registration
from gpsync.synthetic import words
from gpsync.synthetic.days import Numbers, day_number
from gpsync.synthetic.doctors import MAIL_STYLES, Population
from gpsync.synthetic.names import SURNAMES
from gpsync.synthetic.scenario import Rates
from gpsync.synthetic.stories import chosen

#: Of 100 doctors whose address changes: what happens to it.
_MAIL_CHANGES = {"replaced": 76, "back": 8, "again": 6, "glitch": 5, "removed": 5}
#: A reversal, or a second change, comes within this many days of the first.
_SOON_DAYS = 14
#: Of 100 doctors whose status changes: what they become.
_FATES = {
    Registration.UNLICENSED: 40,
    Registration.RELINQUISHED: 25,
    Registration.DECEASED: 15,
    Registration.LICENSED: 12,
    Registration.SUSPENDED: 7,
    Registration.ERASED: 1,
}
#: Of the doctors otherwise changed, the share whose annual fee falls due.
_FEES = 0.75
#: For each doctor who leaves for good, one is missing from a single file.
_GLITCHES_PER_LEAVER = 1.0
_DOCTORS_FOR_NEWCOMER = 50


@dataclass
class Chance:
    """Changes the population in place, one register file after the other.

    Every file has its own random numbers, drawn from the seed and its place, so nothing that is added to
    one night moves what happens on another. `doctors` is how many stand in the first file: newcomers come after.
    """

    people: Population
    rates: Rates
    seed: int
    doctors: int
    _back_tomorrow: list[Numbers] = field(default_factory=list)
    _address_tomorrow: list[tuple[Numbers, Numbers]] = field(default_factory=list)

    def bring(self, night: int, day: date) -> None:
        """Everything that happened since the file before: `night` is the place of the file, 1 or more."""
        rng, today = np.random.default_rng([self.seed, 2, night]), day_number(day)
        self._restore()
        self._presence(rng, night)
        self._mail(rng, today)
        self._status(rng, today)
        self._others(rng, today)

    def _restore(self) -> None:
        for rows in self._back_tomorrow:
            self.people.present[rows] = True
        for rows, mail in self._address_tomorrow:
            self.people.mail[rows] = mail
        self._back_tomorrow.clear()
        self._address_tomorrow.clear()

    def _presence(self, rng: np.random.Generator, night: int) -> None:
        people = self.people
        people.present[chosen(people, rng, self.rates.gone)] = False
        absent = chosen(people, rng, self.rates.gone * _GLITCHES_PER_LEAVER)
        people.present[absent] = False
        self._back_tomorrow.append(absent)
        before, now = (newcomers(self.doctors, self.rates, nights) for nights in (night - 1, night))
        people.present[self.doctors + before : self.doctors + now] = True

    def _mail(self, rng: np.random.Generator, today: int) -> None:
        people = self.people
        rows = chosen(people, rng, self.rates.email_changed)
        kinds = rng.choice(list(_MAIL_CHANGES), len(rows), p=np.array(list(_MAIL_CHANGES.values())) / 100)
        recent = self._recently_changed(today)
        soon = rng.permutation(recent)[: int(np.isin(kinds, ["back", "again"]).sum())]
        back, again = np.array_split(soon, [len(soon) * 4 // 7])
        self._give(back, people.mail_before[back], today)
        self._give(again, self._new_codes(rng, again), today)
        glitch = np.setdiff1d(rows[kinds == "glitch"], soon)
        self._address_tomorrow.append((glitch, people.mail[glitch].copy()))
        people.mail[glitch] = 0
        removed = np.setdiff1d(rows[kinds == "removed"], soon)
        self._give(removed, np.zeros(len(removed), dtype=np.int8), today)
        replaced = np.setdiff1d(rows[kinds == "replaced"], soon)
        self._give(replaced, self._new_codes(rng, replaced), today)
        respelled = chosen(people, rng, self.rates.email_changed / 20)
        people.spelling[respelled] = (people.spelling[respelled] + 1) % 3

    def _recently_changed(self, today: int) -> Numbers:
        people = self.people
        recent = (people.mail_since > today - _SOON_DAYS) & (people.mail_before > 0) & people.present
        return np.flatnonzero(recent & ~people.reserved)

    def _give(self, rows: Numbers, mail: Numbers, today: int) -> None:
        people = self.people
        people.mail_before[rows] = people.mail[rows]
        people.mail[rows] = mail
        people.mail_since[rows] = today

    def _new_codes(self, rng: np.random.Generator, rows: Numbers) -> Numbers:
        """Addresses other than the present ones, and none at the domain that is kept for the mass change."""
        domains = len(words.MAIL_DOMAINS)
        usual = MAIL_STYLES * (domains - 1)
        style, domain = np.divmod(np.maximum(self.people.mail[rows].astype(np.int64) - 1, 0), domains)
        place = (style * (domains - 1) + domain + rng.integers(1, usual, len(rows))) % usual
        return (1 + place // (domains - 1) * domains + place % (domains - 1)).astype(np.int8)

    def _status(self, rng: np.random.Generator, today: int) -> None:
        people = self.people
        rows = chosen(people, rng, self.rates.status_changed)
        # The dead stay dead, and nobody becomes what they already are.
        rows = rows[people.status[rows] != words.status_of(Registration.DECEASED)]
        fates = np.array([words.status_of(fate) for fate in _FATES])
        status = rng.choice(fates, len(rows), p=np.array(list(_FATES.values())) / 100)
        rows, status = rows[status != people.status[rows]], status[status != people.status[rows]]
        people.status[rows] = status
        people.status_since[rows] = today
        gone = np.isin(status, [i for i, text in enumerate(words.STATUSES) if "Not Registered" in text])
        people.fee_due[rows] = np.where(gone, 0, np.maximum(people.fee_due[rows], today + 30))

    def _others(self, rng: np.random.Generator, today: int) -> None:
        people = self.people
        self._fees(rng.binomial(len(people), self.rates.other_changed * _FEES), today)
        rows = chosen(people, rng, self.rates.other_changed * (1 - _FEES))
        moved, married = np.array_split(rng.permutation(rows), [len(rows) * 4 // 5])
        people.body[moved] = 1 + (people.body[moved] + rng.integers(0, len(words.BODIES) - 2, len(moved))) % (
            len(words.BODIES) - 1
        )
        people.surname[married] = rng.integers(0, len(SURNAMES), len(married))

    def _fees(self, count: int, today: int) -> None:
        """The fees that fall due first are paid for another year; none is paid twice within one."""
        due = self.people.fee_due
        waiting = np.flatnonzero((due > 0) & (due < today + 300) & self.people.present & ~self.people.reserved)
        if count and len(waiting):
            soonest = waiting[np.argsort(due[waiting], kind="stable")[:count]]
            due[soonest] += 365


def newcomers(doctors: int, rates: Rates, nights: int) -> int:
    """How many have joined `doctors` after so many nights: at least one, if any join at all.

    A handful of doctors gets none, because one would change the row count beyond belief.
    """
    least = int(rates.joined > 0 and nights > 0 and doctors >= _DOCTORS_FOR_NEWCOMER)
    return max(round(doctors * rates.joined * nights), least)
