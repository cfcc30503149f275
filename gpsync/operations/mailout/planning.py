"""What a mailout plans: events, those that are new, and the holds that two people release."""

import statistics
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import Connection

from gpsync import progress, rules
from gpsync.mails import PROGRAM, Hold, MailHistory, PlannedMail
from gpsync.operations.address_secret import pseudonyms
from gpsync.operations.context import Context
from gpsync.operations.mailout.letter_writer import LetterWriter
from gpsync.operations.mailout.recipients import recipients
from gpsync.operations.mailout.reminding import reminders
from gpsync.operations.mailout.result import FIRST_LINKS, USER_LINKS, MailoutResult
from gpsync.operations.mailout.standing import Evidence, find_blocks, gather_evidence, policy, with_listing
from gpsync.operations.reconcile.gather import absent_columns, newest_rows, unknown_in
from gpsync.records import EmailChange
from gpsync.rules import ChangeReason, Dataset, HoldKind, MailState
from gpsync.store import canaries, email_changes, extracts, holds, mailout, outbox
from gpsync.store.outbox import planned as planned_mails
from gpsync.verification.canary import replacements
from gpsync.verification.listing import listed_numbers
from gpsync.verification.planning import PlanOptions, new_events, oldest_letter, planned_mail
from gpsync.verification.planning import written_anew as anew
from gpsync.verification.portal_accounts import verifications
from gpsync.verification.releasing import asker
from gpsync.verification.reminders import ran_out_between
from gpsync.verification.seals import can_be_told, is_intact
from gpsync.verification.triggers import MailTrigger, about_address, due_changes, first_change, first_link, new_users
from gpsync.verification.unknown import perhaps_verified, users_not_known

#: Days over which the usual number of mails is counted.
_USUAL_DAYS = 28


@dataclass(frozen=True)
class Ground:
    """What is planned upon: the changes that nothing stops, and what is known of their doctors."""

    context: Context
    connection: Connection
    as_of: date
    first_links: bool
    writer: LetterWriter
    changes: Sequence[EmailChange]
    evidence: Evidence


def planned(ground: Ground, result: MailoutResult) -> list[PlannedMail]:
    """The mails to plan, held ones among them; the holds that were opened are told in `result`."""
    changes = with_listing(ground.context, ground.connection, ground.as_of, ground.changes)
    due = due_changes(changes.values(), ground.evidence.people, (), ground.as_of)
    others = {one.event_id: one for one in (*_user_events(ground, result), *_came_back(ground, result))}
    usual = [*_new(ground, [*due, *others.values()], result), *_reminders(ground, result)]
    first = _new(ground, _first_links(ground, result), result) if ground.first_links else []
    taken = {event.holder for event, _ in usual}
    first = [one for one in first if one[0].holder not in taken]
    restored = next((one for one in holds.standing(ground.connection) if one.kind is HoldKind.RESTORED), None)
    if restored is not None:
        if not result.live:
            result.would_hold.append((restored, len(usual) + len(first)))
        return _mails(ground, [*usual, *first], restored)
    return [*_mails(ground, usual, _volume_hold(ground, len(usual), result)), *_canary(ground, first, result)]


def appoint_first_mails(ground: Ground) -> None:
    """Let others of a first mailout go first in the place of those that will never go out."""
    for hold in holds.standing(ground.connection):
        if hold.kind is HoldKind.CANARY:
            number = replacements(canaries.of_hold(ground.connection, hold.hold_id), hold.allowed)
            canaries.appoint(ground.connection, hold.hold_id, number, ground.writer.now())


