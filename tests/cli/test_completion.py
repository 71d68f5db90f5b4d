"""Completion for shells: the script is put where the shell looks, and answers."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Line


@pytest.mark.parametrize(
    ("shell", "place"),
    [
        ("bash", ".local/share/bash-completion/completions/evwatch"),
        ("zsh", ".local/share/zsh/site-functions/_evwatch"),
        ("fish", ".config/fish/completions/evwatch.fish"),
    ],
)
def test_the_script_is_written_where_the_shell_looks(
    line: Line, monkeypatch: pytest.MonkeyPatch, shell: str, place: str
) -> None:
    monkeypatch.setenv("SHELL", f"/usr/bin/{shell}")
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    outcome = line("--install-completion")
    path = Path(os.environ["HOME"]) / place
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.startswith(f"wrote {path}: ")
    assert "_EVWATCH_COMPLETE" in path.read_text()


def test_an_unknown_shell_is_told(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHELL", "/bin/tcsh")
    outcome = line("--install-completion")
    assert (outcome.code, outcome.err) == (
        2,
        'evwatch: no completion for the shell "tcsh": set SHELL to bash, zsh or fish\n',
    )


@pytest.mark.parametrize(
    ("words", "offered"),
    [("evwatch sta", "status"), ("evwatch dlq l", "list"), ("evwatch --profile x status --read", "--read-only")],
)
def test_commands_and_options_are_offered(words: str, offered: str) -> None:
    environment = {
        **os.environ,
        "_EVWATCH_COMPLETE": "bash_complete",
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split()) - 1),
    }
    found = subprocess.run(
        [sys.executable, "-m", "evwatch"], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert found.stdout.splitlines() == [f"plain,{offered}"]
