"""Commands that only read. They import neither Prefect nor Great Expectations nor pandas."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated

import typer
from sqlalchemy import Connection, RowMapping

from gpsync.cli.application import DATA_TEAM, SUPPORT, app
from gpsync.cli.console import heading, print_json, print_table, say
from gpsync.cli.options import AsJson, Date
from gpsync.london import london_date, long_date
from gpsync.rules import NotKnown, RunKind

if TYPE_CHECKING:
    from gpsync.settings import Settings
    from gpsync.verification.explanation import Line

_ATTENTION = 3
#: So many runs has a night.
_NIGHT_RUNS = 4
#: So many phases of a run are shown.
_PHASES = 4
#: So many returned messages are shown at most.
_SHOWN = 20
#: The runs that a night and a morning have.
_RUNS = (RunKind.SYNC, RunKind.RECONCILE, RunKind.MAILOUT, RunKind.MAILOUT_REHEARSAL, RunKind.PURGE)
#: A sync runs every night: at most so many days lie between two of them.
_NIGHTS_APART = 1


@app.command(rich_help_panel=DATA_TEAM, epilog="Example: gpsync status --as-of 2026-11-30")
def status(as_of: Date = None, json: AsJson = False) -> None:
    """Show the current state. Exit status 3 when a person must act."""
    from gpsync.environment import load_settings
    from gpsync.store.database import reading

    when, settings = as_of or _today(), load_settings()
    with reading(settings) as connection:
        facts = _facts(connection, when) | _lateness(connection, settings, when) | _sending(connection, settings)
    if json:
        print_json(facts)
    else:
        _print_status(facts, when)
    needs = ("held", "mails for staff", "returned messages", "failed", "rejected", "overdue", "no night", "inbox")
    if any(facts[name] for name in needs) or _waits_for_a_sender(facts["not mailed"]):
        raise typer.Exit(_ATTENTION)


def _waits_for_a_sender(not_mailed: Iterable[object]) -> bool:
    """Whether somebody is not mailed for want of a column; whoever is taken for verified can log in without a mail."""
    return any(isinstance(row, dict) and row["what"] != NotKnown.VERIFIED for row in not_mailed)


def _today() -> date:
    return london_date(datetime.now(UTC))


def _facts(connection: Connection, when: date) -> dict[str, list[dict[str, object]] | list[str]]:
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


def _lateness(
    connection: Connection, settings: "Settings", when: date
) -> dict[str, list[dict[str, object]] | list[str]]:
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
    from gpsync.extracts.inbox_told import inbox_told

    folder = settings.inbox_folder
    settings.check_inbox()
    told = inbox_told(look(folder), folder) if folder.is_dir() else []
    return [*told, *([f"No extract has been taken in yet: do extracts arrive in {folder}?"] if is_empty else [])]


def _sending(connection: Connection, settings: "Settings") -> dict[str, list[dict[str, object]] | list[str]]:
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


def _print_status(facts: dict[str, list[dict[str, object]] | list[str]], when: date) -> None:
    heading(f"gpsync on {long_date(when)}")
    tables = (
        (
            "loads",
            "Newest accepted extracts",
            "Nothing has been loaded yet: put extracts into the inbox and run `gpsync sync`.",
        ),
        ("email changes", "Email changes", "No email change has been seen."),
        ("due next", "Becoming due", "No change is waiting."),
        ("mails", "Mails", "No mail has been planned yet."),
        ("sending", "Mails that wait, and how long they take", "No mail waits."),
        ("at work", "The mailout in progress", "No mailout is in progress."),
        ("mails for staff", "Mails that a person must look at", "No mail waits for a person."),
        (
            "returned messages",
            "Returned messages that a person must look at (`gpsync returned list`)",
            "No returned message waits for a person.",
        ),
        (
            "not mailed",
            "Not mailed, because an extract does not tell enough",
            "The newest extracts tell enough to mail." if facts["loads"] else "There is no extract to mail by.",
        ),
        ("mismatches", "Unresolved mismatches, by age", "No unresolved mismatch."),
        (
            "not assessed",
            "Kinds of mismatch that are not assessed",
            "Every kind of mismatch is assessed." if facts["loads"] else "Nothing has been compared yet.",
        ),
        ("runs", "Last runs", "No run yet."),
    )
    for name, title, empty in tables:
        say()
        heading(title)
        print_table([row for row in facts[name] if isinstance(row, dict)], empty=empty)
    say()
    if facts["missing deltas"]:
        say(_incomplete([date.fromisoformat(str(one)) for one in facts["missing deltas"]]))
    for flow in facts["failed"]:
        say(f"The last run of {flow} failed, was killed or was stopped: run it again and read what it says.")
    for row in facts["rejected"]:
        if isinstance(row, dict):
            say(f"Rejected, and no {row['dataset']} was accepted since: {row['reason']}")
    for line in (*facts["overdue"], *facts["no night"], *facts["inbox"]):
        say(str(line))
    held = facts["held"]
    say(_held(len(held)))


def _held(number: int) -> str:
    if not number:
        return "Nothing is held."
    what = "1 extract or hold on mails waits" if number == 1 else f"{number:,} extracts or holds on mails wait"
    return f"{what}: `gpsync held` shows why."


def _incomplete(missing: list[date]) -> str:
    """C-41, for whoever looks after the installation."""
    days = "1 working day has" if len(missing) == 1 else f"{len(missing)} working days have"
    return (
        f"The register's deltas are incomplete since {long_date(missing[0])}: {days} no extract. Links wait for the "
        "missing deltas or the next full extract, unless GPSYNC_DELTA_GAP_WAITS=false (C-41)."
    )


@app.command(rich_help_panel=DATA_TEAM, epilog="Example: gpsync runs --last 5")
def runs(
    last: Annotated[int, typer.Option(min=1, help="How many runs, the newest first.")] = 20, json: AsJson = False
) -> None:
    """Show the last runs: how each ended, and how long it and its phases took."""
    from gpsync.environment import load_settings
    from gpsync.store import runs as stored
    from gpsync.store.database import reading

    with reading(load_settings()) as connection:
        rows = [_run(row) for row in stored.latest(connection, last)]
    if json:
        print_json({"runs": rows})
    else:
        print_table([{**row, "phases": _phases(row["phases"])} for row in rows], empty="No run yet.")


def _run(row: RowMapping) -> dict[str, object]:
    from gpsync.store.runs import SECONDS

    ended = row["finished_at"]
    return {
        "run": row["flow"],
        "as of": row["as_of"],
        "started": f"{row['started_at']:%Y-%m-%d %H:%M:%S} UTC",
        "seconds": round((ended - row["started_at"]).total_seconds(), 1) if ended else None,
        "ended": row["outcome"],
        "phases": row["summary"].get(SECONDS, {}),
    }


def _phases(seconds: object) -> str:
    """The phases that took longest, in words."""
    if not isinstance(seconds, dict):
        return ""
    longest = sorted(seconds.items(), key=lambda one: -one[1])[:_PHASES]
    return ", ".join(f"{name} {taken}" for name, taken in longest if taken >= 0.1)


@app.command(rich_help_panel=SUPPORT, epilog="Example: gpsync why 9000001 --masked")
def why(
    gmc_number: Annotated[str, typer.Argument(help="The doctor's GMC reference number.")],
    as_of: Date = None,
    json: AsJson = False,
    masked: Annotated[
        bool, typer.Option("--masked", help="Show addresses as a***@d***.example: for output that others may read.")
    ] = False,
) -> None:
    """Explain one doctor's record: what was seen, what was decided, and why."""
    from gpsync.environment import load_settings
    from gpsync.errors import WrongUse
    from gpsync.reconciliation.findings import masked_address
    from gpsync.register.characters import one_line, told
    from gpsync.store import email_changes
    from gpsync.store.database import reading
    from gpsync.verification.explanation import explanation

    when, settings = as_of or _today(), load_settings()
    show = masked_address if masked else told
    with reading(settings) as connection:
        doctor, ledger, changes, mail, calendar = _known(connection, gmc_number)
        last_updated = email_changes.last_updated(connection, gmc_number)
        held = _in_held_extracts(connection, settings, gmc_number, show)
    if doctor is None and not held:
        raise WrongUse(f"No accepted extract has shown a doctor with the number {gmc_number}.")
    lines = explanation(doctor, ledger, changes, mail, calendar, when, last_updated, show) if doctor is not None else []
    lines = sorted([*lines, *(line for line in held if line.on <= when)], key=lambda line: line.on)
    if json:
        days = [{"on": line.on, "what": line.what} for line in lines]
        print_json({"gmc_number": gmc_number, "as_of": when, "story": days})
        return
    heading(f"Doctor {gmc_number}, as of {long_date(when)}")
    for line in lines:
        say(f"{line.on}  {one_line(line.what)}")
    if not changes:
        say("No email change has been seen.")


