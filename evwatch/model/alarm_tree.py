"""A composite alarm with the alarms of its rule, and those of theirs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from evwatch.model.alarm import Alarm
from evwatch.model.alarm_rule import Rule, alarm_name, holds, parse_rule
from evwatch.model.alarm_subject import children

_DEEPEST = 8


@dataclass(frozen=True, slots=True)
class Branch:
    """One part of a composite's rule."""

    rule: Rule
    holds: bool | None
    """None where that turns on an alarm that was not read."""
    alarm: Alarm | None = None
    """The alarm that the part is about; None where no alarm of this name was read."""
    below: tuple[Branch, ...] = ()
    """What it joins; where the alarm is a composite, the rule of that one."""


def tree(alarm: Alarm, alarms: Sequence[Alarm]) -> Branch | None:
    """The rule of a composite with the states of its alarms; one that stands above itself is not followed again.

    A rule that evwatch cannot read is shown as its alarms side by side, and nothing is said of whether it holds.
    """
    if alarm.type != "composite" or not alarm.expression:
        return None
    return _Grower({each.name: each for each in alarms}).composite(alarm, frozenset(), _DEEPEST)


def alarms_below(branch: Branch) -> Iterator[Alarm]:
    """Every alarm of a tree that was read, from the top."""
    if branch.alarm:
        yield branch.alarm
    for part in branch.below:
        yield from alarms_below(part)


class _Grower:
    def __init__(self, known: dict[str, Alarm]) -> None:
        self._known = known
        self._states = {name: each.state for name, each in known.items()}

    def composite(self, alarm: Alarm, above: frozenset[str], left: int) -> Branch:
        rule = parse_rule(alarm.expression)
        if rule is None:
            parts = tuple(Rule("ALARM", name) for name in children(alarm.expression))
            below = tuple(self._branch(part, above | {alarm.name}, left) for part in parts)
            return Branch(Rule("OR", below=parts), None, below=below)
        return self._branch(rule, above | {alarm.name}, left)

    def _branch(self, rule: Rule, above: frozenset[str], left: int) -> Branch:
        name = alarm_name(rule.name)
        alarm = self._known.get(name) if name else None
        if alarm and alarm.type == "composite" and name not in above and left > 0:
            below: tuple[Branch, ...] = (self.composite(alarm, above, left - 1),)
        else:
            below = tuple(self._branch(part, above, left) for part in rule.below)
        return Branch(rule, holds(rule, self._states), alarm, below)
