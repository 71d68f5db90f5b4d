"""The command line. A command's module is imported only when the command is run."""

from __future__ import annotations

from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> None:
    """Run evwatch and end the process with the command's exit code."""
    from evwatch.cli.entry import run

    raise SystemExit(run(arguments))