def _in_held_extracts(
    connection: Connection, settings: "Settings", gmc_number: str, show: Callable[[str], str]
) -> list["Line"]:
    """What extracts that wait for a person say of a doctor: it is what whoever decides about them must know."""
    from gpsync.extracts.archive import archive_in
    from gpsync.rules import Dataset
    from gpsync.store import extracts

    held = [one for one in extracts.held(connection) if one.extract.dataset is Dataset.GMC_REGISTER]
    if not held:
        return []
    from gpsync.verification.explanation import Line

    where = archive_in(settings.home_folder, settings.archive_folder)
    return [
        Line(
            one.extract.as_of,
            f"The held extract {one.extract.extract_id} shows {row['registration_status']}, "
            f"{show(row['email']) if row['email'] else 'no email address'}: it counts once it is approved.",
        )
        for one in held
        for row in where.rows_about(one, "gmc_number", gmc_number)
    ]


def _known(connection: Connection, gmc_number: str):  # type: ignore[no-untyped-def]
    from gpsync.rules import Dataset
    from gpsync.store import email_changes, extracts, field_changes, links, suppressions
    from gpsync.store.outbox import log
    from gpsync.verification.explanation import Correspondence
    from gpsync.window.timeline import Calendar

    doctors = email_changes.doctors(connection, [gmc_number])
    return (
        doctors[0] if doctors else None,
        field_changes.of_record(connection, Dataset.GMC_REGISTER, gmc_number),
        email_changes.of_doctor(connection, gmc_number),
        Correspondence(
            log.of_doctor(connection, gmc_number),
            links.of_doctor(connection, gmc_number),
            suppressions.of_doctor(connection, gmc_number),
        ),
        Calendar(extracts.positions(connection, Dataset.GMC_REGISTER)),
    )
