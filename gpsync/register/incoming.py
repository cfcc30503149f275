"""An extract's rows made ready to be compared, and what of the result the guards and the counts look at."""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from gpsync.frames import ROW_HASH, Changes
from gpsync.register.addresses import key as address_key
from gpsync.register.changes import Partition
from gpsync.register.row_hash import row_hashes
from gpsync.rules import DeltaAction


def split_deletes(rows: pd.DataFrame, key: str) -> tuple[set[str], pd.DataFrame]:
    """A delta's delete rows, as keys, and the rows that say what a record now reads."""
    if "action" not in rows.columns:
        return set(), rows
    deletes = rows["action"] == DeltaAction.DELETE
    return set(rows.loc[deletes, key]), rows[~deletes].drop(columns="action")


def with_row_hashes(rows: pd.DataFrame, tracked: Sequence[str]) -> pd.DataFrame:
    """The rows with a number for each that changes when one of the `tracked` columns does."""
    return rows.assign(**{ROW_HASH: row_hashes(rows, tracked)})


def differing_keys(rows: pd.DataFrame, parts: Partition, key: str) -> list[str]:
    """The keys of the rows that differ from what is held."""
    return list(rows[key].iloc[parts.differing.to_numpy()])


def with_email_count(changes: Changes) -> Changes:
    """The changes, with how many addresses moved among their counts."""
    return replace(changes, counts=replace(changes.counts, emails_changed=len(moved_addresses(changes))))


def moved_addresses(changes: Changes) -> list[str]:
    """Keys whose address changed in more than its spelling."""
    emails = changes.ledger[changes.ledger["field"] == "email"].fillna("")
    keys = emails.columns[0]
    return [
        key
        for key, old, new in zip(emails[keys], emails["old_value"], emails["new_value"], strict=True)
        if address_key(old) != address_key(new)
    ]


def keys_of(rows: pd.DataFrame, key: str) -> list[str]:
    """The keys of these rows, in their order."""
    return list(rows[key])
