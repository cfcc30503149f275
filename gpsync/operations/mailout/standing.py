"""Gathering what is known of the doctors who may be mailed, and judging them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

import pandas as pd
from sqlalchemy import Connection

from gpsync import rules
from gpsync.actors import on_record
from gpsync.letters.letters import can_be_written
from gpsync.mails import REJECTED, RELEASED, Hold, Person
from gpsync.operations.context import Context
from gpsync.operations.reconcile.gather import rows_of, unknown_in
from gpsync.records import EmailChange, ExtractRecord, Holding, Verification
from gpsync.rules import ChangeReason, ChangeState, Dataset, Guard, HoldKind
from gpsync.store import email_changes, extracts, holds, mailout, verifications
from gpsync.store.people import holding, people
from gpsync.verification.eligibility import (
    Block,
    DoctorEvidence,
    Listing,
    Policy,
    block_of,
    due_with_listing,
    possible_duplicates,
)
from gpsync.verification.listing import Listed, included, listings, since_when
from gpsync.verification.portal_accounts import users_of
from gpsync.verification.releasing import asker
from gpsync.verification.unknown import perhaps_verified_with
from gpsync.window.sharing import is_handed_on, registered_holders

_NOT_LISTED: Listed = (Listing.ABSENT, None)


@dataclass(frozen=True)
class Evidence:
    """What the sources say of some doctors, as of a day; each mapping is by GMC number unless it says otherwise."""

    as_of: date
    people: Mapping[str, Person]
    listed: Mapping[str, Listed]
    #: By address key: the doctors whose usable account has it as its username.
    users: Mapping[str, frozenset[str]]
    #: By address key: the stretches in which doctors' records showed it.
    holdings: Mapping[str, list[Holding]]
    verified: Mapping[str, list[Verification]]
    suppressed: Collection[str]
    possible_duplicates: Collection[str]
    #: By address key: the registered doctors whose current record shows it.
    holders: Mapping[str, Collection[str]]
    #: The events that a person has decided against.
    refused: Collection[str]
    #: Doctor and address of the mails of which nobody knows whether they went out.
    in_doubt: Collection[tuple[str, str]]
    #: Dates of register extracts in which too many addresses changed and that nobody has decided about.
    mass_dates: Collection[date] = field(default=())
    #: Dates of those about whose changes a person has decided that they are not to be mailed.
    refused_dates: Collection[date] = field(default=())
    #: The address with which a doctor's account may be verified, where the accounts do not tell.
    perhaps_verified: Mapping[str, str] = field(default_factory=dict)

    def of(self, gmc_number: str, key: str, change_date: date | None = None) -> DoctorEvidence:
        """One doctor's standing, with regard to an address."""
        person = self.people.get(gmc_number)
        listing, listing_from = self.listed.get(gmc_number, _NOT_LISTED)
        verified = self.verified.get(gmc_number, [])
        return DoctorEvidence(
            registration=person.registration if person else None,
            listing=listing,
            key=person.key if person else key,
            listing_from=listing_from,
            is_on_gp_register=person.is_on_gp_register if person else False,
            is_absent=person.is_absent if person else True,
            is_suppressed=key in self.suppressed,
            verified_key=self.perhaps_verified.get(gmc_number) or (verified[-1].key if verified else None),
            is_reused=self._is_reused(gmc_number, key),
            has_possible_duplicate=gmc_number in self.possible_duplicates,
            is_mass=change_date in self.mass_dates,
            has_unknown=(gmc_number, key) in self.in_doubt,
        )

    def is_refused(self, change: EmailChange) -> bool:
        """Whether a person has decided against mailing about a change, or about all that came with its extract."""
        return change.change_id in self.refused or change.change_date in self.refused_dates

    def _is_reused(self, gmc_number: str, key: str) -> bool:
        """Whether another doctor's account has the address, or one gave it up shortly before (C-27)."""
        is_used = bool(self.users.get(key, frozenset()) - {gmc_number})
        return is_used or is_handed_on(gmc_number, self.holdings.get(key, ()), self.as_of)


def gather_evidence(
    context: Context,
    connection: Connection,
    as_of: date,
    wanted: Mapping[str, str],
    performers: pd.DataFrame,
    change_dates: Collection[date] = (),
) -> Evidence:
    """What is known of these doctors, given as GMC number -> key of the address in question.

    `change_dates` are those of the changes to be judged.
    """
    accounts, perhaps_verified = _accounts(context, connection, as_of)
    keys = set(wanted.values())
    now_holding = holding(connection, keys)
    decisions = _mass_decisions(context, connection, change_dates)
    return Evidence(
        as_of=as_of,
        people=people(connection, wanted),
        listed=listings(performers, wanted),
        users=users_of(accounts, keys) if accounts is not None else {},
        holdings=email_changes.holdings(connection, keys),
        verified=verifications.of_doctors(connection, wanted),
        suppressed=mailout.suppressed(connection),
        possible_duplicates=possible_duplicates(now_holding),
        holders=registered_holders(now_holding),
        refused=mailout.refused(connection),
        in_doubt=mailout.in_doubt(connection),
        mass_dates={day for day, decision in decisions if decision not in (RELEASED, REJECTED)},
        refused_dates={day for day, decision in decisions if decision == REJECTED},
        perhaps_verified=perhaps_verified,
    )


