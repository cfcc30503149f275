"""Whether a doctor who asks for another link gets one, and about what (C-52). Pure.

The window is waived by a second person or a call-back; every other rule holds.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from gpsync import rules
from gpsync.mails import Person
from gpsync.records import EmailChange
from gpsync.register.addresses import clean, key
from gpsync.rules import ChangeReason, ChangeState, MailState
from gpsync.verification.eligibility import Block
from gpsync.verification.triggers import MailTrigger, change_trigger, first_link

#: States of a change whose link a person may ask for again; an earlier or a verified address needs none.
_MAY_BE_RESENT = frozenset(
    {
        ChangeState.WAITING,
        ChangeState.QUEUED,
        ChangeState.SENT,
        ChangeState.UNVERIFIED_EXPIRED,
        ChangeState.RETURNED,
        ChangeState.HELD,
    }
)
#: What a person's decision lifts; nothing else (C-17, C-18, C-21, C-26 and what is held for another person).
_LIFTED = frozenset({ChangeReason.EMAIL_CHURN, ChangeReason.UNKNOWN_OUTCOME, ChangeReason.TRANSPORT})
#: Mails that wait for a person's decision: asking for another one is one.
WAITS_FOR_WORD = (MailState.UNKNOWN, MailState.POLICY_HELD, MailState.DEAD)


@dataclass(frozen=True)
class ResendFacts:
    """What is known of a doctor who asks for another link.

    `stated_email` is the address that they name, `resends` how many links they were sent on request lately. `judged`
    are their changes as the last mailout left them, `changes` the same by the register and the send log alone. `block`
    is what stops a link to their current address today, mails of unknown outcome apart: the request settles those.
    """

    person: Person
    stated_email: str
    resends: int
    judged: Sequence[EmailChange]
    changes: Sequence[EmailChange]
    block: Block | None


def why_not_resent(facts: ResendFacts) -> str | None:
    """The rule that forbids another link, in a sentence, or None."""
    return _not_theirs(facts) or _too_many(facts) or _held(facts) or _blocked(facts)


def _not_theirs(facts: ResendFacts) -> str | None:
    """Only the address that the GMC holds now is mailed, and only for a requester who knows it."""
    stated = clean(facts.stated_email)
    if stated is not None and facts.person.key is not None and key(stated) == facts.person.key:
        return None
    return (
        "The address stated is not the one that the GMC holds: ask the doctor to correct it at the GMC, and the link "
        "follows 14 days later. Nothing was planned."
    )


def _too_many(facts: ResendFacts) -> str | None:
    if facts.resends < rules.RESENDS:
        return None
    return (
        f"This doctor was sent {rules.RESENDS} links on request within {rules.RESEND_DAYS} days: find out why they do "
        "not arrive, by phone for example."
    )


def _held(facts: ResendFacts) -> str | None:
    """What holds the change for somebody else to clear is not cleared by a request."""
    for change in facts.judged:
        is_held = change.new_key == facts.person.key and change.state is ChangeState.HELD
        if is_held and change.reason is not None and change.reason not in _LIFTED:
            return f"{change.reason}: {change.reason.meaning} Nothing was planned."
    return None


def _blocked(facts: ResendFacts) -> str | None:
    return f"{facts.block.reason}: {facts.block.reason.meaning} Nothing was planned." if facts.block else None


def resent_trigger(facts: ResendFacts, today: date) -> MailTrigger:
    """What the new link is about: the change to the current address, or else a first link."""
    mine = [one for one in facts.changes if one.new_key == facts.person.key and one.state in _MAY_BE_RESENT]
    # A change that came too soon after others stays held (C-13): the person is mailed, not the change.
    if not mine or mine[-1].reason is ChangeReason.EMAIL_CHURN:
        return first_link(facts.person, today)
    return change_trigger(replace(mine[-1], sent_on=None, expires_on=None), facts.person)
