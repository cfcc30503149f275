"""What an answer of the mail service means for a mail, for the mail service, and for the run.

Three kinds of refusal are kept apart, because confusing them costs most: the address is at fault (it is never
mailed again), we are at fault (a person looks), or the mail service is not well (nobody is to blame; wait).
"""

from gpsync.bounces.refusals import reading
from gpsync.mails import Reply
from gpsync.rules import Phase, ReturnedKind, Verdict

#: Login is wanted, wrong, too weak or not encrypted: no mail of this run can succeed.
_LOGIN = (530, 534, 535, 538)
#: The mail service is closing down. It may come at any moment and says nothing about a mail.
_CLOSING = 421
#: Where a lasting refusal of a mail ends; whatever says neither is looked at by a person.
_REFUSED = {ReturnedKind.PERMANENT: Verdict.BOUNCED, ReturnedKind.RETURNED: Verdict.DEFERRED}


def verdict_of(phase: Phase, reply: Reply | None) -> Verdict:
    """What `reply` means in `phase`; None is a lost connection, a time-out or garbage.

    Asked only about replies that are not the success hoped for, and about every answer to the final dot.
    Before the dot nothing has been handed over, so nothing can be unknown; at the dot only a clear
    answer counts.
    """
    if phase is Phase.DOT:
        return _at_the_dot(reply)
    if reply is None:
        return Verdict.DEFERRED if phase is Phase.BODY else Verdict.CHANNEL_BACKOFF
    if reply.code in _LOGIN:
        return Verdict.CHANNEL_STOP
    if reply.code == _CLOSING or not 400 <= reply.code <= 599:
        return Verdict.CHANNEL_BACKOFF
    if phase in (Phase.CONNECT, Phase.SENDER):
        return Verdict.CHANNEL_STOP if reply.code >= 500 else Verdict.CHANNEL_BACKOFF
    if reply.code < 500:
        return Verdict.DEFERRED
    return _refused(reply) if phase is Phase.RECIPIENT else Verdict.POLICY_HELD


def _at_the_dot(reply: Reply | None) -> Verdict:
    """Only 250 is an acceptance and only 4xx and 5xx are refusals; anything else leaves open who has the mail."""
    if reply is None or reply.code == _CLOSING or not (reply.code == 250 or 400 <= reply.code <= 599):
        return Verdict.UNKNOWN
    if reply.code == 250:
        return Verdict.SENT
    if reply.code < 500:
        return Verdict.DEFERRED
    return _refused(reply)


def _refused(reply: Reply) -> Verdict:
    """A 5xx for a mail of one recipient. Only words that say that an address does not exist give it up (C-30)."""
    return _REFUSED.get(reading((), f"{reply.code} {reply.text}"), Verdict.POLICY_HELD)
