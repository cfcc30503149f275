"""One further link, mailed automatically when the first was not used, or came back undelivered (C-51). Pure.

A link is for 72 hours, and the rule's seven days are calendar days counted from the last London day on which it could
be used: that is day 0, and on day 7 the further link may go out, or on the first sending day after it. First links and
links to users are not reminded of: the rule is about an email change. But one that came back undelivered,
of whatever kind, is mailed once more, whether reminders are wanted or not: nobody has had it.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Protocol

from gpsync import rules
from gpsync.mails import MailHistory, Person
from gpsync.records import Doctor, EmailChange, Mailing
from gpsync.rules import HANDED_OVER_STATES, ChangeReason, ChangeState, MailState
from gpsync.verification.triggers import MailTrigger, change_trigger
from gpsync.window.fold import email_changes
from gpsync.window.timeline import Calendar

#: Nothing is under way, and no outcome is open.
_SETTLED = (MailState.SENT, MailState.RETURNED, MailState.CANCELLED)
#: Changes whose link was not used, as far as anybody knows.
_UNUSED = (ChangeState.SENT, ChangeState.RETURNED)


class Schedule(Protocol):
    """How many reminders an installation mails, and how long its window is, in days."""

    @property
    def reminders(self) -> int:
        """Reminders after a link that was not used; 0 where none is wanted."""

    @property
    def window_days(self) -> int:
        """Days that a new address must stand."""


def ran_out_between(as_of: date) -> tuple[date, date]:
    """The first and the last day on which a link of which a doctor is reminded on `as_of` could be used last."""
    return as_of - timedelta(days=rules.REMINDER_WITHIN_DAYS), as_of - timedelta(days=rules.REMINDER_DAYS)


def reminded_of(reminders: int) -> tuple[ChangeState, ...]:
    """States of the changes that may be mailed again automatically; where no reminder is wanted, what came back."""
    return _UNUSED if reminders else (ChangeState.RETURNED,)


def due_for_reminder(doctor: Doctor, calendar: Calendar, as_of: date, *, window_days: int) -> list[EmailChange]:
    """The doctor's changes of which they may be reminded on a day, by what the register and the send log say alone.

    Each stands as it does without any mail that is only planned, so the answer is the same before a reminder is
    planned and while it waits.
    """
    handed_over = replace(doctor, mailings=[one for one in doctor.mailings if one.state in HANDED_OVER_STATES])

    def would_be(mail: Mailing) -> EmailChange:
        with_it = replace(handed_over, mailings=[*_others(handed_over, mail), mail])
        found = email_changes(with_it, calendar, window_days=window_days)
        return next(one for one in found if one.change_id == mail.change.change_id)

    return [
        change
        for change in email_changes(handed_over, calendar, window_days=window_days)
        if _is_time(change, as_of)
        # Whatever holds a change that waits holds its reminder (C-13, C-17, C-19, C-22 to C-25).
        and would_be(Mailing(change, MailState.PENDING)).state is ChangeState.QUEUED
        # An address that was away meanwhile must have stood for the whole window again (C-7).
        and would_be(Mailing(change, MailState.SENT, as_of, as_of)).reason is None
    ]


def timely(doctors: Iterable[Doctor], calendar: Calendar, as_of: date, policy: Schedule) -> list[EmailChange]:
    """Of these doctors' changes those of which it is time to remind them.

    Where reminders are not wanted, only those of which the mail came back undelivered.
    """
    wanted = reminded_of(policy.reminders)
    return [
        change
        for doctor in doctors
        for change in due_for_reminder(doctor, calendar, as_of, window_days=policy.window_days)
        if change.state in wanted
    ]


def _others(doctor: Doctor, mail: Mailing) -> list[Mailing]:
    """The mails that count beside another one: of two that were handed over about one change, the later does."""
    if mail.state not in HANDED_OVER_STATES:
        return list(doctor.mailings)
    return [one for one in doctor.mailings if one.change.change_id != mail.change.change_id]


def _is_time(change: EmailChange, as_of: date) -> bool:
    """Whether the change's link ran out unused so many days ago, and no late extract says it was early (C-36)."""
    return change.state in _UNUSED and change.reason is None and _ran_out_in_time(change.expires_on, as_of)


def _ran_out_in_time(last_day: date | None, as_of: date) -> bool:
    first, last = ran_out_between(as_of)
    return last_day is not None and first <= last_day <= last


def may_be_reminded(before: MailHistory | None, reminders: int) -> bool:
    """Whether the mails about a change so far leave room for one of `reminders`, or for one after a return.

    None is sent after a mail that a person asked for, which is better than a reminder, nor while a mail is under way
    or its outcome unknown. One that was cancelled before it was handed over does not count. A mail that came back
    undelivered is followed by another one even where no reminder is wanted, and never by a third.
    """
    if before is None or before.was_requested or before.state not in _SETTLED:
        return False
    return 1 <= before.handed_over <= max(reminders, before.was_returned)


def is_mailed_again(before: MailHistory | None, as_of: date) -> bool:
    """Whether a first link, or a user's, came back undelivered and is to be mailed once more on a day.

    Where a person has decided against it, it is not.
    """
    if before is None or before.reason == ChangeReason.REFUSED or not before.was_returned:
        return False
    return may_be_reminded(before, 0) and _ran_out_in_time(before.last_day, as_of)


def newly_spelled(change: EmailChange, person: Person | None) -> EmailChange:
    """The change with its address as the register spells it now (C-3)."""
    if person is None or person.email is None or person.key != change.new_key:
        return change
    return replace(change, new_email=person.email)


def reminder(change: EmailChange, person: Person) -> MailTrigger:
    """The trigger of a change's reminder: the same letter once more, with a link of its own."""
    if change.expires_on is None:
        raise ValueError("a change whose link has no end is not reminded of")
    trigger = change_trigger(replace(change, sent_on=None, expires_on=None), person)
    due_date = change.expires_on + timedelta(days=rules.REMINDER_DAYS)
    return replace(trigger, due_date=due_date, is_reminder=True, is_after_return=change.state is ChangeState.RETURNED)
