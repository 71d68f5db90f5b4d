"""`evwatch` alone: the dashboard."""

from __future__ import annotations

import sys

import click

from evwatch.cli.framework import Invocation
from evwatch.model.fault import EvwatchError, Fault


def require_terminal(instead: str) -> None:
    """Raises EvwatchError where there is no terminal to draw on."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise EvwatchError(
            Fault("usage", "the dashboard needs a terminal", f"run `{instead}` for the same without a screen")
        )


def dashboard(invocation: Invocation) -> int:
    """Watch until the operator quits; returns the exit code."""
    if invocation.output:
        raise click.UsageError("the dashboard prints no result; `evwatch status` does")
    require_terminal("evwatch status")
    settings = invocation.load().settings
    from evwatch.app import EvwatchApp
    from evwatch.session import Session

    app = EvwatchApp(Session(settings), settings)
    app.run()
    return app.return_code or 0
