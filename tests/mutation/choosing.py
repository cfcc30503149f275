"""Which tests are asked about a change: the quickest first."""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from tests.mutation.making import Mutant
from tests.mutation.parts import BUDGET_SECONDS, LONGEST_TEST_SECONDS, ON_A_DATABASE
from tests.mutation.recording import Called

_IMPORT = re.compile(r"^from (gpsync[\w.]*) import ([^#\n(]+|\([^)]*\))|^import (gpsync[\w.]*)", re.MULTILINE)


def chosen(mutant: Mutant, called: Called) -> list[str]:
    """The tests that call the changed function; for what stands outside of functions, those that use the module.

    Not all of them are asked where that would take too long.
    """
    if mutant.path in ON_A_DATABASE:
        tests = [test for test in called if test.partition("::")[0] in ON_A_DATABASE[mutant.path]]
        return sorted(tests, key=lambda test: called[test][0])
    return _within_budget(_calling(mutant, called) or _using(mutant.path, called), called)


def _calling(mutant: Mutant, called: Called) -> list[str]:
    """The tests that call the function, or else the one around it."""
    names = mutant.function.split(".") if mutant.function else []
    for length in range(len(names), 0, -1):
        name = f"{mutant.path} {'.'.join(names[:length])}"
        tests = [test for test, (_, functions) in called.items() if name in functions]
        if tests:
            return tests
    return []


def _using(path: str, called: Called) -> list[str]:
    users = {path, *_importers(path)}
    return [
        test
        for test, (_, functions) in called.items()
        if test.partition("::")[0] in users or any(one.partition(" ")[0] in users for one in functions)
    ]


def _within_budget(tests: Iterable[str], called: Called) -> list[str]:
    found, left = [], BUDGET_SECONDS
    for test in sorted(tests, key=lambda test: called[test][0]):
        seconds = called[test][0]
        if seconds > LONGEST_TEST_SECONDS or seconds > left:
            break
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
def _imported(file: Path) -> frozenset[str]:
    found = set()
    for package, names, plain in _IMPORT.findall(file.read_text(encoding="utf-8")):
        found.add(package or plain)
        found |= {f"{package}.{name}" for name in re.findall(r"\w+", names)}
    return frozenset(found)
