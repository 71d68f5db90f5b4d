"""`python -m tests`: every check, the quick ones first; it stops at the first that fails.

Arguments go to pytest: `python -m tests -k settings`.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
PYTHON = sys.executable
BIN = Path(PYTHON).parent


def steps(arguments: list[str]) -> list[tuple[str, list[str]]]:
    """Name and command of each check."""
    return [
        ("style", [PYTHON, "-m", "ruff", "check", "."]),
        ("format", [PYTHON, "-m", "ruff", "format", "--check", "."]),
        ("types", [PYTHON, "-m", "mypy"]),
        ("layers", [str(BIN / "lint-imports")]),
        ("dependencies", _pip_check()),
        # More at once than there are processors: most of them wait for an emulator, a process or a terminal.
        ("tests", [PYTHON, "-m", "pytest", "-n", "4", "--dist", "worksteal", *arguments]),
    ]


def _pip_check() -> list[str]:
    """An environment that uv made has no pip of its own."""
    if importlib.util.find_spec("pip"):
        return [PYTHON, "-m", "pip", "check"]
    return ["uv", "pip", "check", "--python", PYTHON]


def say(text: str) -> None:
    """A line between the output of the checks, out before the next one writes."""
    sys.stdout.write(f"== {text}\n")
    sys.stdout.flush()


def main() -> int:
    """Run every check; returns an exit code."""
    for name, command in steps(sys.argv[1:]):
        began = time.monotonic()
        say(f"{name}: {' '.join(command)}")
        code = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, check=False).returncode
        seconds = time.monotonic() - began
        if code:
            say(f"{name} failed (exit {code}) after {seconds:.0f} s")
            return 1
        say(f"{name} passed in {seconds:.0f} s")
    say("all passed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
