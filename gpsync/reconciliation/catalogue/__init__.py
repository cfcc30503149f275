"""The catalogue of mismatches: what each kind means, who owns it and what to do."""

from gpsync.reconciliation.catalogue.accounts import ENTRIES as ACCOUNTS
from gpsync.reconciliation.catalogue.approvals import ENTRIES as APPROVALS
from gpsync.reconciliation.catalogue.data_operations import ENTRIES as DATA_OPERATIONS
from gpsync.reconciliation.catalogue.entries import Entry
from gpsync.reconciliation.catalogue.listing import ENTRIES as LISTING
from gpsync.reconciliation.catalogue.practices import ENTRIES as PRACTICES
from gpsync.reconciliation.catalogue.registration import ENTRIES as REGISTRATION
from gpsync.reconciliation.catalogue.roles import ENTRIES as ROLES
from gpsync.rules import Code

_ALL = (*REGISTRATION, *LISTING, *APPROVALS, *PRACTICES, *ROLES, *ACCOUNTS, *DATA_OPERATIONS)

#: Every kind of mismatch, in the order of its number.
CATALOGUE: dict[Code, Entry] = {entry.code: entry for entry in sorted(_ALL, key=lambda entry: entry.number)}
