"""The small changes: mutmut's, as far as they are decisions, and a few that it does not make.

Sentences are left alone, and so is what only types could get wrong: mypy sees that.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import libcst as cst
import libcst.matchers as m
from mutmut.mutation import mutators

_Change = Callable[[Any], Iterable[cst.CSTNode]]
_AND_OR = (cst.And, cst.Or, cst.BitAnd, cst.BitOr)
#: In SQL, each with what it is changed into.
_SQL = (
    (" AND ", " OR "),
    ("NOT EXISTS", "EXISTS"),
    ("IS NULL", "IS NOT NULL"),
    ("IS NOT TRUE", "IS TRUE"),
    (" <> ", " = "),
    (" <= ", " < "),
    (" >= ", " > "),
    (" > ", " >= "),
    (" = ", " <> "),
    ("max(", "min("),
    (" DESC", " ASC"),
    ("true", "false"),
)


def word(node: cst.SimpleString) -> Iterable[cst.BaseString]:
    """Another word in the place of a word; a sentence is no decision."""
    text = node.raw_value
    if " " not in text and not node.quote.startswith(('"""', "'''")):
        yield node.with_changes(value=f"{node.prefix}{node.quote}XX{text}{node.quote}")


def either_side(node: cst.BinaryOperation | cst.BooleanOperation) -> Iterable[cst.BaseExpression]:
    """One of two conditions, without the other."""
    if isinstance(node.operator, _AND_OR):
        yield _enclosed(node.left)
        yield _enclosed(node.right)


def another_operator(node: cst.CSTNode) -> Iterable[cst.CSTNode]:
    """Boundaries, equality and arithmetic."""
    if not isinstance(getattr(node, "operator", None), (*_AND_OR, cst.Not)):
        yield from mutators.operator_swap_op(node)


def without_a_keyword(node: cst.Call) -> Iterable[cst.Call]:
    """A call without one of the arguments that it names."""
    for place, argument in enumerate(node.args):
        if argument.keyword is not None:
            yield node.with_changes(args=_without(node.args, place))


def without_an_element(node: cst.Tuple | cst.List | cst.Set | cst.Dict) -> Iterable[cst.BaseExpression]:
    """Several things, one of them missing."""
    if len(node.elements) < 2:
        return
    for place in range(len(node.elements)):
        yield node.with_changes(elements=_without(node.elements, place))


def _without(elements: Sequence[Any], place: int) -> list[Any]:
    left = [one for number, one in enumerate(elements) if number != place]
    # The last one ends as the last one did.
    return [*left[:-1], *(one.with_changes(comma=elements[-1].comma) for one in left[-1:])]


def turned_round(node: cst.If) -> Iterable[cst.If]:
    """The other branch."""
    if not isinstance(node.test, cst.Comparison):
        yield node.with_changes(test=cst.UnaryOperation(cst.Not(), _enclosed(node.test)))


def left_out(node: cst.SimpleStatementLine) -> Iterable[cst.SimpleStatementLine]:
    """Without a statement that does something to something."""
    does = m.Expr(value=m.Call() | m.Yield()) | m.Assign(targets=[m.AssignTarget(target=m.Attribute() | m.Subscript())])
    if m.matches(node, m.SimpleStatementLine(body=[does | m.AugAssign()])):
        yield node.with_changes(body=[cst.Pass()])


def other_sql(node: cst.SimpleString | cst.FormattedStringText) -> Iterable[cst.CSTNode]:
    """A condition in SQL that asks something else: one place at a time."""
    for old, new in _SQL:
        parts = node.value.split(old)
        for place in range(1, len(parts)):
            yield node.with_changes(value=old.join(parts[:place]) + new + old.join(parts[place:]))


def _enclosed(node: cst.BaseExpression) -> cst.BaseExpression:
    return node if node.lpar else node.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])


#: Which changes are made to which parts of a module.
OPERATORS: tuple[tuple[type[cst.CSTNode], _Change], ...] = (
    (cst.Integer, mutators.operator_number),
    (cst.Float, mutators.operator_number),
    (cst.Name, mutators.operator_name),
    (cst.SimpleString, word),
    (cst.UnaryOperation, mutators.operator_remove_unary_ops),
    (cst.CSTNode, mutators.operator_keywords),
    (cst.CSTNode, another_operator),
    (cst.IfExp, mutators.operator_if_exp),
    (cst.Call, mutators.operator_symmetric_string_methods_swap),
    (cst.BinaryOperation, either_side),
    (cst.BooleanOperation, either_side),
    (cst.Call, without_a_keyword),
    (cst.Tuple, without_an_element),
    (cst.List, without_an_element),
    (cst.Set, without_an_element),
    (cst.Dict, without_an_element),
    (cst.If, turned_round),
    (cst.SimpleStatementLine, left_out),
)
SQL_OPERATORS: tuple[tuple[type[cst.CSTNode], _Change], ...] = (
    *OPERATORS,
    (cst.SimpleString, other_sql),
    (cst.FormattedStringText, other_sql),
)