def written_anew(ground: Ground) -> list[PlannedMail]:
    """Mails in the place of those whose letter is out of date, which are cancelled.

    To whom they go is asked of the sources, never of the old row: one that is not as it was planned is held.
    """
    now, secrets = ground.writer.now(), ground.writer.secrets
    found = planned_mails.out_of_date(ground.connection, oldest_letter(now), secrets.ids)
    altered = {mail.mail_id for mail in found if can_be_told(secrets, mail) and not is_intact(secrets, mail)}
    outbox.set_aside_waiting(ground.connection, altered, now)
    stale = [mail for mail in found if mail.mail_id not in altered]
    known = recipients(ground.context, ground.connection, ground.as_of, stale)
    for reason, mails in (
        (mailout.WRITTEN_ANEW, [mail for mail in stale if mail.mail_id in known]),
        (ChangeReason.NEWER_CHANGE, [mail for mail in stale if mail.mail_id not in known]),
    ):
        outbox.cancel(ground.connection, [mail.mail_id for mail in mails], reason, PROGRAM, now)
    options = _desire(ground)
    return [anew(mail, known[mail.mail_id], options) for mail in stale if mail.mail_id in known]


def _new(ground: Ground, events: Sequence[MailTrigger], result: MailoutResult) -> list[tuple[MailTrigger, int]]:
    """The events to be mailed now, with generations."""
    reachable = [event for event in events if _is_reachable(ground, event, result)]
    return new_events(reachable, _past(ground, reachable), ground.as_of)


def _past(ground: Ground, events: Sequence[MailTrigger]) -> dict[str, MailHistory]:
    """What became of each event's newest mail by the event's id, also where its address was hashed since (C-55)."""
    hashed = pseudonyms(ground.context)
    ids = {about_address(one.event_id, hashed(one.key)): one.event_id for one in events if one.change is None}
    found = mailout.past(ground.connection, [*ids, *(event.event_id for event in events)])
    former = {event_id: found[hashed_id] for hashed_id, event_id in ids.items() if hashed_id in found}
    mailed = {event_id: past for event_id, past in former.items() if past.given_away}
    return {**former, **found, **mailed}


def _reminders(ground: Ground, result: MailoutResult) -> list[tuple[MailTrigger, int]]:
    """The reminders to be mailed now, with generations (C-51)."""
    found = reminders(ground.context, ground.connection, ground.as_of)
    return [(event, generation) for event, generation in found if _is_reachable(ground, event, result)]


def _is_reachable(ground: Ground, event: MailTrigger, result: MailoutResult) -> bool:
    """Whether this installation may mail the event; one that it may not is counted."""
    reachable = ground.writer.may_reach(event.key)
    result.out_of_reach += not reachable
    return reachable


def _mails(ground: Ground, events: Sequence[tuple[MailTrigger, int]], hold: Hold | None) -> list[PlannedMail]:
    options = _desire(ground)
    if hold is not None:
        options = replace(options, state=MailState.HELD, hold_id=hold.hold_id)
    wanted = progress.counted(events, "mails planned")
    return [planned_mail(event, generation, options) for event, generation in wanted]


def _desire(ground: Ground) -> PlanOptions:
    return PlanOptions(ground.writer.secrets, ground.context.settings.mail_from, ground.writer.now())


def _volume_hold(ground: Ground, number: int, result: MailoutResult) -> Hold | None:
    """A hold when far more mails are planned than is usual: a feed gone wrong looks like that."""
    planned_before = mailout.planned_a_day(
        ground.connection, ground.as_of - timedelta(days=_USUAL_DAYS), ground.as_of - timedelta(days=1)
    )
    usual = statistics.median(planned_before) if planned_before else 0
    allowed = max(ground.context.settings.volume_at_least, int(rules.VOLUME_TIMES * usual))
    return _open(ground, HoldKind.VOLUME, number, allowed, result) if number > allowed else None


def _canary(ground: Ground, events: Sequence[tuple[MailTrigger, int]], result: MailoutResult) -> list[PlannedMail]:
    """The first links: a few to see them work, the rest behind a hold."""
    few = ground.context.settings.canary_mails
    rest = events[few:]
    if not rest:
        return _mails(ground, events, None)
    hold = _open(ground, HoldKind.CANARY, len(events), few, result)
    seen = replace(_desire(ground), canary_of=hold.hold_id)
    first = [planned_mail(event, generation, seen) for event, generation in events[:few]]
    return [*first, *_mails(ground, rest, hold)]


