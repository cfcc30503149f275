"""The plan of a mailout: which mails are cancelled, which are planned, and what is held back. Pure.

`decide_waiting` says what becomes of the mails that wait, `plan_mails` which are planned besides. Both look at facts
that were gathered once: a mail that the first cancels counts as cancelled for the second.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from gpsync.mails import Hold, MailHistory
from gpsync.rules import MailState, NotKnown
from gpsync.verification.cancelling import find_cancellations
from gpsync.verification.candidates import due_triggers, first_link_triggers, other_triggers
from gpsync.verification.eligibility import Block
from gpsync.verification.holding_back import HeldBack, Wanted, hold_back
from gpsync.verification.mailout_facts import MailoutFacts, MailoutPolicy, PlanningFacts
from gpsync.verification.planning import MailToPlan, triggers_to_mail
from gpsync.verification.reminding import reminders
from gpsync.verification.renewing import renew
from gpsync.verification.triggers import MailTrigger, about_address


@dataclass(frozen=True)
class WaitingDecision:
    """What stops changes, by change id, and why waiting mails are cancelled, by mail id.

    `holds` are those on the mails of approved mass changes.
    """

    blocks: Mapping[str, Block]
    cancellations: Mapping[str, str]
    holds: Sequence[Hold] = ()


@dataclass(frozen=True)
class MailoutPlan:
    """What a mailout adds to the outbox.

    `renewals` take the place of mails whose letter is out of date; those are among the `cancellations`, with why,
    beside others in whose place nothing comes. `altered` are mails that wait and are not as they were planned.
    `out_of_reach` counts the triggers whose domain this installation may not mail. `not_known` says of what was not
    mailed why an extract does not say enough for it.
    """

    mails: Sequence[MailToPlan] = ()
    renewals: Sequence[MailToPlan] = ()
    altered: Collection[str] = ()
    cancellations: Mapping[str, str] = field(default_factory=dict)
    held_back: Sequence[HeldBack] = ()
    out_of_reach: int = 0
    not_known: Mapping[str, str] = field(default_factory=dict)


def decide_waiting(facts: MailoutFacts, policy: MailoutPolicy) -> WaitingDecision:
    """What becomes of the changes and mails that wait."""
    return WaitingDecision(facts.blocks, find_cancellations(facts, policy), facts.mass_changes)


def plan_mails(
    facts: MailoutFacts, planning: PlanningFacts, waiting: WaitingDecision, policy: MailoutPolicy
) -> MailoutPlan:
    """What is planned on a day on which links go out, mails that are held back among it."""
    renewals = renew(facts, planning, waiting.cancellations, policy)
    # A mail that is written anew is under way: nothing else is planned about it, nor counted.
    history = _after_cancelling(planning.history, waiting.cancellations)
    first_links = first_link_triggers(facts, planning, policy)
    first = first_links if planning.wants_first_links else []
    due = [*due_triggers(facts, planning, waiting.cancellations), *other_triggers(facts, planning, first_links)]
    again = reminders(facts, history, policy)
    usual = [*_new(facts, due, history, policy), *(one for one in again if _is_within(one[0], policy))]
    taken = {trigger.holder for trigger, _ in usual}
    rest = [one for one in _new(facts, first, history, policy) if one[0].holder not in taken]
    mails, held_back = hold_back(facts, planning, usual, rest, policy)
    return MailoutPlan(
        mails=mails,
        renewals=renewals.mails,
        altered=renewals.altered,
        cancellations=renewals.cancellations,
        held_back=held_back,
        out_of_reach=sum(not _is_within(one, policy) for one in (*due, *first, *(trigger for trigger, _ in again))),
        not_known=_not_known(facts, planning),
    )


def _new(
    facts: MailoutFacts,
    triggers: Iterable[MailTrigger],
    history: Mapping[str, MailHistory],
    policy: MailoutPolicy,
) -> Wanted:
    """Those to be mailed about now, with the generation of each mail."""
    reachable = [one for one in triggers if _is_within(one, policy)]
    return triggers_to_mail(reachable, _with_hashed(reachable, history, policy.hashed), facts.as_of)


def _is_within(trigger: MailTrigger, policy: MailoutPolicy) -> bool:
    return policy.reach.includes(trigger.key)


def _with_hashed(
    triggers: Iterable[MailTrigger], history: Mapping[str, MailHistory], hashed: Callable[[str], str]
) -> Mapping[str, MailHistory]:
    """The mails about each event so far, also where its address has been replaced by its hash since (C-55)."""
    ids = {about_address(one.event_id, hashed(one.key)): one.event_id for one in triggers if one.change is None}
    former = {event_id: history[hashed_id] for hashed_id, event_id in ids.items() if hashed_id in history}
    mailed = {event_id: one for event_id, one in former.items() if one.handed_over}
    return {**former, **history, **mailed}


def _not_known(facts: MailoutFacts, planning: PlanningFacts) -> Mapping[str, str]:
    why = {NotKnown.USER_LINKS: facts.users.not_known, NotKnown.FIRST_LINKS: planning.first_links.not_known}
    return {what: sentence for what, sentence in why.items() if sentence is not None}


def _after_cancelling(history: Mapping[str, MailHistory], cancelled: Mapping[str, str]) -> Mapping[str, MailHistory]:
    """The mails about each event so far, the newest of which is cancelled where this run cancels it."""
    return {
        event_id: replace(one, state=MailState.CANCELLED, reason=cancelled[one.mail_id])
        if one.mail_id in cancelled
        else one
        for event_id, one in history.items()
    }
