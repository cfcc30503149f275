"""Who touches the world: files, the environment, the clock, transactions, and the mails' tables."""

import ast
import re
from collections.abc import Callable, Iterator

from tests.architecture.layers import is_within, layer
from tests.architecture.modules import Module

_CLOCKS = (
    "datetime.date.today",
    "datetime.datetime.now",
    "datetime.datetime.today",
    "datetime.datetime.utcnow",
    "email.utils.localtime",
    "pandas.Timestamp.now",
    "pandas.Timestamp.today",
    "pandas.Timestamp.utcnow",
    "time.ctime",
    "time.gmtime",
    "time.localtime",
    "time.strftime",
    "time.time",
    "time.time_ns",
)
_OF_WORDS = ("numpy.datetime64", "pandas.Timestamp", "pandas.to_datetime")
#: The inbox compares a file's age with the clock to know whether it is still arriving.
_CLOCK_READERS = ("gpsync.operations.context", "gpsync.cli", "gpsync.extracts.inbox")
#: The outbox is the mail engine's own: each of its moves is a transaction. The schema is changed under a lock, and
#: a session's settings are made before SQLAlchemy knows the connection.
_BEGINNERS = (
    "gpsync.operations",
    "gpsync.mail.dispatch",
    "gpsync.mail.outbox_session",
    "gpsync.store.schema",
    "gpsync.store.sessions",
)
_TO_BEGIN = ("begin", "begin_twophase", "commit", "transaction")
_TO_WRITE_SQL = ("exec_driver_sql", "execute", "executemany")
_TO_READ_ONE = ("scalar", "scalars")
_TO_OPEN_FILES = (
    "glob",
    "is_dir",
    "is_file",
    "iterdir",
    "mkdir",
    "open",
    "read_bytes",
    "read_text",
    "rglob",
    "rmdir",
    "stat",
    "symlink_to",
    "to_csv",
    "to_excel",
    "to_json",
    "to_parquet",
    "to_pickle",
    "touch",
    "unlink",
    "write_bytes",
    "write_text",
)
_READERS = re.compile(
    r"(builtins\.)?open|(pandas|pyarrow)(\.\w+)*\.(read_|open_|memory_map|ExcelFile)\w*|zipfile\.ZipFile|gzip\.open"
)
#: Read the templates that lie beside them in the package.
_READ_THEIR_OWN = ("gpsync.letters.wording", "gpsync.reports.page")
_LOADERS = ("jinja2.PackageLoader",)
_PURE = ("common", "decision")

Effect = Callable[[Module], Iterator[tuple[str, int]]]


def wrong_effects(module: Module) -> Iterator[str]:
    """A sentence for each place of the module that does what only others may."""
    for effect in (_clocks, _files, _queries, _transactions, _mails):
        yield from (f"{module.name}:{line} {why}" for why, line in sorted(set(effect(module)), key=lambda one: one[1]))


def _clocks(module: Module) -> Iterator[tuple[str, int]]:
    why = "reads the clock: take the date as an argument; operations/context reads it"
    if not is_within(module.name, _CLOCK_READERS):
        yield from ((why, line) for name, line in module.uses if name in _CLOCKS)
        yield from ((why, node.lineno) for node in ast.walk(module.tree) if _is_of_now(module, node))


def _is_of_now(module: Module, node: ast.AST) -> bool:
    """Whether it makes a moment from the word `now` or `today`."""
    if not isinstance(node, ast.Call) or _named(module, node.func) not in _OF_WORDS:
        return False
    return any(isinstance(one, ast.Constant) and one.value in ("now", "today") for one in node.args)


def _files(module: Module) -> Iterator[tuple[str, int]]:
    why = "opens files: an edge does, and gpsync/operations/ passes on what is in them"
    if layer(module.name) in _PURE and module.name not in _READ_THEIR_OWN:
        readers = ((name, line) for name, line in module.uses if name in _LOADERS or _READERS.fullmatch(name))
        yield from ((why, line) for _, line in readers)
        yield from ((why, node.lineno) for node in _calls(module, _TO_OPEN_FILES))


