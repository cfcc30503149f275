"""New letters to replace those that are out of date before they have gone out. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from gpsync.mail_kinds import KINDS, About
from gpsync.mails import Person, PlannedMail
from gpsync.register.addresses import is_unusual
from gpsync.rules import ChangeReason, MailReason
from gpsync.verification.mailout_facts import MailoutFacts, MailoutPolicy, PlanningFacts
from gpsync.verification.planning import MailToPlan, PlanOptions, written_anew
from gpsync.verification.seals import can_be_checked, is_intact
from gpsync.verification.triggers import MailTrigger


@dataclass(frozen=True)
class Renewals:
    """The new mails, the old ones that are cancelled for them, by id, and those that are not as they were planned."""

    mails: Sequence[MailToPlan]
    cancellations: Mapping[str, str]
    altered: Collection[str]


def renew(facts: MailoutFacts, planning: PlanningFacts, cancelled: Collection[str], policy: MailoutPolicy) -> Renewals:
    """Mails in the place of those whose letter is out of date, which are cancelled.

    To whom they go is asked of the sources, never of the old row: one that is not as it was planned is held. Where the
    address is its holder's no more, none takes its place. `cancelled` mails are left out.
    """
    found = [mail for mail in planning.out_of_date if mail.mail_id not in cancelled]
    altered = {mail.mail_id for mail in found if _is_altered(mail, policy)}
    stale = [mail for mail in found if mail.mail_id not in altered]
    addresses = addresses_today(stale, facts.evidence.people, facts.invited)
    options = PlanOptions(policy.secrets, policy.sender, facts.now)
    return Renewals(
        mails=[written_anew(mail, addresses[mail.mail_id], options) for mail in stale if mail.mail_id in addresses],
        cancellations={
            mail.mail_id: MailReason.WRITTEN_ANEW if mail.mail_id in addresses else ChangeReason.NEWER_CHANGE
            for mail in stale
        },
        altered=altered,
    )


def _is_altered(mail: PlannedMail, policy: MailoutPolicy) -> bool:
    return can_be_checked(policy.secrets, mail) and not is_intact(policy.secrets, mail)


def addresses_today(
    mails: Iterable[PlannedMail], people: Mapping[str, Person], users: Iterable[MailTrigger]
) -> dict[str, str]:
    """The address of each of these mails in its newest spelling (C-3), by the mail's id.

    `people` are the current records of their doctors, `users` those who wait to be invited. Left out are mails to an
    address that its holder has no more, or that a person must look at first.
    """
    invited = {trigger.event_id: trigger.recipient for trigger in users}
    found = {mail.mail_id: _address_today(mail, people, invited) for mail in mails}
    return {mail_id: address for mail_id, address in found.items() if address is not None and not is_unusual(address)}


def _address_today(mail: PlannedMail, people: Mapping[str, Person], invited: Mapping[str, str]) -> str | None:
    if KINDS[mail.link.kind].about is About.USER:
        return invited.get(mail.link.event_id)
    person = people.get(mail.link.gmc_number or "")
    return person.email if person is not None and person.key == mail.link.address_key else None
