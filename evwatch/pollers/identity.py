"""Who the caller is: read first, and again now and then, because a renewed login can be another account."""

from __future__ import annotations

import asyncio
import contextlib

from evwatch.aws import sts
from evwatch.aws.clients import Caller
from evwatch.aws.errors import AwsError
from evwatch.model.clock import Clock
from evwatch.pollers.state import ContextState

EVERY_SECONDS = 300.0


class IdentityReader:
    """Fills the state's identity."""

    def __init__(self, caller: Caller, state: ContextState, clock: Clock) -> None:
        self._caller = caller
        self._state = state
        self._clock = clock
        self._reading = asyncio.Lock()
        self._tried = False

    async def settle(self) -> None:
        """Return once it is known who the caller is, or that this cannot be known now; asks where nobody has yet."""
        async with self._reading:
            if not self._tried:
                with contextlib.suppress(AwsError):
                    await self._read()

    async def read(self) -> None:
        """One reading. Raises AwsError, which the feed holds by then."""
        async with self._reading:
            await self._read()

    async def _read(self) -> None:
        source, asked_at = sts.WHO_AM_I.iam_action, self._clock.now()
        try:
            identity = await sts.identity(self._caller)
        except AwsError as error:
            self._state.identity = self._state.identity.failed(error.fault)
            self._state.tried(source, error.fault)
            raise
        else:
            self._state.identity = self._state.identity.succeeded(identity, asked_at)
            self._state.tried(source)
        finally:
            self._tried = True
            self._state.changed()
