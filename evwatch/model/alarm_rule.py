"""The rule of a composite alarm as a tree, and whether it holds (PutCompositeAlarm, AlarmRule)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from evwatch.model.alarm import AlarmState

Word = Literal["AND", "OR", "NOT", "AT_LEAST", "TRUE", "FALSE", "ALARM", "OK", "INSUFFICIENT_DATA"]
_STATES: tuple[AlarmState, ...] = ("ALARM", "OK", "INSUFFICIENT_DATA")
_TOKEN = re.compile(r"\s*(\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|[(),]|[^\s(),\"']+)")
_DEEPEST = 60


@dataclass(frozen=True, slots=True)
class Rule:
    """One part of a rule; `below` are the parts that it joins."""

    word: Word
    name: str = ""
    """Of the alarm, or its ARN, where the word is a state."""
    below: tuple[Rule, ...] = ()
    least: int = 0
    """Of AT_LEAST: how many, or how many of a hundred."""
    percent: bool = False


def parse_rule(text: str) -> Rule | None:
    """The tree of a rule; None where it is written in a way that evwatch does not know."""
    try:
        reader = _Reader(_tokens(text))
        found = reader.any_of(_DEEPEST)
    except _UnknownRuleError:
        return None
    return found if reader.at_end else None


def alarm_name(given: str) -> str:
    """The name of an alarm that a rule names, by its name or its ARN."""
    return given.rsplit(":alarm:", 1)[-1] if given.startswith("arn:") else given


def holds(rule: Rule, states: Mapping[str, AlarmState]) -> bool | None:
    """Whether it holds by the states of alarms, by name; None where that turns on an alarm that is not known."""
    match rule.word:
        case "TRUE" | "FALSE":
            return rule.word == "TRUE"
        case "ALARM" | "OK" | "INSUFFICIENT_DATA":
            state = states.get(alarm_name(rule.name))
            return None if state is None else state == rule.word
        case "NOT":
            inner = holds(rule.below[0], states)
            return None if inner is None else not inner
    parts = [holds(part, states) for part in rule.below]
    yes, unknown = parts.count(True), parts.count(None)
    needed = {"AND": len(parts), "OR": 1}.get(rule.word, rule.least)
    if rule.percent:
        needed = -(-rule.least * len(parts) // 100)
    return True if yes >= needed else None if yes + unknown >= needed else False


class _UnknownRuleError(Exception):
    """The rule says what evwatch does not know."""


def _tokens(text: str) -> list[str]:
    found: list[str] = []
    place, end = 0, len(text.rstrip())
    while place < end:
        match = _TOKEN.match(text, place)
        if match is None:
            raise _UnknownRuleError
        found.append(match[1])
        place = match.end()
    return found


class _Reader:
    """Reads tokens: NOT binds before AND, AND before OR."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._place = 0

    @property
    def at_end(self) -> bool:
        return self._place == len(self._tokens)

    def any_of(self, left: int) -> Rule:
        return self._joined("OR", left)

    def _joined(self, word: Literal["AND", "OR"], left: int) -> Rule:
        if left <= 0:
            raise _UnknownRuleError
        parts = [self._joined("AND", left) if word == "OR" else self._part(left)]
        while self._next.upper() == word:
            self._take()
            parts.append(self._joined("AND", left) if word == "OR" else self._part(left))
        return parts[0] if len(parts) == 1 else Rule(word, below=tuple(parts))

    def _part(self, left: int) -> Rule:
        token = self._take()
        match token.upper():
            case "NOT":
                if left <= 0:
                    raise _UnknownRuleError
                return Rule("NOT", below=(self._part(left - 1),))
            case "(":
                inner = self.any_of(left - 1)
                self._take(")")
                return inner
            case "TRUE":
                return Rule("TRUE")
            case "FALSE":
                return Rule("FALSE")
            case "AT_LEAST":
                return self._at_least()
        state = self._state(token)
        self._take("(")
        name = self._name()
        self._take(")")
        return Rule(state, name)

    def _at_least(self) -> Rule:
        self._take("(")
        count = re.fullmatch(r"(\d{1,9})(%?)", self._take())
        if count is None:
            raise _UnknownRuleError
        self._take(",")
        negated = self._next.upper() == "NOT"
        if negated:
            self._take()
        state = self._state(self._take())
        self._take(",")
        self._take("(")
        names = [self._name()]
        while self._next == ",":
            self._take()
            names.append(self._name())
        self._take(")")
        self._take(")")
        leaves = [Rule(state, name) for name in names]
        below = tuple(Rule("NOT", below=(leaf,)) if negated else leaf for leaf in leaves)
        return Rule("AT_LEAST", below=below, least=int(count[1]), percent=bool(count[2]))

    def _state(self, token: str) -> AlarmState:
        found = next((state for state in _STATES if state == token.upper()), None)
        if found is None:
            raise _UnknownRuleError
        return found

    def _name(self) -> str:
        """A name without quotes may have spaces in it: everything up to the bracket or comma is its."""
        token = self._take()
        if token[:1] in ('"', "'"):
            return re.sub(r"\\(.)", r"\1", token[1:-1])
        if token in ("(", ")", ","):
            raise _UnknownRuleError
        words = [token]
        while self._next not in ("(", ")", ",", ""):
            words.append(self._take())
        return " ".join(words)

    @property
    def _next(self) -> str:
        return self._tokens[self._place] if self._place < len(self._tokens) else ""

    def _take(self, expected: str = "") -> str:
        token = self._next
        if not token or (expected and token != expected):
            raise _UnknownRuleError
        self._place += 1
        return token
