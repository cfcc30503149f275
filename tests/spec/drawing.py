"""Drawn cases: a table of what the register shows, a table of what follows, and how the two are read.

What the register shows: a line for each extract, a column for each doctor. A cell holds an address by its
letter, and the registration where it is not LICENSED:

    A            the address a@doctor.example
    A*           the same address in another spelling
    blank        no address
    bad          a text that is no address
    absent       the extract does not show the doctor
    quarantined  the doctor's row was set aside
    deleted      a delta's delete row
    B suspended  address B, and the registration status

A date may be followed by `delta`; doctors with an empty cell are then not named by it. A line of dots stands
for an extract on every day in between, each like the one before.

What follows: a line for each day asked about, and for each doctor every change so far, or `nothing`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from gpsync.records import Absence, Doctor, EmailChange, Holding, Position, Version
from gpsync.register.addresses import clean, key
from gpsync.rules import ENDED_STATES, Kind, Registration
from gpsync.verification.sharing import hold_shared
from gpsync.verification.timeline import Calendar
from gpsync.verification.window import email_changes, state_on


@dataclass(frozen=True)
class Case:
    """One rule, drawn. `rule` is its number, `because` says why it is so."""

    rule: str
    title: str
    because: str
    shows: str
    follows: str
    year: int = 2026


@dataclass(frozen=True)
class Shown:
    """One extract: its position, and what it shows of each doctor; a doctor not named by a delta is left out."""

    position: Position
    cells: dict[str, str]


def what_follows(case: Case) -> tuple[list[tuple[date, dict[str, str]]], list[tuple[date, dict[str, str]]]]:
    """The drawn and the worked-out lines of the second table, to be compared."""
    extracts = list(read_extracts(case.shows, case.year))
    drawn = [(_day(label, case.year), cells) for label, cells in read_table(case.follows)]
    worked_out = []
    for on, cells in drawn:
        seen = [extract for extract in extracts if extract.position[0] <= on]
        changes = work_out(seen, sorted(cells))
        worked_out.append((on, {name: describe(changes[name], on) for name in cells}))
    return drawn, worked_out


def read_table(text: str) -> list[tuple[str, dict[str, str]]]:
    """The lines of a drawn table: the label of each, and its cells by column. The first line names columns."""
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    names = lines[0][1:]
    return [(line[0], dict(zip(names, line[1:], strict=False))) for line in lines[1:]]


def read_extracts(text: str, year: int) -> Iterator[Shown]:
    """The extracts that a drawn table stands for, in order."""
    last: Shown | None = None
    repeat = False
    for label, cells in read_table(text):
        if set(label) == {"."}:
            repeat = True
            continue
        on = _day(label.removesuffix(" delta"), year)
        while repeat and last is not None and last.position[0] + timedelta(days=1) < on:
            last = Shown((last.position[0] + timedelta(days=1), Kind.FULL), last.cells)
            yield last
        kind = Kind.DELTA if label.endswith(" delta") else Kind.FULL
        last, repeat = Shown((on, kind), {name: cell for name, cell in cells.items() if cell}), False
        yield last


def _day(label: str, year: int) -> date:
    form = "%d %b %Y" if len(label.split()) == 3 else "%d %b"
    parsed = datetime.strptime(label if form.endswith("%Y") else f"{label} {year}", "%d %b %Y")
    return parsed.date()


def work_out(extracts: list[Shown], names: list[str]) -> dict[str, list[EmailChange]]:
    """Every doctor's changes after these extracts, shared addresses considered."""
    calendar = Calendar([extract.position for extract in extracts])
    doctors = {name: history(name, extracts) for name in names}
    changes = [change for doctor in doctors.values() for change in email_changes(doctor, calendar)]
    holdings: dict[str, list[Holding]] = {}
    for doctor in doctors.values():
        for one in doctor.versions:
            if one.key:
                holding = Holding(doctor.gmc_number, one.key, one.registration, one.valid_to)
                holdings.setdefault(one.key, []).append(holding)
    judged = hold_shared(changes, holdings)
    return {name: [change for change in judged if change.gmc_number == name] for name in names}


def history(name: str, extracts: list[Shown]) -> Doctor:
    """The history that these extracts make of one doctor."""
    versions: list[Version] = []
    absences: list[Absence] = []
    quarantined: list[Position] = []
    first_full = next((extract.position for extract in extracts if extract.position[1] is Kind.FULL), None)
    for extract in extracts:
        on, kind = extract.position
        if first_full is None or extract.position < first_full:
            continue
        cell = extract.cells.get(name, "" if kind is Kind.DELTA else "absent")
        if cell in ("absent", "deleted"):
            _miss(versions, absences, on, deleted=cell == "deleted")
        elif cell:
            if absences and absences[-1].returned_on is None:
                absences[-1] = Absence(absences[-1].absent_from, absences[-1].confirmed_on, on, absences[-1].deleted)
            if cell == "quarantined":
                quarantined.append(extract.position)
            else:
                _show(versions, cell, on)
    return Doctor(name, versions, absences, quarantined)


def _miss(versions: list[Version], absences: list[Absence], on: date, *, deleted: bool) -> None:
    if absences and absences[-1].returned_on is None:
        open_one = absences[-1]
        if open_one.confirmed_on is None and not deleted:
            absences[-1] = Absence(open_one.absent_from, on, None, open_one.deleted)
            last = versions[-1]
            versions[-1] = Version(last.valid_from, open_one.absent_from, last.email, last.key, last.registration)
    elif versions:
        absences.append(Absence(on, None, None, deleted))


def _show(versions: list[Version], cell: str, on: date) -> None:
    letter, _, status = cell.partition(" ")
    email = _address(letter)
    registration = Registration(status.upper()) if status else Registration.LICENSED
    last = versions[-1] if versions else None
    if last and last.valid_to is None:
        if (last.email, last.registration) == (email, registration):
            return
        versions[-1] = Version(last.valid_from, on, last.email, last.key, last.registration)
    versions.append(Version(on, None, email, key(email) if email else None, registration))


def _address(letter: str) -> str | None:
    if letter == "blank":
        return None
    if letter == "bad":
        return "one@doctor.example; two@doctor.example"
    local = letter.rstrip("*").lower()
    text = f"{local.upper() if letter.endswith('*') else local}@doctor.example"
    return clean(text)


def describe(changes: list[EmailChange], on: date) -> str:
    """A doctor's changes on a day, in the words of the second table."""
    return "; ".join(_describe_one(change, on) for change in changes) or "nothing"


def _describe_one(change: EmailChange, on: date) -> str:
    state = state_on(change, on)
    reason = f"({change.reason})" if change.reason else ""
    due = "" if state in ENDED_STATES else f", due {change.due_date.day} {change.due_date:%b}"
    return f"{_letter(change.old_email)}→{_letter(change.new_email)} {state}{reason}{due}"


def _letter(email: str | None) -> str:
    if email is None:
        return "none"
    local = email.partition("@")[0]
    if ";" in email:
        return "bad"
    return f"{local}*" if local.isupper() else local.upper()
