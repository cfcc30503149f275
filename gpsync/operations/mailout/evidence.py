"""Gathering what all sources say of the doctors who may be mailed."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from gpsync import rules
from gpsync.actors import on_record
from gpsync.mails import REJECTED, RELEASED, Hold
from gpsync.operations.context import Context
from gpsync.operations.sources import Sources
from gpsync.rules import Dataset, Guard, HoldKind
from gpsync.store import email_changes, extracts, holds, suppressions, verifications
from gpsync.store.outbox import queries
from gpsync.store.people import people, people_with_addresses
from gpsync.verification.eligibility import possible_duplicates
from gpsync.verification.evidence import Evidence
from gpsync.verification.holding_back import mass_change_hold
from gpsync.verification.listing import listings
from gpsync.verification.portal_accounts import users_of
from gpsync.verification.unknown import perhaps_verified_with
from gpsync.window.sharing import registered_with

if TYPE_CHECKING:
    import pandas as pd


def gather_evidence(
    connection: Connection,
    sources: Sources,
    as_of: date,
    doctors: Collection[str],
    keys: Collection[str],
    mass_changes: Sequence[tuple[date, Hold]] = (),
) -> Evidence:
    """What is known of these doctors, and of whoever has their addresses or those with the other `keys`.

    `mass_changes` are the holds on the mails of approved mass changes, each with the date of the extract.
    """
    persons = people(connection, doctors)
    keys = {*keys, *(person.key for person in persons.values() if person.key is not None)}
    accounts = _accounts(connection, sources, as_of)
    now_showing = people_with_addresses(connection, keys, persons)
    decisions = [(day, hold.decision) for day, hold in mass_changes]
    return Evidence(
        as_of=as_of,
        people=persons,
        listed=listings(sources.newest(connection, Dataset.PERFORMERS_LIST, as_of).rows, doctors),
        users=users_of(accounts.rows, keys) if accounts.rows is not None else {},
        periods=email_changes.address_periods(connection, keys),
        verified=verifications.of_doctors(connection, doctors),
        suppressed=suppressions.suppressed(connection),
        possible_duplicates=possible_duplicates(now_showing),
        registered_with=registered_with(now_showing),
        refused=queries.refused(connection),
        in_doubt=queries.in_doubt(connection),
        mass_dates={day for day, decision in decisions if decision not in (RELEASED, REJECTED)},
        refused_dates={day for day, decision in decisions if decision == REJECTED},
        perhaps_verified=accounts.perhaps_verified,
    )


@dataclass(frozen=True)
class _Accounts:
    """The rows that say who uses an address, and who may be verified with which, where they do not say so."""

    rows: "pd.DataFrame | None"
    perhaps_verified: Mapping[str, str]


def _accounts(connection: Connection, sources: Sources, as_of: date) -> _Accounts:
    """The newest accounts extract; while it does not say who uses an address, the newest recent one that does."""
    newest = sources.newest(connection, Dataset.PCSE_ACCOUNTS, as_of)
    if newest.as_of is None:
        return _Accounts(None, {})
    lately = as_of - timedelta(days=rules.REUSE_DAYS)
    earlier = extracts.accepted_since(connection, Dataset.PCSE_ACCOUNTS, lately)
    not_supplied: frozenset[str] = frozenset()
    before = (sources.once(entry) for entry in reversed(earlier) if entry.extract.as_of < newest.as_of)
    for source in chain([newest], before):
        not_supplied |= source.unknown
        if "username_email" not in source.unknown:
            return _Accounts(source.rows, perhaps_verified_with(source.rows, not_supplied))
    return _Accounts(None, {})


def gather_mass_changes(
    context: Context, connection: Connection, change_dates: Collection[date]
) -> list[tuple[date, Hold]]:
    """The hold on the mails of each approved mass change of these dates, as it stands or is to be opened (C-39)."""
    approved = extracts.approved_despite(connection, Guard.MASS_EMAIL_CHANGE, change_dates)
    there = holds.with_scopes(connection, HoldKind.MASS_CHANGE, [entry.extract.extract_id for entry in approved])
    found = []
    for entry in approved:
        approver = on_record(entry.decided_by, entry.decided_account, context.settings.people_by_uid)
        wanted = mass_change_hold(entry, approver, context.now())
        found.append((entry.extract.as_of, there.get(wanted.scope, wanted)))
    return found
