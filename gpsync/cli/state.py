"""The state of an installation as `gpsync status` shows it: what is loaded, what waits, what a person must look at."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import Connection, RowMapping

from gpsync.london import london_date, long_date
from gpsync.rules import RunKind

if TYPE_CHECKING:
    from gpsync.settings import Settings

#: So many runs has a night.
_NIGHT_RUNS = 4
#: So many returned messages are shown at most.
_SHOWN = 20
#: The runs that a night and a morning have.
_RUNS = (RunKind.SYNC, RunKind.RECONCILE, RunKind.MAILOUT, RunKind.MAILOUT_REHEARSAL, RunKind.PURGE)
#: A sync runs every night: at most so many days lie between two of them.
_NIGHTS_APART = 1


#: Rows of tables, or sentences, by what they are about: the keys of `gpsync status --json`.
State = dict[str, list[dict[str, object]] | list[str]]


def state_of(connection: Connection, settings: "Settings", when: date) -> State:
    """The state of an installation on a day."""
    return _facts(connection, when) | _lateness(connection, settings, when) | _sending(connection, settings)


def _facts(connection: Connection, when: date) -> State:
    from gpsync.rules import Dataset
    from gpsync.store import (
        bounces_waiting,
        email_changes,
        extracts,
        holds,
        mismatches,
        not_known,
        outbox,
        overview,
        runs,
    )
    from gpsync.store.outbox import queries
    from gpsync.verification.delta_chain import missing_days

    records = overview.current_records(connection)
    return {
        "loads": [
            {
                "dataset": load["dataset"],
                "newest": load["as_of"],
                "days old": (when - load["as_of"]).days,
                "rows": load["rows"],
                # Only what changes from night to night is kept as history.
                "current records": records.get(load["dataset"]),
            }
            for load in overview.newest_loads(connection)
        ],
        "missing deltas": [
            one.isoformat() for one in missing_days(extracts.positions(connection, Dataset.GMC_REGISTER), when)
        ],
        "held": [*overview.held_ids(connection), *holds.with_mails(connection)],
        "email changes": [
            {"state": state, "changes": number}
            for state, number in sorted(email_changes.counted(connection, when).items())
        ],
        "due next": [dict(row) for row in overview.due_next(connection, when)],
        "mails": [{"state": state, "mails": number} for state, number in sorted(outbox.counts(connection).items())],
        "mails for staff": [dict(row) for row in queries.for_staff(connection)],
        "returned messages": [one.listed() for one in bounces_waiting.waiting(connection, _SHOWN)],
        "not mailed": [
            {"what": row["subject"], "since": row["since"], "why": row["reason"]}
            for row in not_known.read(connection, RunKind.MAILOUT)
        ],
        "mismatches": mismatches.ages(connection, when),
        "not assessed": _not_assessed(not_known.read(connection, RunKind.RECONCILE)),
        "failed": runs.failed(connection, (RunKind.SYNC, RunKind.RECONCILE, RunKind.MAILOUT)),
        "runs": [
            {
                "run": row["flow"],
                "as of": row["as_of"],
                "ended": row["outcome"],
                "started": f"{row['started_at']:%Y-%m-%d %H:%M} UTC",
            }
            for row in runs.latest(connection, _NIGHT_RUNS, _RUNS)
        ],
    }


def _lateness(connection: Connection, settings: "Settings", when: date) -> State:
    """What should have come or happened by now, and did not."""
    from gpsync.rules import Dataset
    from gpsync.store import overview, runs
    from gpsync.verification.overdue import overdue

    newest = {Dataset(load["dataset"]): load["as_of"] for load in overview.newest_loads(connection)}
    began = runs.newest_start(connection, RunKind.SYNC)
    night = london_date(began) if began else None
    return {
        "rejected": [dict(row) for row in overview.rejected_since_accepted(connection)],
        "overdue": overdue(
            newest,
            when,
            register_working_days=settings.register_fresh_working_days,
            other_days=settings.stale_reference_days,
        ),
        "no night": [f"No sync has run since {long_date(night)}: is the schedule on?"]
        if night and (when - night).days > _NIGHTS_APART
        else [],
        "inbox": _inbox(settings, is_empty=began is not None and not newest),
    }


def _inbox(settings: "Settings", *, is_empty: bool) -> list[str]:
    """What a person must see to in the inbox; `is_empty` where nights have run, and none ever found an extract."""
    from gpsync.extracts.inbox import look
    from gpsync.extracts.inbox_messages import inbox_messages, refusals_to_come

    folder = settings.inbox_folder
    settings.check_inbox()
    found = look(folder) if folder.is_dir() else None
    messages = [*inbox_messages(found, folder), *refusals_to_come(found)] if found else []
    return [*messages, *([f"No extract has been taken in yet: do extracts arrive in {folder}?"] if is_empty else [])]


def _sending(connection: Connection, settings: "Settings") -> State:
    from gpsync.cli.sending import outlook_rows, work_rows
    from gpsync.store import holds

    return {
        "sending": outlook_rows(connection, settings, holds.undecided(connection)),
        "at work": work_rows(connection, settings),
    }


def _not_assessed(rows: Iterable[RowMapping]) -> list[dict[str, object]]:
    """The kinds of mismatch that the newest reconciliation could not judge, together where the reason is the same."""
    from gpsync.reconciliation.catalogue import CATALOGUE
    from gpsync.reports.report import ranges
    from gpsync.rules import Code

    found: dict[tuple[date, str], list[str]] = {}
    for row in rows:
        found.setdefault((row["since"], row["reason"]), []).append(CATALOGUE[Code(row["subject"])].number)
    return [
        {"kinds": len(numbers), "which": ranges(sorted(numbers)), "since": since, "why": reason}
        for (since, reason), numbers in sorted(found.items(), key=lambda one: sorted(one[1]))
    ]
