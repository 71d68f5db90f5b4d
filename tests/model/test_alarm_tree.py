"""A composite alarm's rule is read as CloudWatch reads it, and says which of its parts hold now."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evwatch.model.alarm import Alarm, AlarmState
from evwatch.model.alarm_rule import Rule, holds, parse_rule
from evwatch.model.alarm_tree import Branch, alarms_below, tree

STATES: dict[str, AlarmState] = {"a": "ALARM", "b": "OK", "c d": "INSUFFICIENT_DATA"}


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("ALARM(a)", True),
        ('ALARM("b")', False),
        ("INSUFFICIENT_DATA('c d') AND NOT ALARM(b)", True),
        ("ALARM(b) OR ALARM(a) AND OK(b)", True),
        ("(ALARM(a) OR ALARM(b)) AND ALARM(b)", False),
        ("NOT (ALARM(a) AND OK(b))", False),
        ("NOT ALARM(b) AND ALARM(b)", False),
        ("TRUE OR ALARM(gone)", True),
        ("FALSE", False),
        ("ALARM(gone)", None),
        ("ALARM(gone) AND ALARM(b)", False),
        ("ALARM(gone) OR ALARM(a)", True),
        ("NOT ALARM(gone)", None),
        ("AT_LEAST(2, ALARM, (a, b, 'c d'))", False),
        ("AT_LEAST(1, ALARM, (a, b, 'c d'))", True),
        ("AT_LEAST(2, NOT ALARM, (a, b, c d))", True),
        ("AT_LEAST(34%, ALARM, (a, b, c d))", False),
        ("AT_LEAST(33%, ALARM, (a, b, c d))", True),
        ("AT_LEAST(2, ALARM, (a, gone))", None),
        ("ALARM(arn:aws:cloudwatch:r:1:alarm:a)", True),
        ("alarm(a)", True),
    ],
)
def test_a_rule_holds_as_cloudwatch_has_it(rule: str, expected: bool | None) -> None:
    parsed = parse_rule(rule)
    assert parsed is not None
    assert holds(parsed, STATES) is expected


@pytest.mark.parametrize("rule", ["", "ALARM(", "ALARM(a) ALARM(b)", "AND", "SOMETIMES(a)", "AT_LEAST(x)", '"a'])
def test_what_is_no_rule_is_none(rule: str) -> None:
    assert parse_rule(rule) is None


@pytest.mark.parametrize("text", ["(" * 20_000, "NOT " * 20_000, "ALARM(a) OR " * 900 + "ALARM(a)"])
def test_a_long_rule_neither_breaks_nor_blocks(text: str) -> None:
    parsed = parse_rule(text)
    assert parsed is None or len(parsed.below) == 901


@given(st.text(alphabet="ALRMOKNDT(),ab\"' _%12\\", max_size=80))
def test_no_text_breaks_it(text: str) -> None:
    parsed = parse_rule(text)
    assert parsed is None or holds(parsed, STATES) in (True, False, None)


def alarm(name: str, state: AlarmState = "OK", rule: str = "") -> Alarm:
    return Alarm(name, name, "composite" if rule else "metric", state, "1", "r", expression=rule)


def walk(branch: Branch) -> Iterator[tuple[str, bool | None]]:
    yield branch.alarm.name if branch.alarm else branch.rule.word, branch.holds
    for part in branch.below:
        yield from walk(part)


def test_a_composite_within_a_composite_is_followed_once_also_where_it_leads_back() -> None:
    top = alarm("Top", "ALARM", 'ALARM("Part") AND NOT ALARM("Late")')
    part = alarm("Part", "ALARM", 'ALARM("Top") OR ALARM("Gone")')
    found = tree(top, (top, part, alarm("Late")))
    assert found is not None
    assert list(walk(found)) == [
        ("AND", True),
        ("Part", True),
        ("OR", True),
        ("Top", True),
        ("ALARM", None),
        ("NOT", True),
        ("Late", False),
    ]
    assert [each.name for each in alarms_below(found)] == ["Part", "Top", "Late"]
    assert tree(part, ()) is not None
    assert tree(alarm("Late"), ()) is None


def test_a_rule_that_cannot_be_read_still_shows_its_alarms() -> None:
    odd = alarm("Odd", "ALARM", "MOSTLY ALARM(a) SOMETIMES OK(b)")
    found = tree(odd, (odd, alarm("a"), alarm("b")))
    assert found is not None
    assert found.holds is None
    assert found.rule.word == "OR"
    assert [part.alarm.name for part in found.below if part.alarm] == ["a", "b"]
    assert Rule("ALARM", "a") in found.rule.below
