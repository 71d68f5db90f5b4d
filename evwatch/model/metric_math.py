"""Series worked out of other series: rates and shares, and the expressions of metric-maths alarms.

What is understood is CloudWatch's arithmetic (`+ - * / ^`, brackets, numbers, ids) and `FILL(id, number)`; an
expression with more in it is CloudWatch's alone to work out. As there, a point needs a value of every id at its time,
and dividing by zero gives none (CloudWatch User Guide, "Using math expressions").
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isfinite

from evwatch.model.metric import MetricQuery, Series

Term = tuple[str, "MetricQuery | str"]
"""An id, and the metric or the expression that it stands for."""
_DEEPEST = 20
_LONGEST = 1024
"""GetMetricData takes no longer expression."""
_OPERATORS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
_ID = re.compile(r"[a-z][A-Za-z0-9_]{0,254}")


@dataclass(frozen=True, slots=True)
class Computed:
    """A series that evwatch works out of others, which are asked for instead."""

    label: str
    unit: str
    expression: str
    terms: tuple[Term, ...]

    @property
    def queries(self) -> tuple[MetricQuery, ...]:
        """What has to be asked of CloudWatch."""
        return tuple(dict.fromkeys(each for _, each in self.terms if isinstance(each, MetricQuery)))

    @property
    def understood(self) -> bool:
        """Whether evwatch can work it out."""
        known = dict(self.terms)
        return _understood(self.expression, known, _DEEPEST)

    def points(self, found: Mapping[MetricQuery, Series]) -> tuple[tuple[float, float], ...]:
        """Time and value, oldest first, of series that are all in one period.

        A counter that says nothing at a time at which another one does has not counted: AWS leaves out many zeros.
        """
        values = {query: dict(zip(series.times, series.values, strict=True)) for query, series in found.items()}
        times = sorted({at for each in values.values() for at in each})
        trees = {name: _parsed(each) for name, each in self.terms if isinstance(each, str)}
        known = {name: (each, values.get(each, {})) for name, each in self.terms if not isinstance(each, str)}
        tree = _parsed(self.expression)
        points = []
        for at in times:
            at_once: dict[str, ast.expr | float | None] = dict(trees)
            at_once |= {name: each.get(at, 0.0 if query.counts else None) for name, (query, each) in known.items()}
            value = _value(tree, at_once, _DEEPEST)
            if value is not None:
                points.append((at, value))
        return tuple(points)


Plotted = MetricQuery | Computed
"""What stands on a chart."""


def asked(plotted: Plotted) -> tuple[MetricQuery, ...]:
    """What CloudWatch has to be asked for it."""
    return plotted.queries if isinstance(plotted, Computed) else (plotted,)


def _parsed(expression: str) -> ast.expr | None:
    if len(expression) > _LONGEST:
        return None
    try:
        return ast.parse(expression.strip().replace("^", "**"), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _understood(expression: str, known: Mapping[str, MetricQuery | str], left: int) -> bool:
    def fits(node: ast.expr) -> bool:
        match node:
            case ast.BinOp():
                return type(node.op) in _OPERATORS and fits(node.left) and fits(node.right)
            case ast.UnaryOp(op=ast.USub() | ast.UAdd()):
                return fits(node.operand)
            case ast.Constant(value=bool()):
                return False
            case ast.Constant(value=int() | float()):
                return True
            case ast.Name():
                below = known.get(node.id)
                if not _ID.fullmatch(node.id) or below is None or left <= 0:
                    return False
                return not isinstance(below, str) or _understood(below, known, left - 1)
            case ast.Call(func=ast.Name(id="FILL"), args=[ast.Name() as of, ast.Constant(value=int() | float())]):
                return not node.keywords and fits(of)
        return False

    tree = _parsed(expression)
    return tree is not None and fits(tree)


def _value(tree: ast.expr | None, at_once: Mapping[str, ast.expr | float | None], left: int) -> float | None:
    def work(node: ast.expr) -> float | None:
        match node:
            case ast.BinOp():
                first, second = work(node.left), work(node.right)
                operate = _OPERATORS.get(type(node.op))
                if first is None or second is None or operate is None:
                    return None
                try:
                    found = operate(first, second)
                except (ArithmeticError, ValueError):
                    return None
                return found if isinstance(found, int | float) and isfinite(found) else None
            case ast.UnaryOp():
                inner = work(node.operand)
                return None if inner is None else -inner if isinstance(node.op, ast.USub) else inner
            case ast.Constant(value=bool()):
                return None
            case ast.Constant(value=int() | float() as number):
                return float(number)
            case ast.Name():
                below = at_once.get(node.id)
                if isinstance(below, ast.expr):
                    return _value(below, at_once, left - 1) if left > 0 else None
                return below
            case ast.Call(func=ast.Name(id="FILL"), args=[of, ast.Constant(value=int() | float() as instead)]):
                filled = work(of)
                return float(instead) if filled is None else filled
        return None

    return work(tree) if tree is not None else None
