"""Extracts and what became of them."""

from collections.abc import Collection
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, and_, delete, func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from gpsync.records import Check, Counts, Extract, ExtractRecord, GuardFinding, QuarantinedRow
from gpsync.rules import ACCEPTED_OUTCOMES, Dataset, Guard, Kind, Outcome, QuarantineReason
from gpsync.store.tables import extract, extract_check, quarantined_row


def record(connection: Connection, entry: ExtractRecord, loaded_at: datetime) -> None:
    """Write down an extract and its outcome; what was written of the same extract before is replaced."""
    values = _values(entry) | {"loaded_at": loaded_at}
    statement = insert(extract).values(values)
    connection.execute(statement.on_conflict_do_update(index_elements=["extract_id"], set_=values))
    for table in (extract_check, quarantined_row):
        connection.execute(delete(table).where(table.c.extract_id == entry.extract.extract_id))
    if entry.checks:
        connection.execute(insert(extract_check), [_check_values(entry, check) for check in entry.checks])
    if entry.quarantined:
        rows = [asdict(row) | {"extract_id": entry.extract.extract_id} for row in entry.quarantined]
        connection.execute(insert(quarantined_row), rows)


def _values(entry: ExtractRecord) -> dict[str, Any]:
    return {
        **asdict(entry.extract),
        "extract_id": entry.extract.extract_id,
        "outcome": entry.outcome,
        "reason": entry.reason,
        "counts": asdict(entry.counts),
        "columns": list(entry.columns),
        "findings": [asdict(finding) for finding in entry.findings],
        "notes": list(entry.notes),
        "decided_by": entry.decided_by,
        "decided_account": entry.decided_account,
        "decided_reason": entry.decided_reason,
    }


def _check_values(entry: ExtractRecord, check: Check) -> dict[str, Any]:
    return {
        "extract_id": entry.extract.extract_id,
        "expectation": check.expectation,
        "column_name": check.column,
        "severity": check.severity,
        "passed": check.passed,
        "unexpected": check.unexpected,
    }


def find(connection: Connection, extract_id: str) -> ExtractRecord | None:
    """The extract with this id, or None."""
    rows = connection.execute(select(extract).where(extract.c.extract_id == extract_id)).mappings().all()
    return _record(connection, rows[0]) if rows else None


def taken_with_bytes(connection: Connection, dataset: Dataset, as_of: date, sha256: str) -> ExtractRecord | None:
    """The accepted or held extract of this date with these bytes, if it was taken before."""
    taken = extract.c.outcome.in_([*ACCEPTED_OUTCOMES, Outcome.HELD])
    query = select(extract).where(
        extract.c.dataset == dataset, extract.c.as_of == as_of, extract.c.sha256 == sha256, taken
    )
    rows = connection.execute(query).mappings().all()
    return _record(connection, rows[0]) if rows else None


def accepted_on(connection: Connection, dataset: Dataset, kind: Kind, as_of: date) -> ExtractRecord | None:
    """The accepted extract of this kind and date, whatever its bytes."""
    query = _accepted(dataset).where(extract.c.kind == kind, extract.c.as_of == as_of)
    rows = connection.execute(query).mappings().all()
    return _record(connection, rows[0]) if rows else None


def accepted_since(connection: Connection, dataset: Dataset, since: date | None = None) -> list[ExtractRecord]:
    """Accepted extracts in the order in which they make the history, from a date or all."""
    query = _accepted(dataset).order_by(extract.c.as_of, extract.c.kind)
    if since is not None:
        query = query.where(extract.c.as_of >= since)
    return [_record(connection, row) for row in connection.execute(query).mappings().all()]


def approved_despite(connection: Connection, guard: Guard, dates: Collection[date]) -> list[ExtractRecord]:
    """Register extracts of these dates that a person approved although this guard had held them."""
    query = _accepted(Dataset.GMC_REGISTER).where(
        extract.c.as_of == func.any(list(dates)),
        extract.c.decided_by != "",
        extract.c.findings.contains([{"guard": str(guard)}]),
    )
    return [_record(connection, row) for row in connection.execute(query).mappings().all()]


def held(connection: Connection) -> list[ExtractRecord]:
    """Extracts that wait for a person, oldest first."""
    query = select(extract).where(extract.c.outcome == Outcome.HELD).order_by(extract.c.as_of, extract.c.kind)
    return [_record(connection, row) for row in connection.execute(query).mappings().all()]


def positions(connection: Connection, dataset: Dataset) -> list[tuple[date, Kind]]:
    """Dates and kinds of the accepted extracts, in order."""
    query = _accepted(dataset).with_only_columns(extract.c.as_of, extract.c.kind)
    rows = connection.execute(query.order_by(extract.c.as_of, extract.c.kind))
    return [(as_of, Kind(kind)) for as_of, kind in rows]


def columns_before(connection: Connection, dataset: Dataset, position: tuple[date, Kind]) -> set[str]:
    """Every column that an accepted extract before this position brought."""
    query = (
        _accepted(dataset)
        .with_only_columns(func.unnest(extract.c.columns))
        .where(tuple_(extract.c.as_of, extract.c.kind) < tuple_(*position))
    )
    return set(connection.execute(query.distinct()).scalars())


