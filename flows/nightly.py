"""The night: every flow that exists, in order."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from flows.gmc_sync import gmc_sync
from flows.observing import flow
from flows.performer_reconcile import performer_reconcile
from flows.verification_mailout import verification_mailout
from gpsync.operations.context import check_not_ahead, london_today, open_context
from gpsync.operations.mailout.mailout import check_settings
from gpsync.operations.mailout.result import MailoutResult
from gpsync.operations.purge import Purged, purge_once
from gpsync.operations.reconcile.reconcile import Reconciled, check_day
from gpsync.operations.run_record import Summary
from gpsync.settings import load_settings
from gpsync.store.locks import night_lock


@dataclass(frozen=True)
class Night:
    """What each flow of a night came to."""

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
    with _alone(night, inbox_folder, live=live):
        return Night(
            gmc_sync(night, inbox_folder),
            performer_reconcile(night),
            # A night that began before midnight mails on the day that it is by then, never about the day before.
            verification_mailout(as_of, live),
            purge_once(),
        )


@contextmanager
def _alone(night: date, inbox_folder: str | None, *, live: bool) -> Iterator[None]:
    """Keep other nights away. What would end this one half-way ends it before anything is done."""
    settings = load_settings(inbox=inbox_folder)
    settings.check_inbox()
    check_not_ahead(settings, night)
    with open_context(settings) as context:
        settings.check_folders()
        check_settings(context, live=live)
        with context.engine.connect() as connection:
            check_day(connection, night)
        with night_lock(context.engine):
            yield
