"""Who is mailed once more because the first link was not used, or came back (C-51). Pure."""

from collections.abc import Mapping, Sequence

from gpsync.mails import MailHistory
from gpsync.verification.evidence import find_blocks
from gpsync.verification.mailout_facts import MailoutFacts, MailoutPolicy
from gpsync.verification.reminders import may_be_reminded, newly_spelled, reminder, timely
from gpsync.verification.triggers import MailTrigger


def reminders(
    facts: MailoutFacts, history: Mapping[str, MailHistory], policy: MailoutPolicy
) -> Sequence[tuple[MailTrigger, int]]:
    """The reminders to be planned, oldest first, each with its mail's generation.

    Whatever stops a first link stops them. `history` has the mails about each change so far.
    """
    changes = [
        change
        for change in timely(facts.doctors, facts.calendar, facts.as_of, policy)
        if may_be_reminded(history.get(change.change_id), policy.reminders)
    ]
    people = facts.evidence.people
    spelled = [newly_spelled(one, people.get(one.gmc_number)) for one in changes]
    blocks = find_blocks(spelled, facts.evidence, policy.eligibility)
    triggers = [reminder(one, people[one.gmc_number]) for one in spelled if one.change_id not in blocks]
    triggers.sort(key=lambda trigger: (trigger.due_date, trigger.gmc_number or ""))
    return [(trigger, history[trigger.event_id].generation + 1) for trigger in triggers]
