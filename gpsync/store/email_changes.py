"""Email changes, and the history from which they are worked out."""

from collections.abc import Collection, Iterable
from datetime import date

from sqlalchemy import Connection, RowMapping, delete, func, select

from gpsync.records import Absence, Doctor, EmailChange, Holding, Version
from gpsync.rules import ChangeKind, ChangeReason, ChangeState, Dataset, Registration
from gpsync.store import extracts
from gpsync.store.records import copy_records
from gpsync.store.tables import absence, doctor, email_change

_UNSETTLED = (ChangeState.WAITING, ChangeState.HELD)


def doctors(connection: Connection, gmc_numbers: Collection[str]) -> list[Doctor]:
    """The histories of these doctors, each in the order of dates."""
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
    for gmc_number, start, end, email, key, registration in connection.execute(query.order_by(doctor.c.valid_from)):
        versions.setdefault(gmc_number, []).append(Version(start, end, email, key, Registration(registration)))
    absences = _absences(connection, wanted)
    quarantined = extracts.quarantines(connection, wanted)
    return [
        Doctor(one, versions.get(one, []), absences.get(one, []), quarantined.get(one, []))
        for one in sorted({*versions, *absences, *quarantined})
    ]


def _absences(connection: Connection, gmc_numbers: list[str]) -> dict[str, list[Absence]]:
    query = select(absence).where(absence.c.dataset == Dataset.GMC_REGISTER, absence.c.key == func.any(gmc_numbers))
    found: dict[str, list[Absence]] = {}
    for row in connection.execute(query.order_by(absence.c.absent_from)).mappings():
        found.setdefault(row["key"], []).append(
            Absence(row["absent_from"], row["confirmed_on"], row["returned_on"], row["deleted"])
        )
    return found


def unsettled_doctors(connection: Connection) -> set[str]:
    """Doctors with a change that may still become due: whom the next extract may hold, end or let go."""
    query = select(email_change.c.gmc_number).where(email_change.c.state.in_(_UNSETTLED))
    return set(connection.execute(query).scalars())


def holdings(connection: Connection, keys: Collection[str]) -> dict[str, list[Holding]]:
    """Every stretch in which a doctor's record showed one of these addresses, by address."""
    query = select(doctor.c.gmc_number, doctor.c.email_key, doctor.c.registration_class, doctor.c.valid_to).where(
        doctor.c.email_key == func.any(list(keys))
    )
    found: dict[str, list[Holding]] = {}
    for gmc_number, key, registration, until in connection.execute(query):
        found.setdefault(key, []).append(Holding(gmc_number, key, Registration(registration), until))
    return found


def rewrite(connection: Connection, gmc_numbers: Collection[str], changes: Iterable[EmailChange]) -> None:
    """Replace everything held of these doctors' changes by what was worked out anew."""
    connection.execute(delete(email_change).where(email_change.c.gmc_number == func.any(list(gmc_numbers))))
    rows = [vars(change) for change in changes]
    if rows:
        copy_records(connection, email_change.name, rows)


def clear(connection: Connection) -> None:
    """Forget every change, because the whole history is worked out anew."""
    connection.execute(delete(email_change))


def of_doctor(connection: Connection, gmc_number: str) -> list[EmailChange]:
    """One doctor's changes, oldest first."""
    query = select(email_change).where(email_change.c.gmc_number == gmc_number)
    rows = connection.execute(query.order_by(email_change.c.change_date, email_change.c.change_id)).mappings()
    return [_change(row) for row in rows]


def counted(connection: Connection, as_of: date) -> dict[str, int]:
    """How many changes stand in each state on a day; a waiting change whose window has passed is due."""
    due = (email_change.c.state == ChangeState.WAITING) & (email_change.c.due_date <= as_of)
    query = select(email_change.c.state, due.label("due"), func.count()).group_by(email_change.c.state, due)
    found: dict[str, int] = {}
    for state, is_due, count in connection.execute(query):
        word = ChangeState.DUE if is_due else ChangeState(state)
        found[word] = found.get(word, 0) + count
    return found


def example(connection: Connection) -> str | None:
    """A doctor whose story is worth telling: the one with the most changes, the lowest number first."""
    query = select(email_change.c.gmc_number).group_by(email_change.c.gmc_number)
    return connection.execute(query.order_by(func.count().desc(), email_change.c.gmc_number).limit(1)).scalar()


def _change(row: RowMapping) -> EmailChange:
    return EmailChange(
        **{
            **row,
            "kind": ChangeKind(row["kind"]),
            "state": ChangeState(row["state"]),
            "reason": ChangeReason(row["reason"]) if row["reason"] else None,
        }
    )
