"""The program that a profile's `credential_process` names: it can neither take the keyboard nor hang for ever."""

from __future__ import annotations

import asyncio
import os
import signal
from asyncio.subprocess import DEVNULL, Process
from contextlib import suppress
from typing import Any

from evwatch.aws.errors import AwsError
from evwatch.model.fault import Fault

PATIENCE_SECONDS = 60.0
"""Long enough for one that opens a browser or asks for a touch of a key."""


class Patient:
    """Starts such programs in place of `asyncio.create_subprocess_exec`, as the SDK's provider calls that."""

    def __init__(self, context: str, seconds: float) -> None:
        self._context = context
        self._seconds = seconds

    async def __call__(self, *command: str, **options: Any) -> Waited:
        """Start it. In a session of its own it has no terminal to read from or to write over the screen to."""
        process = await asyncio.create_subprocess_exec(*command, stdin=DEVNULL, start_new_session=True, **options)
        return Waited(process, command[0], self._context, self._seconds)


class Waited:
    """What the SDK's provider asks of a process."""

    def __init__(self, process: Process, name: str, context: str, seconds: float) -> None:
        self._process = process
        self._name = name
        self._context = context
        self._seconds = seconds

    @property
    def returncode(self) -> int | None:
        """How it ended."""
        return self._process.returncode

    async def communicate(self) -> tuple[bytes, bytes]:
        """All that it writes. Raises AwsError where that takes too long; it and its children are killed then, and
        where the wait is broken off."""
        try:
            async with asyncio.timeout(self._seconds):
                return await self._process.communicate()
        except TimeoutError:
            said = f"the credential_process {self._name} gave nothing within {self._seconds:g} s"
            hint = "run it by hand and see what it waits for"
            raise AwsError(Fault("credentials", said, hint, "", self._context), not_done=True) from None
        finally:
            if self._process.returncode is None:
                with suppress(ProcessLookupError):
                    os.killpg(self._process.pid, signal.SIGKILL)
                await self._process.wait()
