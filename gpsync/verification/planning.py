"""From an event that deserves a link to a mail in the outbox: once, or once more where that is safe."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from gpsync import rules
from gpsync.mails import Link, Past, PlannedMail
from gpsync.rules import ChangeReason, LinkState, MailState
from gpsync.verification.events import Event
from gpsync.verification.letters import TEMPLATE_VERSION, message_id
from gpsync.verification.links import LinkSecrets, fingerprint, make_token, new_link_id
from gpsync.verification.reminders import is_mailed_again


@dataclass(frozen=True)
class Desire:
    """How mails are to be planned: with which secrets, from whom, when, and on whose word."""

    secrets: LinkSecrets
    sender: str
    now: datetime
    requested_by: str = ""
    requested_reason: str = ""
    state: MailState = MailState.PENDING
    hold_id: str | None = None


def new_events(events: Iterable[Event], past: Mapping[str, Past], as_of: date) -> list[tuple[Event, int]]:
    """The events to be mailed now, with the generation of each mail, oldest due date first (C-48).

    An event that was mailed, or whose outcome nobody knows, is never mailed again by itself (C-43, C-44); one
    whose mail was cancelled before it was given away is, unless a person decided so. One whose mail came back
    undelivered is mailed once more, in its time (C-51).
    """
    wanted = [_marked(event, past.get(event.event_id), as_of) for event in events]
    found = [(event, past.get(event.event_id)) for event in wanted]
    chosen = [
        (event, before.generation + 1 if before else 1)
        for event, before in found
        if event.is_after_return or _may_be_mailed(before)
    ]
    return sorted(chosen, key=lambda one: (one[0].due_date, one[0].gmc_number or "", one[0].event_id))


def _marked(event: Event, before: Past | None, as_of: date) -> Event:
    return replace(event, is_after_return=True) if is_mailed_again(before, as_of) else event


def _may_be_mailed(before: Past | None) -> bool:
    if before is None:
        return True
    is_free = before.state is MailState.CANCELLED and before.reason != ChangeReason.REFUSED
    return is_free and not before.given_away


def oldest_letter(now: datetime) -> datetime:
    """The date of the oldest letter that may still go out: the link of one before it would run out too soon."""
    return now - timedelta(hours=rules.STALE_LETTER_HOURS)


def written_anew(mail: PlannedMail, recipient: str, desire: Desire) -> PlannedMail:
    """The mail again, with a new letter and a new link, to the newest spelling of its address (C-3)."""
    link = mail.link
    event = Event(
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
    asked = replace(desire, requested_by=mail.requested_by, requested_reason=mail.requested_reason)
    return planned_mail(event, link.generation + 1, asked)


def planned_mail(event: Event, generation: int, desire: Desire) -> PlannedMail:
    """The mail for an event, with a link of its own."""
    mail_id = uuid.uuid4().hex
    return PlannedMail(
        mail_id=mail_id,
        message_id=message_id(mail_id, generation, desire.sender),
        link=_link(event, generation, desire),
        recipient=event.recipient,
        details=event.details,
        template=TEMPLATE_VERSION[event.kind],
        due_date=event.due_date,
        state=desire.state,
        change=event.change,
        hold_id=desire.hold_id,
        requested_by=desire.requested_by,
        requested_reason=_why(event) or desire.requested_reason,
    )


def _why(event: Event) -> str:
    """Why it is mailed although a mail about it has gone out and nobody has asked (C-51); empty where none has."""
    if event.is_after_return:
        return rules.AFTER_RETURN
    return rules.REMINDER if event.is_reminder else ""


def _link(event: Event, generation: int, desire: Desire) -> Link:
    link_id, key_id = new_link_id(), desire.secrets.signing_id
    token = make_token(desire.secrets, key_id=key_id, link_id=link_id, generation=generation, address_key=event.key)
    return Link(
        link_id=link_id,
        kind=event.kind,
        event_id=event.event_id,
        holder=event.holder,
        gmc_number=event.gmc_number,
        user_id=event.user_id,
        address_key=event.key,
        generation=generation,
        key_id=key_id,
        token_sha256=fingerprint(token),
        state=LinkState.ISSUED,
        issued_at=desire.now,
    )
