"""What the newest run of a flow could not know, and why: until the next run knows it, it is said."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import Connection, RowMapping, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from gpsync.store.tables import not_known


def keep(connection: Connection, flow: str, reasons: Mapping[str, str], as_of: date) -> None:
    """Put the reasons of a run, by subject, in the place of those of the run before. `since` stays for what goes on."""
    table = not_known
    subjects = list(reasons)
    connection.execute(delete(table).where(table.c.flow == flow, table.c.subject != func.all(subjects)))
    if not reasons:
        return
    rows = [
        {"flow": flow, "subject": subject, "reason": reason, "since": as_of, "as_of": as_of}
        for subject, reason in reasons.items()
    ]
    statement = insert(table).values(rows)
    replaced = {"reason": statement.excluded.reason, "as_of": statement.excluded.as_of}
    connection.execute(statement.on_conflict_do_update(index_elements=["flow", "subject"], set_=replaced))


def read(connection: Connection, flow: str) -> list[RowMapping]:
    """What the newest run of a flow could not know: subject, reason, since, as_of, by subject."""
    query = select(not_known).where(not_known.c.flow == flow).order_by(not_known.c.subject)
    return list(connection.execute(query).mappings())
