"""ctrl+z in a real shell: the terminal is as it was, nothing is read meanwhile, and fg goes on where one left."""

from __future__ import annotations

import os
import shlex
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.emulator.account import Account
from tests.emulator.recording import Recording
from tests.ui.terminals import TAKE_TERMINAL, Terminal

ENTERS, LEAVES = b"\x1b[?1049h", b"\x1b[?1049l"
"""The alternate screen (xterm)."""
TITLE_BACK = b"\x1b[23;2t"
SHELL = ("-c", TAKE_TERMINAL, "bash", "--norc", "--noprofile", "-i")
EVWATCH = shlex.join([sys.executable, "-m", "evwatch"])


def state(process: int) -> str:
    """As proc(5) has it: `T` is stopped by a signal."""
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]


def until(terminal: Terminal, true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not true():
        assert time.monotonic() < deadline, terminal.text[-2000:]
        terminal.look()


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("way", ["ctrl+z", "a signal"])
def test_it_is_suspended_and_resumed_as_any_program_is(aws: Account, tmp_path: Path, way: str) -> None:
    sqs, recording = aws.boto("sqs"), Recording()
    url = sqs.create_queue(QueueName="orders")["QueueUrl"]
    (tmp_path / "config.toml").write_text("[cadence]\ndepths = 1\n")
    with aws.threaded_gateway(recording) as endpoint:
        environment = {**aws.environment(endpoint), "PS1": "prompt> "}
        with Terminal(environment, program=SHELL) as terminal:
            terminal.shows("prompt> ")
            terminal.press(f"{EVWATCH} --config {tmp_path / 'config.toml'}\r")
            terminal.shows("orders", "● live")
            children = Path(f"/proc/{terminal.process.pid}/task/{terminal.process.pid}/children").read_text().split()
            (process,) = map(int, children)
            terminal.forget()
            if way == "ctrl+z":
                terminal.press("\x1a")
            else:
                os.kill(process, signal.SIGTSTP)
            terminal.shows("Stopped")
            until(terminal, lambda: state(process) == "T")
            assert LEAVES in terminal.written
            for mode in (b"\x1b[?1000l", b"\x1b[?1003l", b"\x1b[?2004l", b"\x1b[?25h"):  # mouse, pasting, cursor
                assert mode in terminal.written
            if way == "ctrl+z":
                assert TITLE_BACK in terminal.written
            terminal.press("echo it is $((20 + 22))\r")
            terminal.shows("it is 42")
            assert "echo it is" in terminal.text, "what is typed is seen"
            sqs.send_message(QueueUrl=url, MessageBody="x")
            asked = len(recording.calls)
            time.sleep(1.5)  # longer than its cadence: what is to be seen is that nothing happens
            assert len(recording.calls) == asked
            terminal.forget()
            terminal.press("fg\r")
            until(terminal, lambda: ENTERS in terminal.written)
            terminal.shows("orders", "1 visible", "● live")
            if way == "ctrl+z":
                until(terminal, lambda: b"\x1b]2;evwatch" in terminal.written)
            terminal.forget()
            terminal.press("s")
            terminal.shows("by name")
            terminal.press("q")
            terminal.shows("prompt> ")
            terminal.press("echo ended with $?\r")
            terminal.shows("ended with 0")
            terminal.press("exit\r")
            assert terminal.ends() == 0
