"""Email changes, and the history from which they are worked out."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, case, delete, false, func, or_, select, union

from gpsync import rules
from gpsync.records import Absence, AddressPeriod, Doctor, EmailChange, Version
from gpsync.rules import HANDED_OVER_STATES, ChangeKind, ChangeReason, ChangeState, Dataset, Registration
from gpsync.store import extracts, verifications
from gpsync.store.copy_records import copy_records
from gpsync.store.outbox import log
from gpsync.store.tables import absence, doctor, eligibility, email_change, outbox, quarantined_row, verification

_HELD_OR_QUEUED = (ChangeState.HELD, ChangeState.QUEUED)
#: Changes that end as verified once the portal says so.
_UNVERIFIED = (ChangeState.SENT, ChangeState.BOUNCED, ChangeState.RETURNED)

#: In the order of the record.
_FIELDS = [email_change.c[name] for name in EmailChange.__dataclass_fields__]
#: A change's state as it is shown: one that waits may be blocked by what other sources say of the doctor.
_WAITS = email_change.c.state == ChangeState.WAITING
_STATE = case((_WAITS, func.coalesce(eligibility.c.state, email_change.c.state)), else_=email_change.c.state)
_REASON = func.coalesce(email_change.c.reason, case((_WAITS, eligibility.c.reason)))
_JUDGED = email_change.outerjoin(eligibility, eligibility.c.change_id == email_change.c.change_id)


def doctors(connection: Connection, gmc_numbers: Collection[str]) -> list[Doctor]:
    """The histories of these doctors, each in the order of dates, with their mails and verifications."""
    wanted = list(gmc_numbers)
    versions: dict[str, list[Version]] = {}
    query = select(
        doctor.c.gmc_number,
        doctor.c.valid_from,
        doctor.c.valid_to,
        doctor.c.email,
        doctor.c.email_key,
        doctor.c.registration_class,
    ).where(doctor.c.gmc_number == func.any(wanted))
    for gmc_number, start, end, email, key, registration in connection.execute(
        query.order_by(doctor.c.valid_from)
    ).all():
        versions.setdefault(gmc_number, []).append(Version(start, end, email, key, Registration(registration)))
    absences = _absences(connection, wanted)
    quarantined = extracts.quarantines(connection, wanted)
    mailings = log.mailings(connection, wanted)
    verified = verifications.of_doctors(connection, wanted)
    return [
        Doctor(
            one,
            versions.get(one, []),
            absences.get(one, []),
            quarantined.get(one, []),
            mailings.get(one, []),
            verified.get(one, []),
        )
        for one in sorted({*versions, *absences, *quarantined, *mailings})
    ]


def _absences(connection: Connection, gmc_numbers: list[str]) -> dict[str, list[Absence]]:
    query = select(absence).where(absence.c.dataset == Dataset.GMC_REGISTER, absence.c.key == func.any(gmc_numbers))
    found: dict[str, list[Absence]] = {}
    for row in connection.execute(query.order_by(absence.c.absent_from)).mappings():
        found.setdefault(row["key"], []).append(
            Absence(row["absent_from"], row["confirmed_on"], row["returned_on"], row["deleted"])
        )
    return found


def unsettled_doctors(
    connection: Connection, touched: Collection[str] = (), window_days: int = rules.WINDOW_DAYS
) -> set[str]:
    """Doctors whose changes may come out otherwise although the next extract shows nothing new of them.

    A change that is held or queued may be ended or released. One that waits may be held or ended by what is not in its
    doctor's own record: see `_may_move`; `touched` are the doctors of whom an extract shows something new. One
    whose link has gone out is touched by its doctor's own record only, or by a verification that nobody has taken in
    yet. A mail whose change is not there (a replay started over, or an extract was revised) brings its change back.
    """
    open_ones = select(email_change.c.gmc_number).where(
        email_change.c.state.in_(_HELD_OR_QUEUED) | (_WAITS & _may_move(touched, window_days))
    )
    confirmed = (
        select(email_change.c.gmc_number)
        .join(
            verification,
            (verification.c.gmc_number == email_change.c.gmc_number)
            & (verification.c.address_key == email_change.c.new_key)
            & (verification.c.verified_on >= email_change.c.change_date),
        )
        .where(email_change.c.state.in_(_UNVERIFIED))
    )
    is_there = select(email_change.c.change_id).where(email_change.c.change_id == outbox.c.change_id).exists()
    lost = select(outbox.c.gmc_number).where(
        outbox.c.change_id.is_not(None),
        outbox.c.gmc_number.is_not(None),
        outbox.c.state.in_(HANDED_OVER_STATES),
        ~is_there,
    )
    return set(connection.execute(union(open_ones, confirmed, lost)).scalars())


def _may_move(touched: Collection[str], window_days: int) -> ColumnElement[bool]:
    """Whether something beside its doctor's own record may end or hold a change that waits, or move its window.

    Most changes that wait are of doctors who are on no list: they wait for years, in ever greater numbers, and
    nothing of this concerns them. A row was quarantined (C-24), the portal has reported on the doctor, a mail was
    planned, another doctor has the address (C-26), the window has another length than when it was worked out.
    """
    change = email_change.c
    quarantined = select(quarantined_row.c.key).where(quarantined_row.c.key == change.gmc_number)
    verifications = select(verification.c.gmc_number).where(verification.c.gmc_number == change.gmc_number)
    mailed = select(outbox.c.mail_id).where(outbox.c.change_id == change.change_id)
    shared = select(doctor.c.gmc_number).where(
        doctor.c.email_key == change.new_key,
        doctor.c.gmc_number == func.any(list(touched)),
        doctor.c.gmc_number != change.gmc_number,
    )
    return or_(
        quarantined.exists(),
        verifications.exists(),
        mailed.exists(),
        shared.exists() if touched else false(),
        change.due_date != change.change_date + window_days,
    )


def address_periods(connection: Connection, keys: Collection[str]) -> dict[str, list[AddressPeriod]]:
    """Every stretch in which a doctor's record showed one of these addresses, by address."""
    columns = (doctor.c.gmc_number, doctor.c.email_key, doctor.c.registration_class, doctor.c.valid_from)
    query = select(*columns, doctor.c.valid_to).where(doctor.c.email_key == func.any(list(keys)))
    found: dict[str, list[AddressPeriod]] = {}
    for gmc_number, key, registration, since, until in connection.execute(query).all():
        found.setdefault(key, []).append(AddressPeriod(gmc_number, key, Registration(registration), since, until))
    return found


