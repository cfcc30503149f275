"""What stops the change that is open after the newest extract: who the doctor is, the address, the mail."""

from collections.abc import Iterable
from datetime import timedelta

from gpsync import rules
from gpsync.records import EmailChange
from gpsync.register.addresses import is_unusual, is_valid
from gpsync.rules import ChangeReason, ChangeState, MailState
from gpsync.window.status import Status
from gpsync.window.timeline import Calendar, Presence

Outcome = tuple[ChangeState, ChangeReason | None]

_STUCK = (MailState.POLICY_HELD, MailState.DEAD)


def outcome(
    change: EmailChange,
    changes: Iterable[EmailChange],
    status: Status,
    calendar: Calendar,
    *,
    quarantined: bool,
    mail: MailState | None,
) -> Outcome:
    """The state of the open change, the most decisive first: WAITING or QUEUED where nothing stops it.

    `changes` are all of the doctor's, `mail` is the state of the change's newest mail.
    """
    if status.has_died:
        if status.is_dead:
            return ChangeState.CANCELLED, ChangeReason.DECEASED
        return ChangeState.HELD, ChangeReason.DECEASED_REVERSED
    if calendar.newest is not None and status.suspended_too_long(calendar.newest):
        return ChangeState.CANCELLED, ChangeReason.HOLD_EXPIRED
    holds = (
        (status.presence is Presence.GONE, ChangeReason.NOT_IN_REGISTER),
        (quarantined, ChangeReason.DATA_QUALITY),
        (status.suspended_since is not None, ChangeReason.SUSPENDED),
        (is_unusual(change.new_email), ChangeReason.UNUSUAL_ADDRESS),
        (not is_valid(change.new_email), ChangeReason.INVALID_EMAIL),
        (_is_churn(change, changes), ChangeReason.EMAIL_CHURN),
        (mail in _STUCK, ChangeReason.TRANSPORT),
    )
    reason = next((reason for applies, reason in holds if applies), None)
    if reason is not None:
        return ChangeState.HELD, reason
    return (ChangeState.QUEUED if mail in rules.LIVE_MAIL_STATES else ChangeState.WAITING), None


def _is_churn(change: EmailChange, changes: Iterable[EmailChange]) -> bool:
    """Whether it is the third change, or a later one, within 30 days (C-13)."""
    first = change.change_date - timedelta(days=rules.CHURN_DAYS)
    recent = [one for one in changes if first <= one.change_date <= change.change_date]
    return len(recent) >= rules.CHURN_CHANGES
