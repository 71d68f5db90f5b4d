"""Completion for shells: the script is put where the shell looks, and answers."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from evwatch.cli.entry import run
from evwatch.pollers.known_names import KnownNames, Names, default_folder
from evwatch.redrive.journal import schema
from tests.cli.conftest import Line
from tests.emulator.account import Account


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


@pytest.fixture
def seen(tmp_path: Path) -> None:
    """Names as a reading, a look and a redrive left them, and the user's files."""
    cache = Path(os.environ["XDG_CACHE_HOME"]) / "evwatch" / "names"
    KnownNames(cache).save(
        "1-eu-west-1-x.json",
        Names(["orders-dlq"], ["orders", "o\x1b[31mdd"], ["process-orders"], ["every-night"], ["a-uuid"]),
    )
    KnownNames(cache).add_groups("1-eu-west-1-x.json", "orders-dlq", {"3f2a9c": "KeyError: amount"})
    state = Path(os.environ["XDG_STATE_HOME"]) / "evwatch"
    state.mkdir(parents=True)
    with closing(sqlite3.connect(state / "journal.sqlite3")) as journal, journal:
        schema.prepare(journal)
        texts = ["engine", "queue_arn", "queue_url", "context", "caller_arn", "host", "reason", "request"]
        journal.execute(
            f"INSERT INTO runs (id, kind, queue_name, started_at, {', '.join(texts)})"
            f" VALUES ('20260114-031240-9f3c21', 'redrive', 'q', 1.0, {', '.join(repr(text) for text in texts)})"
        )
    settings = Path(os.environ["XDG_CONFIG_HOME"]) / "evwatch" / "config.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text("[contexts.eng]\n[contexts.prd]\n")
    profiles = Path(os.environ["AWS_CONFIG_FILE"])
    profiles.parent.mkdir(parents=True)
    profiles.write_text("[profile engineering]\n[sso-session corp]\n")


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("dlq show ", ["orders-dlq", "orders"]),
        ("dlq redrive orders-dlq --to ord", ["orders", "orders-dlq"]),
        ("dlq delete orders-dlq --group ", ["3f2a9c"]),
        ("dlq show other-dlq --group ", []),
        ("dlq resume ", ["20260114-031240-9f3c21"]),
        ("logs proc", ["process-orders"]),
        ("flow night", ["every-night"]),
        ("pause ", ["a-uuid"]),
        ("--context ", ["eng", "prd"]),
        ("status --profile ", ["engineering"]),
        ("--region me-", ["me-central-1", "me-south-1"]),
        ("flow -o t", ["tree", "table"]),
    ],
)
def test_names_that_were_seen_last_are_offered(
    seen: None, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], words: str, offered: list[str]
) -> None:
    line = f"evwatch {words}"
    monkeypatch.setenv("_EVWATCH_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", line)
    monkeypatch.setenv("COMP_CWORD", str(len(line.split(" ")) - 1))
    run([])
    assert capfd.readouterr().out.split() == [f"plain,{name}" for name in offered]


def test_completing_imports_nothing_that_takes_long() -> None:
    environment = {
        **os.environ,
        "_EVWATCH_COMPLETE": "bash_complete",
        "COMP_WORDS": "evwatch dlq show x",
        "COMP_CWORD": "3",
    }
    code = "import sys, evwatch.cli.entry as e; e.run([]); print(' '.join(sys.modules), file=sys.stderr)"
    found = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=60, check=True
    )
    assert not {"botocore", "aiobotocore", "textual", "plotext", "boto3"} & set(found.stderr.split())


def test_what_a_reading_finds_is_what_is_offered(line: Line, aws: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    dlq = aws.boto("sqs").create_queue(QueueName="lost")["QueueUrl"]
    aws.boto("sqs").send_message(QueueUrl=dlq, MessageBody="{}")
    policy = json.dumps({"deadLetterTargetArn": aws.arn("sqs", "lost"), "maxReceiveCount": 3})
    aws.boto("sqs").create_queue(QueueName="orders", Attributes={"RedrivePolicy": policy})
    with aws.threaded_gateway() as url:
        for name, value in aws.environment(url).items():
            monkeypatch.setenv(name, value)
        assert run(["queues"]) == 0
        assert run(["dlq", "groups", "lost"]) == 0
    known = KnownNames(default_folder()).all()
    assert (known.dlqs, known.queues) == (["lost"], ["orders"])
    assert len(known.groups["lost"]) == 1