def rows_of_full_before(connection: Connection, dataset: Dataset, position: tuple[date, Kind]) -> int:
    """Row count of the last accepted full before this position; 0 when there is none."""
    query = (
        _accepted(dataset)
        .with_only_columns(extract.c.counts["rows"].as_integer())
        .where(extract.c.kind == Kind.FULL, tuple_(extract.c.as_of, extract.c.kind) < tuple_(*position))
        .order_by(extract.c.as_of.desc())
        .limit(1)
    )
    return connection.execute(query).scalar() or 0


def newest_accepted(connection: Connection) -> str | None:
    """The id of the extract that was accepted last, whatever its dataset."""
    query = select(extract.c.extract_id).where(extract.c.outcome.in_(ACCEPTED_OUTCOMES))
    return connection.execute(query.order_by(extract.c.loaded_at.desc()).limit(1)).scalar()


def newest_two(connection: Connection, dataset: Dataset, as_of: date) -> list[ExtractRecord]:
    """The newest accepted extract dated up to `as_of`, and the one before it; fewer where there are fewer."""
    query = _accepted(dataset).where(extract.c.as_of <= as_of)
    query = query.order_by(extract.c.as_of.desc(), extract.c.kind.desc()).limit(2)
    return [_record(connection, row) for row in connection.execute(query).mappings().all()]


def newest_full_and_since(connection: Connection, dataset: Dataset, as_of: date) -> list[ExtractRecord]:
    """The newest accepted full extract dated up to `as_of` and what came after it, in order; all without one."""
    is_full = (extract.c.kind == Kind.FULL, extract.c.as_of <= as_of)
    newest = connection.execute(
        _accepted(dataset).with_only_columns(func.max(extract.c.as_of)).where(*is_full)
    ).scalar()
    found = accepted_since(connection, dataset, newest)
    before = [one for one in found if one.extract.as_of <= as_of]
    return [one for one in before if newest is None or one.extract.position >= (newest, Kind.FULL)]


def first_accepted(connection: Connection, dataset: Dataset) -> ExtractRecord | None:
    """The oldest accepted extract of a dataset, or None."""
    query = _accepted(dataset).order_by(extract.c.as_of, extract.c.kind).limit(1)
    row = connection.execute(query).mappings().first()
    return _record(connection, row) if row else None


def since(connection: Connection, first: date, last: date) -> list[RowMapping]:
    """Extracts dated from `first` to `last`, whatever became of them: dataset, as_of, outcome, reason, in order."""
    query = select(extract.c.dataset, extract.c.as_of, extract.c.outcome, extract.c.reason)
    query = query.where(extract.c.as_of.between(first, last)).order_by(extract.c.as_of, extract.c.extract_id)
    return list(connection.execute(query).mappings())


def supersede(connection: Connection, extract_id: str, by: str, reason: str) -> None:
    """Take an accepted extract out of the history's list, because a revision replaces it."""
    connection.execute(
        update(extract)
        .where(extract.c.extract_id == extract_id)
        .values(outcome=Outcome.SUPERSEDED, reason=f"Replaced by {by}: {reason}")
    )


def quarantines(connection: Connection, keys: Collection[str]) -> dict[str, list[tuple[date, Kind]]]:
    """For each of these GMC numbers, the accepted register extracts that quarantined its row, in order."""
    query = (
        select(quarantined_row.c.key, extract.c.as_of, extract.c.kind)
        .join(extract, extract.c.extract_id == quarantined_row.c.extract_id)
        .where(
            and_(extract.c.dataset == Dataset.GMC_REGISTER, extract.c.outcome.in_(ACCEPTED_OUTCOMES)),
            quarantined_row.c.key == func.any(list(keys)),
        )
        .order_by(extract.c.as_of, extract.c.kind)
    )
    found: dict[str, list[tuple[date, Kind]]] = {}
    for key, as_of, kind in connection.execute(query):
        found.setdefault(key, []).append((as_of, Kind(kind)))
    return found


def _accepted(dataset: Dataset) -> Any:
    return select(extract).where(extract.c.dataset == dataset, extract.c.outcome.in_(ACCEPTED_OUTCOMES))


def _record(connection: Connection, row: RowMapping) -> ExtractRecord:
    checks = select(extract_check).where(extract_check.c.extract_id == row["extract_id"])
    aside = select(quarantined_row).where(quarantined_row.c.extract_id == row["extract_id"])
    return ExtractRecord(
        extract=Extract(
            Dataset(row["dataset"]), Kind(row["kind"]), row["as_of"], row["file_name"], row["sha256"], row["size"]
        ),
        outcome=Outcome(row["outcome"]),
        reason=row["reason"],
        counts=Counts(**row["counts"]),
        columns=tuple(row["columns"]),
        decided_by=row["decided_by"],
        decided_account=row["decided_account"],
        decided_reason=row["decided_reason"],
        checks=tuple(
            Check(one["expectation"], one["column_name"], one["severity"], one["passed"], one["unexpected"])
            for one in connection.execute(checks.order_by(extract_check.c.column_name)).mappings()
        ),
        findings=tuple(
            GuardFinding(Guard(one["guard"]), one["counted"], one["allowed"], tuple(one["sample"]))
            for one in row["findings"]
        ),
        quarantined=tuple(
            QuarantinedRow(one["row_number"], one["key"], QuarantineReason(one["reason"]))
            for one in connection.execute(aside.order_by(quarantined_row.c.row_number)).mappings()
        ),
        notes=tuple(row["notes"]),
    )
