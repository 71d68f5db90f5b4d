"""`evwatch` alone: the dashboard."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TYPE_CHECKING

from evwatch.cli import exits
from evwatch.cli.appearance import check_looks
from evwatch.cli.invocation import Invocation
from evwatch.cli.mfa import ask_where_needed
from evwatch.config import Settings
from evwatch.model.fault import EvwatchError, Fault

if TYPE_CHECKING:
    from evwatch.screens.elsewhere import Elsewhere
    from evwatch.session import Session


def dashboard(invocation: Invocation) -> int:
    """Watch until the operator quits; returns the exit code."""
    if invocation.output:
        raise EvwatchError(
            Fault("usage", "the dashboard prints no result; `evwatch status` does", "see `evwatch --help`")
        )
    require_terminal("evwatch status", invocation.environ)
    loaded = invocation.load()
    check_looks(loaded)
    settings = loaded.settings
    ask_where_needed(settings, invocation.environ)
    return show(settings, lambda: live(settings), invocation)


def require_terminal(instead: str, environ: Mapping[str, str]) -> None:
    """Raises EvwatchError where there is no terminal to draw on."""
    if environ.get("TERM") in ("dumb", "unknown"):
        said = f"the dashboard cannot be drawn on a terminal of the type TERM={environ['TERM']}"
        raise EvwatchError(Fault("usage", said, f"set TERM to what yours is, or run `{instead}`"))
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise EvwatchError(
            Fault("usage", "the dashboard needs a terminal", f"run `{instead}` for the same without a screen")
        )


def show(
    settings: Settings,
    open_session: Callable[[], AbstractAsyncContextManager[Session]],
    invocation: Invocation | None = None,
) -> int:
    """Open the dashboard on the session that this opens, with a way elsewhere where there is an `invocation`; returns
    its exit code."""
    from evwatch.app import EvwatchApp

    def elsewhere() -> Elsewhere:
        from evwatch.cli.elsewhere import Places

        assert invocation
        return Places(invocation, settings, live)

    app = EvwatchApp(settings, open_session, elsewhere=elsewhere if invocation else None)
    app.run()
    for line in app.last_words:
        exits.note(line)
    # None where a signal came before it could be heard, and asyncio cancelled it.
    return exits.INTERRUPTED if app.return_code is None else app.return_code


@asynccontextmanager
async def live(settings: Settings) -> AsyncIterator[Session]:
    """A session that polls for as long as it is held. A defect in a poller ends it, and comes out here."""
    from evwatch.session import Session

    async with Session(settings) as session, asyncio.TaskGroup() as group:
        polling = group.create_task(session.run())
        yield session
        polling.cancel()
