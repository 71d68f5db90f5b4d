"""Every command has examples in its help, and every example is a line that evwatch takes."""

from __future__ import annotations

import shlex

import click
import pytest

from evwatch.cli.commands import root
from evwatch.cli.entry import read_once
from evwatch.cli.examples import EXAMPLES
from evwatch.cli.framework import Group
from evwatch.cli.invocation import Invocation
from tests.cli.conftest import Line
from tests.test_readme import commands


def test_every_command_has_an_example_and_its_help_shows_it(line: Line) -> None:
    names = {"evwatch", *(name for name, _ in commands())}
    assert set(EXAMPLES) == names
    for name in names:
        shown = line(f"{name.removeprefix('evwatch')} --help").out
        for about, example in EXAMPLES[name]:
            assert f"  # {about}\n  {example}\n" in shown


@pytest.mark.parametrize(
    ("name", "text"), [(name, line) for name, found in EXAMPLES.items() for _, line in found], ids=lambda text: text
)
def test_an_example_is_parsed_to_its_end(name: str, text: str) -> None:
    words = shlex.split(text, comments=False)
    end = next((place for place, word in enumerate(words) if word in ("|", "||", ">")), len(words))
    context: click.Context | None = None
    group: click.Command = root()
    arguments = words[1:end]
    while True:
        context = group.make_context(
            words[0] if context is None else str(group.name),
            arguments,
            parent=context,
            obj=Invocation({}, read_once) if context is None else None,
        )
        if not isinstance(group, Group) or not (rest := [*context._protected_args, *context.args]):
            break
        _, found, arguments = group.resolve_command(context, rest)
        assert found
        group = found
    assert context.command_path == name
