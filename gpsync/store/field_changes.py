"""The ledger of changed values."""

from sqlalchemy import Connection, select

from gpsync.records import FieldChange
from gpsync.rules import Dataset
from gpsync.store.tables import field_change


def of_record(connection: Connection, dataset: Dataset, key: str) -> list[FieldChange]:
    """Every changed value of one record, oldest first."""
    query = select(
        field_change.c.as_of, field_change.c.field, field_change.c.old_value, field_change.c.new_value
    ).where(field_change.c.dataset == dataset, field_change.c.key == key)
    return [FieldChange(*row) for row in connection.execute(query.order_by(field_change.c.as_of, field_change.c.field))]
