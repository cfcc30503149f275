"""What a person decides about a held extract: it is applied, or rejected for good."""

from dataclasses import replace

from gpsync.actors import Actor
from gpsync.errors import WrongUse
from gpsync.operations.context import Context
from gpsync.operations.ingest.settle import Decision, settle
from gpsync.records import ExtractRecord
from gpsync.rules import Outcome
from gpsync.store import extracts


def approve(context: Context, extract_id: str, by: Actor, reason: str) -> ExtractRecord:
    """Release a held extract: apply it now, whatever the guards said, and record who and why."""
    entry = _held(context, extract_id)
    rows = context.archive.read_rows(entry)
    draft = _decided(entry, by, reason)
    return settle(context, draft, rows, Decision(approved=entry))


def reject(context: Context, extract_id: str, by: Actor, reason: str) -> ExtractRecord:
    """Reject a held extract for good, and record who and why."""
    entry = _held(context, extract_id)
    rejected = replace(_decided(entry, by, reason), outcome=Outcome.REJECTED)
    with context.engine.begin() as connection:
        extracts.record(connection, rejected, context.now())
        context.archive.refile(entry, rejected)
    return rejected


def _decided(entry: ExtractRecord, by: Actor, reason: str) -> ExtractRecord:
    return replace(entry, decided_by=by.name, decided_account=by.account, decided_reason=reason)


def _held(context: Context, extract_id: str) -> ExtractRecord:
    with context.engine.connect() as connection:
        entry = extracts.find(connection, extract_id)
    if entry is None or entry.outcome is not Outcome.HELD:
        raise WrongUse(f"Nothing called {extract_id!r} is held: `gpsync held` lists what is.")
    return entry
