"""The modules of the project as they are written: what they import, and which names of others they use."""

import ast
import builtins
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
#: Stands for a module that is named only when the program runs.
NAMED_LATER = "a module that is named only at run time"
_BUILT_IN = set(dir(builtins))
_IMPORTERS = ("__import__", "builtins.__import__", "importlib.import_module", "importlib.__import__")


@dataclass(frozen=True)
class Module:
    """One module: its name with dots, whether it is a package's `__init__`, and its text."""

    name: str
    text: str
    is_package: bool = False

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def is_empty(self) -> bool:
        """Whether it holds nothing but its docstring, as most packages' `__init__` do."""
        return all(isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) for node in self.tree.body)

    @cached_property
    def imports(self) -> set[str]:
        """What it imports when it runs: modules and, with a dot before them, the names taken from them."""
        return {name for node in _run(self.tree) for name in self._imported(node)}

    @cached_property
    def all_imports(self) -> set[str]:
        """The same with what is imported for types only."""
        return {name for node in ast.walk(self.tree) for name in self._imported(node)}

    @cached_property
    def uses(self) -> set[tuple[str, int]]:
        """What it uses of others when it runs, such as `datetime.datetime.now` or `open`, each with its line."""
        known = _BUILT_IN | set(self._meanings)
        read = ((node, _dotted(node)) for node in _run(self.tree) if _is_read(node))
        return {(self.full(name), node.lineno) for node, name in read if name and name.split(".")[0] in known}

    def full(self, dotted: str) -> str:
        """A name as this module writes it, with the module in which it is defined."""
        first, dot, rest = dotted.partition(".")
        return f"{self._meanings.get(first, first)}{dot}{rest}"

    @cached_property
    def _meanings(self) -> dict[str, str]:
        """What the names mean that imports bind, and assignments of such names to others."""
        bound: dict[str, str] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                bound |= {one.asname or one.name.split(".")[0]: _imported_as(one) for one in node.names}
            elif isinstance(node, ast.ImportFrom):
                bound |= {one.asname or one.name: f"{self._source(node)}.{one.name}" for one in node.names}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Assign) and (value := _dotted(node.value)) is not None:
                first, dot, rest = value.partition(".")
                if first in bound:
                    names = (one.id for one in node.targets if isinstance(one, ast.Name))
                    bound |= dict.fromkeys(names, f"{bound[first]}{dot}{rest}")
        return bound

    def _imported(self, node: ast.AST) -> Iterator[str]:
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield self._source(node)
            yield from (f"{self._source(node)}.{one.name}" for one in node.names)
        elif isinstance(node, ast.Call) and self.full(_dotted(node.func) or "") in _IMPORTERS:
            argument = node.args[0] if node.args else None
            yield str(argument.value) if isinstance(argument, ast.Constant) else NAMED_LATER

    def _source(self, node: ast.ImportFrom) -> str:
        """The module from which is imported, also where it is given by dots."""
        if not node.level:
            return node.module or ""
        above = self.name.split(".")
        above = above[: len(above) - node.level + self.is_package]
        return ".".join([*above, *([node.module] if node.module else [])])


def project() -> dict[str, Module]:
    """Every module of the product that holds something, by its name."""
    paths = [path for folder in ("flows", "expectations", "gpsync") for path in sorted((ROOT / folder).rglob("*.py"))]
    modules = (_read(path) for path in paths)
    return {module.name: module for module in modules if not module.is_empty}


def _read(path: Path) -> Module:
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    is_package = path.stem == "__init__"
    return Module(name.removesuffix(".__init__"), path.read_text(encoding="utf-8"), is_package)


def _imported_as(alias: ast.alias) -> str:
    return alias.name if alias.asname else alias.name.split(".")[0]


def _dotted(node: ast.AST) -> str | None:
    """`a.b.c` as it is written; None for what is no such name."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = _dotted(node.value)
        return None if before is None else f"{before}.{node.attr}"
    return None


def _is_read(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute | ast.Name) and isinstance(node.ctx, ast.Load)


def _run(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes below this one that are run, and not only looked at when types are checked."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and ast.unparse(child.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING"):
            for other in child.orelse:
                yield other
                yield from _run(other)
            continue
        yield child
        yield from _run(child)
