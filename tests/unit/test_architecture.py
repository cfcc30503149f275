"""Who may import whom, who opens transactions and reads the clock. The message of a failure names the right place."""

import ast
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

_ROOT = Path(__file__).parents[2]
_SOURCES = sorted(path for folder in ("flows", "expectations", "gpsync") for path in (_ROOT / folder).rglob("*.py"))

#: Touch one thing of the world each: files, the database, the mail service, the terminal, the environment.
_EDGES = (
    "gpsync.cli",
    "gpsync.command_line",
    "gpsync.extracts.archive",
    "gpsync.extracts.inbox",
    "gpsync.extracts.inbox_messages",
    "gpsync.extracts.moving",
    "gpsync.interrupts",
    "gpsync.login",
    "gpsync.mail",
    "gpsync.progress",
    "gpsync.reports.acknowledgements",
    "gpsync.reports.flat_files",
    "gpsync.reports.publishing",
    "gpsync.reports.sheets",
    "gpsync.reports.workbook",
    "gpsync.environment",
    "gpsync.settings",
    "gpsync.store",
    "gpsync.synthetic",
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
    "gpsync.mismatches",
    "gpsync.records",
    "gpsync.register.characters",
    "gpsync.reports.columns",
    "gpsync.reports.report",
    "gpsync.rules",
    "gpsync.working_days",
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
#: What flows say beside operations: settings, words and records, sentences, and how far the work has come.
_FOR_FLOWS = ("gpsync.operations", "gpsync.settings", "gpsync.environment", "gpsync.progress")
#: Types only: operations open transactions and hand connections on.
_CONNECTIONS = ("sqlalchemy.Connection", "sqlalchemy.Engine", "sqlalchemy")
#: The outbox is the mail engine's own: each of its moves is a transaction. The schema is changed under a lock.
_BEGINNERS = ("gpsync.operations", "gpsync.mail.outbox_session", "gpsync.mail.dispatch", "gpsync.store.schema")
_CLOCKS = {("date", "today"), ("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("time", "time")}
#: The inbox compares a file's age with the clock to know whether it is still arriving.
_CLOCK_READERS = ("gpsync.operations.context", "gpsync.cli", "gpsync.extracts.inbox")


def _module(path: Path) -> str:
    return ".".join(path.relative_to(_ROOT).with_suffix("").parts).removesuffix(".__init__")


_MODULES = {_module(path): ast.parse(path.read_text(encoding="utf-8")) for path in _SOURCES}


def _within(module: str, packages: tuple[str, ...]) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def _layer(module: str) -> str:
    for layer, packages in (
        ("flow", ("flows",)),
        ("operation", ("gpsync.operations",)),
        ("expectation", ("expectations",)),
        ("common", _COMMON),
        ("edge", _EDGES),
    ):
        if _within(module, packages):
            return layer
    return "decision"


def _nodes(tree: ast.AST, *, at_run_time: bool) -> Iterator[ast.AST]:
    """The nodes of a module; of what runs only when types are checked, where that is asked for."""
    for node in ast.iter_child_nodes(tree):
        if at_run_time and isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        yield node
        yield from _nodes(node, at_run_time=at_run_time)


def _imports(module: str, *, at_run_time: bool = False) -> set[str]:
    found: set[str] = set()
    for node in _nodes(_MODULES[module], at_run_time=at_run_time):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            own = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {name if name in _MODULES else node.module for name in own}
            found |= {name for name in own if name.startswith("sqlalchemy.")}
    return found


def _wrong(layer: str, is_wrong: Callable[[str, str], str | None]) -> list[str]:
    """A sentence for each import by a module of a layer that is wrong."""
    return [
        f"{module} imports {name}: {why}"
        for module in sorted(_MODULES)
        if _layer(module) == layer
        for name in sorted(_imports(module, at_run_time=True) - {module, "gpsync"})
        if (why := is_wrong(module, name)) is not None
    ]


def test_flows_say_when_and_nothing_else():
    def is_wrong(module: str, name: str) -> str | None:
        ours = name in _MODULES and not _within(name, ("flows", *_FOR_FLOWS)) and _layer(name) != "common"
        if ours:
            return "flows import operations, settings and words; what is done belongs into gpsync/operations/"
        return None

    assert _wrong("flow", is_wrong) == []
    elsewhere = [module for module in _MODULES if "prefect" in {one.split(".")[0] for one in _imports(module)}]
    assert [one for one in elsewhere if _layer(one) != "flow"] == [], "Prefect belongs into flows/"
    starters = [module for module in _MODULES if any(_within(name, ("flows",)) for name in _imports(module))]
    assert [one for one in starters if not _within(one, ("flows", "gpsync.cli"))] == [], "the command line starts flows"


def test_operations_gather_ask_and_apply():
    def is_wrong(module: str, name: str) -> str | None:
        if name.split(".")[0] in ("pandas", "pyarrow", "numpy"):
            return "operations hand frames on; what opens one is a decision, or the archive's"
        if name.startswith("sqlalchemy") and name not in _CONNECTIONS:
            return "put the query into gpsync/store/"
        if name.startswith("expectations") and name != "expectations.gate":
            return "the gate runs the suites"
        if _within(name, ("gpsync.cli", "gpsync.synthetic")):
            return "an operation is called by commands and flows, and calls neither"
        return None

    assert _wrong("operation", is_wrong) == []


def test_decisions_take_values():
    def is_wrong(module: str, name: str) -> str | None:
        if name in _MODULES and _layer(name) not in ("decision", "common"):
            return "decisions take values; let gpsync/operations/ read and pass them"
        if _within(name, _WORLDLY):
            return "it belongs into an edge, or into gpsync/operations/"
        return None

    assert _wrong("decision", is_wrong) == []
    assert _wrong("common", lambda module, name: _only_common(name)) == []


def _only_common(name: str) -> str | None:
    is_ours = name in _MODULES and _layer(name) != "common"
    return "common records import common records only" if is_ours or _within(name, _WORLDLY) else None


def test_edges_decide_nothing():
    def is_wrong(module: str, name: str) -> str | None:
        if _within(module, ("gpsync.cli", "gpsync.synthetic")) or name not in _MODULES:
            return None
        if _layer(name) not in ("edge", "common"):
            return "an edge decides nothing; let gpsync/operations/ ask and pass the answer"
        return None

    assert _wrong("edge", is_wrong) == []
    assert _wrong("expectation", lambda module, name: _only_rules(name)) == []


def _only_rules(name: str) -> str | None:
    is_ours = name in _MODULES and _layer(name) not in ("expectation", "common")
    return "a suite knows gpsync.rules only; put rules there" if is_ours else None


def test_no_packages_of_decisions_import_each_other_in_a_circle():
    packages: dict[str, set[str]] = {}
    for module in _MODULES:
        if _layer(module) == "decision":
            used = {_package(name) for name in _imports(module) if name in _MODULES and _layer(name) == "decision"}
            packages.setdefault(_package(module), set()).update(used - {_package(module)})

    while free := {package for package, used in packages.items() if not used & packages.keys()}:
        packages = {package: used for package, used in packages.items() if package not in free}

    assert packages == {}, "these packages import each other: move what both need below them"


def _package(module: str) -> str:
    return ".".join(module.split(".")[:2])


def test_transactions_are_begun_by_operations():
    begun = [
        f"{module}:{node.lineno} begins a transaction: operations and the mail engine do"
        for module, tree in _MODULES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "begin"
        and not _within(module, _BEGINNERS)
        and ast.unparse(node.func.value).split(".")[-1].strip("_") in ("engine", "connection")
    ]

    assert begun == []


def test_only_the_context_and_the_command_line_read_the_clock():
    calls = [
        f"{module}:{node.lineno} reads the clock: take the date as an argument; operations/context reads it"
        for module, tree in _MODULES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and (node.value.id, node.attr) in _CLOCKS
        and not _within(module, _CLOCK_READERS)
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
        module
        for module, tree in _MODULES.items()
        for node in ast.walk(tree)
        if _writes_mails(node) and not _within(module, ("gpsync.store.outbox",))
    }

    assert [
        f"{module} changes mails: put a move made with outbox.moves.move() into gpsync/store/outbox/, and call that"
        for module in sorted(writers - set(_OTHER_WRITERS))
    ] == []
    assert writers >= set(_OTHER_WRITERS), "an exception that is none any more: take it out"


def test_the_product_never_imports_smtplib():
    assert [module for module in _MODULES if "smtplib" in _imports(module)] == []


def test_what_status_imports_is_light():
    """`gpsync status` must not load what takes seconds to load."""
    program = (
        "import sys; import gpsync.cli, gpsync.cli.asking, gpsync.cli.state, "
        "gpsync.store.overview, gpsync.store.email_changes, "
        "gpsync.store.runs, gpsync.store.database, gpsync.verification.explanation, gpsync.cli.sending, "
        "gpsync.operations.mailout.forecast; "
        "print([name for name in ('prefect', 'great_expectations', 'pandas', 'pyarrow') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
