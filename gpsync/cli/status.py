"""`gpsync status`. It imports neither Prefect nor Great Expectations nor pandas."""

from collections.abc import Iterable
from datetime import date

import typer

from gpsync.cli.application import DATA_TEAM, app
from gpsync.cli.console import heading, print_json, print_table, say
from gpsync.cli.options import AsJson, Date, today
from gpsync.cli.state import State, state_of
from gpsync.london import long_date
from gpsync.rules import NotKnown

_ATTENTION = 3


@app.command(rich_help_panel=DATA_TEAM, epilog="Example: gpsync status --as-of 2026-11-30")
def status(as_of: Date = None, json: AsJson = False) -> None:
    """Show the current state. Exit status 3 when a person must act."""
    from gpsync.environment import load_settings
    from gpsync.store.database import reading

    when, settings = as_of or today(), load_settings()
    with reading(settings) as connection:
        state = state_of(connection, settings, when)
    if json:
        print_json(state)
    else:
        _print(state, when)
    needs = ("held", "mails for staff", "returned messages", "failed", "rejected", "overdue", "no night", "inbox")
    if any(state[name] for name in needs) or _waits_for_a_sender(state["not mailed"]):
        raise typer.Exit(_ATTENTION)


def _waits_for_a_sender(not_mailed: Iterable[object]) -> bool:
    """Whether somebody is not mailed for want of a column; doctors who count as verified can log in without a mail."""
    return any(isinstance(row, dict) and row["what"] != NotKnown.VERIFIED for row in not_mailed)


def _print(state: State, when: date) -> None:
    heading(f"gpsync on {long_date(when)}")
    for name, title, empty in _tables(is_loaded=bool(state["loads"])):
        say()
        heading(title)
        print_table([row for row in state[name] if isinstance(row, dict)], empty=empty)
    say()
    if state["missing deltas"]:
        say(_incomplete([date.fromisoformat(str(one)) for one in state["missing deltas"]]))
    for flow in state["failed"]:
        say(f"The last run of {flow} failed, was killed or was stopped: run it again and read what it says.")
    for row in state["rejected"]:
        if isinstance(row, dict):
            say(f"Rejected, and no {row['dataset']} was accepted since: {row['reason']}")
    for line in (*state["overdue"], *state["no night"], *state["inbox"]):
        say(str(line))
    held = state["held"]
    say(_held(len(held)))


def _tables(*, is_loaded: bool) -> tuple[tuple[str, str, str], ...]:
    """What is printed as a table: its name in the state, its heading, and what is said where it has no row."""
    return (
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
            "Not mailed, because an extract does not say enough",
            "The newest extracts say enough to mail." if is_loaded else "There is no extract to mail by.",
        ),
        ("mismatches", "Unresolved mismatches, by age", "No unresolved mismatch."),
        (
            "not assessed",
            "Kinds of mismatch that are not assessed",
            "Every kind of mismatch is assessed." if is_loaded else "Nothing has been compared yet.",
        ),
        ("runs", "Last runs", "No run yet."),
    )


def _held(number: int) -> str:
    if not number:
        return "Nothing is held."
    what = "1 extract or hold on mails waits" if number == 1 else f"{number:,} extracts or holds on mails wait"
    return f"{what}: `gpsync held` shows why."


def _incomplete(missing: list[date]) -> str:
    """C-41, for the people who look after the installation."""
    days = "1 working day has" if len(missing) == 1 else f"{len(missing)} working days have"
    return (
        f"The register's deltas are incomplete since {long_date(missing[0])}: {days} no extract. Links wait for the "
        "missing deltas or the next full extract, unless GPSYNC_DELTA_GAP_WAITS=false (C-41)."
    )