def _open(ground: Ground, kind: HoldKind, counted: int, allowed: int, result: MailoutResult) -> Hold:
    wanted = Hold(
        hold_id=f"mails-{ground.as_of:%Y%m%d}-{uuid.uuid4().hex[:8]}",
        kind=kind,
        scope=f"{ground.as_of} {uuid.uuid4().hex[:8]}",
        opened_at=ground.context.now(),
        opened_by=ground.context.operator,
        counted=counted,
        allowed=allowed,
        asked_by=asker(ground.context.operator),
        asked_at=ground.context.now(),
        asked_reason="ran the mailout",
    )
    if result.live:
        result.opened.append(wanted.hold_id)
    else:
        result.would_hold.append((wanted, counted - allowed if kind is HoldKind.CANARY else counted))
    return holds.open_hold(ground.connection, wanted)


def _user_events(ground: Ground, result: MailoutResult) -> list[MailTrigger]:
    """New users of practices. Those of the first extract ever were there before we looked: --first-links mails them."""
    first = extracts.first_accepted(ground.connection, Dataset.PRACTICE_USERS)
    known = set(ground.context.archive.read_rows(first)["user_id"]) if first is not None else set()
    events = _users(ground, result, () if ground.first_links else known)
    return [replace(event, is_of_old=event.user_id in known) for event in events]


def _users(ground: Ground, result: MailoutResult, known: Collection[str] = ()) -> list[MailTrigger]:
    newest = extracts.newest_two(ground.connection, Dataset.PRACTICE_USERS, ground.as_of)
    if not newest:
        return []
    rows = newest_rows(ground.context, Dataset.PRACTICE_USERS, newest)
    absent = absent_columns(Dataset.PRACTICE_USERS, newest)
    why = users_not_known(rows, unknown_in(Dataset.PRACTICE_USERS, rows, newest), absent)
    if why is not None:
        result.not_known[USER_LINKS] = why
        return []
    return new_users(
        rows,
        known,
        mailout.practice_names(ground.connection),
        ground.evidence.suppressed,
        ground.as_of,
    )


def _came_back(ground: Ground, result: MailoutResult) -> list[MailTrigger]:
    """First links and users' links that came back undelivered and may be mailed once more (C-51), in whatever run."""
    events = mailout.came_back(ground.connection, *ran_out_between(ground.as_of))
    if not events:
        return []
    doctors = {number for number in events.values() if number is not None}
    # To the same address only: an event's id is made of it.
    return [one for one in (*_first_links(ground, result, doctors), *_users(ground, result)) if one.event_id in events]


def _first_links(ground: Ground, result: MailoutResult, among: Collection[str] | None = None) -> list[MailTrigger]:
    """A first link for every listed doctor (of these) whose account is not verified and whom nothing stops."""
    context, connection, as_of = ground.context, ground.connection, ground.as_of
    performers = newest_rows(
        context, Dataset.PERFORMERS_LIST, extracts.newest_two(connection, Dataset.PERFORMERS_LIST, as_of)
    )
    newest = extracts.newest_two(connection, Dataset.PCSE_ACCOUNTS, as_of)
    accounts = newest_rows(context, Dataset.PCSE_ACCOUNTS, newest)
    perhaps, why = perhaps_verified(accounts, unknown_in(Dataset.PCSE_ACCOUNTS, accounts, newest))
    if why is not None:
        result.not_known[FIRST_LINKS] = why
    changing = email_changes.doctors_waiting(connection)
    verified = {one.gmc_number for one in verifications(accounts)}
    wanted = listed_numbers(performers) - verified - perhaps - changing
    doctors = mailout.keys_of(connection, wanted if among is None else wanted & set(among))
    evidence = gather_evidence(context, connection, as_of, doctors, performers)
    people = [person for person in evidence.people.values() if person.key is not None]
    stopped = find_blocks([first_change(person, as_of) for person in people], evidence, policy(context))
    return [first_link(person, as_of) for person in people if first_change(person, as_of).change_id not in stopped]
