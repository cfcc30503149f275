"""The morning's reconciliation: what disagrees, since when, and who must act."""

from datetime import date

import flows.environment  # noqa: F401 - Prefect reads its settings when it is imported

from prefect import flow, task  # isort: skip
from prefect.artifacts import create_table_artifact  # isort: skip
from prefect.cache_policies import NO_CACHE  # isort: skip

from flows.desk import Desk, london_today, open_desk
from flows.reconciliation import Reconciled, reconcile
from flows.recording import recorded_run
from gpsync.settings import load_settings
from gpsync.store.mismatches import RECONCILE


@flow(name="performer-reconcile", flow_run_name="performer-reconcile {as_of}", persist_result=False)
def performer_reconcile(as_of: date | None = None) -> Reconciled:
    """Judge every rule as of `as_of` (London's today), keep the mismatches' lives and publish the report."""
    as_of = as_of or london_today()
    result = Reconciled()
    with open_desk(load_settings()) as desk, recorded_run(desk, RECONCILE, as_of, result):
        reconcile_once(desk, as_of, result)
        publish(result)
    return result


@task(name="reconcile", cache_policy=NO_CACHE, persist_result=False, retries=0)
def reconcile_once(desk: Desk, as_of: date, result: Reconciled) -> None:
    """Gather, judge, keep and publish, all or nothing."""
    reconcile(desk, as_of, result)


@task(name="publish counts", cache_policy=NO_CACHE, persist_result=False)
def publish(result: Reconciled) -> None:
    """Show the run's counts in Prefect: no personal data."""
    rows = [{"what": name, "count": number} for name, number in result.counts().items()]
    create_table_artifact(key="performer-reconcile-counts", table=rows, description="Mismatches, in counts.")
    unjudged = [{"kind": one.number, "title": one.title, "why": one.reason} for one in result.not_assessed]
    create_table_artifact(
        key="performer-reconcile-not-assessed", table=unjudged, description="Kinds of mismatch that were not assessed."
    )
