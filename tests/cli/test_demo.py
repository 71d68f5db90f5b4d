"""`evwatch demo`: the embedded AWS served to any client, and the dashboard on it in a terminal."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from evwatch.cli.demo import isolate
from tests.cli.conftest import Line
from tests.commands import EVWATCH

SECONDS = 60


@pytest.fixture
def misleading(tmp_path: Path) -> dict[str, str]:
    """An environment whose AWS settings lead somewhere else, and a proxy that nobody answers at."""
    config = tmp_path / "aws-config"
    config.write_text("[default]\nregion = us-west-2\nendpoint_url = http://127.0.0.1:9\n")
    return {
        **os.environ,
        "AWS_CONFIG_FILE": str(config),
        "AWS_PROFILE": "nobody",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
        "HTTP_PROXY": "http://127.0.0.1:9",
        "http_proxy": "http://127.0.0.1:9",
        "TERM": "xterm-256color",
        "TEXTUAL_ANIMATIONS": "none",
    }


@contextmanager
def served(environment: dict[str, str]) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    """`evwatch demo --serve --frozen`, and its first line."""
    process = subprocess.Popen(
        [*EVWATCH, "demo", "--serve", "--frozen"],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    try:
        yield process, json.loads(process.stdout.readline())
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=SECONDS)


def test_it_is_served_to_every_command_and_ctrl_c_ends_it_with_130(misleading: dict[str, str]) -> None:
    with served(misleading) as (process, where):
        assert set(where) == {"endpoint_url", "region", "account"}
        environment = {
            **os.environ,
            "AWS_ENDPOINT_URL": where["endpoint_url"],
            "AWS_REGION": where["region"],
            "AWS_ACCESS_KEY_ID": where["account"],
            "AWS_SECRET_ACCESS_KEY": "demo",
        }

        def run(*arguments: str) -> subprocess.CompletedProcess[str]:
            return subprocess.run(
                [*EVWATCH, *arguments], env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
            )

        status = json.loads(run("status", "-o", "json").stdout)
        assert status["contexts"][0]["account"] == where["account"]
        assert status["faults"] == []
        queues = {one["name"]: one for one in status["queues"]}
        assert queues["order-events-dlq"]["is_dlq"]
        assert queues["order-events-dlq"]["health"] == "critical"
        assert queues["order-events-dlq"]["oldest_age_seconds"] > 0
        alarms = {one["name"]: one for one in status["alarms"]}
        assert alarms["OrderEventsDLQMessages"]["resource_arns"] == [queues["order-events-dlq"]["arn"]]
        again = json.loads(run("status", "-o", "json").stdout)
        counts = ("name", "visible", "in_flight", "delayed")
        assert [[one[key] for key in counts] for one in again["queues"]] == [
            [one[key] for key in counts] for one in status["queues"]
        ], "frozen: what is in it stays put"
        assert run("check").returncode == 1
    assert process.returncode == 130


def test_the_dashboard_opens_on_it_whatever_aws_settings_there_are_and_leaves_nothing(
    misleading: dict[str, str],
) -> None:
    controller, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    process = subprocess.Popen(
        [*EVWATCH, "demo"], env=misleading, stdin=terminal, stdout=terminal, stderr=terminal, start_new_session=True
    )
    os.close(terminal)
    shown = b""
    deadline = time.monotonic() + SECONDS
    wanted = [b"DEMO", b"order-events-dlq"]
    with process:
        while wanted and process.poll() is None and time.monotonic() < deadline:
            shown += read(controller)
            wanted = [one for one in wanted if one not in shown]
        os.write(controller, b"q")
        while process.poll() is None and time.monotonic() < deadline:
            shown += read(controller)
        process.kill()
    os.close(controller)
    assert not wanted, shown[-2000:]
    assert process.returncode == 0
    assert b"Traceback" not in shown


def read(descriptor: int) -> bytes:
    """What there is to read within a moment."""
    readable, _, _ = select.select([descriptor], [], [], 0.1)
    try:
        return os.read(descriptor, 65536) if readable else b""
    except OSError:  # EIO: the other side has closed
        return b""


def test_nothing_that_leads_to_an_aws_or_a_proxy_is_left_in_the_environment() -> None:
    environ = {"AWS_PROFILE": "x", "AWS_ENDPOINT_URL_SQS": "y", "https_proxy": "z", "ALL_PROXY": "z", "HOME": "/h"}
    isolate(environ)
    assert not {"AWS_PROFILE", "AWS_ENDPOINT_URL_SQS", "https_proxy", "ALL_PROXY"} & set(environ)
    assert environ["HOME"] == "/h"
    assert environ["AWS_CONFIG_FILE"] == os.devnull


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("demo", "the dashboard needs a terminal: run `evwatch demo --serve`"),
        ("demo --speed 0", "0.0 is not in the range"),
        ("demo --serve -o json", "-o json is no format of `evwatch demo`; it prints no result"),
    ],
)
def test_what_cannot_be_done_is_told_before_anything_starts(line: Line, arguments: str, says: str) -> None:
    outcome = line(arguments)
    assert outcome.code == 2
    assert says in outcome.err


def test_a_port_that_is_taken_is_told(line: Line) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        outcome = line(f"demo --serve --port {port}")
    assert outcome.code == 2
    assert f"port {port} cannot be used" in outcome.err
    assert outcome.out == ""
