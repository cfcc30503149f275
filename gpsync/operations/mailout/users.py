"""Gathering the users of practices who may be invited."""

from datetime import date

from sqlalchemy import Connection

from gpsync.operations.sources import Sources
from gpsync.rules import Dataset
from gpsync.store import extracts, practices
from gpsync.verification.mailout_facts import PracticeUsers
from gpsync.verification.triggers import user_ids
from gpsync.verification.unknown import users_not_known


def gather_users(connection: Connection, sources: Sources, as_of: date) -> PracticeUsers:
    """The newest users, beside those of the first extract ever, who were there before we looked."""
    newest = sources.newest(connection, Dataset.PRACTICE_USERS, as_of)
    first = extracts.first_accepted(connection, Dataset.PRACTICE_USERS)
    return PracticeUsers(
        rows=newest.rows,
        not_known=users_not_known(newest.rows, newest.unknown, newest.absent),
        known=user_ids(sources.of(first).rows) if first else frozenset(),
        practices=practices.names(connection),
    )
