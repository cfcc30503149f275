"""A test run with changed code: in a process of its own, in whose imports one module is another."""

import importlib.abc
import importlib.machinery
import importlib.util
import io
import os
import sys
import warnings
from collections.abc import Callable, Sequence
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from types import CodeType, ModuleType

import pytest

#: The packages that are imported anew for each change; all others stay.
_OURS = frozenset({"gpsync", "flows", "expectations", "tests"})
_QUIET = (
    "-qq", "-x", "-p", "no:cacheprovider", "-p", "no:xdist", "-o", "addopts=", "-W",
    "ignore::pytest.PytestAssertRewriteWarning",
)  # fmt: skip


def import_what_stays() -> None:
    """Import what all tests need that is not ours, once: it takes seconds."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import tests.conftest  # noqa: F401
    forget_ours()


def forget_ours() -> None:
    """Nothing of ours has been imported yet, as far as Python knows."""
    for name in [
        name for name in sys.modules if name.partition(".")[0] in _OURS and not name.startswith("tests.mutation")
    ]:
        del sys.modules[name]


class _Instead(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Finds one module's text elsewhere."""

    def __init__(self, path: str, source: str) -> None:
        self.name = path.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
        self.path, self.source = str(Path(path).resolve()), source

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name != self.name:
            return None
        is_package = self.path.endswith("__init__.py")
        spec = importlib.util.spec_from_loader(name, self, origin=self.path, is_package=is_package)
        if spec is not None and is_package:
            spec.submodule_search_locations = [str(Path(self.path).parent)]
        return spec

    def get_source(self, fullname: str) -> str:
        return self.source

    def get_code(self, fullname: str) -> CodeType:
        return compile(self.source, self.path, "exec")

    def is_package(self, fullname: str) -> bool:
        return self.path.endswith("__init__.py")


def run(tests: Sequence[str], plugins: Sequence[object] = ()) -> tuple[int, str]:
    """Run tests in this process, until one fails; returns pytest's exit status and what it printed."""
    said = io.StringIO()
    with redirect_stdout(said), redirect_stderr(said):
        status = pytest.main([*_QUIET, *tests], plugins=list(plugins))
    return int(status), said.getvalue()


def start(path: str, source: str, tests: Sequence[str], log: Path) -> int:
    """Start the tests on a changed module; returns the id of the process, which ends with pytest's exit status."""

    def try_it() -> int:
        sys.meta_path.insert(0, _Instead(path, source))
        status, said = run(tests)
        log.write_text(said, encoding="utf-8")
        return status

    return _forked(try_it)


def _forked(work: Callable[[], int]) -> int:
    pid = os.fork()
    if pid:
        return pid
    status = 99
    try:
        os.setsid()
        sys.dont_write_bytecode = True
        status = work()
    finally:
        os._exit(status)