def rewrite(connection: Connection, gmc_numbers: Collection[str], changes: Iterable[EmailChange]) -> None:
    """Replace everything held of these doctors' changes by what was worked out now."""
    connection.execute(delete(email_change).where(email_change.c.gmc_number == func.any(list(gmc_numbers))))
    rows = [vars(change) for change in changes]
    if rows:
        copy_records(connection, email_change.name, rows)


def clear(connection: Connection) -> None:
    """Forget every change, because the whole history is worked out again."""
    connection.execute(delete(email_change))


def of_doctor(connection: Connection, gmc_number: str) -> list[EmailChange]:
    """One doctor's changes, oldest first, as they are shown, after what the last mailout found."""
    columns = [column for column in email_change.c if column.name not in ("state", "reason")]
    query = (
        select(*columns, _STATE.label("state"), _REASON.label("reason"))
        .select_from(_JUDGED)
        .where(email_change.c.gmc_number == gmc_number)
    )
    rows = connection.execute(query.order_by(email_change.c.change_date, email_change.c.change_id)).mappings()
    return [_change(row) for row in rows]


def of_doctor_unjudged(connection: Connection, gmc_number: str) -> list[EmailChange]:
    """One doctor's changes, oldest first, by what the register and the send log say alone."""
    query = select(email_change).where(email_change.c.gmc_number == gmc_number)
    rows = connection.execute(query.order_by(email_change.c.change_date, email_change.c.change_id)).mappings()
    return [_change(row) for row in rows]


def last_updated(connection: Connection, gmc_number: str) -> dict[str, date]:
    """For one doctor's changes, by id: when the register itself says the address was last updated.

    It is what the record said on the change date; a change whose record did not say is left out. Evidence only:
    nothing is decided by it (C-14).
    """
    shown = (
        (doctor.c.gmc_number == email_change.c.gmc_number)
        & (doctor.c.email_key == email_change.c.new_key)
        & (doctor.c.valid_from <= email_change.c.change_date)
        & (doctor.c.valid_to.is_(None) | (doctor.c.valid_to > email_change.c.change_date))
    )
    query = (
        select(email_change.c.change_id, doctor.c.email_last_updated)
        .join(doctor, shown)
        .where(email_change.c.gmc_number == gmc_number, doctor.c.email_last_updated.is_not(None))
    )
    return {change_id: updated for change_id, updated in connection.execute(query)}


