"""One doctor's story: what was seen, what was decided, and why; what `gpsync why` prints."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from gpsync.records import Doctor, EmailChange, FieldChange, Position
from gpsync.register.addresses import key
from gpsync.rules import ChangeState
from gpsync.verification.timeline import Calendar, began_in_baseline
from gpsync.verification.window import state_on


@dataclass(frozen=True)
class Line:
    """Something seen or decided on a day."""

    on: date
    what: str


def story(
    doctor: Doctor, ledger: Iterable[FieldChange], changes: Iterable[EmailChange], calendar: Calendar, as_of: date
) -> list[Line]:
    """The doctor's lines in the order of dates, up to `as_of`."""
    lines = [
        *_first_seen(doctor, calendar),
        *(_field(change) for change in ledger),
        *_absences(doctor),
        *(_quarantine(position) for position in doctor.quarantined),
        *(line for change in changes for line in _change(change, as_of)),
    ]
    return sorted((line for line in lines if line.on <= as_of), key=lambda line: line.on)


def _first_seen(doctor: Doctor, calendar: Calendar) -> list[Line]:
    if not doctor.versions:
        return []
    first = doctor.versions[0]
    how = (
        "in the first load, so the address is taken as it stands (C-1)"
        if began_in_baseline(doctor, calendar)
        else "for the first time"
    )
    return [
        Line(first.valid_from, f"On the register {how}: {first.registration}, {first.email or 'no email address'}.")
    ]


def _field(change: FieldChange) -> Line:
    if change.field == "email" and key(change.old_value or "") == key(change.new_value or ""):
        what = f"The email address is spelled {change.new_value}, before {change.old_value}: the same address (C-3)."
    else:
        what = f"{change.field}: {change.old_value or '(blank)'} → {change.new_value or '(blank)'}"
    return Line(change.as_of, what)


def _absences(doctor: Doctor) -> Sequence[Line]:
    lines = []
    for absence in doctor.absences:
        how = (
            "deleted by a delta" if absence.deleted else "not in the extract; once may be a glitch of the sender (C-22)"
        )
        lines.append(Line(absence.absent_from, f"{how[0].upper()}{how[1:]}."))
        if absence.confirmed_on:
            lines.append(
                Line(
                    absence.confirmed_on, f"Gone: absent from two full extracts in a row, since {absence.absent_from}."
                )
            )
        if absence.returned_on:
            lines.append(Line(absence.returned_on, "On the register again."))
    return lines


def _quarantine(position: Position) -> Line:
    return Line(position[0], "The row was quarantined: yesterday's record stands, and is not used for sending (C-24).")


def _change(change: EmailChange, as_of: date) -> list[Line]:
    seen = f" (it changed between {change.earliest_possible} and {change.change_date})" if _has_gap(change) else ""
    lines = [
        Line(
            change.change_date,
            f"Email change {change.change_id}, {change.kind}: {change.old_email or 'none'} → {change.new_email}{seen}. "
            f"Its window passes on {change.due_date}.",
        )
    ]
    state = state_on(change, as_of)
    why = f": {change.reason.meaning}" if change.reason else f": {state.meaning}"
    lines.append(
        Line(max(as_of, change.change_date), f"Email change {change.change_id} is {_named(state, change)}{why}")
    )
    return lines


def _has_gap(change: EmailChange) -> bool:
    return change.earliest_possible is not None and change.earliest_possible < change.change_date


def _named(state: ChangeState, change: EmailChange) -> str:
    return f"{state}({change.reason})" if change.reason else str(state)
