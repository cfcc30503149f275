"""The night: every flow that exists, in order."""

from dataclasses import dataclass
from datetime import date

import flows.environment  # noqa: F401 - Prefect reads its settings when it is imported

from prefect import flow  # isort: skip

from flows.desk import london_today
from flows.gmc_sync import gmc_sync
from flows.mailed import MailedOut
from flows.performer_reconcile import performer_reconcile
from flows.reconciliation import Reconciled
from flows.recording import Summary
from flows.retention import Purged, purge_once
from flows.verification_mailout import verification_mailout


@dataclass(frozen=True)
class Night:
    """What each flow of a night came to."""

    synced: Summary
    reconciled: Reconciled
    mailed: MailedOut
    purged: Purged


@flow(name="nightly", flow_run_name="nightly {as_of}", persist_result=False, validate_parameters=False)
def nightly(as_of: date | None = None, inbox_folder: str | None = None, live: bool = False) -> Night:
    """One night's work for `as_of` (London's today): the sync, what disagrees, the mails, and what is forgotten.

    Mails are sent only if `live`. What is past retention goes by the newest register, whatever `as_of` is.
    """
    night = as_of or london_today()
    return Night(
        gmc_sync(night, inbox_folder),
        performer_reconcile(night),
        # A night that began before midnight mails on the day that it is by then, never about the day before.
        verification_mailout(as_of, live),
        purge_once(),
    )
