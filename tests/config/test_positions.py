"""Lines of a TOML text, held against what tomllib reads from the same text."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evwatch.config.positions import KeyPath, lines


def paths(value: Any, above: KeyPath = ()) -> Iterator[KeyPath]:
    """Every path in what tomllib read."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in inner:
        yield (*above, key)
        yield from paths(below, (*above, key))


@pytest.mark.parametrize(
    ("text", "path", "line"),
    [
        ("a = 1\nb = 2\n", ("b",), 2),
        ("# a = 1\n\na = 1", ("a",), 3),
        ("[t]\n# b = 0\nb = '#'  # b = 1\nc = 2", ("t", "c"), 4),
        ("[[t]]\na = 1\n[[t]]\na = 2\nb = 3", ("t", 1, "b"), 5),
        ("[[t]]\n[t.x]\na = 1\n[[t]]\n[t.x]\na = 2", ("t", 1, "x", "a"), 6),
        ("[x.'y.z'.\"\\u0061\"]\nk = 1", ("x", "y.z", "a", "k"), 2),
        ("a.b.c = 1\na.b.d = 2", ("a", "b", "d"), 2),
        ("a = [\n  'x',\n  # no\n  'y',\n]", ("a", 1), 4),
        ("a = { b = 1, c = [ {d = 2} ] }\ne = 1", ("a", "c", 0, "d"), 1),
        ('a = """\nb = 1\n"quoted" \\""" still\n"""\nb = 2', ("b",), 5),
        ("a = '''\nb = 1\n''''\nb = 2", ("b",), 4),
        ('a = """x""\\""""\nb = 2', ("b",), 2),
        ("a = 1979-05-27 07:32:00 # x\nb = 2", ("b",), 2),
        ("[ a . b ] # ]\nc = 1", ("a", "b", "c"), 2),
        ("\r\na = 1\r\nb = [1,\r\n2]\r\n", ("b", 1), 4),
    ],
)
def test_a_key_is_found_on_its_own_line(text: str, path: KeyPath, line: int) -> None:
    assert lines(text)[path] == line


KEYS = st.text("abc-_1", min_size=1, max_size=3) | st.text("a.]#= \"'\\\né", max_size=4).map(json.dumps)
SCALARS = (
    st.integers().map(str)
    | st.booleans().map(lambda value: "true" if value else "false")
    | st.text("ab]}#,\"'\\\né", max_size=6).map(json.dumps)
    | st.text('ab]}#,"\n', max_size=6).map(lambda text: f"'''{text}'''")
    | st.text("ab]}#,'\n", max_size=6).map(lambda text: f'"""{text}"""')
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: "[ # [\n" + " ,\n".join(items) + "\n]")
        | st.dictionaries(KEYS, inner, max_size=2).map(
            lambda pairs: "{" + ", ".join(f"{key} = {value}" for key, value in pairs.items()) + "}"
        )
    ),
    max_leaves=5,
)
HEADERS = st.lists(KEYS, min_size=1, max_size=2).map(" . ".join)
STATEMENTS = (
    st.tuples(st.lists(KEYS, min_size=1, max_size=2).map(".".join), VALUES).map(lambda pair: f"{pair[0]} = {pair[1]}")
    | HEADERS.map(lambda name: f"[{name}]")
    | HEADERS.map(lambda name: f"[[{name}]] # [[x]]")
    | st.just("# a = [")
    | st.just("")
)


@settings(suppress_health_check=[HealthCheck.too_slow])  # it says that the machine is busy
@given(st.lists(STATEMENTS, max_size=8))
def test_whatever_tomllib_reads_has_a_line_that_holds_its_key(statements: list[str]) -> None:
    kept: list[str] = []
    for statement in statements:
        try:
            tomllib.loads("\n".join([*kept, statement]))
        except tomllib.TOMLDecodeError:
            continue
        kept.append(statement)
    text = "\n".join(kept)
    found = lines(text)
    assert set(found) == set(paths(tomllib.loads(text)))
    written = text.split("\n")
    for path, line in found.items():
        key = path[-1]
        if isinstance(key, str) and key.isalnum() and key.isascii():
            assert key in written[line - 1]
