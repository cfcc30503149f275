"""Mails that wait to be sent and that no waiting change stands for: whoever must not be mailed any more is not (C-50).

Those are first links, users' links, links that a person has asked for, and reminders.
"""

from collections.abc import Iterable
from datetime import date

import pandas as pd
from sqlalchemy import Connection

from gpsync.mails import WaitingMail
from gpsync.operations.context import Context
from gpsync.operations.mailout.reminding import timely
from gpsync.operations.mailout.standing import find_blocks, gather_evidence, policy
from gpsync.operations.reconcile.gather import absent_columns, newest_rows, unknown_in
from gpsync.rules import Dataset, MailKind
from gpsync.store import extracts, mailout
from gpsync.verification.reminders import newly_spelled
from gpsync.verification.triggers import as_if_new, new_users
from gpsync.verification.unknown import users_not_known

#: Why a user's mail is cancelled: they are verified by now, have left, or the address is not theirs alone any more.
ACCOUNT_CHANGED = "ACCOUNT_CHANGED"
#: Why a user's mail is cancelled: the newest extract does not say who was revoked; it is planned again when one does.
USER_NOT_KNOWN = "USER_NOT_KNOWN"
#: Why a reminder, or a mail after one that came back, is cancelled that no rule about the doctor stops: reminders are
#: not wanted any more, a late extract shows its change in another light, or its first link ran out too long ago (C-51).
NOT_REMINDED = "NOT_REMINDED"


def recalled(
    context: Context, connection: Connection, as_of: date, mails: Iterable[WaitingMail], performers: pd.DataFrame
) -> dict[str, str]:
    """Why each of these mails that must not go out any more is to be cancelled, by its id.

    `performers` are the rows of the newest performers list.
    """
    waiting = list(mails)
    doctors = [mail for mail in waiting if mail.kind is MailKind.FIRST_LINK or mail.requested_by or mail.is_reminder]
    users = [mail for mail in waiting if mail.kind is MailKind.USER_LINK]
    return {
        **_untimely(context, connection, as_of, [mail for mail in waiting if mail.is_reminder and mail.change_id]),
        **(_doctors(context, connection, as_of, doctors, performers) if doctors else {}),
        **(_users(context, connection, as_of, users) if users else {}),
    }


def _doctors(
    context: Context, connection: Connection, as_of: date, mails: list[WaitingMail], performers: pd.DataFrame
) -> dict[str, str]:
    wanted = {mail.gmc_number: mail.recipient_key for mail in mails if mail.gmc_number}
    evidence = gather_evidence(context, connection, as_of, wanted, performers)
    addresses = [
        as_if_new(mail.mail_id, mail.gmc_number or "", mail.recipient, mail.recipient_key, as_of) for mail in mails
    ]
    addresses = [newly_spelled(one, evidence.people.get(one.gmc_number)) for one in addresses]
    return {mail_id: block.reason for mail_id, block in find_blocks(addresses, evidence, policy(context)).items()}


def _untimely(context: Context, connection: Connection, as_of: date, mails: list[WaitingMail]) -> dict[str, str]:
    doctors = {mail.gmc_number for mail in mails if mail.gmc_number}
    wanted = {change.change_id for change in timely(context, connection, as_of, doctors)}
    return {mail.mail_id: NOT_REMINDED for mail in mails if mail.change_id not in wanted}


def _users(context: Context, connection: Connection, as_of: date, mails: list[WaitingMail]) -> dict[str, str]:
    newest = extracts.newest_two(connection, Dataset.PRACTICE_USERS, as_of)
    rows = newest_rows(context, Dataset.PRACTICE_USERS, newest)
    absent = absent_columns(Dataset.PRACTICE_USERS, newest)
    if users_not_known(rows, unknown_in(Dataset.PRACTICE_USERS, rows, newest), absent):
        return {mail.mail_id: USER_NOT_KNOWN for mail in mails}
    wanted = {event.event_id for event in new_users(rows, (), {}, mailout.suppressed(connection), as_of)}
    return {mail.mail_id: ACCOUNT_CHANGED for mail in mails if mail.event_id not in wanted}
