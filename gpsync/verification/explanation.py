"""The explanation of one doctor's record, which `gpsync why` prints: what was seen, what was decided, and why."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from gpsync.london import london_date
from gpsync.mails import PROGRAM, AddressWord, Link, LoggedMove
from gpsync.records import Doctor, EmailChange, FieldChange, Position
from gpsync.register import characters
from gpsync.register.addresses import folded, key
from gpsync.rules import ChangeReason, ChangeState, LinkState, MailReason, MailState
from gpsync.window.fold import state_on
from gpsync.window.timeline import Calendar, began_in_baseline

_NOT_SUPPLIED: Mapping[str, date] = MappingProxyType({})
_Show = Callable[[str], str]


@dataclass(frozen=True)
class Line:
    """Something seen or decided on a day."""

    on: date
    what: str


@dataclass(frozen=True)
class Correspondence:
    """What was mailed to a doctor: every move of every mail in order, every link, and what people said of addresses."""

    moves: Sequence[LoggedMove] = ()
    links: Sequence[Link] = ()
    words: Sequence[AddressWord] = ()


def explanation(
    doctor: Doctor,
    ledger: Iterable[FieldChange],
    changes: Iterable[EmailChange],
    mail: Correspondence,
    calendar: Calendar,
    as_of: date,
    last_updated: Mapping[str, date] = _NOT_SUPPLIED,
    show: Callable[[str], str] = characters.unambiguous,
) -> list[Line]:
    """The doctor's lines in the order of dates, up to `as_of`.

    `last_updated` says of a change, by its id, when the register itself has the address updated, where it says so.
    `show` writes an address for the reader of the explanation: in full, with what cannot be seen in it made visible,
    unless another function is given.
    """
    lines = [
        *_first_seen(doctor, calendar, show),
        *(_field(change, show) for change in ledger),
        *_absences(doctor),
        *(_quarantine(position) for position in doctor.quarantined),
        *(
            line
            for change in changes
            for line in _change(change, mail, as_of, last_updated.get(change.change_id), show)
        ),
        *_moves(mail.moves, show),
        *(line for link in mail.links for line in _link(link)),
        *(_word(word) for word in mail.words),
        *(Line(one.on, "The portal says that the account is verified.") for one in doctor.verifications),
    ]
    return sorted((line for line in lines if line.on <= as_of), key=lambda line: line.on)


def _first_seen(doctor: Doctor, calendar: Calendar, show: _Show) -> list[Line]:
    if not doctor.versions:
        return []
    first = doctor.versions[0]
    address = show(first.email) if first.email else "no email address"
    how = (
        "in the first load, so the address is taken as it is (C-1)"
        if began_in_baseline(doctor, calendar)
        else "for the first time"
    )
    return [Line(first.valid_from, f"On the register {how}: {first.registration}, {address}.")]


def _field(change: FieldChange, show: _Show) -> Line:
    old, new = change.old_value or "", change.new_value or ""
    if change.field != "email":
        what = f"{change.field}: {old or '(blank)'} → {new or '(blank)'}"
    elif key(old) == key(new):
        what = (
            f"The email address is now written {show(new)}, before {show(old)}: both count as the same address (C-3)."
        )
    else:
        what = f"email: {show(old) or '(blank)'} → {show(new) or '(blank)'}"
    return Line(change.as_of, what)


def _absences(doctor: Doctor) -> Sequence[Line]:
    lines = []
    for absence in doctor.absences:
        how = (
            "deleted by a delta"
            if absence.deleted
            else "not in the extract; one absence may be the sender's mistake (C-22)"
        )
        lines.append(Line(absence.absent_from, f"{how[0].upper()}{how[1:]}."))
        if absence.confirmed_on:
            lines.append(
                Line(
                    absence.confirmed_on,
                    f"No longer on the register: absent from two full extracts in a row, since {absence.absent_from}.",
                )
            )
        if absence.returned_on:
            lines.append(Line(absence.returned_on, "On the register again."))
    return lines


def _quarantine(position: Position) -> Line:
    return Line(
        position[0],
        "The row was quarantined: the record from the day before is kept, and is not used for sending (C-24).",
    )


def _change(change: EmailChange, mail: Correspondence, as_of: date, updated: date | None, show: _Show) -> list[Line]:
    seen = f" (it changed between {change.earliest_possible} and {change.change_date})" if _has_gap(change) else ""
    old = show(change.old_email) if change.old_email else "none"
    lines = [
        Line(
            change.change_date,
            f"Email change {change.change_id}, {change.kind}: {old} → "
            f"{show(change.new_email)}{seen}. Its window ends on {change.due_date}.{_evidence(change, updated)}",
        )
    ]
    state = state_on(change, as_of)
    why = f": {change.reason.meaning}" if change.reason else f": {state.meaning}"
    lines.append(
        Line(
            _since(change, state, mail) or max(as_of, change.change_date),
            f"Email change {change.change_id} is {_named(state, change)}{why}{_both_forms(change, show)}",
        )
    )
    return lines


def _since(change: EmailChange, state: ChangeState, mail: Correspondence) -> date | None:
    """Since when the change has been in its state, where a mail, its link or the window says so."""
    match state:
        case ChangeState.DUE:
            return change.due_date
        case ChangeState.SENT:
            return change.sent_on
        case ChangeState.UNVERIFIED_EXPIRED:
            return change.expires_on + timedelta(days=1) if change.expires_on else None
        case ChangeState.VERIFIED:
            used = [one.confirmed_at for one in mail.links if one.event_id == change.change_id and one.confirmed_at]
            return london_date(max(used)) if used else None
        case ChangeState.QUEUED | ChangeState.BOUNCED | ChangeState.RETURNED:
            moves = [one.at for one in mail.moves if one.change_id == change.change_id and one.state not in _PASSING]
            return london_date(moves[-1]) if moves else None
    return None


def _both_forms(change: EmailChange, show: _Show) -> str:
    """Both forms of an unusual address, for the person who must decide whose it is (C-N1)."""
    if change.reason is not ChangeReason.UNUSUAL_ADDRESS:
        return ""
    return f" The GMC holds {show(change.new_email)}; it is compared as {show(folded(change.new_email))}."


def _evidence(change: EmailChange, updated: date | None) -> str:
    """C-14: the register's own date of the address is shown as evidence, and changes nothing."""
    if updated is None:
        return ""
    sentence = f" The register has the address last updated on {updated}"
    if updated <= change.change_date:
        return f"{sentence}: shown as evidence only, the window does not depend on it (C-14)."
    return (
        f"{sentence}, after an extract had shown it: this cannot be right, so this date or the extract's own is wrong; "
        "the window does not depend on it (C-14)."
    )


