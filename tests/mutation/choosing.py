"""Which tests are asked about a change: the quickest first."""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from tests.mutation.making import Mutant
from tests.mutation.parts import BUDGET_SECONDS, LONGEST_TEST_SECONDS, ON_A_DATABASE
from tests.mutation.recording import Called

_IMPORT = re.compile(r"^from ((?:gpsync|tests)[\w.]*) import ([^#\n(]+|\([^)]*\))", re.MULTILINE)


def chosen(mutant: Mutant, called: Called) -> list[str]:
    """The tests that call the changed function; for what stands outside of functions, those that use the module.

    Not all of them are asked where that would take too long.
    """
    if mutant.path in ON_A_DATABASE:
        tests = [test for test in called if test.partition("::")[0] in ON_A_DATABASE[mutant.path]]
        return _by_seconds(tests, called)
    return _within_budget(_calling(mutant, called) or _using(mutant.path, called), called)


def _calling(mutant: Mutant, called: Called) -> list[str]:
    """The tests that call the function, or else the one around it."""
    names = mutant.function.split(".") if mutant.function else []
    for length in range(len(names), 0, -1):
        name = f"{mutant.path} {'.'.join(names[:length])}"
        tests = [test for test, (_, functions) in called.items() if name in functions]
        if tests:
            return _by_seconds(tests, called)
    return []


def _using(path: str, called: Called) -> list[str]:
    """The tests that name the module, that call any of its functions, or its users', or import it by a detour."""
    importers, reaching = _importers(path), _reaching(path)

    def distance(test: str) -> int:
        modules = {one.partition(" ")[0] for one in called[test][1]}
        file = test.partition("::")[0]
        near = (file in importers, path in modules, not importers.isdisjoint(modules), file in reaching, True)
        return near.index(True)

    distances = {test: distance(test) for test in _by_seconds(called, called)}
    return [test for place in range(4) for test, own in distances.items() if own == place]


def _by_seconds(tests: Iterable[str], called: Called) -> list[str]:
    return sorted(tests, key=lambda test: called[test][0])


def _within_budget(tests: Iterable[str], called: Called) -> list[str]:
    found, left = [], BUDGET_SECONDS
    for test in tests:
        seconds = called[test][0]
        if seconds <= min(LONGEST_TEST_SECONDS, left):
            found.append(test)
            left -= seconds
    return found


@cache
def _importers(path: str) -> frozenset[str]:
    """The modules and tests that import a module by its name."""
    module = path.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
    files = [*Path("gpsync").rglob("*.py"), *Path("tests").rglob("*.py")]
    return frozenset(str(file) for file in files if module in _imported(file))


@cache
def _reaching(path: str) -> frozenset[str]:
    """The modules and tests that import a module, or one that does, and so on."""
    found, waiting = {path}, [path]
    while waiting:
        new = _importers(waiting.pop()) - found
        found |= new
        waiting += new
    return frozenset(found)


@cache
def _imported(file: Path) -> frozenset[str]:
    found = set()
    for package, names in _IMPORT.findall(file.read_text(encoding="utf-8")):
        found.add(package)
        found |= {f"{package}.{name}" for name in re.findall(r"\w+", names)}
    return frozenset(found)
