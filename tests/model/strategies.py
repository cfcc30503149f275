"""Hypothesis strategies for sequences of extracts: few doctors, few addresses, every kind of trouble."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from hypothesis import strategies as st
from model.told import DELETE, DELTA, FULL, Row, Told

DOCTORS = ("1000001", "1000002", "1000003", "1000004", "L000005")

#: Shared by all doctors on purpose; some differ in spelling only, two cannot be mailed.
ADDRESSES = ("ann@gp.nhs.net", "Ann@GP.nhs.net", "bob@gp.nhs.net", "cat@gp.nhs.net", "dot..dot@gp.nhs.net", "eve@gp.test")

LICENSED, SUSPENDED = "Registered with Licence", "Suspended"
STATUSES = (
    LICENSED,
    LICENSED,
    SUSPENDED,
    SUSPENDED,
    "Registered without a Licence",
    "Not Registered - Deceased",
    "Not Registered - Administrative Reason",
    "Not Registered - Voluntary erasure",
)

#: Days from one extract to the next: mostly nights, weekends and gaps around 3, 14 and 30 days, seldom a year.
GAPS = (1, 1, 1, 1, 1, 2, 2, 3, 3, 4, 7, 12, 13, 14, 15, 30, 364, 365, 366)

_FIRST_DAY = date(2026, 1, 5)


@dataclass(frozen=True)
class Night:
    """What happens to one doctor from one extract to the next, and whether the extract tells it.

    The new values are None where they stay; `email` is "" where the address goes.
    """

    told: str = "shown"
    email: str | None = None
    status: str | None = None
    surname: str | None = None

    def after(self, row: Row) -> Row:
        """The doctor's row from now on."""
        email = row.email if self.email is None else self.email or None
        return Row(row.gmc_number, self.surname or row.surname, self.status or row.status, email)


def _nights() -> st.SearchStrategy[Night]:
    emails, statuses = st.sampled_from(("", *ADDRESSES)), st.sampled_from(STATUSES)
    quiet = st.just(Night())
    moved = st.builds(Night, email=emails)
    return st.one_of(
        quiet,
        moved,
        moved,
        moved,
        st.builds(Night, status=statuses),
        st.builds(Night, status=st.just(LICENSED)),
        st.builds(Night, status=statuses, email=emails),
        st.builds(Night, surname=st.sampled_from(("Ash", "Birch"))),
        st.builds(Night, told=st.sampled_from(("missing", "missing", "missing", "garbled"))),
    )


@st.composite
def _calendars(draw: st.DrawFn, at_least: int, at_most: int) -> list[tuple[date, str]]:
    """Dates and kinds in order: a full as a rule, sometimes a delta, alone or on the day of its full."""
    day, calendar = _FIRST_DAY, []
    size = draw(st.integers(at_least, at_most))
    while len(calendar) < size:
        kinds = draw(st.sampled_from(((FULL,), (FULL,), (FULL,), (FULL,), (DELTA,), (DELTA, FULL))))
        calendar.extend((day, kind) for kind in kinds)
        day += timedelta(days=draw(st.sampled_from(GAPS)))
    return calendar


@st.composite
def sequences(draw: st.DrawFn, at_least: int = 2, at_most: int = 7) -> list[Told]:
    """Accepted extracts in order. Every full holds at least one believed row, as the gate and the guards see to."""
    calendar = draw(_calendars(at_least, at_most))
    doctors = DOCTORS[: draw(st.integers(2, len(DOCTORS)))]
    known = {number: Row(number, "Oak", LICENSED, draw(st.sampled_from((None, *ADDRESSES)))) for number in doctors}
    extracts = []
    for as_of, kind in calendar:
        nights = {number: draw(_nights()) for number in doctors}
        known = {number: nights[number].after(row) for number, row in known.items()}
        extracts.append(_full(as_of, known, nights) if kind == FULL else _delta(as_of, known, nights))
    return extracts


def _full(as_of: date, known: dict[str, Row], nights: dict[str, Night]) -> Told:
    rows = tuple(row for number, row in known.items() if nights[number].told == "shown")
    if not rows:
        return Told(as_of, FULL, tuple(known.values()))
    return Told(as_of, FULL, rows, _garbled(nights))


def _delta(as_of: date, known: dict[str, Row], nights: dict[str, Night]) -> Told:
    """A delta tells what happened; a doctor whose night was quiet is not in it."""
    rows = []
    for number, night in nights.items():
        row = known[number]
        if night.told == "missing":
            rows.append(Row(row.gmc_number, row.surname, row.status, row.email, DELETE))
        elif night.told == "shown" and night != Night():
            rows.append(row)
    return Told(as_of, DELTA, tuple(rows), _garbled(nights))


def _garbled(nights: dict[str, Night]) -> tuple[str, ...]:
    return tuple(number for number, night in nights.items() if night.told == "garbled")


def arrivals(extracts: Sequence[Told]) -> st.SearchStrategy[list[Told]]:
    """The same extracts in any order of arrival."""
    return st.permutations(list(extracts))
