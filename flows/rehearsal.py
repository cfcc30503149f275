"""What a sync would do, without doing it."""

from datetime import date

from flows import history
from flows.desk import Desk
from flows.history import Revision
from flows.intake import check, received, unread
from gpsync.errors import NotWhole, RefusedExtract
from gpsync.extracts import inbox
from gpsync.records import Arrival, ExtractRecord
from gpsync.rules import Outcome

#: Lets a revision be rehearsed like any other extract.
_REHEARSAL = Revision("", "rehearsal")


def rehearse(desk: Desk, as_of: date) -> list[ExtractRecord]:
    """What a sync of `as_of` would make of each waiting extract; nothing is moved, recorded or changed."""
    waiting = inbox.look(desk.settings.inbox_folder).arrivals
    due = (one for one in waiting if one.as_of <= as_of or one.as_of > desk.today)
    return [_rehearse_one(desk, arrival) for arrival in due]


def _rehearse_one(desk: Desk, arrival: Arrival) -> ExtractRecord:
    try:
        with received(desk, arrival) as copy:
            checked = check(desk, copy, _REHEARSAL)
            return history.rehearse(desk, checked.draft, checked.rows)
    except (NotWhole, RefusedExtract) as reason:
        return ExtractRecord(unread(arrival), Outcome.REJECTED, str(reason))
