"""Runs of the flows: when, with what end, and counts without personal data."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from uuid import uuid4

from sqlalchemy import Connection, RowMapping, func, insert, select, update
from sqlalchemy.dialects.postgresql import distinct_on

from gpsync.rules import RunKind
from gpsync.store.locks import is_running
from gpsync.store.tables import run

RUNNING, FAILED, STOPPED = "running", "failed", "stopped"
#: Its process ended abruptly: it was killed, or its machine failed.
KILLED = "killed"
#: In a run's summary: how long each of its phases took.
SECONDS = "seconds"


def start(connection: Connection, flow: str, as_of: date, now: datetime) -> str:
    """Write down that a run has started; returns its id."""
    run_id = str(uuid4())
    connection.execute(
        insert(run).values(run_id=run_id, flow=flow, as_of=as_of, started_at=now, outcome=RUNNING, summary={})
    )
    return run_id


def finish(connection: Connection, run_id: str, outcome: str, summary: Mapping[str, object], now: datetime) -> None:
    """Write down how a run ended: outcome `done`, `attention`, `failed` or `stopped`."""
    connection.execute(
        update(run).where(run.c.run_id == run_id).values(finished_at=now, outcome=outcome, summary=dict(summary))
    )


def record_killed(connection: Connection) -> list[RowMapping]:
    """Record every run that still counts as running as killed, and return them; only for the holder of the run lock.

    When they ended nobody knows.
    """
    killed = update(run).where(run.c.outcome == RUNNING).values(outcome=KILLED)
    return list(connection.execute(killed.returning(run.c.flow, run.c.started_at)).mappings())


def failed(connection: Connection, flows: Collection[str]) -> list[str]:
    """Those of these flows whose newest run failed, was killed or was stopped before its end."""
    query = select(run.c.flow, run.c.outcome).ext(distinct_on(run.c.flow))
    query = query.where(run.c.outcome != RUNNING, run.c.flow.in_(flows))
    newest = connection.execute(query.order_by(run.c.flow, run.c.started_at.desc()))
    return [flow for flow, outcome in newest if outcome in (FAILED, KILLED, STOPPED)]


def newest_start(connection: Connection, flow: str) -> datetime | None:
    """When the newest run of a flow began, however it ended; None where there was none."""
    return connection.execute(select(func.max(run.c.started_at)).where(run.c.flow == flow)).scalar()


def latest(connection: Connection, number: int, flows: Collection[str] | None = None) -> list[RowMapping]:
    """So many runs, the newest first: of these flows only, or of all."""
    query = select(run).order_by(run.c.started_at.desc()).limit(number)
    if flows is not None:
        query = query.where(run.c.flow.in_(flows))
    return list(connection.execute(query).mappings())


def at_work(connection: Connection, flow: str) -> datetime | None:
    """When the run of a flow that is in progress started; None if there is none. A killed run is not in progress."""
    query = select(run.c.flow, run.c.outcome, run.c.started_at).order_by(run.c.started_at.desc()).limit(1)
    newest = connection.execute(query).one_or_none()
    if newest is None or newest.flow != flow or newest.outcome != RUNNING or not is_running(connection):
        return None
    started_at: datetime = newest.started_at
    return started_at


def newest_as_of(connection: Connection) -> date | None:
    """The date of the newest mailout that ended, or None."""
    query = select(func.max(run.c.as_of)).where(run.c.flow == RunKind.MAILOUT, run.c.finished_at.is_not(None))
    return connection.execute(query).scalar()
