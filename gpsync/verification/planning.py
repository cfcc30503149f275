"""From a trigger to a mail in the outbox: once, or once more where that is safe."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from gpsync import rules
from gpsync.letters.letters import message_id
from gpsync.link_tokens import LinkSecrets, fingerprint, make_token
from gpsync.mail_kinds import KINDS
from gpsync.mails import Link, MailHistory, MailIds, PlannedMail
from gpsync.rules import ChangeReason, LinkState, MailState, Rank
from gpsync.verification.reminders import is_mailed_again
from gpsync.verification.seals import sealed
from gpsync.verification.triggers import MailTrigger


@dataclass(frozen=True)
class PlanOptions:
    """How mails are to be planned: with which secrets, from whom, when, and on whose decision."""

    secrets: LinkSecrets
    sender: str
    now: datetime
    requested_by: str = ""
    requested_reason: str = ""
    state: MailState = MailState.PENDING
    hold_id: str | None = None
    canary_of: str | None = None


@dataclass(frozen=True)
class MailToPlan:
    """A mail that is to be planned: what it is about, its generation, how, and how urgent it is if not as usual."""

    trigger: MailTrigger
    generation: int
    options: PlanOptions
    rank: Rank | None = None

    def planned(self, ids: MailIds) -> PlannedMail:
        """The mail with these ids, and a link of its own."""
        mail = planned_mail(self.trigger, self.generation, self.options, ids)
        return mail if self.rank is None else replace(mail, rank=self.rank)


def rank_of(trigger: MailTrigger, requested_by: str) -> Rank:
    """How urgent a mail is (C-48): somebody waits for what a person asked for, first links have waited for years."""
    if requested_by:
        return Rank.REQUESTED
    if trigger.is_reminder:
        return Rank.REMINDER
    return Rank.FIRST_LINK if trigger.is_of_old else KINDS[trigger.kind].rank


def triggers_to_mail(
    triggers: Iterable[MailTrigger], histories: Mapping[str, MailHistory], as_of: date
) -> list[tuple[MailTrigger, int]]:
    """The triggers to be mailed now, with the generation of each mail, oldest due date first (C-48).

    One that was mailed about, or whose outcome nobody knows, is never mailed again automatically (C-43, C-44); one
    whose mail was cancelled before it was handed over is, unless a person decided so. One whose mail came back
    undelivered is mailed once more, in its time (C-51).
    """
    wanted = [_marked(trigger, histories.get(trigger.event_id), as_of) for trigger in triggers]
    found = [(trigger, histories.get(trigger.event_id)) for trigger in wanted]
    chosen = [
        (trigger, before.generation + 1 if before else 1)
        for trigger, before in found
        if trigger.is_after_return or _may_be_mailed(before)
    ]
    return sorted(chosen, key=lambda one: (one[0].due_date, one[0].gmc_number or "", one[0].event_id))


def _marked(trigger: MailTrigger, before: MailHistory | None, as_of: date) -> MailTrigger:
    return replace(trigger, is_after_return=True) if is_mailed_again(before, as_of) else trigger


def _may_be_mailed(before: MailHistory | None) -> bool:
    if before is None:
        return True
    is_free = before.state is MailState.CANCELLED and before.reason != ChangeReason.REFUSED
    return is_free and not before.handed_over


def oldest_letter(now: datetime) -> datetime:
    """The date of the oldest letter that may still go out: the link of one before it would run out too soon."""
    return now - timedelta(hours=rules.STALE_LETTER_HOURS)


def written_anew(mail: PlannedMail, recipient: str, options: PlanOptions) -> MailToPlan:
    """The mail again, with a new letter and a new link, to the newest spelling of its address (C-3).

    `recipient` must come from the source that holds the address, not from the mail. One that is held stays so; it is
    as urgent as it was, and as much waits for it.
    """
    link = mail.link
    trigger = MailTrigger(
        kind=link.kind,
        event_id=link.event_id,
        holder=link.holder,
        recipient=recipient,
        key=link.address_key,
        details=mail.details,
        due_date=mail.due_date,
        gmc_number=link.gmc_number,
        user_id=link.user_id,
        change=mail.change,
    )
    asked = replace(
        options,
        requested_by=mail.requested_by,
        requested_reason=mail.requested_reason,
        canary_of=mail.canary_of,
    )
    if mail.state is MailState.HELD and mail.hold_id is not None:
        asked = replace(asked, state=mail.state, hold_id=mail.hold_id)
    return MailToPlan(trigger, link.generation + 1, asked, mail.rank)


def planned_mail(trigger: MailTrigger, generation: int, options: PlanOptions, ids: MailIds) -> PlannedMail:
    """The mail for a trigger, with these ids and a link of its own."""
    link = _link(trigger, generation, options, ids.link_id)
    return PlannedMail(
        mail_id=ids.mail_id,
        message_id=message_id(ids.mail_id, generation, options.sender),
        link=link,
        recipient=trigger.recipient,
        details=trigger.details,
        template=KINDS[trigger.kind].letter,
        due_date=trigger.due_date,
        rank=rank_of(trigger, options.requested_by),
        state=options.state,
        change=trigger.change,
        hold_id=options.hold_id,
        canary_of=options.canary_of,
        requested_by=options.requested_by,
        requested_reason=_why(trigger) or options.requested_reason,
        seal=sealed(options.secrets, ids.mail_id, trigger.recipient, link.link_id, generation),
    )


def _why(trigger: MailTrigger) -> str:
    """Why it is mailed although a mail about it has gone out and nobody has asked (C-51); empty where none has."""
    if trigger.is_after_return:
        return rules.AFTER_RETURN
    return rules.REMINDER if trigger.is_reminder else ""


def _link(trigger: MailTrigger, generation: int, options: PlanOptions, link_id: str) -> Link:
    key_id = options.secrets.signing_id
    token = make_token(options.secrets, key_id=key_id, link_id=link_id, generation=generation, address_key=trigger.key)
    return Link(
        link_id=link_id,
        kind=trigger.kind,
        event_id=trigger.event_id,
        holder=trigger.holder,
        gmc_number=trigger.gmc_number,
        user_id=trigger.user_id,
        address_key=trigger.key,
        generation=generation,
        key_id=key_id,
        token_sha256=fingerprint(token),
        state=LinkState.ISSUED,
        issued_at=options.now,
    )
