"""All changes to a module, each as the module's text with the change in it."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import libcst as cst
import libcst.matchers as m
from libcst.metadata import MetadataWrapper, PositionProvider

from tests.mutation.operators import OPERATORS, SQL_OPERATORS
from tests.mutation.parts import DECIDING, ON_A_DATABASE, WORDINGS

#: Where a change says nothing of what is decided.
_LEFT_ALONE = (cst.Annotation, cst.Decorator, cst.Import, cst.ImportFrom, cst.Raise, cst.Assert)
_DOCSTRING = m.Expr(value=m.SimpleString() | m.ConcatenatedString())
_TYPES = m.Subscript(value=m.Name("Callable") | m.Name("Mapping") | m.Name("tuple") | m.Name("dict"))


@dataclass(frozen=True)
class Mutant:
    """One change: where it is, and what stands there instead. `function` is "" outside of any."""

    path: str
    line: int
    function: str
    module: cst.Module
    node: cst.CSTNode
    instead: cst.CSTNode

    @cached_property
    def source(self) -> str:
        """The module with the change."""
        changed = self.module.deep_replace(self.node, self.instead)
        assert isinstance(changed, cst.Module)
        return changed.code

    @cached_property
    def lines(self) -> tuple[str, str]:
        """The lines that differ, before and after, without their indentation."""
        found = list(difflib.ndiff(self.module.code.splitlines(), self.source.splitlines()))
        before, after = ([line[2:].strip() for line in found if line.startswith(sign)] for sign in "-+")
        return "\n".join(before), "\n".join(after)

    @property
    def is_a_change(self) -> bool:
        """Whether it can be run at all, and says anything else."""
        try:
            compile(self.source, self.path, "exec")
        except SyntaxError:
            return False
        return self.lines != ("", "")


def paths() -> list[str]:
    """The modules that are changed."""
    found: list[Path] = []
    for part in map(Path, DECIDING):
        found += sorted(part.rglob("*.py")) if part.is_dir() else [part]
    return [str(path) for path in found if str(path) not in WORDINGS]


def mutants(path: str) -> list[Mutant]:
    """Every change to one module, in the order of its lines."""
    wrapper = MetadataWrapper(cst.parse_module(Path(path).read_text(encoding="utf-8")))
    visitor = _Visitor(path, wrapper.module)
    wrapper.visit(visitor)
    return visitor.found


class _Visitor(cst.CSTVisitor):
    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self, path: str, module: cst.Module) -> None:
        super().__init__()
        self.path, self.module = path, module
        self.operators = SQL_OPERATORS if path in ON_A_DATABASE else OPERATORS
        self.found: list[Mutant] = []
        self.names: list[str] = []
        self.bound: set[cst.CSTNode] = set()

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, _LEFT_ALONE) or m.matches(node, _DOCSTRING) or m.matches(node, _TYPES):
            return False
        if isinstance(node, cst.FunctionDef | cst.ClassDef):
            self.names.append(node.name.value)
        if isinstance(node, cst.AssignTarget | cst.CompFor | cst.For):
            # Names that are bound together: without one of them nothing would run.
            self.bound.add(node.target)
        self.found += self._of(node)
        return True

    def on_leave(self, original_node: cst.CSTNode) -> None:
        if isinstance(original_node, cst.FunctionDef | cst.ClassDef):
            self.names.pop()

    def _of(self, node: cst.CSTNode) -> Iterator[Mutant]:
        for of_type, operator in self.operators:
            if isinstance(node, of_type) and node not in self.bound:
                line = self.get_metadata(PositionProvider, node).start.line
                for instead in operator(node):
                    yield Mutant(self.path, line, ".".join(self.names), self.module, node, instead)
