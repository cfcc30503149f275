"""After retention: what is kept of an address that nobody uses any more is its hash (C-55).

Whose address changed when, and what was mailed about it, stays; so does the memory that it was mailed, which keeps
anybody from being mailed twice. The archive of extracts and the backups are not touched.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import Connection

from gpsync import progress
from gpsync.environment import load_settings
from gpsync.mail import failpoints
from gpsync.operations.address_secret import pseudonyms
from gpsync.operations.context import Context, open_context
from gpsync.operations.ingest.apply import rework_changes_of
from gpsync.operations.run_record import recorded_run
from gpsync.register.addresses import key
from gpsync.rules import Dataset, RunKind
from gpsync.store import bounces_waiting, extracts, retention
from gpsync.store.locks import lock_history
from gpsync.verification.forgetting import without_addresses

#: So many addresses are replaced in one transaction: memory does not grow with what has gathered.
_AT_ONCE = 20_000


@dataclass
class Purged:
    """What was forgotten: how many addresses, and in how many rows by table; how many returned messages.

    `horizon` is None without a register.
    """

    horizon: date | None = None
    addresses: int = 0
    messages: int = 0
    rows: Counter[str] = field(default_factory=Counter)

    @property
    def needs_a_person(self) -> bool:
        """Never: nothing is asked of anybody."""
        return False

    def counts(self) -> dict[str, int]:
        """The figures of the run, by name."""
        return {"addresses": self.addresses, "messages": self.messages, **self.rows}

    def lines(self) -> list[str]:
        """The lines that report what was done; none where nothing was to be done."""
        messages = [f"Returned messages of which nothing is kept any more: {self.messages:,}."] if self.messages else []
        if not self.addresses:
            return messages
        rows = ", ".join(f"{table} {number:,}" for table, number in self.rows.items() if number)
        return [
            f"Addresses hashed, because nobody has used them since {self.horizon}: {self.addresses:,} (rows: {rows}).",
            *messages,
        ]


def purge_once(*, keep: bool = True) -> Purged:
    """Forget what is past retention, as a run of its own; without `keep` it is only counted."""
    result = Purged()
    with (
        open_context(load_settings()) as context,
        recorded_run(context, RunKind.PURGE if keep else RunKind.PURGE_REHEARSAL, context.today, result),
    ):
        purge(context, result, keep=keep)
    return result


def purge(context: Context, result: Purged, *, keep: bool = True) -> None:
    """Replace every address past retention by its hash, and work out the changes it concerns again.

    An address is replaced everywhere in one transaction, so no part of a history is hashed without the rest. `keep` is
    False for a rehearsal, which changes nothing.
    """
    with context.phase("purge"), context.engine.connect() as connection:
        while True:
            with connection.begin() as transaction:
                lock_history(connection)
                left = _forget_some(context, connection, result, _AT_ONCE if keep else None)
                failpoints.hit("before purge commit")
                transaction.commit() if keep else transaction.rollback()
            progress.step("hashing addresses", result.addresses, result.addresses + left)
            if not left:
                break
    if keep and (result.addresses or result.messages):
        with context.engine.connect() as connection:
            # What was replaced is still in the tables' files until then.
            retention.vacuum(connection.execution_options(isolation_level="AUTOCOMMIT"))


def _horizon(context: Context, connection: Connection) -> date | None:
    """The first day within retention, by the newest register: a clock gone wrong forgets nothing."""
    newest = extracts.newest_two(connection, Dataset.GMC_REGISTER, context.today)
    return newest[0].extract.as_of - timedelta(days=context.settings.retention_days) if newest else None


def _forget_some(context: Context, connection: Connection, result: Purged, at_most: int | None) -> int:
    """Replace addresses, so many at most; returns how many are left."""
    result.horizon = _horizon(context, connection)
    result.messages += bounces_waiting.forget(connection, result.horizon)
    past = _past_retention(connection, result.horizon) if result.horizon else {}
    chosen = sorted(past)[:at_most]
    if not chosen:
        return 0
    hashed = pseudonyms(context)
    hashes = {written: hashed(own) for own in chosen for written in (own, *past[own])}
    concerned = retention.doctors_with(connection, hashes)
    mails = [without_addresses(mail, hashes) for mail in retention.mails_naming(connection, hashes)]
    result.rows.update(retention.replace_addresses(connection, hashes))
    result.rows["outbox"] += retention.rewrite_mails(connection, mails)
    rework_changes_of(connection, context, concerned)
    result.addresses += len(chosen)
    return len(past) - len(chosen)


def _past_retention(connection: Connection, horizon: date) -> dict[str, set[str]]:
    """The addresses that nobody uses any more, by key, each with the ways in which it is written."""
    written: dict[str, set[str]] = {}
    for address in retention.old_addresses(connection, horizon):
        written.setdefault(key(address), set()).add(address)
    kept = retention.needed(connection, written, horizon)
    kept |= {key(address) for address in retention.origins_of_unfinished(connection)}
    return {own: ways for own, ways in written.items() if own not in kept}
