"""The life of a mail: which moves are allowed, and when a refused one is tried again."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from gpsync import rules
from gpsync.rules import ANSWERED_STATES, MailState

#: Where a mail may go from each state. The rule that makes a mail go out at most once is what is missing: from
#: `in_doubt` and `unknown` nothing leads back to `pending` (C-44). They reach `deferred` only on the mail
#: service's own word that it does not have the mail.
MOVES: Mapping[MailState, frozenset[MailState]] = {
    MailState.HELD: frozenset({MailState.PENDING, MailState.CANCELLED}),
    MailState.PENDING: frozenset({MailState.CLAIMED, MailState.CANCELLED}),
    MailState.CLAIMED: frozenset(
        {
            MailState.IN_DOUBT,
            MailState.PENDING,
            MailState.CANCELLED,
            MailState.DEFERRED,
            MailState.BOUNCED,
            MailState.POLICY_HELD,
            MailState.DEAD,
        }
    ),
    MailState.IN_DOUBT: ANSWERED_STATES | {MailState.UNKNOWN, MailState.RETURNED},
    MailState.UNKNOWN: ANSWERED_STATES | {MailState.CANCELLED},
    MailState.DEFERRED: frozenset({MailState.CLAIMED, MailState.CANCELLED}),
    MailState.POLICY_HELD: frozenset({MailState.CANCELLED}),
    MailState.DEAD: frozenset({MailState.CANCELLED}),
    # A mail that was accepted may come back; one that came back undelivered may turn out to have bounced.
    MailState.SENT: frozenset({MailState.BOUNCED, MailState.RETURNED}),
    MailState.RETURNED: frozenset({MailState.BOUNCED}),
    MailState.BOUNCED: frozenset(),
    MailState.CANCELLED: frozenset(),
}

#: A share of each pause by which the tries of many mails are spread.
_SPREAD = 0.1


def next_try(attempts: int, first_tried_at: datetime, now: datetime, jitter: float) -> datetime | None:
    """When a mail refused for now is tried again, or None when it is given up (C-45).

    `attempts` counts the tries so far, the one just refused included; `jitter`, from 0 up to 1, is drawn by
    the caller. The last of `rules.RETRY_MINUTES` repeats until DEFER_DAYS after the first try.
    """
    if now - first_tried_at >= timedelta(days=rules.DEFER_DAYS):
        return None
    minutes = rules.RETRY_MINUTES[min(max(attempts, 1), len(rules.RETRY_MINUTES)) - 1]
    return now + timedelta(minutes=minutes * (1 + _SPREAD * jitter))
