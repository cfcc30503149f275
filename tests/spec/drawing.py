"""Drawn cases: a table of what the register shows, a table of what follows, and how the two are read.

What the register shows: a line for each extract, a column for each doctor. A cell holds an address by its
letter, and the registration where it is not LICENSED:

    A            the address a@doctor.example
    A*           the same address in another spelling
    A?           the same address with a superscript in it, so that it may be another one
    blank        no address
    bad          a text that is no address
    absent       the extract does not show the doctor
    quarantined  the doctor's row was quarantined
    deleted      a delta's delete row
    B suspended  address B, and the registration status

A date may be followed by `delta`; doctors with an empty cell are then not named by it. A line of dots stands
for an extract on every day in between, each like the one before. An extract that came late says so: `10 Mar
(came 20 Mar)`; it is known from the day it came.

Besides extracts the table may show the mailout. `16 Mar mail` is what became of the mail about the change that
was open on that day: planned, sent, bounced, returned (sent, and given back undelivered), unknown (handed over, but
the answer was lost), refused (by the mail service, because of us), given up (deferred for five days) or cancelled. A
link can be used until the third day after it was sent. `17 Mar verified` names the address with which the account was
verified.

What follows: a line for each day asked about, and for each doctor every change so far, or `nothing`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from gpsync.records import Absence, AddressPeriod, Doctor, EmailChange, Mailing, Position, Verification, Version
from gpsync.register.addresses import clean, key
from gpsync.rules import ChangeState, Kind, MailState, Registration
from gpsync.window.fold import email_changes, state_on
from gpsync.window.sharing import hold_shared
from gpsync.window.timeline import Calendar


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
    """One extract: its position, and what it shows of each doctor; a doctor not named by a delta is left out.

    `came` is the day from which it is known.
    """

    position: Position
    cells: dict[str, str]
    came: date


@dataclass(frozen=True)
class Posted:
    """What the mailout did on a day: `cells` say what became of each doctor's mail, or the address verified."""

    on: date
    is_mail: bool
    cells: dict[str, str]


#: What the drawn words for a mail stand for.
MAILS = {
    "planned": MailState.PENDING,
    "sent": MailState.SENT,
    "sent on request": MailState.SENT,
    "bounced": MailState.BOUNCED,
    "returned": MailState.RETURNED,
    "returned on request": MailState.RETURNED,
    "unknown": MailState.UNKNOWN,
    "refused": MailState.POLICY_HELD,
    "given up": MailState.DEAD,
    "cancelled": MailState.CANCELLED,
}
_SUPERSCRIPTS = {"b": "\u1d47", "d": "\u1d48", "f": "\u1da0"}
_DATED = {MailState.SENT, MailState.BOUNCED, MailState.RETURNED}
_LINK_DAYS = timedelta(days=3)
_MAILED = (ChangeState.SENT, ChangeState.RETURNED)
_STILL_OPEN = (ChangeState.WAITING, ChangeState.DUE, ChangeState.HELD, ChangeState.QUEUED)


def what_follows(case: Case) -> tuple[list[tuple[date, dict[str, str]]], list[tuple[date, dict[str, str]]]]:
    """The drawn and the worked-out lines of the second table, to be compared."""
    extracts, posted = list(read_extracts(case.shows, case.year)), list(read_mailout(case.shows, case.year))
    drawn = [(day(label, case.year), cells) for label, cells in read_table(case.follows)]
    worked_out = []
    for on, cells in drawn:
        changes = work_out(extracts, posted, sorted(cells), on)
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
        if label.endswith((" mail", " verified")):
            continue
        label, _, came = label.removesuffix(")").partition(" (came ")
        on = day(label.removesuffix(" delta"), year)
        while repeat and last is not None and last.position[0] + timedelta(days=1) < on:
            next_day = last.position[0] + timedelta(days=1)
            last = Shown((next_day, Kind.FULL), last.cells, next_day)
            yield last
        kind, arrival = Kind.DELTA if label.endswith(" delta") else Kind.FULL, day(came, year) if came else on
        last, repeat = Shown((on, kind), {name: cell for name, cell in cells.items() if cell}, arrival), False
        yield last


def read_mailout(text: str, year: int) -> Iterator[Posted]:
    """What a drawn table shows of mails and verifications, in order."""
    for label, cells in read_table(text):
        on, _, what = label.rpartition(" ")
        if what in ("mail", "verified"):
            yield Posted(day(on, year), what == "mail", {name: cell for name, cell in cells.items() if cell})


