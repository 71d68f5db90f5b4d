"""A live evwatch without a screen."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Self

from evwatch.config import Settings
from evwatch.model.interest import Interest
from evwatch.model.snapshot import Snapshot


class Session:
    """Owns contexts, feeds, meter and runs while evwatch lives; the dashboard and the commands both drive one."""

    def __init__(self, settings: Settings) -> None:
        raise NotImplementedError

    async def __aenter__(self) -> Self:
        """Start polling; returns at once, before anything was read."""
        raise NotImplementedError

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop polling, release what is held, close every client."""
        raise NotImplementedError

    @property
    def snapshot(self) -> Snapshot:
        """Everything known now."""
        raise NotImplementedError

    def subscribe(self, listener: Callable[[Snapshot], None]) -> Callable[[], None]:
        """Call `listener` on the event loop with new snapshots, at most four a second; returns the way to stop."""
        raise NotImplementedError

    def show(self, interest: Interest) -> None:
        """Say what is on screen; polling follows it."""
        raise NotImplementedError

    def refresh(self) -> None:
        """Read everything again now."""
        raise NotImplementedError

    def pause(self, paused: bool) -> None:
        """Hold or resume polling; what was read stays."""
        raise NotImplementedError

    async def read(self) -> Snapshot:
        """One complete reading of every context without polling, for `status` and its kin."""
        raise NotImplementedError
