"""`evwatch config`: what took effect and why, and a file to begin with."""

from __future__ import annotations

import os
import resource
import stat
import subprocess
from pathlib import Path

import pytest

from evwatch.config.template import default_file
from tests.cli.conftest import Line
from tests.commands import EVWATCH


@pytest.fixture
def file() -> Path:
    """Where the settings file is, in the home that this test has."""
    path = Path(os.environ["XDG_CONFIG_HOME"]) / "evwatch" / "config.toml"
    path.parent.mkdir(parents=True)
    return path


def test_each_setting_is_listed_with_its_value_and_where_it_came_from(
    line: Line, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text('theme = "nord"\ntags = ["team=a"]\n[contexts.prod]\nregion = "eu-west-1"\n')
    monkeypatch.setenv("EVWATCH_WINDOW", "1d")
    outcome = line("config --context prod --filter a* --read-only -o json")
    assert outcome.code == 0
    document = outcome.document
    assert document["path"] == str(file)
    rows = {row["key"]: (row["value"], row["origin"], row["place"]) for row in document["settings"]}
    assert rows["theme"] == ("nord", "file", f"{file}:1")
    assert rows["tags"] == (["team=a"], "file", f"{file}:2")
    assert rows["window"] == ("1d", "environment", "EVWATCH_WINDOW")
    assert rows["filters"] == (["a*"], "flag", "--filter")
    assert rows["bell"] == (True, "default", None)
    assert rows["contexts.prod.region"] == ("eu-west-1", "file", f"{file}:4")
    assert document["contexts"] == [
        {
            "name": "prod",
            "profile": None,
            "region": "eu-west-1",
            "endpoint_url": None,
            "role_arn": None,
            "read_only": True,
            "production": False,
            "colour": None,
        }
    ]


def test_the_table_names_the_line(line: Line, file: Path) -> None:
    file.write_text('\n\ntheme = "nord"\n')
    shown = [row.split() for row in line("config").out.splitlines()]
    assert ["theme", f"{file}:3", "nord"] in shown
    assert ["bell", "default", "yes"] in shown


def test_a_wrong_setting_ends_every_command_with_2_and_the_line(line: Line, file: Path) -> None:
    file.write_text("theme = 'nord'\nreed_only = true\n")
    for command in ("config", "status"):
        outcome = line(command)
        assert outcome.code == 2
        assert outcome.err.startswith(f'evwatch: {file}:2: unknown setting "reed_only": did you mean "read_only"?')


def test_init_writes_a_private_file_that_changes_nothing_and_never_goes_over_one(line: Line, tmp_path: Path) -> None:
    path = tmp_path / "new" / "config.toml"
    outcome = line(f"config --init --config {path}")
    assert (outcome.code, outcome.out) == (0, f"{path}\n")
    assert path.read_text() == default_file()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    before = line("config -o json").document["settings"]
    assert line(f"config -o json --config {path}").document["settings"] == before
    path.write_text("theme = 'mine'")
    again = line(f"config --init --config {path} -o json")
    assert (again.code, again.document["error"]["code"]) == (3, "refused")
    assert path.read_text() == "theme = 'mine'"


def test_what_cannot_be_written_whole_is_not_there_and_goes_over_nothing(tmp_path: Path) -> None:
    def full() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))

    def run(*words: str) -> tuple[int, str]:
        environment = {**os.environ, "SHELL": "/bin/bash", "XDG_DATA_HOME": str(tmp_path)}
        found = subprocess.run(
            [*EVWATCH, *words], env=environment, capture_output=True, text=True, check=False, preexec_fn=full
        )
        return found.returncode, found.stderr

    path = tmp_path / "config.toml"
    assert run("config", "--init", "--config", str(path)) == (
        2,
        f"evwatch: cannot write {path} (File too large): name another file with --config\n",
    )
    assert not path.exists()
    with Path("/dev/full").open("w") as nowhere:
        words = [*EVWATCH, "config", "--init", "--config", str(path)]
        found = subprocess.run(words, stdout=nowhere, stderr=subprocess.PIPE, text=True, check=False)
    assert (found.returncode, path.read_text()) == (1, default_file())
    assert f"{path} is written, but cannot write the result" in found.stderr
    script = tmp_path / "bash-completion/completions/evwatch"
    script.parent.mkdir(parents=True)
    script.write_text("before")
    code, said = run("--install-completion")
    assert (code, said) == (
        2,
        f"evwatch: cannot write {script} (File too large): make room there, or the folder writable\n",
    )
    assert [each.read_text() for each in script.parent.iterdir()] == ["before"]
    code, said = run("config", "--debug")
    assert (code, len(said.splitlines())) == (0, 1)
    assert said.startswith("evwatch: logging to ")


def test_init_without_a_name_writes_where_settings_are_looked_for(line: Line, file: Path) -> None:
    assert line("config --init").out == f"{file}\n"
    assert line("config -o json").document["path"] == str(file)
