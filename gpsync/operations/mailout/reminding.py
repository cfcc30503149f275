"""Who did not use the first link, or has not had it, and is mailed one more (C-51)."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import Connection

from gpsync.operations.context import Context
from gpsync.operations.histories import histories
from gpsync.operations.mailout.standing import find_blocks, gather_evidence, policy
from gpsync.operations.reconcile.gather import newest_rows
from gpsync.records import EmailChange
from gpsync.rules import Dataset
from gpsync.store import extracts, mailout
from gpsync.store.people import people
from gpsync.verification.reminders import (
    due_for_reminder,
    may_be_reminded,
    newly_spelled,
    ran_out_between,
    reminded_of,
    reminder,
)
from gpsync.verification.triggers import MailTrigger


def timely(context: Context, connection: Connection, as_of: date, doctors: Collection[str]) -> list[EmailChange]:
    """Of these doctors' changes those of which it is time to remind them.

    Where reminders are not wanted, only those of which the mail came back undelivered.
    """
    if not doctors:
        return []
    found, calendar = histories(context, connection, doctors)
    window_days, wanted = context.settings.window_days, reminded_of(context.settings.reminders)
    return [
        change
        for doctor in found
        for change in due_for_reminder(doctor, calendar, as_of, window_days=window_days)
        if change.state in wanted
    ]


def reminders(context: Context, connection: Connection, as_of: date) -> list[tuple[MailTrigger, int]]:
    """The reminders to be planned, each with its mail's generation: whatever stops a first link stops them."""
    wanted = reminded_of(context.settings.reminders)
    doctors = mailout.doctors_whose_link_ran_out(connection, wanted, *ran_out_between(as_of))
    changes = timely(context, connection, as_of, doctors)
    past = mailout.past(connection, [change.change_id for change in changes])
    changes = [one for one in changes if may_be_reminded(past.get(one.change_id), context.settings.reminders)]
    return [(event, past[event.event_id].generation + 1) for event in _unstopped(context, connection, as_of, changes)]


def _unstopped(
    context: Context, connection: Connection, as_of: date, changes: Collection[EmailChange]
) -> list[MailTrigger]:
    """An event for each of these changes that nothing stops, the oldest first."""
    if not changes:
        return []
    lists = extracts.newest_two(connection, Dataset.PERFORMERS_LIST, as_of)
    performers = newest_rows(context, Dataset.PERFORMERS_LIST, lists)
    wanted = {one.gmc_number: one.new_key for one in changes}
    dates = {one.change_date for one in changes}
    persons = people(connection, wanted)
    evidence = gather_evidence(context, connection, as_of, wanted, performers, dates)
    spelled = [newly_spelled(one, persons.get(one.gmc_number)) for one in changes]
    stopped = find_blocks(spelled, evidence, policy(context))
    events = [reminder(one, persons[one.gmc_number]) for one in spelled if one.change_id not in stopped]
    return sorted(events, key=lambda event: (event.due_date, event.gmc_number or ""))
