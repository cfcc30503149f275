"""Mismatches and their states."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, case, delete, func, select
from sqlalchemy.dialects.postgresql import distinct_on, insert

from gpsync.mismatches import Mismatch, RunCounts
from gpsync.rules import UNRESOLVED_STATES, Code, MismatchState, Owner, RunKind, Severity
from gpsync.store.tables import mismatch, run

_BLOCK = 2_000


def all_of_them(connection: Connection) -> list[Mismatch]:
    """Every mismatch there ever was."""
    return [_mismatch(row) for row in connection.execute(select(mismatch)).mappings()]


def matching(
    connection: Connection,
    *,
    codes: Collection[Code] = (),
    owners: Collection[Owner] = (),
    gmc_number: str | None = None,
    practice_code: str | None = None,
    states: Collection[MismatchState] = UNRESOLVED_STATES,
    today: date = date.min,
) -> list[Mismatch]:
    """Mismatches in these states (the unresolved ones), of these codes, owners, doctor and practice, by id.

    One whose acknowledgement has run out by `today` is open.
    """
    query = select(mismatch).where(_state_on(today).in_(states)).order_by(mismatch.c.mismatch_id)
    if codes:
        query = query.where(mismatch.c.code.in_(codes))
    if owners:
        query = query.where(mismatch.c.owner.in_(owners))
    if gmc_number:
        query = query.where(mismatch.c.gmc_number == gmc_number)
    if practice_code:
        query = query.where(mismatch.c.practice_code == practice_code)
    return [_mismatch(row) for row in connection.execute(query).mappings()]


def with_ids(connection: Connection, ids: Collection[str]) -> list[Mismatch]:
    """The mismatches with these ids, locked until the transaction ends."""
    query = select(mismatch).where(mismatch.c.mismatch_id == func.any(list(ids))).with_for_update()
    return [_mismatch(row) for row in connection.execute(query).mappings()]


def write(connection: Connection, mismatches: Iterable[Mismatch]) -> None:
    """Insert or replace these mismatches."""
    rows = [_values(one) for one in mismatches]
    for start in range(0, len(rows), _BLOCK):
        statement = insert(mismatch).values(rows[start : start + _BLOCK])
        replaced = {column.name: statement.excluded[column.name] for column in mismatch.c if not column.primary_key}
        connection.execute(statement.on_conflict_do_update(index_elements=["mismatch_id"], set_=replaced))


def forget(connection: Connection, ids: Collection[str]) -> None:
    """Delete these mismatches: each goes on under another id."""
    connection.execute(delete(mismatch).where(mismatch.c.mismatch_id == func.any(list(ids))))


def ages(connection: Connection, as_of: date) -> list[dict[str, object]]:
    """How many are unresolved and not acknowledged, by severity, and by days since they were opened."""
    days = as_of - func.coalesce(mismatch.c.open_since, mismatch.c.first_seen)
    bounds = (("0 to 2 days", 0, 2), ("3 to 7", 3, 7), ("8 to 30", 8, 30), ("over 30", 31, 100_000))
    counts = [func.count().filter(days.between(low, high)).label(name) for name, low, high in bounds]
    query = select(mismatch.c.severity, *counts).group_by(mismatch.c.severity)
    active = [one for one in UNRESOLVED_STATES if one != MismatchState.ACKNOWLEDGED]
    query = query.where(_state_on(as_of).in_(active))
    rows = {row["severity"]: dict(row) for row in connection.execute(query).mappings()}
    return [rows[severity] for severity in Severity if severity in rows]


def _state_on(day: date) -> ColumnElement[str]:
    """The state on a day: an acknowledgement ends with its last day, whether or not there was a run since."""
    is_over = and_(mismatch.c.state == MismatchState.ACKNOWLEDGED, mismatch.c.acknowledged_until < day)
    return case((is_over, MismatchState.OPEN.value), else_=mismatch.c.state)


def trend(connection: Connection, runs: int) -> list[RunCounts]:
    """What was unresolved after each of the last runs of the reconciliation, one for each date, oldest first."""
    query = (
        select(run.c.as_of, run.c.summary)
        .ext(distinct_on(run.c.as_of))
        .where(run.c.flow == RunKind.RECONCILE, run.c.outcome.in_(("done", "attention")))
        .order_by(run.c.as_of.desc(), run.c.started_at.desc())
        .limit(runs)
    )
    rows = list(connection.execute(query))
    return [
        RunCounts(as_of, {severity: int(summary.get(f"standing {severity}", 0)) for severity in Severity})
        for as_of, summary in reversed(rows)
    ]


def newest_run(connection: Connection) -> date | None:
    """The date of the newest reconciliation that ended well, and had anything to compare."""
    query = select(func.max(run.c.as_of)).where(
        run.c.flow == RunKind.RECONCILE, run.c.outcome.in_(("done", "attention"))
    )
    has_compared = func.coalesce(run.c.summary["codes assessed"].as_integer(), 1) > 0
    return connection.execute(query.where(has_compared)).scalar()


def codes_assessed(connection: Connection) -> int | None:
    """How many kinds the newest reconciliation that ended well assessed; None before the first."""
    query = select(run.c.summary).where(run.c.flow == RunKind.RECONCILE, run.c.outcome.in_(("done", "attention")))
    summary = connection.execute(query.order_by(run.c.as_of.desc(), run.c.started_at.desc()).limit(1)).scalar()
    return None if summary is None else int(summary.get("codes assessed", 0))


def _values(one: Mismatch) -> dict[str, Any]:
    return {
        **vars(one),
        "evidence": dict(one.evidence),
        "members": {name: list(of) for name, of in one.members.items()},
        "compared": dict(one.compared),
    }


def _mismatch(row: RowMapping) -> Mismatch:
    return Mismatch(
        **{
            **row,
            "code": Code(row["code"]),
            "severity": Severity(row["severity"]),
            "owner": Owner(row["owner"]),
            "state": MismatchState(row["state"]),
            "members": {name: tuple(of) for name, of in row["members"].items()},
        }
    )
