"""Which doctor's account was verified with which address, and when."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import Connection, func, select, text

from gpsync.records import Verification
from gpsync.store.tables import verification

#: All of them in one statement, however many there are.
_RECORD = text(
    f"INSERT INTO {verification.name} (gmc_number, address_key, verified_on, source, recorded_at)"
    " SELECT given.gmc_number, given.address_key, given.verified_on, CAST(:source AS TEXT), CAST(:now AS TIMESTAMPTZ)"
    " FROM unnest(CAST(:numbers AS TEXT[]), CAST(:keys AS TEXT[]), CAST(:days AS DATE[]))"
    " AS given (gmc_number, address_key, verified_on) ON CONFLICT DO NOTHING RETURNING gmc_number"
)


def record(connection: Connection, rows: Iterable[Verification], source: str, now: datetime) -> int:
    """Write verifications down; returns how many were not known. One that is known stays as it was first reported."""
    verifications = list(rows)
    given = {
        "numbers": [row.gmc_number for row in verifications],
        "keys": [row.key for row in verifications],
        "days": [row.on for row in verifications],
        "source": source,
        "now": now,
    }
    return len(connection.execute(_RECORD, given).all())


def of_doctors(connection: Connection, gmc_numbers: Collection[str]) -> dict[str, list[Verification]]:
    """These doctors' verifications, each in the order of dates; a doctor without one is left out."""
    query = select(verification.c.gmc_number, verification.c.address_key, verification.c.verified_on)
    query = query.where(verification.c.gmc_number == func.any(list(gmc_numbers)))
    found: dict[str, list[Verification]] = {}
    ordered = query.order_by(verification.c.verified_on, verification.c.address_key)
    for gmc_number, key, on in connection.execute(ordered).all():
        found.setdefault(gmc_number, []).append(Verification(gmc_number, key, on))
    return found
