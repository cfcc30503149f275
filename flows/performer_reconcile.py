"""The morning's reconciliation: what disagrees, since when, and who must act."""

from datetime import date

from flows.counts import publish
from flows.observing import flow, task
from gpsync.environment import load_settings
from gpsync.operations.context import Context, london_today, open_context
from gpsync.operations.reconcile.reconcile import Reconciled, check, reconcile
from gpsync.operations.run_record import recorded_run
from gpsync.rules import RunKind


@flow("performer-reconcile")
def performer_reconcile(as_of: date | None = None) -> Reconciled:
    """Judge every rule as of `as_of` (London's today), update the mismatches and publish the report."""
    as_of = as_of or london_today()
    result = Reconciled()
    with open_context(load_settings()) as context:
        check(context, as_of)
        with recorded_run(context, RunKind.RECONCILE, as_of, result):
            reconcile_once(context, as_of, result)
            unjudged = [{"kind": one.number, "title": one.title, "why": one.reason} for one in result.not_assessed]
            publish(
                "performer-reconcile",
                result,
                "Mismatches, in counts.",
                not_assessed=(unjudged, "Kinds of mismatch that were not assessed."),
            )
    return result


@task("reconcile")
def reconcile_once(context: Context, as_of: date, result: Reconciled) -> None:
    """Gather, judge, keep and publish, all or nothing."""
    reconcile(context, as_of, result)
