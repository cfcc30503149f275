"""What there is to mail about on a day, before checking what was mailed already. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from gpsync.records import EmailChange
from gpsync.rules import ChangeState
from gpsync.verification.cancelling import WINDOW_PASSED
from gpsync.verification.evidence import find_blocks
from gpsync.verification.listing import due_when_listed, listed_numbers
from gpsync.verification.mailout_facts import FirstLinks, MailoutFacts, MailoutPolicy, PlanningFacts
from gpsync.verification.portal_accounts import verifications
from gpsync.verification.triggers import MailTrigger, due_changes, first_change, first_link
from gpsync.verification.unknown import perhaps_verified

if TYPE_CHECKING:
    import pandas as pd


def due_triggers(
    facts: MailoutFacts, planning: PlanningFacts, cancellations: Mapping[str, str]
) -> Sequence[MailTrigger]:
    """The email changes whose window has passed and that nothing stops.

    A doctor who came onto the list after their window is due on that day (C-16). An early link that nobody has released
    is cancelled when its window passes; its change is due like any other then (C-52).
    """
    again = {mail.change_id for mail in facts.waiting if cancellations.get(mail.mail_id) == WINDOW_PASSED}
    free = [_waiting(one) if one.change_id in again else one for one in facts.changes]
    listed = due_when_listed([one for one in free if one.change_id not in facts.blocks], planning.lists)
    return due_changes(listed, facts.evidence.people, (), facts.as_of)


def _waiting(change: EmailChange) -> EmailChange:
    return replace(change, state=ChangeState.WAITING)


def first_link_doctors(
    performers: "pd.DataFrame", accounts: "pd.DataFrame", unknown: Collection[str], changing: Collection[str]
) -> FirstLinks:
    """The doctors on the list whose account is not verified, and of whose addresses none is `changing`.

    `performers` and `accounts` are the rows of the newest extracts; of the columns `unknown` the accounts say nothing.
    """
    perhaps, why = perhaps_verified(accounts, unknown)
    verified = {one.gmc_number for one in verifications(accounts)}
    return FirstLinks(listed_numbers(performers) - verified - perhaps - set(changing), why)


def first_link_triggers(facts: MailoutFacts, planning: PlanningFacts, policy: MailoutPolicy) -> Sequence[MailTrigger]:
    """A first link for every listed doctor whose account is not verified and whom nothing stops."""
    shown = (facts.evidence.people.get(number) for number in planning.first_links.doctors)
    people = [person for person in shown if person is not None and person.key is not None]
    addresses = {person.gmc_number: first_change(person, facts.as_of) for person in people}
    blocks = find_blocks(addresses.values(), facts.evidence.of_addresses(), policy.eligibility)
    free = [person for person in people if addresses[person.gmc_number].change_id not in blocks]
    return [first_link(person, facts.as_of) for person in free]


def other_triggers(
    facts: MailoutFacts, planning: PlanningFacts, first_links: Sequence[MailTrigger]
) -> Sequence[MailTrigger]:
    """New users of practices; and first links and users' links that came back and may be mailed once more (C-51).

    Users of the first extract ever were there before we looked: only a first mailout reaches them.
    """
    if facts.users.not_known:
        users: Sequence[MailTrigger] = []
    else:
        users = facts.invited
    known = facts.users.known
    new = [
        replace(one, is_of_old=one.user_id in known)
        for one in users
        if planning.wants_first_links or one.user_id not in known
    ]
    came_back = [one for one in (*first_links, *users) if one.event_id in planning.came_back]
    return list({one.event_id: one for one in (*new, *came_back)}.values())
