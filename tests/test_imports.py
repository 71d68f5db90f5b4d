"""What may be imported when, seen in fresh processes: starting is fast because nothing heavy comes along."""

from __future__ import annotations

import subprocess
import sys

import pytest

SDK = {"aiobotocore", "boto3", "botocore", "aiohttp"}
CHART = {"plotext", "textual_plotext"}
SCREEN = {"textual", "rich"} | CHART


def imported(code: str) -> set[str]:
    """Top-level modules that are there after this code ran."""
    ending = "\nimport sys\nprint(*sorted({name.partition('.')[0] for name in sys.modules}), file=sys.stderr)"
    found = subprocess.run(
        [sys.executable, "-c", code + ending], capture_output=True, text=True, timeout=60, check=True
    )
    return set(found.stderr.split())


def command_line(*arguments: str) -> str:
    """Code that runs a command line and goes on."""
    return f"from evwatch.cli.entry import run\nassert run({list(arguments)}) == 0"


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["status", "--help"], ["demo", "--help"], ["config"]])
def test_what_needs_no_aws_imports_no_sdk_and_no_screen(arguments: list[str]) -> None:
    assert not imported(command_line(*arguments)) & (SDK | {"textual"} | CHART)


def test_the_first_frame_needs_neither_sdk_nor_chart() -> None:
    found = imported("import evwatch.app, evwatch.cli.dashboard")
    assert "textual" in found
    assert not found & (SDK | CHART | {"click", "configparser", "tomllib"})


def test_options_and_settings_need_nothing_of_what_completion_does() -> None:
    found = imported("from evwatch.cli.entry import run\nassert run(['config']) == 0")
    assert "click" in found
    assert "sqlite3" not in found


def test_making_a_session_imports_no_sdk() -> None:
    assert not imported("import evwatch.session") & SDK


@pytest.mark.parametrize("module", ["session", "redrive", "pollers", "deadletters", "aws", "config", "model"])
def test_what_is_done_needs_no_screen(module: str) -> None:
    code = (
        "import importlib, pkgutil\n"
        f"top = importlib.import_module('evwatch.{module}')\n"
        "for found in pkgutil.walk_packages(getattr(top, '__path__', ()), top.__name__ + '.'):\n"
        "    importlib.import_module(found.name)"
    )
    assert not imported(code) & SCREEN
