"""What the screens need of a session."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from evwatch.model.interest import Interest
from evwatch.model.snapshot import Snapshot


class LiveSession(Protocol):
    """A live evwatch; `evwatch.session.Session` is one."""

    @property
    def snapshot(self) -> Snapshot:
        """Everything known now."""

    async def run(self) -> None:
        """Poll until cancelled."""

    def subscribe(self, listener: Callable[[Snapshot], None]) -> Callable[[], None]:
        """Call `listener` on the event loop with new snapshots; returns the way to stop."""

    def show(self, interest: Interest) -> None:
        """Say what is on screen."""

    def refresh(self) -> None:
        """Read everything again now."""

    def pause(self, paused: bool) -> None:
        """Hold or resume polling."""


OpenSession = Callable[[], AbstractAsyncContextManager[LiveSession]]
"""Opens the session once the screen is up. It may raise `EvwatchError`, which is then shown."""
