"""A stub of AWS in a process of its own, so that its time is not counted."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def served(module: str, *options: str) -> Iterator[str]:
    """Runs a module that serves until its standard input ends, and says where on its first line; gives that URL."""
    command = [sys.executable, "-m", module, *options]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin
    assert process.stdout
    try:
        yield str(json.loads(process.stdout.readline())["endpoint_url"])
    finally:
        process.stdin.close()
        process.wait(timeout=10)
        process.stdout.close()
