"""What `gpsync status` asks: small questions with quick answers."""

from datetime import date

from sqlalchemy import Connection, RowMapping, func, select
from sqlalchemy.dialects.postgresql import distinct_on

from gpsync.rules import ACCEPTED_OUTCOMES, Dataset, Outcome
from gpsync.store.tables import HISTORIES, email_change, extract


def newest_loads(connection: Connection) -> list[RowMapping]:
    """The newest accepted extract of each dataset that has one: dataset, as_of, rows, loaded_at."""
    query = (
        select(
            extract.c.dataset, extract.c.as_of, extract.c.counts["rows"].as_integer().label("rows"), extract.c.loaded_at
        )
        .where(extract.c.outcome.in_(ACCEPTED_OUTCOMES))
        .ext(distinct_on(extract.c.dataset))
        .order_by(extract.c.dataset, extract.c.as_of.desc(), extract.c.kind.desc())
    )
    return list(connection.execute(query).mappings())


def outcomes(connection: Connection) -> dict[str, int]:
    """How many extracts ended in each way."""
    query = select(extract.c.outcome, func.count()).group_by(extract.c.outcome)
    return dict(connection.execute(query).tuples().all())


def rejected_since_accepted(connection: Connection) -> list[RowMapping]:
    """What was rejected of each dataset after its last accepted extract was taken: dataset, file_name, reason.

    What a person has rejected is settled.
    """
    good = (
        select(extract.c.dataset, func.max(extract.c.loaded_at).label("at"))
        .where(extract.c.outcome.in_(ACCEPTED_OUTCOMES))
        .group_by(extract.c.dataset)
        .subquery()
    )
    query = (
        select(extract.c.dataset, extract.c.file_name, extract.c.reason)
        .outerjoin(good, good.c.dataset == extract.c.dataset)
        .where(extract.c.outcome == Outcome.REJECTED, extract.c.decided_by == "")
        .where(good.c.at.is_(None) | (extract.c.loaded_at > good.c.at))
        .order_by(extract.c.loaded_at)
    )
    return list(connection.execute(query).mappings())


def held_ids(connection: Connection) -> list[str]:
    """The extracts that wait for a person, oldest first."""
    query = select(extract.c.extract_id).where(extract.c.outcome == Outcome.HELD)
    return list(connection.execute(query.order_by(extract.c.as_of, extract.c.kind)).scalars())


def current_records(connection: Connection) -> dict[Dataset, int]:
    """How many records are current in each history."""
    return {
        dataset: connection.execute(
            select(func.count()).select_from(table).where(table.c.valid_to.is_(None))
        ).scalar_one()
        for dataset, table in HISTORIES.items()
    }


def due_next(connection: Connection, as_of: date, number: int = 5) -> list[RowMapping]:
    """The days after `as_of` on which waiting changes become due, with how many: due_date, changes."""
    query = (
        select(email_change.c.due_date, func.count().label("changes"))
        .where(email_change.c.state == "WAITING", email_change.c.due_date > as_of)
        .group_by(email_change.c.due_date)
        .order_by(email_change.c.due_date)
        .limit(number)
    )
    return list(connection.execute(query).mappings())
