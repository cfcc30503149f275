"""Gathering what a mailout's decisions look at: nothing else reads for them, and each thing is read once."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from gpsync.mails import PlannedMail, WaitingMail
from gpsync.operations.context import Context
from gpsync.operations.histories import histories
from gpsync.operations.ids import hold_token
from gpsync.operations.mailout.evidence import gather_evidence, gather_mass_changes
from gpsync.operations.mailout.lists import lists_since_due
from gpsync.operations.mailout.users import gather_users
from gpsync.operations.sources import Sources
from gpsync.records import Doctor, EmailChange
from gpsync.rules import USUAL_DAYS, Dataset, HoldKind
from gpsync.store import email_changes, holds
from gpsync.store.outbox import planned, queries
from gpsync.verification.candidates import first_link_doctors
from gpsync.verification.evidence import find_blocks
from gpsync.verification.mailout_facts import FirstLinks, MailoutFacts, MailoutPolicy, PlanningFacts
from gpsync.verification.planning import oldest_letter
from gpsync.verification.reminders import ran_out_between, reminded_of
from gpsync.verification.triggers import invited_users


@dataclass(frozen=True)
class MailoutDay:
    """What a mailout is about: its day, the hour by which its mails are dated, and what is planned on it.

    `plans` is False where no link goes out; `first_links` also plans those of a first mailout.
    """

    as_of: date
    now: datetime
    plans: bool
    first_links: bool = False


@dataclass(frozen=True)
class _Besides:
    """What is looked at only on a day on which links go out."""

    reminded: Collection[str] = ()
    came_back: Mapping[str, str | None] = field(default_factory=dict)
    out_of_date: Sequence[PlannedMail] = ()
    first_links: FirstLinks = field(default_factory=FirstLinks)


def gather(
    context: Context, connection: Connection, sources: Sources, day: MailoutDay, policy: MailoutPolicy
) -> MailoutFacts:
    """What is known on the day."""
    changes, waiting = email_changes.to_be_judged(connection), queries.waiting(connection)
    besides = _besides(connection, sources, day, policy) if day.plans else _Besides()
    reminded = {mail.gmc_number for mail in waiting if mail.is_reminder and mail.gmc_number}
    doctors, calendar = histories(context, connection, {*reminded, *besides.reminded})
    mass_changes = gather_mass_changes(context, connection, _change_dates(changes, doctors))
    evidence = gather_evidence(
        connection,
        sources,
        day.as_of,
        doctors=_concerned(changes, waiting, doctors, besides),
        keys={*(one.new_key for one in changes), *(mail.recipient_key for mail in waiting)},
        mass_changes=mass_changes,
    )
    users = gather_users(connection, sources, day.as_of)
    facts = MailoutFacts(
        as_of=day.as_of,
        now=day.now,
        run_at=context.now(),
        operator=context.operator,
        changes=changes,
        waiting=waiting,
        evidence=evidence,
        blocks=find_blocks(changes, evidence, policy.eligibility),
        users=users,
        invited=invited_users(users.rows, users.practices, evidence.suppressed, day.as_of),
        doctors=doctors,
        calendar=calendar,
        mass_changes=[hold for _, hold in mass_changes],
    )
    return replace(facts, planning=_planning(connection, sources, day, facts, besides, policy)) if day.plans else facts


def _besides(connection: Connection, sources: Sources, day: MailoutDay, policy: MailoutPolicy) -> _Besides:
    days = ran_out_between(day.as_of)
    came_back = queries.came_back(connection, *days)
    return _Besides(
        reminded=email_changes.doctors_whose_link_ran_out(connection, reminded_of(policy.reminders), *days),
        came_back=came_back,
        out_of_date=planned.out_of_date(connection, oldest_letter(day.now), policy.secrets.ids),
        first_links=_first_links(connection, sources, day, set(came_back.values())),
    )


def _first_links(
    connection: Connection, sources: Sources, day: MailoutDay, came_back: Collection[str | None]
) -> FirstLinks:
    """Those of all listed doctors where they are wanted, or of those whose first link came back."""
    if not day.first_links and not came_back:
        return FirstLinks()
    accounts = sources.newest(connection, Dataset.PCSE_ACCOUNTS, day.as_of)
    found = first_link_doctors(
        sources.newest(connection, Dataset.PERFORMERS_LIST, day.as_of).rows,
        accounts.rows,
        accounts.unknown,
        changing=email_changes.doctors_waiting(connection),
    )
    return found if day.first_links else replace(found, doctors={*found.doctors} & {*came_back})


def _concerned(
    changes: Iterable[EmailChange], waiting: Iterable[WaitingMail], doctors: Iterable[Doctor], besides: _Besides
) -> set[str]:
    """The doctors who may be mailed, or are."""
    numbers = {
        *(one.gmc_number for one in changes),
        *(mail.gmc_number for mail in waiting),
        *(doctor.gmc_number for doctor in doctors),
        *(mail.link.gmc_number for mail in besides.out_of_date),
        *besides.first_links.doctors,
    }
    return {number for number in numbers if number is not None}


def _change_dates(changes: Iterable[EmailChange], doctors: Iterable[Doctor]) -> set[date]:
    """The dates of the changes that wait, and of those that were mailed about and may be mailed about again."""
    mailed = (mailing.change.change_date for doctor in doctors for mailing in doctor.mailings)
    return {*(one.change_date for one in changes), *mailed}


def _planning(
    connection: Connection,
    sources: Sources,
    day: MailoutDay,
    facts: MailoutFacts,
    besides: _Besides,
    policy: MailoutPolicy,
) -> PlanningFacts:
    due = [one for one in facts.changes if one.change_id not in facts.blocks and one.due_date <= day.as_of]
    numbers = {*besides.first_links.doctors, *(doctor.gmc_number for doctor in facts.doctors)}
    users = {trigger.user_id for trigger in facts.invited if trigger.user_id is not None}
    return PlanningFacts(
        first_links=besides.first_links,
        wants_first_links=day.first_links,
        history=queries.histories(connection, [one.change_id for one in due], numbers, users),
        lists=lists_since_due(connection, sources, day.as_of, due, policy.eligibility.audience),
        came_back=set(besides.came_back),
        out_of_date=besides.out_of_date,
        planned_a_day=queries.planned_a_day(
            connection, day.as_of - timedelta(days=USUAL_DAYS), day.as_of - timedelta(days=1)
        ),
        holds=holds.undecided(connection),
        hold_tokens={kind: hold_token() for kind in (HoldKind.VOLUME, HoldKind.CANARY)},
    )
