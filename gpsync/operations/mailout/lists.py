"""Which performers lists include the doctors whose change is due, back to when it was due (C-16)."""

from collections.abc import Collection
from datetime import date, timedelta

from sqlalchemy import Connection

from gpsync.operations.sources import Sources
from gpsync.records import EmailChange, ExtractRecord
from gpsync.rules import Audience, Dataset
from gpsync.store import extracts
from gpsync.verification.listing import included


def lists_since_due(
    connection: Connection, sources: Sources, as_of: date, due: Collection[EmailChange], audience: Audience
) -> dict[date, frozenset[str]]:
    """Whom of the doctors with a change that is `due` each list includes, by its date, the newest first.

    It goes back no further than one of them is included without a break. Empty where the list does not count.
    """
    if audience is not Audience.PERFORMERS or not due:
        return {}
    doctors = {one.gmc_number for one in due}
    lists: dict[date, frozenset[str]] = {}
    for entry in _lists_back_to(connection, min(one.due_date for one in due), as_of):
        source = sources.once(entry) if lists else sources.of(entry)
        if "list_status" in source.unknown:
            continue  # it says of nobody whether the list includes them
        lists[entry.extract.as_of] = included(source.rows, doctors)
        doctors &= lists[entry.extract.as_of]
        if not doctors:
            break
    return lists


def _lists_back_to(connection: Connection, day: date, as_of: date) -> list[ExtractRecord]:
    """The accepted lists dated after a day, newest first, and the one before them."""
    later = extracts.accepted_since(connection, Dataset.PERFORMERS_LIST, day + timedelta(days=1))
    before = extracts.newest_two(connection, Dataset.PERFORMERS_LIST, day)[:1]
    return [*(entry for entry in reversed(later) if entry.extract.as_of <= as_of), *before]
