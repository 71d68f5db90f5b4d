"""The line that tells how far a command is: never wider than the terminal that it is drawn on."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios


def test_the_line_fits_the_terminal_of_standard_error_though_the_result_goes_to_a_file() -> None:
    controller, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 40, 0, 0))
    environment = {name: value for name, value in os.environ.items() if name != "COLUMNS"} | {"TERM": "xterm"}
    code = "from evwatch.cli.status_line import StatusLine\nStatusLine().draw('x' * 100)"
    subprocess.run(
        [sys.executable, "-c", code],
        stdout=subprocess.DEVNULL,
        stderr=terminal,
        env=environment,
        timeout=60,
        check=True,
    )
    os.close(terminal)
    drawn = os.read(controller, 4096).decode()
    os.close(controller)
    assert len(drawn.rpartition("\x1b[K")[2]) == 39
