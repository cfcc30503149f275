"""Who may not be mailed now, by what the last mailout found out."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Connection, delete

from gpsync.store.copy_records import copy_records
from gpsync.store.tables import eligibility


def replace(connection: Connection, blocks: Iterable[tuple[str, str, str]], judged_on: date) -> None:
    """Replace what is known of who may not be mailed: change id, state and reason of each that may not."""
    connection.execute(delete(eligibility))
    rows = [
        {"change_id": change_id, "state": state, "reason": reason, "judged_on": judged_on}
        for change_id, state, reason in blocks
    ]
    if rows:
        copy_records(connection, eligibility.name, rows)
