"""The demo's nights, and what the commands say of them afterwards: recorded as the stories are.

The days depend on the day of the run, so both checkouts must record on one and the same day.
"""

import csv
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl

from tests.outcomes.product import rows_of_home
from tests.outcomes.reading import Outcome, Reader
from tests.outcomes.seen import count_what_was_reached

#: Starts the program with secrets that are always the same, because hashes made with them are told and kept.
_PROGRAM = (
    "import secrets, sys; from importlib.metadata import entry_points\n"
    "secrets.token_urlsafe = lambda number=None: 'the-same-secret-in-each-and-every-recording-of-it'\n"
    "sys.argv[0] = 'gpsync'; (main,) = entry_points(group='console_scripts', name='gpsync'); main.load()()"
)
_SCRIPT_DATA = re.compile(r'<script type="application/json" id="data">(.*?)</script>', re.DOTALL)
#: What a report says in sentences, by column of the sheet and by name elsewhere.
_SENTENCES = {
    "title",
    "action",
    "summary",
    "not_assessed",
    "reason",
    "set_aside",
    "called",
    "meaning",
    "advice",
    "steps",
}
_SENTENCE_HEADINGS = {"Title", "Action", "Summary", "Not assessed", "Set aside now", "Owner"}


def record(path: Path, doctors: int | None = None) -> None:
    """Run the demo and the commands after it; write what came of them."""
    folder = Path(tempfile.mkdtemp(prefix="gpsync-demo-"))
    try:
        outcome = _recorded(folder / "demo", ["--doctors", str(doctors)] if doctors else [])
        path.write_text(outcome.as_json(), encoding="utf-8")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _recorded(home: Path, options: list[str]) -> Outcome:
    outcome = Outcome()
    _run(outcome, home, "demo", "--directory", str(home), *options)
    held = rows_of_home(home)
    letters = [path.read_bytes() for path in sorted((home / "mail").glob("*.eml"))]
    reader = Reader(held, letters, real_clock=True)
    reader.read(outcome)
    for report in sorted((home / "reports").glob("20*")):
        _read_report(outcome, report)
    for command in _commands(held):
        _run(outcome, home, *command)
    for lines in (*outcome.data.values(), *outcome.words.values()):
        lines[:] = [reader.name(line).replace(str(home), "<home>") for line in lines]
    count_what_was_reached(outcome.seen, held, letters)
    return outcome


def _commands(rows: dict[str, list[dict[str, Any]]]) -> Iterator[list[str]]:
    """What a person may do next; the last of it changes something."""
    changes = sorted({row["gmc_number"] for row in rows["email_change"]})
    held = sorted(row["extract_id"] for row in rows["extract"] if row["outcome"] == "held")
    yield from (["status"], ["held"], ["runs"], ["mismatches"], ["returned", "list"], ["whoami"], ["sync", "--dry-run"])
    yield from (["mailout"], ["mailout", "--first-links"], ["purge", "--dry-run"], ["db", "check"], ["why", "9999999"])
    yield from (["why", number] for number in changes[:3])
    yield from (["reject", extract_id, "--reason", "a fault"] for extract_id in held[:1])
    yield from (["approve", extract_id, "--reason", "looked at it"] for extract_id in held[1:2])
    yield from (["approve", "nothing", "--reason", "looked at it"], ["replay"], ["status"], ["reconcile"], ["status"])


def _run(outcome: Outcome, home: Path, *arguments: str) -> None:
    """Run a command: its exit status must stay, what it prints may not."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GPSYNC_", "PREFECT_"))}
    environment = {**kept, "GPSYNC_HOME": str(home), "HOME": str(home.parent), "COLUMNS": "200"}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _PROGRAM, *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    shown = " ".join(arguments)
    outcome.data["exit statuses"].append(f"{shown}: {done.returncode}")
    printed = re.sub(r"\b\d+ seconds?\b|[0-9.]+ ?s\b|localhost:\d+|127\.0\.0\.1:\d+", "<n>", done.stdout + done.stderr)
    outcome.words["printed"].append(f"$ gpsync {shown}\n{printed}")


def _read_report(outcome: Outcome, folder: Path) -> None:
    """A day's report: the same rows in each of its files."""
    data, words = outcome.data, outcome.words
    with (folder / "mismatches.csv").open(encoding="utf-8-sig", newline="") as file:
        _table(outcome, f"{folder.name} csv", list(csv.reader(file)))
    for sheet in openpyxl.load_workbook(folder / "mismatches.xlsx").worksheets:
        lines = [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
        if sheet.max_column > 10:
            _table(outcome, f"{folder.name} workbook", lines)
        else:
            # The sheets beside it explain and count.
            words["workbook's other sheets"] += [f"{folder.name} {sheet.title}: {line}" for line in lines]
            data["workbook's figures"] += [
                f"{folder.name}: {[cell for cell in line if cell.isdigit()]}" for line in lines
            ]
    report_json = json.loads((folder / "mismatches.json").read_text(encoding="utf-8"))
    found = _SCRIPT_DATA.search((folder / "mismatches.html").read_text(encoding="utf-8"))
    for name, content in (("json", report_json), ("page", json.loads(found[1]) if found else None)):
        data[f"report {name}"] += [f"{folder.name} {line}" for line in _flat(content, sentences=False)]
        words[f"report {name}"] += [f"{folder.name} {line}" for line in _flat(content, sentences=True)]
    words["what changed"].append((folder / "what-changed.txt").read_text(encoding="utf-8"))


def _table(outcome: Outcome, what: str, lines: list[list[str]]) -> None:
    """The cells of a table whose first line with many cells has the headings."""
    start = next((number for number, line in enumerate(lines) if sum(map(bool, line)) > 10), 0)
    headings = lines[start]
    outcome.words["report headings"].append(f"{what}: {headings}")
    for line in lines[start + 1 :]:
        cells = dict(zip(headings, line, strict=True))
        same = [value for heading, value in cells.items() if heading not in _SENTENCE_HEADINGS]
        outcome.data["report rows"].append(f"{what}: {same}")
        outcome.words["report rows"].append(f"{what}: {[cells.get(heading) for heading in sorted(_SENTENCE_HEADINGS)]}")


def _flat(content: Any, *, sentences: bool, path: str = "") -> Iterator[str]:
    """Every value with where it stands; `sentences` says which of them."""
    if isinstance(content, dict):
        for name, value in content.items():
            yield from _flat(value, sentences=sentences, path=f"{path}/{name}")
    elif isinstance(content, list):
        for number, value in enumerate(content):
            yield from _flat(value, sentences=sentences, path=f"{path}/{number}")
    elif any(part in _SENTENCES for part in path.split("/")) == sentences:
        yield f"{path}: {content}"
