"""Alembic's entry: migrate over the connection that `store.schema` hands in."""

from alembic import context

from gpsync.store.tables import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
