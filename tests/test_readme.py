"""The README says what the code does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import click
import pytest

from evwatch.cli import exits
from evwatch.cli.commands import root
from evwatch.cli.framework import Group
from evwatch.config import load
from evwatch.model.report import SkipCode
from evwatch.present.left_out import LEFT_OUT
from tests.readme import BLOCKS, README, block, every_command

TEXT = README.read_text(encoding="utf-8")
ROOT_FOLDER = README.parent


@pytest.mark.parametrize("name", BLOCKS)
def test_a_table_is_as_the_code_has_it(name: str) -> None:
    assert block(TEXT, name) == BLOCKS[name](), "`python -m tests.readme` writes it anew"


def test_every_reason_to_leave_a_message_out_is_told() -> None:
    assert set(get_args(SkipCode)) == set(LEFT_OUT), "its table is made of these"


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command with its full name; groups are none."""
    return ((name, each.command) for name, each in every_command() if not isinstance(each.command, Group))


def test_every_command_is_named_and_no_other() -> None:
    there = {name for name, _ in commands()}
    named = set(re.findall(r"`(evwatch [a-z][a-z-]*(?: [a-z]+)?)[^`]*`", TEXT))
    assert there <= named
    assert named <= there | {"evwatch dlq"}


def test_every_exit_code_is_told() -> None:
    codes = {value for name, value in vars(exits).items() if name.isupper() and isinstance(value, int)}
    assert {int(code) for code in re.findall(r"^\| (\d+) \|", TEXT, re.MULTILINE)} == codes


def test_flags_that_it_names_exist() -> None:
    known = {name for _, command in (*commands(), ("evwatch", root())) for one in command.params for name in one.opts}
    prose = re.sub(r"```.*?```|`uv[^`]*`", "", TEXT, flags=re.DOTALL)
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", prose)) <= known | {"--help"}


def test_settings_that_it_shows_are_taken(tmp_path: Path) -> None:
    blocks = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)
    assert blocks
    for number, text in enumerate(blocks):
        path = tmp_path / f"{number}.toml"
        path.write_text(text)
        assert load({}, path=path).settings.contexts


def test_every_picture_and_file_that_it_links_is_there() -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", TEXT):
        assert (ROOT_FOLDER / target).is_file(), target


def test_ci_installs_and_tests_as_it_says() -> None:
    command = re.search(r"pip install -e '(\.\[test\])' && \.venv/bin/(python -m tests)", TEXT)
    assert command
    ci = (ROOT_FOLDER / ".ci" / "run").read_text(encoding="utf-8")
    assert f"-e '{command.group(1)}'" in ci
    assert f'bin/python" {command.group(2).removeprefix("python ")}' in ci