def _accounts(context: Context, connection: Connection, as_of: date) -> tuple[pd.DataFrame | None, Mapping[str, str]]:
    """The rows of the newest accounts extract, and who may be verified with which address, where it does not tell.

    While the newest does not say who uses an address, those of the newest that does.
    """
    newest = extracts.newest_two(connection, Dataset.PCSE_ACCOUNTS, as_of)[:1]
    if not newest:
        return None, {}
    lately = as_of - timedelta(days=rules.REUSE_DAYS)
    earlier = extracts.accepted_since(connection, Dataset.PCSE_ACCOUNTS, lately)
    before = [entry for entry in reversed(earlier) if entry.extract.as_of < newest[0].extract.as_of]
    not_told: frozenset[str] = frozenset()
    for entry in (*newest, *before):
        rows = rows_of(context, entry)
        unknown = unknown_in(Dataset.PCSE_ACCOUNTS, rows, [entry])
        not_told |= unknown
        if "username_email" not in unknown:
            return rows, perhaps_verified_with(rows, not_told)
    return None, {}


def policy(context: Context) -> Policy:
    """Whom this installation mails."""
    return Policy(context.settings.audience, context.settings.hold_unlicensed)


def find_blocks(changes: Iterable[EmailChange], evidence: Evidence, rules: Policy) -> dict[str, Block]:
    """What stops each of these changes that something stops, by change id."""
    found = {}
    for change in changes:
        facts = evidence.of(change.gmc_number, change.new_key, change.change_date)
        block = block_of(change, facts, rules, evidence.as_of)
        if block is None and evidence.is_refused(change):
            block = Block(ChangeState.HELD, ChangeReason.REFUSED)
        if block is None and len(evidence.holders.get(change.new_key, ())) > 1:
            block = Block(ChangeState.HELD, ChangeReason.SHARED_EMAIL)
        if block is None and not can_be_written(change.new_email):
            block = Block(ChangeState.HELD, ChangeReason.INVALID_EMAIL)
        if block is not None:
            found[change.change_id] = block
    return found


def _mass_decisions(
    context: Context, connection: Connection, change_dates: Collection[date]
) -> list[tuple[date, str | None]]:
    """The date of each approved mass change, and what was decided about its mails (C-39); None: nothing yet.

    Each gets a hold, opened in the name of whoever approved the extract.
    """
    approved = extracts.approved_despite(connection, Guard.MASS_EMAIL_CHANGE, change_dates)
    return [(entry.extract.as_of, _mass_hold(context, connection, entry).decision) for entry in approved]


def _mass_hold(context: Context, connection: Connection, entry: ExtractRecord) -> Hold:
    finding = next(one for one in entry.findings if one.guard is Guard.MASS_EMAIL_CHANGE)
    approver = on_record(entry.decided_by, entry.decided_account, context.settings.people_by_uid)
    wanted = Hold(
        hold_id=f"mails-of-{entry.extract.extract_id}",
        kind=HoldKind.MASS_CHANGE,
        scope=entry.extract.extract_id,
        opened_at=context.now(),
        opened_by=approver,
        counted=finding.counted,
        allowed=finding.allowed,
        asked_by=asker(approver),
        asked_at=context.now(),
        asked_reason=entry.decided_reason,
    )
    return holds.open_hold(connection, wanted)


def with_listing(
    context: Context, connection: Connection, as_of: date, changes: Iterable[EmailChange]
) -> dict[str, EmailChange]:
    """The changes by id, those of doctors who came onto the list after their window due on that day (C-16)."""
    waiting = list(changes)
    if context.settings.audience is not rules.Audience.PERFORMERS or not waiting:
        return {one.change_id: one for one in waiting}
    doctors = {one.gmc_number for one in waiting}
    lists: dict[date, frozenset[str]] = {}
    for entry in _lists_back_to(connection, min(one.due_date for one in waiting), as_of):
        rows = rows_of(context, entry)
        if "list_status" in unknown_in(Dataset.PERFORMERS_LIST, rows, [entry]):
            continue  # it says of nobody whether the list includes them
        lists[entry.extract.as_of] = included(rows, doctors)
        doctors &= lists[entry.extract.as_of]
        if not doctors:
            break
    return {one.change_id: due_with_listing(one, since_when(lists, one.gmc_number)) for one in waiting}


def _lists_back_to(connection: Connection, day: date, as_of: date) -> list[ExtractRecord]:
    """The accepted lists dated after a day, newest first, and the one before them."""
    later = extracts.accepted_since(connection, Dataset.PERFORMERS_LIST, day + timedelta(days=1))
    before = extracts.newest_two(connection, Dataset.PERFORMERS_LIST, day)[:1]
    return [*(entry for entry in reversed(later) if entry.extract.as_of <= as_of), *before]