#: States that a mail passes through in seconds, and that explain nothing to anybody.
_PASSING = (MailState.CLAIMED, MailState.IN_DOUBT)
#: Reasons that say more than the state which a mail is brought to.
_REASONS: Mapping[str | None, MailReason] = {reason.value: reason for reason in MailReason}


def _moves(moves: Sequence[LoggedMove], show: _Show) -> list[Line]:
    """What became of each mail, step by step; the meaning of its present state is added."""
    lasting = [move for move in moves if move.state not in _PASSING]
    last = {move.mail_id: place for place, move in enumerate(lasting)}
    return [_move(move, show, is_last=last[move.mail_id] == place) for place, move in enumerate(lasting)]


def _move(move: LoggedMove, show: _Show, *, is_last: bool) -> Line:
    codes = " ".join(str(code) for code in (move.smtp_code, move.enhanced_code) if code)
    answer = f" The mail service answered {codes} at {move.phase}." if codes and move.phase else ""
    what = "is planned" if move.state is MailState.PENDING and not move.phase else f"is {move.state}"
    to = f" To {show(move.recipient)}." if move.recipient and move.state is not MailState.CANCELLED else ""
    why = f" ({move.reason})" if move.reason else ""
    known = _REASONS.get(move.reason)
    meaning = f" {known.meaning}" if known else f" {move.state.meaning}" if is_last else ""
    by = "" if move.actor == PROGRAM else f", by {move.actor}"
    return Line(
        london_date(move.at),
        f"Mail {move.mail_id}, {move.kind}, letter {move.generation}: {what}{by}{why}.{meaning}{answer}{to}",
    )


def _link(link: Link) -> list[Line]:
    lines = []
    if link.opened_at is not None:
        lines.append(
            Line(london_date(link.opened_at), "The link's page was opened, by the doctor or by a mail scanner.")
        )
    if link.confirmed_at is not None:
        lines.append(Line(london_date(link.confirmed_at), "The link was used: the address is verified."))
    if link.state is LinkState.EXPIRED and link.expires_at is not None:
        lines.append(Line(london_date(link.expires_at), "The link ran out before it was used."))
    return lines


def _word(word: AddressWord) -> Line:
    what = "may be mailed again" if word.lifted else "is not to be mailed any more (C-30)"
    return Line(london_date(word.at), f"The address {what}, by {word.actor} ({word.reason}).")


def _has_gap(change: EmailChange) -> bool:
    return change.earliest_possible is not None and change.earliest_possible < change.change_date


def _named(state: ChangeState, change: EmailChange) -> str:
    return f"{state}({change.reason})" if change.reason else str(state)
