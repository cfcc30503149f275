"""Prints the pages that must not drift: `python -m tests.docs.printing` writes them, `--check` compares.

`docs/rules.md` comes from the drawn cases, `docs/glossary.md` from the domain's words, `docs/mismatches.md` from
the catalogue, `docs/extracts.md` from the layouts, `docs/reporting.md` from the views of a real database,
`docs/commands.md` from the command line.
"""

import csv
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path

import click
import typer
from sqlalchemy import Engine, text

from gpsync import rules
from gpsync.cli import app
from gpsync.extracts.headings import letters
from gpsync.extracts.layouts import LAYOUTS, Column
from gpsync.extracts.naming import recognise
from gpsync.reconciliation.catalogue import CATALOGUE
from gpsync.reconciliation.catalogue.columns import COLUMNS
from gpsync.reconciliation.catalogue.entries import Entry
from gpsync.rules import Dataset
from gpsync.settings import Settings
from gpsync.store.database import open_database
from gpsync.synthetic.writing import synthesise
from tests.docs.rules_page import PRINTED, rules_page
from tests.docs.terms import TERMS
from tests.docs.views import ABOUT, MEANINGS

_DOCS = Path(__file__).parents[2] / "docs"


def glossary_page() -> str:
    """The terms, and every domain word that the code decides with."""
    lines = [PRINTED, "# Glossary", "", "The words in the database, the reports and the code.", "", "## Terms", ""]
    lines += [f"- {term}: {meaning}" for term, meaning in sorted(TERMS.items(), key=lambda one: one[0].lower())]
    lines.append("")
    for kind in sorted(rules.Word.__subclasses__(), key=lambda kind: kind.__name__):
        lines += [f"## {kind.__name__}", "", f"{(kind.__doc__ or '').strip()}", ""]
        lines += [f"- `{word}`: {word.meaning}" for word in kind]
        lines.append("")
    return "\n".join(lines)


def mismatches_page() -> str:
    """Every kind of mismatch: when it is raised, how bad it is, and who does what."""
    lines = [
        PRINTED,
        "# Mismatches",
        "",
        "What the reconciliation looks for every night. Severity and owner are the usual ones; a condition may say",
        "when they differ. A kind is not assessed, and its mismatches are not resolved, while an extract that it needs",
        "is missing or over 7 days old, or a column that it needs is missing or blank in every row.",
        "",
    ]
    for entry in CATALOGUE.values():
        owners = ", then ".join(owner.meaning.rstrip(".") for owner in entry.owners)
        lines += [
            f"## {entry.number} {entry.title}",
            "",
            f"`{entry.code}`, {entry.severity}. Owner: {owners}.",
            "",
            entry.condition,
            "",
            f"What to do: {entry.action}",
            "",
            *_needs(entry),
        ]
    return "\n".join(lines)


def _needs(entry: Entry) -> Iterator[str]:
    """The extracts and columns that a kind needs, by the headings of the columns."""
    columns = COLUMNS.get(entry.code, {})
    needs = [*entry.needs, *(dataset for dataset in columns if dataset not in entry.needs)]
    parts = []
    for dataset in needs:
        headings = {column.name: column.headings[0] for column in LAYOUTS[dataset].columns}
        named = ", ".join(headings[name] for name in columns.get(dataset, ()))
        where = f"`{dataset}`" if dataset in entry.needs else f"`{dataset}`, where there is one"
        parts.append(f"{where} ({named})" if named else where)
    if parts:
        yield from (f"Needs: {'; '.join(parts)}.", "")


def reporting_page(engine: Engine) -> str:
    """The reporting views, as a database of this version has them."""
    query = text(
        "SELECT table_name, column_name, data_type FROM information_schema.columns "
        "WHERE table_schema = 'reporting' ORDER BY table_name, ordinal_position"
    )
    with engine.connect() as connection:
        columns = [tuple(row) for row in connection.execute(query)]
    lines = [PRINTED, ABOUT.strip(), ""]
    for view in dict.fromkeys(view for view, _, _ in columns):
        lines += [f"## reporting.{view}", "", MEANINGS[view], "", "| column | type |", "|---|---|"]
        lines += [f"| {name} | {kind} |" for one, name, kind in columns if one == view]
        lines.append("")
    return "\n".join(lines)


def commands_page() -> str:
    """Every command with its options, from the command line itself."""
    root = typer.main.get_command(app)
    lines = [
        PRINTED,
        "# Commands",
        "",
        "Exit status: 0 done, also when there was nothing to do; 1 failed; 2 wrong use;",
    ]
    lines += [
        "3 refused or held, so a person must act; 75 another run is in progress; 130 after Ctrl-C, 143 after SIGTERM",
        "(a live mailout first finishes the mail in hand, and ends with 3).",
        "",
        "Before any command: `--debug` shows full errors, which may contain personal data; `--version` shows the",
        "version. `gpsync --install-completion` completes commands in your shell.",
        "",
    ]
    for name, command in _commands(root, "gpsync"):
        lines += [f"## `{name}`", "", (command.help or "").strip(), ""]
        lines += [
            f"- `{_option(parameter)}`: {getattr(parameter, 'help', None) or ''}"
            for parameter in command.params
            if parameter.name != "help"
        ]
        lines += ["", f"{command.epilog}".replace("Example: ", "For example: `") + "`", ""]
    lines += [
        "# Settings",
        "",
        "Read from the environment, in capitals; an empty one counts as not set. A secret may be in a file instead:",
        "name the file in the setting with `_FILE` at its end.",
        "",
    ]
    lines += ["| setting | without it | what it is for |", "|---|---|---|"]
    lines += [
        f"| `GPSYNC_{name.upper()}` | {_default(field.default)} | {field.description} |"
        for name, field in Settings.model_fields.items()
    ]
    return "\n".join([*lines, ""])


