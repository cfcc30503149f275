"""Who may import whom, and where the clock may be read. The message of a failure names the right place."""

import ast
import re
from pathlib import Path

_ROOT = Path(__file__).parents[2]
_SOURCES = sorted(path for folder in ("flows", "expectations", "gpsync") for path in (_ROOT / folder).rglob("*.py"))

#: Touch the world: files, the database, the terminal, the environment.
_EDGES = (
    "gpsync.command_line",
    "gpsync.interrupts",
    "gpsync.extracts.moving",
    "gpsync.cli",
    "gpsync.extracts.archive",
    "gpsync.extracts.inbox",
    "gpsync.extracts.inbox_told",
    "gpsync.login",
    "gpsync.mail",
    "gpsync.reports.acknowledgements",
    "gpsync.reports.flat_files",
    "gpsync.reports.publishing",
    "gpsync.reports.sheets",
    "gpsync.reports.workbook",
    "gpsync.settings",
    "gpsync.store",
    "gpsync.synthetic",
    "gpsync.progress",
)
#: Said by everybody, so anybody may import them.
_COMMON = (
    "gpsync.actors",
    "gpsync.bank_holidays",
    "gpsync.errors",
    "gpsync.extracts.dates",
    "gpsync.extracts.layouts",
    "gpsync.extracts.naming",
    "gpsync.frames",
    "gpsync.london",
    "gpsync.mail_kinds",
    "gpsync.mails",
    "gpsync.records",
    "gpsync.register.characters",
    "gpsync.reports.columns",
    "gpsync.reports.report",
    "gpsync.rules",
)
#: Libraries of the edges and of the gate; a decision knows none of them.
_WORLDLY = (
    "alembic",
    "great_expectations",
    "openpyxl",
    "prefect",
    "psycopg",
    "pydantic_settings",
    "rich",
    "sqlalchemy",
    "typer",
    "xlsxwriter",
    "yagmail",
)
_CLOCKS = {("date", "today"), ("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("time", "time")}
#: The inbox compares a file's age with the clock to know whether it is still arriving.
_CLOCK_READERS = ("flows", "gpsync.operations.context", "gpsync.cli", "gpsync.extracts.inbox")


def _module(path: Path) -> str:
    return ".".join(path.relative_to(_ROOT).with_suffix("").parts).removesuffix(".__init__")


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def _within(module: str, packages: tuple[str, ...]) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def _kind(module: str) -> str:
    if _within(module, ("flows", "gpsync.operations")):
        return "flow"
    if _within(module, ("expectations",)):
        return "expectation"
    if _within(module, _COMMON):
        return "common"
    return "edge" if _within(module, _EDGES) else "decision"


def _ours(names: set[str]) -> set[str]:
    modules = {_module(path) for path in _SOURCES}
    return {name for name in names if name in modules}


def _wrong_imports(path: Path) -> list[str]:
    module, names = _module(path), _imports(path)
    kind = _kind(module)
    wrong = []
    for name in sorted(_ours(names) - {"gpsync"}):
        target = _kind(name)
        if target == "flow" and kind != "flow" and not _within(module, ("gpsync.cli",)):
            wrong.append(f"{module} imports {name}: only flows and the command line start flows")
        if target == "expectation" and kind not in ("flow", "expectation"):
            wrong.append(f"{module} imports {name}: the gate is called from flows/")
        if kind == "expectation" and target in ("edge", "decision"):
            wrong.append(f"{module} imports {name}: a suite knows gpsync.rules only; put rules there")
        if kind == "decision" and target == "edge":
            wrong.append(f"{module} imports {name}: decisions take values; let flows/ read and pass them")
        if kind == "edge" and target == "decision" and not _within(module, ("gpsync.cli", "gpsync.synthetic")):
            wrong.append(f"{module} imports {name}: an edge decides nothing; let flows/ ask and pass the answer")
        if kind == "common" and target not in ("common",):
            wrong.append(f"{module} imports {name}: common records import common records only")
    if kind in ("decision", "common"):
        wrong += [
            f"{module} imports {name}: it belongs into an edge or into flows/"
            for name in sorted(names)
            if _within(name, _WORLDLY)
        ]
    if kind == "flow" and any(_within(name, ("sqlalchemy", "psycopg")) for name in names - _ALLOWED_IN_FLOWS):
        wrong.append(f"{module} speaks SQL: put the query into gpsync/store/")
    return wrong


#: Types only: flows hand connections on and open transactions.
_ALLOWED_IN_FLOWS = {"sqlalchemy", "sqlalchemy.Connection", "sqlalchemy.Engine"}


def test_modules_import_only_what_stands_to_their_right():
    assert [wrong for path in _SOURCES for wrong in _wrong_imports(path)] == []


def test_only_flows_and_the_command_line_read_the_clock():
    calls = [
        f"{_module(path)}:{node.lineno} reads the clock: take the date as an argument; operations/context reads it"
        for path in _SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and (node.value.id, node.attr) in _CLOCKS
        and not _within(_module(path), _CLOCK_READERS)
    ]

    assert calls == []


_OF_LONDON = re.compile(r"ZoneInfo\(|Europe/London|%-?d %B|%B %Y")


def test_one_module_knows_where_london_is_and_how_a_day_is_written_out():
    assert [
        f"{_module(path)} knows it too: take in_london(), london_date() or long_date() of gpsync.london"
        for path in _SOURCES
        if _OF_LONDON.search(path.read_text(encoding="utf-8")) and _module(path) != "gpsync.london"
    ] == []


#: May write to the mails' tables outside of the outbox, and why.
_OTHER_WRITERS = {"gpsync.store.retention": "puts hashes where addresses stood; no mail moves by that"}
_WRITING = re.compile(r"(?:UPDATE|INSERT INTO|DELETE FROM)\s+(?:outbox|mail_event)\b")
_MAIL_TABLES = ("outbox", "mail_event")


def _writes_mails(node: ast.AST) -> bool:
    """Whether it is SQL that changes a table of mails, or a call such as `update(outbox)` or `outbox.insert()`."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return _WRITING.search(node.value) is not None
    if not isinstance(node, ast.Call):
        return False
    called = ast.unparse(node.func)
    table, _, verb = called.rpartition(".")
    if verb not in ("update", "insert", "delete"):
        return False
    named = [ast.unparse(one).rpartition(".")[2] for one in node.args[:1]]
    return bool({*named, table.rpartition(".")[2]} & set(_MAIL_TABLES))


def test_every_change_of_a_mail_goes_through_the_outbox():
    writers = {
        _module(path)
        for path in _SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if _writes_mails(node) and not _within(_module(path), ("gpsync.store.outbox",))
    }

    assert [
        f"{module} changes mails: put a move made with outbox.moves.move() into gpsync/store/outbox/, and call that"
        for module in sorted(writers - set(_OTHER_WRITERS))
    ] == []
    assert writers >= set(_OTHER_WRITERS), "an exception that is none any more: take it out"


def test_the_product_never_imports_smtplib():
    assert [_module(path) for path in _SOURCES if "smtplib" in _imports(path)] == []


def test_what_status_imports_is_light():
    """`gpsync status` must not load what takes seconds to load."""
    import subprocess
    import sys

    program = (
        "import sys; import gpsync.cli, gpsync.cli.asking, gpsync.store.overview, gpsync.store.email_changes, "
        "gpsync.store.runs, gpsync.store.database, gpsync.verification.explanation, gpsync.cli.sending, "
        "gpsync.operations.mailout.forecast; "
        "print([name for name in ('prefect', 'great_expectations', 'pandas', 'pyarrow') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
