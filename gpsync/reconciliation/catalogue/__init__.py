"""The catalogue of mismatches: what each kind means, who owns it and what to do."""

from gpsync.reconciliation.catalogue import (
    accounts,
    approvals,
    data_operations,
    listing,
    practices,
    registration,
    roles,
)
from gpsync.reconciliation.catalogue.entries import Entry
from gpsync.rules import Code

_ALL = (
    *registration.ENTRIES,
    *listing.ENTRIES,
    *approvals.ENTRIES,
    *practices.ENTRIES,
    *roles.ENTRIES,
    *accounts.ENTRIES,
    *data_operations.ENTRIES,
)

#: Every kind of mismatch, in the order of its number.
CATALOGUE: dict[Code, Entry] = {entry.code: entry for entry in sorted(_ALL, key=lambda entry: entry.number)}
