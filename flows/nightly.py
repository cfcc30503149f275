"""The night: every flow that exists, in order."""

from dataclasses import dataclass
from datetime import date

from flows.gmc_sync import gmc_sync
from flows.observing import flow
from flows.performer_reconcile import performer_reconcile
from flows.verification_mailout import verification_mailout
from gpsync.operations.context import london_today
from gpsync.operations.ingest.summary import Summary
from gpsync.operations.mailout.result import MailoutResult
from gpsync.operations.night import only_night
from gpsync.operations.purge import Purged, purge_once
from gpsync.operations.reconcile.reconcile import Reconciled


@dataclass(frozen=True)
class Night:
    """The result of each flow of a night."""

    synced: Summary
    reconciled: Reconciled
    mailed: MailoutResult
    purged: Purged

    @property
    def needs_a_person(self) -> bool:
        """Whether somebody must act on what one of the flows did."""
        return any(one.needs_a_person for one in (self.synced, self.reconciled, self.mailed))


@flow("nightly")
def nightly(as_of: date | None = None, inbox_folder: str | None = None, live: bool = False) -> Night:
    """One night's work for `as_of` (London's today): the sync, what disagrees, the mails, and what is forgotten.

    Mails are sent only if `live`. What is past retention goes by the newest register, whatever `as_of` is.
    """
    night = as_of or london_today()
    with only_night(night, inbox_folder, live=live):
        return Night(
            gmc_sync(night, inbox_folder),
            performer_reconcile(night),
            # A night that began before midnight mails on the day that it is by then, never about the day before.
            verification_mailout(as_of, live),
            purge_once(),
        )
