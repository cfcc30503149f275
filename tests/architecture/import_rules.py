"""Who may import whom. Each rule says what is wrong with one import, if anything is."""

from collections.abc import Callable, Collection, Iterator

from tests.architecture.layers import is_within, layer
from tests.architecture.modules import NAMED_LATER, Module

#: Libraries of the edges and of the gate, and what touches the world: no decision knows one of them.
_WORLDLY = (
    "alembic",
    "asyncio",
    "ctypes",
    "ftplib",
    "glob",
    "great_expectations",
    "http",
    "httpx",
    "imaplib",
    "io.FileIO",
    "io.open",
    "importlib.import_module",
    "jinja2.FileSystemLoader",
    "multiprocessing",
    "numpy.load",
    "numpy.random",
    "openpyxl",
    "os",
    "pathlib",
    "pkgutil",
    "poplib",
    "prefect",
    "psycopg",
    "pydantic_settings",
    "random",
    "requests",
    "rich",
    "runpy",
    "secrets",
    "shelve",
    "shutil",
    "smtplib",
    "socket",
    "sqlalchemy",
    "sqlite3",
    "ssl",
    "subprocess",
    "sys.modules",
    "tempfile",
    "threading",
    "typer",
    "urllib.request",
    "urllib3",
    "uuid.uuid1",
    "uuid.uuid4",
    "xlsxwriter",
    "yagmail",
)
#: What flows know beside operations and words: settings, the environment, and how far the work has come.
_FOR_FLOWS = ("gpsync.environment", "gpsync.operations", "gpsync.progress", "gpsync.settings")
#: Libraries of others. A flow may start and ask Prefect's server with what it needs for that.
_NOT_FOR_FLOWS = (
    "alembic",
    "great_expectations",
    "numpy",
    "openpyxl",
    "pandas",
    "psycopg",
    "pyarrow",
    "rich",
    "sqlalchemy",
    "sqlite3",
    "typer",
    "xlsxwriter",
    "yagmail",
)
#: A record may name a file, without opening it.
_NAMES_OF_FILES = ("pathlib", "pathlib.Path")
#: Imports modules by names that it makes: each dataset's suite is in the module of its name.
_IMPORTS_BY_NAME = "expectations.gate"
#: Operations open transactions and hand connections on.
_CONNECTIONS = ("sqlalchemy", "sqlalchemy.Connection", "sqlalchemy.Engine")
_TO_WRITE_SQL = ("psycopg", "sqlalchemy")
_TO_OPEN_FRAMES = ("numpy", "pandas", "pyarrow")
_TERMINAL = ("rich", "typer")
#: What the edges are for: mail, mailboxes, spreadsheets, other machines.
_OTHERS_WORK = ("httpx", "imaplib", "openpyxl", "requests", "socket", "urllib3", "xlsxwriter", "yagmail")
#: Run or find code that nobody sees by reading the imports.
_HIDDEN = ("exec", "eval", "pkgutil.resolve_name", "runpy")

Rule = Callable[[str, str, bool], str | None]


def _of_flows(module: str, name: str, is_ours: bool) -> str | None:
    allowed = is_within(name, ("flows", *_FOR_FLOWS)) or layer(name) == "common"
    if (is_ours and not allowed) or is_within(name, _NOT_FOR_FLOWS):
        return "flows import operations, settings and words; what is done belongs into gpsync/operations/"
    return None


def _of_operations(module: str, name: str, is_ours: bool) -> str | None:
    if is_within(name, _TO_OPEN_FRAMES):
        return "operations hand frames on; what opens one is a decision, or the archive's"
    if is_within(name, _TO_WRITE_SQL) and name not in _CONNECTIONS:
        return "put the query into gpsync/store/"
    if is_within(name, _TERMINAL):
        return "the terminal is the commands' in gpsync/cli/"
    if is_within(name, _OTHERS_WORK):
        return "an edge does that: gpsync/mail/, extracts/ or reports/"
    if name.startswith("expectations.") and not is_within(name, ("expectations.gate",)):
        return "the gate runs the suites"
    if is_within(name, ("gpsync.cli", "gpsync.synthetic")):
        return "an operation is called by commands and flows, and calls neither"
    return None


def _of_decisions(module: str, name: str, is_ours: bool) -> str | None:
    if is_ours and layer(name) not in ("decision", "common"):
        return "decisions take values; let gpsync/operations/ read and pass them"
    return "it belongs into an edge, or into gpsync/operations/" if is_within(name, _WORLDLY) else None


def _of_common(module: str, name: str, is_ours: bool) -> str | None:
    if is_ours and layer(name) != "common":
        return "what everybody may import imports only its like"
    is_worldly = is_within(name, _WORLDLY) and name not in _NAMES_OF_FILES
    return "it belongs into an edge, or into gpsync/operations/" if is_worldly else None


def _of_edges(module: str, name: str, is_ours: bool) -> str | None:
    if is_within(module, ("gpsync.cli", "gpsync.synthetic")):
        return None
    if is_ours and layer(name) not in ("edge", "common"):
        return "an edge decides nothing; let gpsync/operations/ ask and pass the answer"
    return None


def _of_expectations(module: str, name: str, is_ours: bool) -> str | None:
    is_known = layer(name) in ("expectation", "common")
    return None if is_known or not is_ours else "a suite knows gpsync.rules only; put rules there"


def _of_all(module: str, name: str, is_ours: bool) -> str | None:
    is_hidden = name == NAMED_LATER or name.endswith(".*") or is_within(name, _HIDDEN)
    if is_hidden and module != _IMPORTS_BY_NAME:
        return "write the import out, so that everybody sees it"
    if is_within(name, ("smtplib",)):
        return "mail is sent through yagmail"
    if is_within(name, ("prefect",)) and layer(module) != "flow":
        return "Prefect belongs into flows/"
    if is_within(name, ("flows",)) and not is_within(module, ("flows", "gpsync.cli")):
        return "the command line starts flows, and nothing else does"
    return None


_RULES: dict[str, Rule] = {
    "flow": _of_flows,
    "operation": _of_operations,
    "decision": _of_decisions,
    "common": _of_common,
    "edge": _of_edges,
    "expectation": _of_expectations,
}


def wrong_imports(module: Module, ours: Collection[str]) -> Iterator[str]:
    """A sentence for each import of the module that breaks a rule; `ours` are the modules of the project."""
    wrong: tuple[str, ...] = ()
    for name in sorted(_known(module, ours)):
        is_ours = name in ours
        why = _of_all(module.name, name, is_ours) or _RULES[layer(module.name)](module.name, name, is_ours)
        if why is not None and not is_within(name, wrong):
            wrong = (*wrong, name)
            yield f"{module.name} imports {name}: {why}"


def _known(module: Module, ours: Collection[str]) -> set[str]:
    """What it imports, with the modules of ours that it reaches through packages; but not itself, nor plain gpsync."""
    used = {name for name, _ in module.uses}
    reached = {one for name in used for one in _prefixes(name) if one in ours}
    return (module.imports | used | reached) - {"gpsync", *_prefixes(module.name)}


def _prefixes(name: str) -> list[str]:
    """The packages above a module or name, and itself."""
    parts = name.split(".")
    return [".".join(parts[:length]) for length in range(1, len(parts) + 1)]
