"""Which test calls which functions, and how long it takes: kept beside the project, for each file of tests."""

import ast
import builtins
import hashlib
import importlib.abc
import importlib.machinery
import json
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import CodeType, ModuleType

import pytest

from tests.mutation import trying
from tests.mutation.parts import DATABASE, NOT_ASKED, ON_A_DATABASE, TESTS

_KEPT = Path(".mutants")
_NOTE = "__called_by_a_test__"

#: Of each test its seconds and the functions that it calls, as "gpsync/register/guards.py findings".
Called = dict[str, tuple[float, list[str]]]


class Recorder:
    """A plugin for pytest that keeps what each test calls. Tests on a database are left out, unless they are wanted."""

    def __init__(self, *, with_database: bool) -> None:
        self.with_database = with_database
        self.called: Called = {}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        if not self.with_database:
            items[:] = [item for item in items if DATABASE.isdisjoint(getattr(item, "fixturenames", ()))]

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        functions: set[str] = set()
        setattr(builtins, _NOTE, functions.add)
        began = time.perf_counter()
        yield
        self.called[item.nodeid] = (time.perf_counter() - began, sorted(functions))


class _Noting(importlib.abc.MetaPathFinder):
    """Every function of the program notes that it was called: far quicker than Python's own profiling."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        spec = importlib.machinery.PathFinder.find_spec(name, path, target) if name.startswith("gpsync.") else None
        if spec is not None and isinstance(spec.loader, importlib.machinery.SourceFileLoader):
            spec.loader.__class__ = _NotingLoader
        return spec


class _NotingLoader(importlib.machinery.SourceFileLoader):
    def get_code(self, fullname: str) -> CodeType:
        path = Path(self.get_filename(fullname))
        tree = ast.parse(path.read_bytes())
        _note_calls(tree, str(path.relative_to(Path.cwd())), "")
        return compile(ast.fix_missing_locations(tree), str(path), "exec")


def _note_calls(node: ast.AST, path: str, name: str) -> None:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.ClassDef):
            own = f"{name}.{child.name}".lstrip(".")
            _note_calls(child, path, own)
            if isinstance(child, ast.FunctionDef):
                has_docstring = ast.get_docstring(child) is not None
                child.body.insert(int(has_docstring), ast.parse(f"{_NOTE}({f'{path} {own}'!r})").body[0])


def files() -> list[str]:
    """The files of tests that may be run."""
    found = [str(file) for part in map(Path, TESTS) for file in ([part] if part.is_file() else part.rglob("test_*.py"))]
    return sorted({*(file for file in found if not file.startswith(NOT_ASKED)), *_on_a_database()})


def _on_a_database() -> set[str]:
    return {file for of_module in ON_A_DATABASE.values() for file in of_module if Path(file).exists()}


def recorded() -> Called:
    """What every test calls. Files that have not changed since they were recorded are not run again."""
    called: Called = {}
    setattr(builtins, _NOTE, lambda function: None)
    finder = _Noting()
    sys.meta_path.insert(0, finder)
    for file in files():
        called |= _of(file)
    sys.meta_path.remove(finder)
    trying.forget_ours()
    return called


def _of(file: str) -> Called:
    digest = hashlib.sha256(Path(file).read_bytes()).hexdigest()[:16]
    kept = _KEPT / f"{file.replace('/', '.')}.{digest}.json"
    if not kept.exists():
        print(f"Recording {file}", flush=True)
        trying.forget_ours()
        recorder = Recorder(with_database=file in _on_a_database())
        status, said = trying.run([file], [recorder])
        if status not in (0, 5):
            raise SystemExit(f"{file} fails without any change:\n{said}")
        _KEPT.mkdir(exist_ok=True)
        kept.write_text(json.dumps(recorder.called), encoding="utf-8")
    found: Called = json.loads(kept.read_text(encoding="utf-8"))
    return found
