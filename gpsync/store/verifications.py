"""Which doctor's account was verified with which address, and when."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects.postgresql import insert

from gpsync.records import Verification
from gpsync.store.tables import verification

_BLOCK = 2_000


def record(connection: Connection, rows: Iterable[Verification], source: str, now: datetime) -> int:
    """Write verifications down; returns how many were not known. What is known stays as it was first told."""
    values = [
        {
            "gmc_number": row.gmc_number,
            "address_key": row.key,
            "verified_on": row.on,
            "source": source,
            "recorded_at": now,
        }
        for row in rows
    ]
    new = 0
    for start in range(0, len(values), _BLOCK):
        statement = insert(verification).values(values[start : start + _BLOCK]).on_conflict_do_nothing()
        # Not `rowcount`, which SQLAlchemy does not keep for an INSERT.
        new += len(connection.execute(statement.returning(verification.c.gmc_number)).all())
    return new


def of_doctors(connection: Connection, gmc_numbers: Collection[str]) -> dict[str, list[Verification]]:
    """These doctors' verifications, each in the order of dates; a doctor without one is left out."""
    query = select(verification.c.gmc_number, verification.c.address_key, verification.c.verified_on)
    query = query.where(verification.c.gmc_number == func.any(list(gmc_numbers)))
    found: dict[str, list[Verification]] = {}
    for gmc_number, key, on in connection.execute(
        query.order_by(verification.c.verified_on, verification.c.address_key)
    ):
        found.setdefault(gmc_number, []).append(Verification(gmc_number, key, on))
    return found
