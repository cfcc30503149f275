"""The send log as part of a doctor's history: which mails count, on which day, and what a change is once mailed."""

from dataclasses import replace
from datetime import date

from gpsync.records import Doctor, EmailChange, Mailing, Verification
from gpsync.rules import HANDED_OVER_STATES, ChangeReason, ChangeState, MailState
from gpsync.window.timeline import Moment, moments

#: What a mail makes of its change where it is known what became of it.
_KNOWN = {
    MailState.SENT: ChangeState.SENT,
    MailState.BOUNCED: ChangeState.BOUNCED,
    MailState.RETURNED: ChangeState.RETURNED,
}


def events_of(doctor: Doctor) -> list[Moment | Mailing | Verification]:
    """Everything that decides about a doctor, in order: on one day first the register, then mails, then verifications.

    Of the mails only those that were handed over; the others change nothing on any day.
    """
    dated: list[tuple[date, int, Moment | Mailing | Verification]] = [
        *((moment.on, 0, moment) for moment in moments(doctor)),
        *((handed_over_on(mailing), 1, mailing) for mailing in doctor.mailings if mailing.state in HANDED_OVER_STATES),
        *((verification.on, 2, verification) for verification in doctor.verifications),
    ]
    return [what for _, _, what in sorted(dated, key=lambda entry: entry[:2])]


def handed_over_on(mailing: Mailing) -> date:
    """The day a mail went out; where nobody knows whether it did, the first day on which it could have."""
    return mailing.sent_on or mailing.change.due_date


def as_sent(mailing: Mailing) -> EmailChange:
    """The change of a mail that was handed over: as it was planned, whatever is known by now (C-36).

    Where nobody knows whether the mail went out the change is held for a person, never planned again (C-44).
    """
    state = _KNOWN.get(mailing.state, ChangeState.HELD)
    reason = None if mailing.state in _KNOWN else ChangeReason.UNKNOWN_OUTCOME
    return replace(mailing.change, state=state, reason=reason, sent_on=mailing.sent_on, expires_on=mailing.expires_on)