def _default(value: object) -> str:
    """A setting's default, as it would be written."""
    if value is None or value == "":
        return ""
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _commands(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    nested: Mapping[str, click.Command] = getattr(command, "commands", {})
    if not nested:
        yield name, command
    for word in sorted(nested):
        yield from _commands(nested[word], f"{name} {word}")


def _option(parameter: click.Parameter) -> str:
    if parameter.param_type_name == "argument":
        return (parameter.metavar or parameter.name or "").upper()
    return ", ".join(parameter.opts)


def extracts_page() -> str:
    """How extracts are named and what they hold, with a made-up row of each."""
    lines = [
        PRINTED,
        "# Extracts",
        "",
        "An extract is a CSV file in UTF-8 with commas and a heading row, in the inbox folder (`GPSYNC_INBOX`),",
        "named `DATASET_YYYYMMDD.csv` after the day it shows, also packed as `.csv.gz` or `.csv.zip`. The register",
        "may come as `gmc_register_delta_YYYYMMDD.csv` too: then it holds the rows that changed. The practices may be",
        "the ODS's own `epraccur.csv`, with or without headings. `FILE.manifest.json` beside a file says what it",
        "should be: `file`, `as_of`, `bytes`, `sha256`, `rows`.",
        "",
        "Headings are matched by their letters: case, spaces and punctuation do not matter. Other columns are",
        "ignored, and a note says so. A row with a value longer than its column allows is quarantined. If a column is",
        "missing, or blank in every row, what needs it is reported as not assessed. Dates are written as `2026-11-30`,",
        "`30/11/2026`, `30112026`, `20261130`, `30 November 2026` or `30-Nov-2026`, with or without a time of day.",
        "Nobody in the rows below exists.",
    ]
    with tempfile.TemporaryDirectory() as folder:
        written = synthesise(Path(folder), doctors=300, nights=1, seed=1, last_night=date(2026, 11, 30))
        examples = {recognise(path.name)[0]: _example(path) for path in written}
    for layout in LAYOUTS.values():
        lines += ["", f"## {layout.dataset}", "", f"Key: {', '.join(f'`{name}`' for name in layout.key)}.", ""]
        lines += ["| heading | also | needed | characters | for example |", "|---|---|---|---|---|"]
        lines += [_heading(column, examples[layout.dataset]) for column in layout.columns]
    delta = LAYOUTS[Dataset.GMC_REGISTER].delta_columns
    lines += ["", "A delta of the register also has:", "", "| heading | meaning |", "|---|---|"]
    lines += [f"| {column.headings[0]} | {_DELTA[column.name]} |" for column in delta]
    return "\n".join([*lines, ""])


_DELTA = {
    "action": "`I` a new doctor, `U` a changed one, `D` one who has left.",
    "date_processed": "When the row was made; of several rows of a doctor the last one counts.",
}


def _example(path: Path) -> dict[str, str]:
    """The first of the fullest rows of a made-up extract, by the letters of its headings."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        row = max(csv.DictReader(stream), key=lambda one: sum(len(value.strip()) > 1 for value in one.values()))
    return {letters(heading): value.strip() for heading, value in row.items()}


def _heading(column: Column, example: Mapping[str, str]) -> str:
    shown = next((example[letters(one)] for one in column.headings if example.get(letters(one))), "")
    also = ", ".join(column.headings[1:])
    return f"| {column.headings[0]} | {also} | {'yes' if column.required else ''} | {column.length} | {shown} |"


def pages(engine: Engine) -> dict[Path, str]:
    """Every printed page and its text."""
    return {
        _DOCS / "rules.md": rules_page(),
        _DOCS / "glossary.md": glossary_page(),
        _DOCS / "mismatches.md": mismatches_page(),
        _DOCS / "reporting.md": reporting_page(engine),
        _DOCS / "commands.md": commands_page(),
        _DOCS / "extracts.md": extracts_page(),
    }


def main(write: Callable[[Path, str], object] = lambda path, page: path.write_text(page, encoding="utf-8")) -> int:
    """Write the pages, or with `--check` say which are not what the code says."""
    with tempfile.TemporaryDirectory() as home:
        printed = pages(open_database(Settings(home=Path(home), database_url=None)))
        if "--check" not in sys.argv:
            for path, page in printed.items():
                write(path, page)
            return 0
        stale = [
            path.name for path, page in printed.items() if not path.exists() or path.read_text(encoding="utf-8") != page
        ]
    if stale:
        print(f"Out of date: {', '.join(stale)}. Run `make docs`.", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