def counted(connection: Connection, as_of: date) -> dict[str, int]:
    """How many changes are in each state on a day.

    A waiting change whose window has passed is due, unless it is blocked; a link that was not used in time has
    run out.
    """
    state = case(
        (_WAITS & eligibility.c.state.is_not(None), eligibility.c.state),
        (_WAITS & (email_change.c.due_date <= as_of), ChangeState.DUE),
        (
            (email_change.c.state == ChangeState.SENT) & (email_change.c.expires_on < as_of),
            ChangeState.UNVERIFIED_EXPIRED,
        ),
        else_=email_change.c.state,
    )
    shown = select(state.label("state")).select_from(_JUDGED).subquery()
    query = select(shown.c.state, func.count()).group_by(shown.c.state)
    return {ChangeState(word): count for word, count in connection.execute(query)}


def on_hold(connection: Connection) -> dict[ChangeReason, list[str]]:
    """The doctors whose change waits for a person or a later extract, by what it waits for, the oldest change first."""
    query = select(_REASON.label("reason"), email_change.c.gmc_number).select_from(_JUDGED)
    held = query.where(_STATE == ChangeState.HELD).order_by("reason", email_change.c.change_date, "gmc_number")
    found: dict[ChangeReason, list[str]] = {}
    for reason, gmc_number in connection.execute(held).all():
        found.setdefault(ChangeReason(reason), []).append(gmc_number)
    return found


def example(connection: Connection) -> str | None:
    """A doctor worth showing as an example: one who was mailed, then the one with the most changes."""
    mailed = func.max(case((email_change.c.sent_on.is_not(None), 1), else_=0))
    query = select(email_change.c.gmc_number).group_by(email_change.c.gmc_number)
    order = (mailed.desc(), func.count().desc(), email_change.c.gmc_number)
    return connection.execute(query.order_by(*order).limit(1)).scalar()


def _change(row: RowMapping) -> EmailChange:
    return EmailChange(
        **{
            **row,
            "kind": ChangeKind(row["kind"]),
            "state": ChangeState(row["state"]),
            "reason": _reason(row["reason"]),
        }
    )


def _reason(text: str | None) -> ChangeReason | None:
    return ChangeReason(text) if text else None


def to_be_judged(connection: Connection) -> list[EmailChange]:
    """Every change that waits for its window or its mail, by what the register and the send log say alone."""
    query = select(*_FIELDS).where(email_change.c.state.in_((ChangeState.WAITING, ChangeState.QUEUED)))
    ordered = query.order_by(email_change.c.due_date, email_change.c.gmc_number)
    return [_in_order(*row) for row in connection.execute(ordered).all()]


def _in_order(change_id: str, gmc_number: str, kind: str, *columns: Any) -> EmailChange:
    """By position, because there may be a hundred thousand of them."""
    old, new, key, change_date, earliest, due_date, state, reason, sent_on, expires_on = columns
    return EmailChange(
        change_id,
        gmc_number,
        ChangeKind(kind),
        old,
        new,
        key,
        change_date,
        earliest,
        due_date,
        ChangeState(state),
        _reason(reason),
        sent_on,
        expires_on,
    )


def doctors_waiting(connection: Connection) -> set[str]:
    """Doctors with a change that a verification would end: it waits, or its link has not been used."""
    ended = (ChangeState.CANCELLED, ChangeState.SUPERSEDED, ChangeState.SUPPRESSED, ChangeState.VERIFIED)
    query = select(email_change.c.gmc_number).where(email_change.c.state.not_in(ended))
    return set(connection.execute(query).scalars())


def doctors_whose_link_ran_out(
    connection: Connection, states: Collection[ChangeState], first: date, last: date
) -> set[str]:
    """Doctors with a change in one of these states whose link could be used last on a day from `first` to `last`."""
    query = select(email_change.c.gmc_number).where(
        email_change.c.state.in_(states),
        email_change.c.expires_on.between(first, last),
    )
    return set(connection.execute(query).scalars())
