"""Mails that were planned before there were ranks: the upgrade ranks them, and finds the first mails of a mailout."""

import pytest
from alembic import command
from sqlalchemy import NullPool, create_engine, make_url, text

from gpsync.rules import Rank
from gpsync.store import schema

#: Mail -> kind, who asked for it and why, its hold, when it was planned; its rank, and the hold that waits for it.
MAILS = {
    "asked": ("FIRST_LINK", "amy", "by phone", None, 1, Rank.REQUESTED, None),
    "asked-change": ("EMAIL_CHANGE", "amy", "by phone", None, 1, Rank.REQUESTED, None),
    "change": ("EMAIL_CHANGE", "", "", None, 1, Rank.CHANGE, None),
    "user": ("USER_LINK", "", "", None, 1, Rank.USER, None),
    "reminder": ("EMAIL_CHANGE", "", "REMINDER", None, 1, Rank.REMINDER, None),
    "first": ("FIRST_LINK", "", "", None, 1, Rank.FIRST_LINK, "hold-1"),
    "rest": ("FIRST_LINK", "", "", "hold-1", 1, Rank.FIRST_LINK, None),
    "another-day": ("FIRST_LINK", "", "", None, 2, Rank.FIRST_LINK, None),
}


@pytest.fixture
def before(server_url):
    """A database of the schema that came before ranks, and an engine on it."""
    admin = create_engine(server_url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with admin.connect() as connection:
        connection.execute(text("CREATE DATABASE before_ranks"))
    engine = create_engine(make_url(server_url).set(database="before_ranks"), poolclass=NullPool)
    with engine.begin() as connection:
        command.upgrade(schema._config(connection), "0004")
    yield engine
    with admin.connect() as connection:
        connection.execute(text("DROP DATABASE before_ranks WITH (FORCE)"))


def test_mails_that_were_there_get_their_rank_and_a_first_mailout_its_first_mails(before):
    with before.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO hold (hold_id, kind, scope, opened_at, opened_by, counted, allowed, decided_by,"
                " decided_reason) VALUES ('hold-1', 'CANARY', 's', now(), 'amy', 2, 1, '', '')"
            )
        )
        for name, (kind, by, reason, hold, hour, _, _) in MAILS.items():
            values = {"name": name, "kind": kind, "by": by, "reason": reason, "hold": hold, "hour": hour}
            connection.execute(
                text(
                    "INSERT INTO link (link_id, kind, event_id, holder, address_key, generation, key_id, token_sha256,"
                    " state, issued_at) VALUES (:name, :kind, :name, :name, 'a@b.test', 1, 'k', :name, 'issued', now())"
                ),
                values,
            )
            connection.execute(
                text(
                    "INSERT INTO outbox (mail_id, idem_key, kind, event_id, holder, generation, link_id, recipient,"
                    " recipient_key, details, template, due_date, message_id, state, hold_id, attempts, next_at, epoch,"
                    " queued_at, requested_by, requested_reason) VALUES (:name, :name, :kind, :name, :name, 1, :name,"
                    " 'a@b.test', 'a@b.test', '{}', 't', '2026-11-30', :name, 'pending', :hold, 0, now(), 0,"
                    " timestamptz '2026-11-30 09:00+00' + :hour * interval '1 hour', :by, :reason)"
                ),
                values,
            )

    schema.upgrade(before)

    with before.connect() as connection:
        found = connection.execute(text("SELECT mail_id, rank, canary_of FROM outbox"))
        assert {mail: (rank, hold) for mail, rank, hold in found} == {
            name: (rank, hold) for name, (*_, rank, hold) in MAILS.items()
        }
