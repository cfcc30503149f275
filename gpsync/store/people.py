"""Doctors as the register shows them now: what is asked before somebody is written to."""

from collections.abc import Collection, Mapping
from datetime import date

from sqlalchemy import ColumnElement, Connection, Text, cast, func, select
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on

from gpsync.mails import Person
from gpsync.rules import Dataset, Registration
from gpsync.store.tables import absence, doctor


def people(connection: Connection, gmc_numbers: Collection[str]) -> dict[str, Person]:
    """The current records of these doctors, by number; those whom the register no longer holds are left out."""
    found = _read(connection, doctor.c.gmc_number == func.any(list(gmc_numbers)))
    return {one.gmc_number: one for one in found}


def people_with_addresses(connection: Connection, keys: Collection[str], known: Mapping[str, Person]) -> list[Person]:
    """Every doctor whose current record shows one of these addresses; those `known` by number are not read again."""
    others = doctor.c.gmc_number.not_in(select(func.unnest(cast(list(known), ARRAY(Text)))))
    found = _read(connection, (doctor.c.email_key == func.any(list(keys))) & others)
    return [*(one for one in known.values() if one.key in keys), *found]


def last_names(connection: Connection, gmc_numbers: Collection[str]) -> dict[str, str]:
    """The names of these doctors as the register last showed them, by number, whether or not they are still on it."""
    query = (
        select(doctor.c.gmc_number, doctor.c.given_name, doctor.c.surname)
        .where(doctor.c.gmc_number == func.any(list(gmc_numbers)))
        .ext(distinct_on(doctor.c.gmc_number))
        .order_by(doctor.c.gmc_number, doctor.c.valid_from.desc())
    )
    return {row.gmc_number: _full_name(row.given_name, row.surname) for row in connection.execute(query)}


def _read(connection: Connection, condition: ColumnElement[bool]) -> list[Person]:
    is_absent = (
        select(absence.c.key)
        .where(absence.c.dataset == Dataset.GMC_REGISTER, absence.c.key == doctor.c.gmc_number)
        .where(absence.c.returned_on.is_(None))
        .exists()
    )
    query = select(
        doctor.c.gmc_number,
        doctor.c.given_name,
        doctor.c.surname,
        doctor.c.email,
        doctor.c.email_key,
        doctor.c.registration_class,
        doctor.c.gp_register_date,
        doctor.c.year_of_qualification,
        is_absent.label("is_absent"),
    ).where(doctor.c.valid_to.is_(None), condition)
    # By position, because there may be a hundred thousand of them.
    return [_person(*row) for row in connection.execute(query).all()]


def _person(
    number: str,
    given: str | None,
    surname: str | None,
    email: str | None,
    key: str | None,
    registration: str,
    gp_register_date: object,
    year: str | None,
    is_absent: bool,
) -> Person:
    return Person(
        gmc_number=number,
        name=_full_name(given, surname),
        email=email,
        key=key,
        registration=Registration(registration),
        is_on_gp_register=isinstance(gp_register_date, date),
        is_absent=is_absent,
        identity_key=_identity_key(given, surname, year, key),
    )


def _full_name(given: str | None, surname: str | None) -> str:
    """Given name and surname; the register writes `-` for a surname where the whole name is in the other."""
    return " ".join(part for part in (given, surname) if part and part != "-")


def _identity_key(*parts: str | None) -> tuple[str, str, str, str] | None:
    given, surname, year, key = (part.casefold() if part else "" for part in parts)
    return (given, surname, year, key) if surname and key else None
