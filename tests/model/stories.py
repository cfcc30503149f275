"""Sequences of extracts made up at random: few doctors, few addresses, every kind of trouble.

One generator serves two masters. With `random.Random` it makes thousands of stories a second; with the
random numbers of hypothesis it makes examples that can be shrunk.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from hypothesis import strategies as st

from tests.model.extract import DELETE, DELTA, FULL, ModelExtract, Row

DOCTORS = ("9000001", "9000002", "9000003", "9000004", "L000005")

#: Shared by all doctors on purpose; two differ in spelling only, two cannot be mailed.
ADDRESSES = (
    "ann@gp.example",
    "Ann@GP.example",
    "bob@gp.example",
    "cat@gp.example",
    "dot..dot@gp.example",
    "eve@gp.test",
)

LICENSED, SUSPENDED, DECEASED = "Registered with Licence", "Suspended", "Not Registered - Deceased"
LAPSED, RELINQUISHED = "Not Registered - Administrative Reason", "Not Registered - Voluntary erasure"
STATUSES = (LICENSED, LICENSED, SUSPENDED, SUSPENDED, "Registered without a Licence", DECEASED, LAPSED, RELINQUISHED)

#: Days from one extract to the next: nights, weekends, gaps around 3 and 14 days, and suspensions around a year.
_GAPS = (
    (1, 1, 1, 1, 2, 3, 4, 7, 12, 13, 14, 15, 30, 364, 365, 366),
    (1, 1, 2, 3),
    (1, 2, 5, 7, 13, 14, 15),
    (1, 150, 180, 185),
)
_KINDS = ((FULL,), (FULL,), (FULL,), (FULL,), (FULL,), (DELTA,), (DELTA,), (DELTA, FULL))
_EVENTS = (
    ("email",) * 8 + ("status",) * 3 + ("licence",) * 2 + ("both",) * 2 + ("surname",) + ("missing",) * 3 + ("garbled",)
)
_FIRST_DAY = date(2026, 1, 5)


@dataclass(frozen=True)
class Night:
    """What happened to one doctor since the extract before, and how the extract shows it.

    A value that stays is None; `email` is "" where the address goes.
    """

    row_is: str = "shown"
    email: str | None = None
    status: str | None = None
    surname: str | None = None

    def after(self, row: Row) -> Row:
        """The doctor's row from now on."""
        email = row.email if self.email is None else self.email or None
        return Row(row.gmc_number, self.surname or row.surname, self.status or row.status, email)


def make_extracts(random: Random, at_most: int = 7, doctors_at_most: int = 5) -> list[ModelExtract]:
    """Accepted extracts in order, a full among them, each with an accepted row unless it is a delta."""
    numbers = DOCTORS[: random.randint(1, doctors_at_most)]
    addresses = ADDRESSES[: random.choice((6, 2, 3, 4))]
    quiet = random.choice((1, 3, 5))
    gaps = random.choice(_GAPS)
    known = {number: Row(number, "Oak", LICENSED, random.choice((None, *addresses))) for number in numbers}
    extracts: list[ModelExtract] = []
    day, size = _FIRST_DAY, random.randint(2, at_most)
    while len(extracts) < size:
        for kind in random.choice(_KINDS):
            nights = {number: _night(random, addresses, quiet) for number in numbers}
            known = {number: nights[number].after(row) for number, row in known.items()}
            extracts.append(_full(day, known, nights) if kind == FULL else _delta(day, known, nights))
        day += timedelta(days=random.choice(gaps))
    return extracts if any(extract.kind == FULL for extract in extracts) else [*extracts, _full(day, known, {})]


#: The same for hypothesis.
extract_lists: st.SearchStrategy[list[ModelExtract]] = st.builds(make_extracts, st.randoms(use_true_random=False))


def _night(random: Random, addresses: tuple[str, ...], quiet: int) -> Night:
    """`quiet` nights in ten bring nothing."""
    if random.randint(1, 10) <= quiet:
        return Night()
    event = random.choice(_EVENTS)
    if event in ("missing", "garbled"):
        return Night(row_is=event)
    if event == "surname":
        return Night(surname=random.choice(("Ash", "Birch")))
    if event == "licence":
        return Night(status=LICENSED)
    email = random.choice(("", *addresses)) if event in ("email", "both") else None
    return Night(email=email, status=random.choice(STATUSES) if event in ("status", "both") else None)


def _full(as_of: date, known: dict[str, Row], nights: dict[str, Night]) -> ModelExtract:
    rows = tuple(row for number, row in known.items() if nights.get(number, Night()).row_is == "shown")
    if not rows:
        return ModelExtract(as_of, FULL, tuple(known.values()))
    return ModelExtract(as_of, FULL, rows, _garbled(nights))


def _delta(as_of: date, known: dict[str, Row], nights: dict[str, Night]) -> ModelExtract:
    """A delta holds what happened; a doctor whose night was quiet is not in it."""
    rows = []
    for number, night in nights.items():
        row = known[number]
        if night.row_is == "missing":
            rows.append(Row(row.gmc_number, row.surname, row.status, row.email, DELETE))
        elif night.row_is == "shown" and night != Night():
            rows.append(row)
    return ModelExtract(as_of, DELTA, tuple(rows), _garbled(nights))


def _garbled(nights: dict[str, Night]) -> tuple[str, ...]:
    return tuple(number for number, night in nights.items() if night.row_is == "garbled")
