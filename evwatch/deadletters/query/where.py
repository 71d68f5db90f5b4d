"""The language of `--where`: JMESPath over the document of a dead letter."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from evwatch.deadletters.document import KEYS, document
from evwatch.model.deadletter import DeadLetter
from evwatch.model.fault import EvwatchError, Fault

_SAME_SCOPE = ("and_expression", "or_expression", "not_expression", "comparator")
_CONSTANTS = ("true", "false")
_STRINGS = "text stands in single quotes, numbers, true and false in backticks: error.type == 'KeyError'"


class Selection(NamedTuple):
    """What a query chose."""

    letters: tuple[DeadLetter, ...]
    failed: int = 0
    """Letters on which it could not be evaluated; they were not chosen."""
    failure: str = ""
    """Why, of the first of them."""


@dataclass(frozen=True, slots=True)
class Where:
    """A compiled expression. It is true as JMESPath says: anything but null, false and what is empty."""

    expression: str
    _compiled: Any

    def matches(self, letter: DeadLetter) -> bool:
        """Whether it is true for this letter; raises ValueError, TypeError or RecursionError where it cannot say."""
        found = self._compiled.search(document(letter))
        return not (found is None or found is False or found == "" or found == [] or found == {})

    def select(self, letters: Iterable[DeadLetter]) -> Selection:
        """The letters for which it is true. One on which it fails (a function was given null, say) is not chosen."""
        chosen: list[DeadLetter] = []
        failed = 0
        failure = ""
        for letter in letters:
            try:
                if self.matches(letter):
                    chosen.append(letter)
            except (ValueError, TypeError, ArithmeticError, RecursionError) as error:
                failed += 1
                failure = failure or str(error).split("\n", 1)[0][:200]
        return Selection(tuple(chosen), failed, failure)


def compile_where(expression: str) -> Where:
    """Compile an expression once for all messages.

    Raises EvwatchError with an `expression` fault whose message marks the place: for what is no JMESPath, a function
    that does not exist or has another number of arguments, and a bare word compared where text was meant.
    """
    import jmespath
    from jmespath.exceptions import JMESPathError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # text in backticks is an old spelling that jmespath still takes
            compiled = jmespath.compile(expression)
    except JMESPathError as error:
        raise _unparsable(expression, error) from None
    except RecursionError:
        raise EvwatchError(Fault("expression", "the expression is nested too deep", _STRINGS)) from None
    tree: Any = compiled.parsed
    _check_functions(expression, tree)
    _check_negations(expression, tree)
    _check_words(expression, tree)
    return Where(expression, compiled)


def _unparsable(expression: str, error: Exception) -> EvwatchError:
    place = getattr(error, "lex_position", None)
    if place is None or not expression.strip():
        return EvwatchError(Fault("expression", "the expression is empty", _STRINGS))
    token = getattr(error, "token_value", None)
    message = getattr(error, "message", None) or getattr(error, "msg", None) or "not a JMESPath expression"
    hint = _STRINGS
    if token is None:
        message = "the expression ends too early"
    elif token == "=":
        message, hint = "a single =", "equality is =="
    elif getattr(error, "token_type", "") == "NUMBER":
        message, hint = f"the bare number {token}", f"numbers stand in backticks: `{token}`"
    return EvwatchError(Fault("expression", f"{_printable(message)} {_marked(expression, place)}", hint))


def _marked(expression: str, place: int) -> str:
    """The place in words, and what stands around it, on the one line that an error has."""
    before, after = expression[max(0, place - 50) : place], expression[place : place + 30]
    return f"at column {place + 1}: {_printable(before)} >>> {_printable(after)}".rstrip()


def _printable(text: str) -> str:
    """Without what a terminal would obey."""
    return "".join(char if char.isprintable() else f"\\x{ord(char):02x}" for char in text)


def _check_functions(expression: str, tree: dict[str, Any]) -> None:
    from jmespath.functions import Functions

    table: dict[str, Any] = getattr(Functions, "FUNCTION_TABLE", {})
    for node in _nodes(tree):
        if node["type"] != "function_expression":
            continue
        name, given = node["value"], len(node["children"])
        if name not in table:
            message = f"there is no function {name}() {_marked(expression, max(0, expression.find(name)))}"
            raise EvwatchError(Fault("expression", message, f"there are {', '.join(sorted(table))}"))
        signature = table[name]["signature"]
        variadic = bool(signature and signature[-1].get("variadic"))
        if given < len(signature) or (given > len(signature) and not variadic):
            least = "at least " if variadic else ""
            message = f"{name}() takes {least}{len(signature)} arguments, not {given}"
            place = _marked(expression, max(0, expression.find(name)))
            raise EvwatchError(Fault("expression", f"{message} {place}", _STRINGS))


def _check_negations(expression: str, tree: dict[str, Any]) -> None:
    """Refuse `!error.type`: in JMESPath that is the type of `!error`, which nothing has."""
    for node in _nodes(tree):
        if node["type"] in ("subexpression", "index_expression") and node["children"][0]["type"] == "not_expression":
            place = _marked(expression, max(0, expression.find("!")))
            raise EvwatchError(Fault("expression", f"! takes only the next word {place}", "write !(error.type)"))


def _check_words(expression: str, tree: dict[str, Any]) -> None:
    """Refuse `error.type == KeyError`, and the same in double quotes: both name a field that no dead letter has, so
    the comparison would quietly be false for all of them."""
    level = [tree]
    while level:
        node = level.pop()
        if node["type"] not in _SAME_SCOPE:
            continue
        level += node["children"]
        if node["type"] != "comparator":
            continue
        for operand in node["children"]:
            word = operand.get("value")
            if operand["type"] == "field" and word not in KEYS and word != "null":
                better = f"`{word}`" if word in _CONSTANTS else f"'{word}'"
                place = _marked(expression, max(0, expression.find(word)))
                message = f"a dead letter has no field {word} {place}"
                raise EvwatchError(Fault("expression", message, f"was {better} meant? {_STRINGS}"))


def _nodes(tree: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every node of a syntax tree. A slice's children are numbers and not nodes."""
    level = [tree]
    while level:
        node = level.pop()
        yield node
        level += [child for child in node["children"] if isinstance(child, dict)]
