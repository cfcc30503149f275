"""Before a night: nothing that would end it half-way, and no other night in progress."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from gpsync.environment import load_settings
from gpsync.operations.context import check_not_ahead, open_context
from gpsync.operations.mailout.mailout import check_settings
from gpsync.operations.reconcile.reconcile import check_day
from gpsync.store.locks import night_lock


@contextmanager
def only_night(night: date, inbox_folder: str | None, *, live: bool) -> Iterator[None]:
    """Keep other nights away while the block runs. What would end this one half-way ends it before anything is done.

    Raises WrongUse for a day or settings that no night can go by, and AlreadyRunning beside another night.
    """
    settings = load_settings(inbox=inbox_folder)
    settings.check_inbox()
    check_not_ahead(settings, night)
    with open_context(settings, starts=True) as context:
        settings.check_folders()
        check_settings(context, live=live)
        with context.engine.connect() as connection:
            check_day(connection, night)
        with night_lock(context.engine):
            yield
