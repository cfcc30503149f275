"""Which mails that wait must not go out any more, and why (C-50). Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from gpsync.mail_kinds import KINDS, About
from gpsync.mails import WaitingMail
from gpsync.rules import ChangeReason, ChangeState, HoldKind, MailState
from gpsync.verification.evidence import find_blocks
from gpsync.verification.mailout_facts import MailoutFacts, MailoutPolicy
from gpsync.verification.reminders import newly_spelled, timely
from gpsync.verification.triggers import as_if_new

#: A mail cancelled for this reason is planned again when it is due.
NOT_DUE_YET = "NOT_DUE_YET"
#: Nobody has released an early link, and its window has passed: it is planned again, and waits for nobody (C-52).
WINDOW_PASSED = "WINDOW_PASSED"
#: This installation may not mail the address's domain (C-49). Planned again when it may.
OUT_OF_REACH = "OUT_OF_REACH"
#: Why a user's mail is cancelled: they are verified by now, have left, or the address is not theirs alone any more.
ACCOUNT_CHANGED = "ACCOUNT_CHANGED"
#: Why a user's mail is cancelled: the newest extract does not say who was revoked; it is planned again when one does.
USER_NOT_KNOWN = "USER_NOT_KNOWN"
#: Why a reminder, or a mail after one that came back, is cancelled that no rule about the doctor stops: reminders are
#: not wanted any more, a late extract shows its change in another light, or its first link ran out too long ago (C-51).
NOT_REMINDED = "NOT_REMINDED"


def find_cancellations(facts: MailoutFacts, policy: MailoutPolicy) -> dict[str, str]:
    """Why each of the waiting mails that must not go out is to be cancelled, by its id.

    What is known of its recipient comes first; then the change that it is about; then whether the installation may mail
    the address's domain at all (C-49): it may have been planned under other settings, or come with a copy of another
    installation's database.
    """
    stopped = {
        **_untimely(facts, policy),
        **_doctors(facts, policy),
        **_users(facts),
    }
    reasons = {
        mail.mail_id: stopped.get(mail.mail_id) or _by_its_change(mail, facts) or _out_of_reach(mail, policy)
        for mail in facts.waiting
    }
    return {mail_id: reason for mail_id, reason in reasons.items() if reason is not None}


def _doctors(facts: MailoutFacts, policy: MailoutPolicy) -> Mapping[str, str]:
    """First links, links that a person asked for, and reminders: no waiting change belongs to them."""
    mails = [one for one in facts.waiting if one.gmc_number and _stands_alone(one)]
    addresses = [
        as_if_new(one.mail_id, one.gmc_number or "", one.recipient, one.recipient_key, facts.as_of) for one in mails
    ]
    spelled = [newly_spelled(one, facts.evidence.people.get(one.gmc_number)) for one in addresses]
    blocks = find_blocks(spelled, facts.evidence.of_addresses(), policy.eligibility)
    return {mail_id: block.reason for mail_id, block in blocks.items()}


def _stands_alone(mail: WaitingMail) -> bool:
    return KINDS[mail.kind].about is About.DOCTOR or bool(mail.requested_by) or mail.is_reminder


def _untimely(facts: MailoutFacts, policy: MailoutPolicy) -> Mapping[str, str]:
    mails = [one for one in facts.waiting if one.is_reminder and one.change_id]
    if not mails:
        return {}
    wanted = {change.change_id for change in timely(facts.doctors, facts.calendar, facts.as_of, policy)}
    return {mail.mail_id: NOT_REMINDED for mail in mails if mail.change_id not in wanted}


def _users(facts: MailoutFacts) -> Mapping[str, str]:
    mails = [one for one in facts.waiting if KINDS[one.kind].about is About.USER]
    if facts.users.not_known:
        return dict.fromkeys(_ids(mails), USER_NOT_KNOWN)
    wanted = {trigger.event_id for trigger in facts.invited} if mails else set()
    return dict.fromkeys(_ids(mail for mail in mails if mail.event_id not in wanted), ACCOUNT_CHANGED)


def _ids(mails: Iterable[WaitingMail]) -> Sequence[str]:
    return [mail.mail_id for mail in mails]


def _by_its_change(mail: WaitingMail, facts: MailoutFacts) -> str | None:
    """Why the mail of a change that something stops, or that is over, must not go out."""
    if mail.change_id is None:
        return None
    if mail.change_id in facts.blocks:
        return facts.blocks[mail.change_id].reason
    if mail.change_state is not ChangeState.QUEUED:
        return mail.change_reason or ChangeReason.NEWER_CHANGE
    # A late extract may show that its window ends later than was known; only a person may waive that.
    if mail.due_date is not None and mail.due_date > facts.as_of and not mail.requested_by:
        return NOT_DUE_YET
    return WINDOW_PASSED if _waited_long_enough(mail, facts.as_of) else None


def _waited_long_enough(mail: WaitingMail, as_of: date) -> bool:
    """Whether an early link that nobody has released may go out without anybody's approval by now."""
    is_early = mail.state is MailState.HELD and mail.hold_kind is HoldKind.EARLY_LINK
    return is_early and (mail.due_date or as_of) <= as_of


def _out_of_reach(mail: WaitingMail, policy: MailoutPolicy) -> str | None:
    return None if policy.reach.includes(mail.recipient_key) else OUT_OF_REACH
