"""The night: every flow that exists, in order."""

from datetime import date

import flows.environment  # noqa: F401 - Prefect reads its settings when it is imported

from prefect import flow  # isort: skip

from flows.desk import london_today
from flows.gmc_sync import gmc_sync
from flows.performer_reconcile import performer_reconcile
from flows.reconciliation import Reconciled
from flows.recording import Summary


@flow(name="nightly", flow_run_name="nightly {as_of}", persist_result=False, validate_parameters=False)
def nightly(as_of: date | None = None, inbox_folder: str | None = None) -> tuple[Summary, Reconciled]:
    """One night's work for `as_of` (London's today): the sync first, then what disagrees."""
    as_of = as_of or london_today()
    return gmc_sync(as_of, inbox_folder), performer_reconcile(as_of)
