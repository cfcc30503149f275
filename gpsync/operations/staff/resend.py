"""Another link for a doctor who asks for one (C-52)."""

from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import Connection

from gpsync import rules
from gpsync.errors import NotAllowed, WrongUse
from gpsync.mails import Hold, MailHistory, Person
from gpsync.operations.context import Context
from gpsync.operations.ids import hold_token, mail_ids
from gpsync.operations.link_secret import link_secrets
from gpsync.operations.mailout.evidence import gather_evidence
from gpsync.operations.mailout.policy import eligibility_policy
from gpsync.operations.sources import Sources
from gpsync.rules import HoldKind, MailState
from gpsync.store import email_changes, holds, outbox
from gpsync.store.locks import lock_history
from gpsync.store.outbox import queries
from gpsync.store.people import people
from gpsync.verification.early_links import called_back, is_inside_window, is_source
from gpsync.verification.eligibility import Block
from gpsync.verification.evidence import find_blocks
from gpsync.verification.planning import PlanOptions, planned_mail
from gpsync.verification.releasing import asker
from gpsync.verification.resending import WAITS_FOR_WORD, ResendFacts, resent_trigger, why_not_resent
from gpsync.verification.triggers import first_change

#: Why a mail is cancelled: a person has asked for another one.
RESENT = "RESENT"


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
        facts = _gather(context, connection, gmc_number, stated_email)
        why_not = why_not_resent(facts)
        if why_not is not None:
            raise NotAllowed(why_not)
        trigger = resent_trigger(facts, context.today)
        before = queries.histories(connection, [trigger.event_id]).get(trigger.event_id)
        _clear_the_way(context, connection, gmc_number, before, by)
        options = PlanOptions(
            link_secrets(context), context.settings.mail_from, context.now(), by, called_back(reason, source)
        )
        if not source and is_inside_window(facts.changes, facts.person.key, context.today):
            hold = holds.open_hold(connection, _early_link(context, reason))
            options = replace(options, state=MailState.HELD, hold_id=hold.hold_id)
        mail = planned_mail(trigger, before.generation + 1 if before else 1, options, mail_ids())
        if not outbox.plan(connection, [mail], context.now()):
            raise NotAllowed("A mail to this doctor is being sent this moment: try again in half an hour.")
        holds.close_early_links(connection, context.now())
    return Resent(mail.mail_id, mail.hold_id)


def _gather(context: Context, connection: Connection, gmc_number: str, stated_email: str) -> ResendFacts:
    person = people(connection, [gmc_number]).get(gmc_number)
    if person is None:
        raise WrongUse(f"The register does not hold a doctor with the number {gmc_number}.")
    since = context.now() - timedelta(days=rules.RESEND_DAYS)
    return ResendFacts(
        person=person,
        stated_email=stated_email,
        resends=queries.resends(connection, gmc_number, since),
        judged=email_changes.of_doctor(connection, gmc_number),
        # What the last mailout thought of the change was by older extracts: it is judged again.
        changes=email_changes.of_doctor_unjudged(connection, gmc_number),
        block=_block(context, connection, person),
    )


def _block(context: Context, connection: Connection, person: Person) -> Block | None:
    """What stops a link to the doctor's current address today; the request settles mails of unknown outcome."""
    sources = Sources(context.archive)
    evidence = gather_evidence(connection, sources, context.today, [person.gmc_number], [person.key or ""])
    wanted = first_change(person, context.today)
    blocks = find_blocks([wanted], replace(evidence, in_doubt=()), eligibility_policy(context))
    return blocks.get(wanted.change_id)


def _early_link(context: Context, reason: str) -> Hold:
    hold_id, by, now = f"early-link-{context.now():%Y%m%d}-{hold_token()}", context.operator, context.now()
    return Hold(hold_id, HoldKind.EARLY_LINK, hold_id, now, by, 1, 0, asker(by), now, reason)


def _clear_the_way(
    context: Context, connection: Connection, gmc_number: str, before: MailHistory | None, by: str
) -> None:
    """End the mails that are under way to this doctor; the request settles one that waits for a person's decision."""
    under_way = [mail.mail_id for mail in queries.waiting(connection) if mail.gmc_number == gmc_number]
    outbox.cancel(connection, under_way, RESENT, by, context.now())
    if before is not None and before.state in WAITS_FOR_WORD:
        outbox.resolve(connection, before.mail_id, sent=False, by=by, reason=RESENT, now=context.now())
