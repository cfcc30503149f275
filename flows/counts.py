"""What Prefect shows of a run: counts, and rows without personal data. Anybody who may look there may see them."""

from collections.abc import Mapping, Sequence

from flows.observing import show_table, task
from gpsync.operations.run_record import RunSummary


@task("publish counts")
def publish(flow: str, summary: RunSummary, what: str, **tables: tuple[Sequence[Mapping[str, object]], str]) -> None:
    """Show the run's counts, described by `what`, and further tables by name: their rows, and what they show."""
    rows = [{"what": name, "count": number} for name, number in summary.counts().items()]
    show_table(f"{flow}-counts", rows, what)
    for name, (others, description) in tables.items():
        show_table(f"{flow}-{name.replace('_', '-')}", others, description)
