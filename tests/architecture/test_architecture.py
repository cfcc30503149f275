"""The project keeps its own rules of who may import whom and who touches the world; a failure names the right place."""

import re
import subprocess
import sys
from collections.abc import Iterable

from tests.architecture.effects import MAIL_WRITERS, mail_writes, wrong_effects
from tests.architecture.import_rules import wrong_imports
from tests.architecture.layers import COMMON, EDGES, layer
from tests.architecture.modules import project

_MODULES = project()


def _assert_none(sentences: Iterable[str]) -> None:
    found = list(sentences)
    assert not found, "\n".join(["", *found])


def test_modules_import_only_what_their_layer_may():
    _assert_none(sentence for module in _MODULES.values() for sentence in wrong_imports(module, _MODULES))


def test_only_edges_touch_the_world():
    _assert_none(sentence for module in _MODULES.values() for sentence in wrong_effects(module))


def test_no_exception_is_left_that_is_none_any_more():
    assert [name for name in MAIL_WRITERS if not list(mail_writes(_MODULES[name]))] == []
    names = [*_MODULES, *(name.rpartition(".")[0] for name in _MODULES)]
    assert [name for name in (*EDGES, *COMMON) if name not in names] == []


def test_no_packages_of_decisions_import_each_other_in_a_circle():
    packages: dict[str, set[str]] = {}
    for module in _MODULES:
        if layer(module) == "decision":
            used = {
                _package(name)
                for name in _MODULES[module].all_imports
                if name in _MODULES and layer(name) == "decision"
            }
            packages.setdefault(_package(module), set()).update(used - {_package(module)})

    while free := {package for package, used in packages.items() if not used & packages.keys()}:
        packages = {package: used for package, used in packages.items() if package not in free}

    _assert_none(f"{one} is in a circle of imports with others: move what both need below them" for one in packages)


def _package(module: str) -> str:
    return ".".join(module.split(".")[:2])


_OF_LONDON = re.compile(r"ZoneInfo\(|Europe/London|%-?d %B|%B %Y")


def test_one_module_knows_where_london_is_and_how_a_day_is_written_out():
    _assert_none(
        f"{name} knows it too: take in_london(), london_date() or long_date() of gpsync.london"
        for name, module in _MODULES.items()
        if _OF_LONDON.search(module.text) and name != "gpsync.london"
    )


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