def _queries(module: Module) -> Iterator[tuple[str, int]]:
    if layer(module.name) in ("operation", "flow", *_PURE):
        why = "runs a query: put it into gpsync/store/"
        yield from ((why, node.lineno) for node in _calls(module, _TO_WRITE_SQL))
        yield from ((why, node.lineno) for node in _calls(module, _TO_READ_ONE) if _is_query(module, node))


def _transactions(module: Module) -> Iterator[tuple[str, int]]:
    """Only calls without arguments: a method of ours may be called `begin` and take something."""
    if not is_within(module.name, _BEGINNERS):
        for node in _calls(module, _TO_BEGIN):
            if not node.args:
                yield "begins or ends a transaction: operations and the mail engine do", node.lineno


def _calls(module: Module, names: tuple[str, ...]) -> Iterator[ast.Call]:
    """Calls of methods with one of these names, whatever they belong to but the class itself."""
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        if node.func.attr in names and ast.unparse(node.func.value) != "self":
            yield node


def _is_query(module: Module, call: ast.Call) -> bool:
    """Whether it is asked for with a text, and of no library: `pyarrow.scalar("a")` is none."""
    is_of_library = _named(module, call.func) != ast.unparse(call.func) or not call.args
    return not is_of_library and (isinstance(call.args[0], ast.JoinedStr) or _text(module, call.args[0]) != "")


#: Change the mails' tables, and how.
MAIL_WRITERS = {
    "gpsync.store.outbox.moves": "makes the statements that move mails",
    "gpsync.store.outbox.planning": "adds mails",
    "gpsync.store.retention": "puts hashes where addresses stood; no mail moves by that",
}
_TABLES = ("gpsync.store.tables.outbox", "gpsync.store.tables.mail_event")
_TABLE_NAMES = tuple(f"{table}.name" for table in _TABLES)
_VERBS = ("delete", "insert", "merge", "update")
_WRITING = re.compile(
    r"\b(?:UPDATE(?:\s+ONLY)?|INSERT\s+INTO|DELETE\s+FROM(?:\s+ONLY)?|MERGE\s+INTO|TRUNCATE(?:\s+TABLE)?|COPY)\s+"
    r"(?:\w+\.)*\"?(?:outbox|mail_event)\"?(?:\.name)?\b",
    re.IGNORECASE,
)


def _mails(module: Module) -> Iterator[tuple[str, int]]:
    if module.name not in MAIL_WRITERS:
        why = "changes mails: put a move made with outbox.moves.move() into gpsync/store/outbox/, and call that"
        yield from ((why, line) for line in mail_writes(module))


def mail_writes(module: Module) -> Iterator[int]:
    """The lines on which the module changes tables of mails, by SQL or by a call, or takes their names for SQL."""
    yield from (line for name, line in module.uses if name in _TABLE_NAMES)
    yield from (node.lineno for node in ast.walk(module.tree) if isinstance(node, ast.expr) and _is_write(module, node))


def _is_write(module: Module, node: ast.expr) -> bool:
    """Whether it is such SQL, or a call such as `update(outbox)` or `outbox.insert()`."""
    if not isinstance(node, ast.Call):
        return _WRITING.search(_text(module, node)) is not None
    table, _, verb = _named(module, node.func).rpartition(".")
    arguments = [*node.args[:1], *(one.value for one in node.keywords if one.arg == "table")]
    tables = {_alias_of(name) for name in (table, *(_named(module, one) for one in arguments))}
    return verb in _VERBS and bool(tables & set(_TABLES))


def _alias_of(name: str) -> str:
    """The table of an alias, or of one that is looked up in the metadata by its name."""
    looked_up = re.search(r"\.tables\[.(outbox|mail_event).\]$", name)
    return f"gpsync.store.tables.{looked_up[1]}" if looked_up else re.sub(r"\.alias\(.*\)$", "", name)


def _text(module: Module, node: ast.expr) -> str:
    """A string, or several put together, with the names of what is filled in; empty for anything else."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(module, part) for part in node.values)
    if isinstance(node, ast.FormattedValue):
        return _named(module, node.value)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return "".join(_text(module, part) or _named(module, part) for part in (node.left, node.right))
    return ""


def _named(module: Module, node: ast.expr) -> str:
    return module.full(ast.unparse(node))
