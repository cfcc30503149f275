"""Another link for a doctor who asks for one (C-52).

The window is waived by a second person or a call-back; every other rule holds.
"""

import uuid
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import Connection

from gpsync import rules
from gpsync.errors import NotAllowed, WrongUse
from gpsync.mails import Hold, MailHistory, Person
from gpsync.operations.context import Context
from gpsync.operations.link_secret import link_secrets
from gpsync.operations.mailout.standing import find_blocks, gather_evidence, policy
from gpsync.operations.reconcile.gather import newest_rows
from gpsync.register.addresses import clean, key
from gpsync.rules import ChangeReason, ChangeState, Dataset, HoldKind, MailState
from gpsync.store import email_changes, extracts, holds, mailout, outbox
from gpsync.store.locks import lock_history
from gpsync.store.people import people
from gpsync.verification.early_links import called_back, is_inside_window, is_source
from gpsync.verification.planning import PlanOptions, planned_mail
from gpsync.verification.releasing import asker
from gpsync.verification.triggers import MailTrigger, change_event, first_change, first_link

#: Why a mail is cancelled: a person has asked for another one.
RESENT = "RESENT"
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
#: What a person's word lifts; all else it does not (C-17, C-18, C-21, C-26 and what is held for another person).
_LIFTED = frozenset({ChangeReason.EMAIL_CHURN, ChangeReason.UNKNOWN_OUTCOME, ChangeReason.TRANSPORT})
#: Mails that wait for a person's word: asking for another one is such a word.
_WAITS_FOR_WORD = (MailState.UNKNOWN, MailState.POLICY_HELD, MailState.DEAD)


@dataclass(frozen=True)
class Resent:
    """A link that was planned on request: its mail, and the hold that a second person must release, if any."""

    mail_id: str
    hold_id: str | None


def resend(
    context: Context, gmc_number: str, stated_email: str, by: str, reason: str, called_back_on: str | None = None
) -> Resent:
    """Plan another link for a doctor. Earlier links end in the same transaction.

    Inside the 14-day window it waits for a second person, unless the doctor was called back: `called_back_on` says
    where the number came from. Raises NotAllowed where a rule forbids it, WrongUse for a doctor whom the register does
    not hold and for a source that is none.
    """
    source = called_back_on or ""
    if called_back_on is not None and not is_source(source):
        raise WrongUse("--called-back-on says where the number came from, such as 'ODS' or 'the performers list'.")
    with context.engine.begin() as connection:
        lock_history(connection)
        person = _person(connection, gmc_number)
        _check_stated(person, stated_email)
        _check_number(context, connection, gmc_number)
        event = _event(context, connection, person)
        before = mailout.past(connection, [event.event_id]).get(event.event_id)
        _clear_the_way(context, connection, gmc_number, before, by)
        options = PlanOptions(
            link_secrets(context), context.settings.mail_from, context.now(), by, called_back(reason, source)
        )
        changes = email_changes.of_doctor_unjudged(connection, gmc_number)
        if not source and is_inside_window(changes, person.key, context.today):
            hold = holds.open_hold(connection, _early_link(context, reason))
            options = replace(options, state=MailState.HELD, hold_id=hold.hold_id)
        mail = planned_mail(event, before.generation + 1 if before else 1, options)
        if outbox.plan(connection, [mail], context.now()) != 1:
            raise NotAllowed("A mail to this doctor is being sent this moment: try again in half an hour.")
        holds.close_early_links(connection, context.now())
    return Resent(mail.mail_id, mail.hold_id)


def _early_link(context: Context, reason: str) -> Hold:
    hold_id, by, now = f"early-link-{context.now():%Y%m%d}-{uuid.uuid4().hex[:8]}", context.operator, context.now()
    return Hold(hold_id, HoldKind.EARLY_LINK, hold_id, now, by, 1, 0, asker(by), now, reason)


def _person(connection: Connection, gmc_number: str) -> Person:
    found = people(connection, [gmc_number]).get(gmc_number)
    if found is None:
        raise WrongUse(f"The register does not hold a doctor with the number {gmc_number}.")
    return found


def _check_stated(person: Person, stated_email: str) -> None:
    """Only the address that the GMC holds now is mailed, and only whoever knows it may ask."""
    stated = clean(stated_email)
    if stated is None or person.key is None or key(stated) != person.key:
        raise NotAllowed(
            "The address stated is not the one that the GMC holds: the doctor corrects it at the GMC, and the "
            "link follows 14 days later. Nothing was planned."
        )


def _check_number(context: Context, connection: Connection, gmc_number: str) -> None:
    since = context.now() - timedelta(days=rules.RESEND_DAYS)
    if mailout.resends(connection, gmc_number, since) >= rules.RESENDS:
        raise NotAllowed(
            f"This doctor was sent {rules.RESENDS} links on request within {rules.RESEND_DAYS} days: find out by "
            "another way than email why they do not arrive."
        )


def _event(context: Context, connection: Connection, person: Person) -> MailTrigger:
    """What the new link is about: the change to the current address, or else a first link."""
    _check_holds(connection, person)
    _check_bars(context, connection, person)
    # What the last mailout thought of the change was by older extracts: it has just been judged anew.
    changes = email_changes.of_doctor_unjudged(connection, person.gmc_number)
    mine = [one for one in changes if one.new_key == person.key and one.state in _MAY_BE_RESENT]
    # A change that came too soon after others stays held (C-13): the person is mailed, not the change.
    if not mine or mine[-1].reason is ChangeReason.EMAIL_CHURN:
        return first_link(person, context.today)
    return change_event(replace(mine[-1], sent_on=None, expires_on=None), person)


def _check_holds(connection: Connection, person: Person) -> None:
    """What holds the change for somebody else to clear is not cleared by a request."""
    for change in email_changes.of_doctor(connection, person.gmc_number):
        is_held = change.new_key == person.key and change.state is ChangeState.HELD
        if is_held and change.reason is not None and change.reason not in _LIFTED:
            raise NotAllowed(f"{change.reason}: {change.reason.meaning} Nothing was planned.")


def _check_bars(context: Context, connection: Connection, person: Person) -> None:
    lists = extracts.newest_two(connection, Dataset.PERFORMERS_LIST, context.today)
    performers = newest_rows(context, Dataset.PERFORMERS_LIST, lists)
    evidence = gather_evidence(context, connection, context.today, {person.gmc_number: person.key or ""}, performers)
    wanted = first_change(person, context.today)
    # Mails of which nobody knows are settled by the request.
    evidence = replace(evidence, in_doubt=())
    block = find_blocks([wanted], evidence, policy(context)).get(wanted.change_id)
    if block is not None:
        raise NotAllowed(f"{block.reason}: {block.reason.meaning} Nothing was planned.")


def _clear_the_way(
    context: Context, connection: Connection, gmc_number: str, before: MailHistory | None, by: str
) -> None:
    """End the mails that are under way to this doctor; one that waits for a person's word is settled by the request."""
    live = [mail.mail_id for mail in mailout.live(connection) if mail.gmc_number == gmc_number]
    outbox.cancel(connection, live, RESENT, by, context.now())
    if before is not None and before.state in _WAITS_FOR_WORD:
        outbox.resolve(connection, before.mail_id, sent=False, by=by, reason=RESENT, now=context.now())
