"""The schema: migrations make what the code says, and the views are what was promised."""

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import IntegrityError

from gpsync.store import bounces_waiting, schema
from gpsync.store.tables import metadata

#: The contract with those who read: names and columns exactly, in this order.
_VIEWS = {
    "extract": "extract_id dataset file_name as_of kind sha256 rows accepted_rows quarantined_rows outcome reason "
    "loaded_at",
    "doctor": "gmc_number surname given_name registration_status gp_register_date email valid_from",
    "doctor_history": "gmc_number valid_from valid_to surname given_name registration_status gp_register_date email",
    "field_change": "extract_id as_of gmc_number field old_value new_value",
    "email_change": "change_id gmc_number kind old_email new_email change_date due_date state reason",
    "mail": "mail_id change_id user_id gmc_number recipient state attempts smtp_code message_id queued_at sent_at "
    "reason",
    "mismatch": "mismatch_id code severity owner gmc_number practice_code case_id user_id state first_seen last_seen "
    "resolved_on times_reopened summary",
    "not_assessed": "code reason since as_of",
    "quarantined_row": "extract_id dataset row_number key reason",
    "run": "run_id flow as_of started_at finished_at outcome summary",
}


def test_the_migrations_make_the_tables_of_the_code(engine):
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)

    assert differences == []


@pytest.mark.parametrize("view", _VIEWS)
def test_a_reporting_view_has_its_columns(engine, view):
    with engine.connect() as connection:
        columns = connection.execute(text(f"SELECT * FROM reporting.{view}")).keys()

    assert list(columns) == _VIEWS[view].split()


def test_upgrading_twice_is_upgrading_once(engine):
    assert schema.upgrade(engine) == schema.upgrade(engine)
    schema.check(engine)


def test_what_was_read_before_messages_were_kept_is_settled_and_stays(make_database, server_url):
    """Nothing is lost on the way to the schema in which what needs a person waits."""
    url = make_database()
    name = make_url(url).database
    admin = create_engine(server_url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name}"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    admin.dispose()
    engine = create_engine(url)
    with engine.begin() as connection:
        config = schema._config(connection)
        before = ScriptDirectory.from_config(config).get_revision("0006").down_revision
        command.upgrade(config, before)
        connection.execute(
            text(
                "INSERT INTO returned_mail (sha256, seen_at, kind) VALUES ('a', now(), 'policy'),"
                " ('b', now(), 'unrecognised'), ('c', now(), 'delayed'), ('d', now(), 'permanent')"
            )
        )
    schema.upgrade(engine)
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT sha256, settled_by FROM returned_mail ORDER BY sha256")).all()
        waiting = bounces_waiting.count(connection)
    engine.dispose()

    assert rows == [("a", "gpsync"), ("b", "gpsync"), ("c", None), ("d", None)]
    assert waiting == 0


def test_a_reader_may_read_the_views_and_not_the_tables(engine):
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL ROLE gpsync_report"))
        connection.execute(text("SELECT * FROM reporting.doctor"))
        allowed = connection.execute(text("SELECT has_table_privilege('gpsync_report', 'doctor', 'SELECT')")).scalar()

    assert allowed is False


def test_a_doctor_has_one_current_row(engine):
    row = (
        "INSERT INTO doctor (gmc_number, valid_from, surname, registration_status, registration_class, row_hash) "
        "VALUES ('9000001', :start, 'A', 'Suspended', 'SUSPENDED', 1)"
    )
    with engine.begin() as connection:
        connection.execute(text(row), {"start": "2026-11-02"})

    with engine.begin() as connection, pytest.raises(IntegrityError, match="doctor_current_key"):
        connection.execute(text(row), {"start": "2026-11-03"})
