"""To whom mails that were planned before are addressed today, asked of the sources and not of the mails."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Connection

from gpsync.mails import PlannedMail
from gpsync.operations.context import Context
from gpsync.operations.reconcile.gather import newest_rows
from gpsync.register.addresses import is_unusual
from gpsync.rules import Dataset, MailKind
from gpsync.store import extracts, mailout
from gpsync.store.people import people
from gpsync.verification.triggers import new_users


def recipients(context: Context, connection: Connection, as_of: date, mails: Iterable[PlannedMail]) -> dict[str, str]:
    """The address of each of these mails in its newest spelling (C-3), by the mail's id.

    Left out are mails to an address that its holder has no more, or that a person must look at first.
    """
    wanted = list(mails)
    found = {**_of_doctors(connection, wanted), **_of_users(context, connection, as_of, wanted)}
    return {mail_id: address for mail_id, address in found.items() if not is_unusual(address)}


def _of_doctors(connection: Connection, mails: Iterable[PlannedMail]) -> dict[str, str]:
    links = {mail.mail_id: mail.link for mail in mails if mail.link.gmc_number is not None}
    doctors = people(connection, {link.gmc_number for link in links.values() if link.gmc_number})
    shown = {mail_id: doctors.get(link.gmc_number or "") for mail_id, link in links.items()}
    return {
        mail_id: person.email
        for mail_id, person in shown.items()
        if person is not None and person.email is not None and person.key == links[mail_id].address_key
    }


def _of_users(context: Context, connection: Connection, as_of: date, mails: Iterable[PlannedMail]) -> dict[str, str]:
    events = {mail.mail_id: mail.link.event_id for mail in mails if mail.link.kind is MailKind.USER_LINK}
    if not events:
        return {}
    rows = newest_rows(context, Dataset.PRACTICE_USERS, extracts.newest_two(connection, Dataset.PRACTICE_USERS, as_of))
    waiting = {event.event_id: event for event in new_users(rows, (), {}, mailout.suppressed(connection), as_of)}
    return {mail_id: waiting[event_id].recipient for mail_id, event_id in events.items() if event_id in waiting}