def day(label: str, year: int) -> date:
    """A day as it is drawn, such as `1 Mar` or `1 Mar 2027`."""
    form = "%d %b %Y" if len(label.split()) == 3 else "%d %b"
    parsed = datetime.strptime(label if form.endswith("%Y") else f"{label} {year}", "%d %b %Y")
    return parsed.date()


def work_out(extracts: list[Shown], posted: list[Posted], names: list[str], on: date) -> dict[str, list[EmailChange]]:
    """Every doctor's changes as they are known on a day, shared addresses considered."""
    seen = sorted((one for one in extracts if one.came <= on), key=lambda extract: extract.position)
    seen = [extract for extract in seen if extract.position[0] <= on]
    calendar = Calendar([extract.position for extract in seen])
    doctors = {name: history(name, seen) for name in names}
    doctors = {name: _with_mailout(doctor, extracts, posted, on) for name, doctor in doctors.items()}
    changes = [change for doctor in doctors.values() for change in email_changes(doctor, calendar)]
    periods: dict[str, list[AddressPeriod]] = {}
    for doctor in doctors.values():
        for one in doctor.versions:
            if one.key:
                period = AddressPeriod(doctor.gmc_number, one.key, one.registration, one.valid_from, one.valid_to)
                periods.setdefault(one.key, []).append(period)
    judged = hold_shared(changes, periods)
    return {name: [change for change in judged if change.gmc_number == name] for name in names}


def known(extracts: list[Shown], posted: list[Posted], name: str, on: date) -> tuple[Doctor, Calendar]:
    """A doctor as they are known on a day, with the mails and verifications up to it, and the extracts' calendar."""
    seen = sorted((one for one in extracts if max(one.came, one.position[0]) <= on), key=lambda one: one.position)
    calendar = Calendar([extract.position for extract in seen])
    return _with_mailout(history(name, seen), extracts, posted, on), calendar


def _with_mailout(doctor: Doctor, extracts: list[Shown], posted: list[Posted], on: date) -> Doctor:
    """The doctor with the mails and verifications up to a day."""
    name, mailings, verifications = doctor.gmc_number, list[Mailing](), list[Verification]()
    done = [one for one in posted if one.on <= on and name in one.cells]
    for number, one in enumerate(done):
        cell = one.cells[name]
        if not one.is_mail:
            verifications.append(Verification(name, key(_address(cell) or ""), one.on))
            continue
        planned = _to_be_mailed(work_out(extracts, done[:number], [name], one.on)[name])
        state = MAILS[cell]
        sent_on = one.on if state in _DATED else None
        mailings.append(Mailing(planned, state, sent_on, sent_on + _LINK_DAYS if sent_on else None))
    return Doctor(name, doctor.versions, doctor.absences, doctor.quarantined, mailings, verifications)


def _to_be_mailed(changes: list[EmailChange]) -> EmailChange:
    """The change that a mail of this day is about."""
    return next(change for change in reversed(changes) if change.state in (*_STILL_OPEN, *_MAILED))


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
    local = letter.rstrip("*?").lower()
    # The letter itself as a superscript: folded it is the plain one.
    spellings = {"*": local.upper(), "?": _SUPERSCRIPTS.get(local, "")}
    return clean(f"{spellings.get(letter[-1], local)}@doctor.example")


def describe(changes: list[EmailChange], on: date) -> str:
    """A doctor's changes on a day, in the words of the second table."""
    return "; ".join(_describe_one(change, on) for change in changes) or "nothing"


def _describe_one(change: EmailChange, on: date) -> str:
    state = state_on(change, on)
    reason = f"({change.reason})" if change.reason else ""
    due = f", due {_written(change.due_date)}" if state in _STILL_OPEN else ""
    sent = f", sent {_written(change.sent_on)}" if change.sent_on else ""
    return f"{_letter(change.old_email)}→{_letter(change.new_email)} {state}{reason}{due}{sent}"


def _written(day: date) -> str:
    return f"{day.day} {day:%b}"


def _letter(email: str | None) -> str:
    if email is None:
        return "none"
    local = email.partition("@")[0]
    if ";" in email:
        return "bad"
    plain = {raised: letter for letter, raised in _SUPERSCRIPTS.items()}.get(local)
    if plain is not None:
        return f"{plain.upper()}?"
    return f"{local}*" if local.isupper() else local.upper()
