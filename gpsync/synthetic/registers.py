"""The register nights in a row: the population, what chance and the stories do to it, and each night's file."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from gpsync.synthetic import stories
from gpsync.synthetic.census import population
from gpsync.synthetic.doctors import Population
from gpsync.synthetic.nights import Chance, newcomers
from gpsync.synthetic.scenario import Calendar, NightTrap, Rates, trap_nights
from gpsync.synthetic.traps import Cast, RegisterFile, dressed, reissued, row_traps


@dataclass(frozen=True)
class RegisterNight:
    """One night: its place from 0, its date, the people as they truly are, and the file as it is written."""

    place: int
    night: date
    people: Population
    file: RegisterFile
    revised: RegisterFile | None


@dataclass(frozen=True)
class Register:
    """A register to be played: the same fields give the same nights."""

    doctors: int
    nights: int
    seed: int
    calendar: Calendar
    rates: Rates
    traps: bool

    def trap_nights(self) -> dict[NightTrap, int]:
        """Which file each trap of this register falls on."""
        return trap_nights(len(self.calendar.register), self.nights, self.doctors) if self.traps else {}

    def play(self) -> Iterator[RegisterNight]:
        """The nights, oldest first. All share one population, which the next night changes in place."""
        dates = self.calendar.register
        if not dates:
            return
        odd_nights = self.trap_nights()
        spoiled = {odd_nights.get(NightTrap.TRUNCATED), odd_nights.get(NightTrap.MASS_CHANGE)}
        joining = newcomers(self.doctors, self.rates, len(dates) - 1)
        people = population(self.doctors, joining, self.seed, dates[0], odd_spellings=self.traps)
        # A story with a night whose file is not accepted would not turn out as written.
        plain = [place for place in range(len(dates)) if place not in spoiled]
        cast, edits = self._cast(people, plain)
        chance = Chance(people, self.rates, self.seed, self.doctors)
        for place, night in enumerate(dates):
            if place:
                chance.bring(place, night)
            stories.apply(edits, place, night, people)
            tonight = {trap for trap, chosen in odd_nights.items() if chosen == place}
            file = dressed(people, night, tonight, cast)
            revised = reissued(file, cast) if NightTrap.REISSUED in tonight else None
            yield RegisterNight(place, night, people, file, revised)

    def _cast(self, people: Population, plain: list[int]) -> tuple[Cast, list[stories.Edit]]:
        deck = stories.Deck(people, self.doctors, self.seed)
        cast, odd = Cast(None, None, None, None), []
        if self.traps:
            cast, odd = Cast.dealt(deck), list(row_traps(deck, plain))
        edits = stories.stories(deck, people, plain)
        stories.one_of_each_kind(deck, people)
        return cast, odd + edits
