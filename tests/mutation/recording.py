"""Which test calls which functions, and how long it takes: kept beside the project, for each file of tests."""

import hashlib
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from tests.mutation import trying
from tests.mutation.parts import DATABASE, NOT_ASKED, ON_A_DATABASE, TESTS

_KEPT = Path(".mutants")
_ROOT = f"{Path.cwd()}/gpsync/"

#: Of each test its seconds and the functions that it calls, as "gpsync/register/guards.py findings".
Called = dict[str, tuple[float, list[str]]]


class Recorder:
    """A plugin for pytest that keeps what each test calls. Tests on a database are left out, unless they are wanted."""

    def __init__(self, *, with_database: bool) -> None:
        self.with_database = with_database
        self.called: Called = {}
        self._functions: set[str] = set()

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        if not self.with_database:
            items[:] = [item for item in items if DATABASE.isdisjoint(getattr(item, "fixturenames", ()))]

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self._functions, began = set(), time.perf_counter()
        sys.setprofile(self._see)
        yield
        sys.setprofile(None)
        self.called[item.nodeid] = (time.perf_counter() - began, sorted(self._functions))

    def _see(self, frame: FrameType, event: str, _: Any) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(_ROOT):
            path = "gpsync/" + frame.f_code.co_filename.removeprefix(_ROOT)
            self._functions.add(f"{path} {frame.f_code.co_qualname.partition('.<locals>')[0]}")


def files() -> list[str]:
    """The files of tests that may be run."""
    found = [str(file) for part in map(Path, TESTS) for file in ([part] if part.is_file() else part.rglob("test_*.py"))]
    return sorted({*(file for file in found if not file.startswith(NOT_ASKED)), *_on_a_database()})


def _on_a_database() -> set[str]:
    return {file for of_module in ON_A_DATABASE.values() for file in of_module if Path(file).exists()}


def recorded() -> Called:
    """What every test calls. Files that have not changed since they were recorded are not run again."""
    called: Called = {}
    for file in files():
        called |= _of(file)
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
