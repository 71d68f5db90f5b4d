"""Holds a session open for the dashboard; where another takes its place, the one before ends in its own time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING

from evwatch.model.fault import EvwatchError, Fault

if TYPE_CHECKING:
    from evwatch.screens.live import LiveSession, OpenSession

Bind = Callable[["LiveSession"], AbstractAsyncContextManager[None]]
"""Shows a session for as long as it is entered; leaving releases what is held in it."""


class Holding:
    """One session at a time is shown. One that cannot be opened is tried again, and `fail` says why meanwhile."""

    def __init__(
        self,
        open_session: OpenSession,
        bind: Bind,
        fail: Callable[[Fault], None],
        *,
        try_again_seconds: float,
    ) -> None:
        self._open = open_session
        self._bind = bind
        self._fail = fail
        self._try_again_seconds = try_again_seconds
        self._leaving = False
        self._turn = asyncio.Event()
        """Set when the session that is held is to end."""
        self._again = asyncio.Event()
        self._ending: set[asyncio.Task[None]] = set()

    def try_again(self) -> None:
        """Do not wait any longer."""
        self._again.set()

    def switch(self, open_session: OpenSession) -> None:
        """Show this session from now on."""
        self._open = open_session
        self._turn.set()
        self._again.set()

    def leave(self) -> None:
        """End, once everything is released."""
        self._leaving = True
        self._turn.set()
        self._again.set()

    async def run(self) -> None:
        """Until `leave`; returns when every session has ended. A defect in one comes out here."""
        while not self._leaving:
            turn = self._turn = asyncio.Event()
            holding = asyncio.create_task(self._hold(self._open, turn), name="session held")
            turning = asyncio.create_task(turn.wait())
            await asyncio.wait((holding, turning), return_when=asyncio.FIRST_COMPLETED)
            turning.cancel()
            if turn.is_set():
                self._ending.add(holding)
                continue
            try:
                holding.result()
            except EvwatchError as error:
                self._again.clear()
                self._fail(error.fault)
                await self._wait()
        for ended in await asyncio.gather(*self._ending, return_exceptions=True):
            if isinstance(ended, BaseException) and not isinstance(ended, EvwatchError):
                raise ended

    async def _hold(self, open_session: OpenSession, turn: asyncio.Event) -> None:
        async with open_session() as session:
            if not turn.is_set():
                async with self._bind(session):
                    await turn.wait()

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(self._try_again_seconds):
                await self._again.wait()
        except TimeoutError:
            return
