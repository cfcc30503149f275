"""The handing over of one mail, from MAIL FROM to the answer to the final dot.

What may have happened is known from how far it came: before the dot nothing has been handed over, and once
the dot may have left only an answer shows. The dot is three bytes sent on their own, after the intent has
been written down, so the time in which a crash leaves the outcome open is as short as it can be.
"""

import re
from collections.abc import Callable

from gpsync.mail import failpoints
from gpsync.mail.smtp_connection import Lost, SmtpConnection, Unsent
from gpsync.mails import Handover, Outgoing, Reply
from gpsync.rules import Phase, Verdict

_VerdictOf = Callable[[Phase, Reply | None], Verdict]
_NAME = r"([A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9])?)"
#: "queued as XYZ" (Postfix and others), "id=XYZ" (Exim); never part of something longer, such as an address.
_RELAY_ID = re.compile(rf"(?:\bqueued as |\bid=){_NAME}(?![\w@-]|\.\S)", re.ASCII | re.IGNORECASE)
#: The mail service is closing the connection.
_CLOSING = 421


def hand_over(smtp: SmtpConnection, outgoing: Outgoing, intend: Callable[[], bool], verdict_of: _VerdictOf) -> Handover:
    """Hand `outgoing` to the mail service, at most once, and say how it ended.

    `intend` is asked when everything but the final dot has been accepted; if it says no, the mail is withdrawn.
    The connection is kept after an orderly answer only: look at `smtp.closed`. Whatever `intend` raises
    passes through, as does ValueError for a letter or an address that must not be sent; the
    connection is closed then, and the mail has not been handed over.
    """
    try:
        handover = _prepare(smtp, outgoing, verdict_of) or _complete(smtp, intend, verdict_of)
    except BaseException:
        smtp.close()
        raise
    failpoints.hit("after reply")
    return handover


def _prepare(smtp: SmtpConnection, outgoing: Outgoing, verdict_of: _VerdictOf) -> Handover | None:
    """Everything before the dot; None when all of it was accepted."""
    phase = Phase.SENDER
    failpoints.hit("before sender")
    try:
        reply = smtp.sender(outgoing.sender, outgoing.envelope_id)
        if _accepted(reply):
            failpoints.hit("after sender")
            phase = Phase.RECIPIENT
            reply = smtp.recipient(outgoing.recipient)
        if phase is Phase.RECIPIENT and _accepted(reply):
            failpoints.hit("after recipient")
            phase = Phase.DATA
            reply = smtp.data()
        if phase is not Phase.DATA or reply.code != 354:
            return _refused(smtp, phase, reply, verdict_of)
        failpoints.hit("after data")
        phase = Phase.BODY
        smtp.body(outgoing.message)
    except Lost:
        return _lost(smtp, phase, verdict_of)
    failpoints.hit("after body")
    return None


def _complete(smtp: SmtpConnection, intend: Callable[[], bool], verdict_of: _VerdictOf) -> Handover:
    failpoints.hit("before intent")
    if not intend():
        smtp.close()
        return Handover(None, Phase.DOT)
    failpoints.hit("after intent")
    try:
        reply = smtp.dot()
    except Unsent:
        return _lost(smtp, Phase.BODY, verdict_of)
    except Lost:
        return _lost(smtp, Phase.DOT, verdict_of)
    if not _is_orderly(reply):
        smtp.close()
    return _answered(Phase.DOT, reply, verdict_of)


def _refused(smtp: SmtpConnection, phase: Phase, reply: Reply, verdict_of: _VerdictOf) -> Handover:
    """The mail service said no before the dot: the connection is kept if it can be."""
    if _is_orderly(reply) and reply.code >= 400:
        try:
            smtp.reset()
        except Lost:
            smtp.close()
    else:
        smtp.close()
    return _answered(phase, reply, verdict_of)


def _lost(smtp: SmtpConnection, phase: Phase, verdict_of: _VerdictOf) -> Handover:
    smtp.close()
    return Handover(verdict_of(phase, None), phase)


def _answered(phase: Phase, reply: Reply, verdict_of: _VerdictOf) -> Handover:
    verdict = verdict_of(phase, reply)
    relay_id = _relay_id(reply) if verdict is Verdict.SENT else None
    return Handover(verdict, phase, reply.code, reply.enhanced, relay_id)


def _accepted(reply: Reply) -> bool:
    return 200 <= reply.code <= 299


def _is_orderly(reply: Reply) -> bool:
    """Whether the connection can be used after `reply`: both sides agree where they are."""
    return reply.code == 250 or (400 <= reply.code <= 599 and reply.code != _CLOSING)


def _relay_id(reply: Reply) -> str | None:
    """What the mail service calls the mail, if it says so in a known form."""
    found = _RELAY_ID.search(reply.text)
    return found.group(1) if found else None
