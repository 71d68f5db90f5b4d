"""The embedded AWS as the command line uses it: a process of its own that lives no longer than this one."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import json
import os
import signal
import sys
from typing import Any

from evwatch.demo.environment import ACCESS_KEY_ID, ACCOUNT, REGION, SECRET_ACCESS_KEY, scrubbed_environment
from evwatch.model.fault import EvwatchError, Fault

_STARTS_WITHIN = 60.0
_ENDS_WITHIN = 5.0
_NEEDED = ("ministack", "aiohttp", "boto3")


class EmbeddedAws:
    """An async context manager: inside it the demo's AWS answers at `endpoint_url`, after it nothing of it is left.

    It is entered as soon as the order system is there; its past of metrics follows within seconds (`complete`). Raises
    EvwatchError where the demo is not installed, does not start, or its port is taken.
    """

    def __init__(self, *, seed: int = 1, speed: float = 1.0, frozen: bool = False, port: int = 0) -> None:
        self._arguments = [f"--seed={seed}", f"--speed={speed}", f"--port={port}", *(["--frozen"] if frozen else [])]
        self._process: asyncio.subprocess.Process | None = None
        self.endpoint_url = ""
        self.region = REGION
        self.account = ACCOUNT
        self.access_key_id = ACCESS_KEY_ID
        self.secret_access_key = SECRET_ACCESS_KEY

    async def __aenter__(self) -> EmbeddedAws:
        if any(importlib.util.find_spec(name) is None for name in _NEEDED):
            raise EvwatchError(Fault("usage", "the demo is not installed", "pip install 'evwatch[demo]'"))
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",
            "-m",
            "evwatch.demo",
            *self._arguments,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=scrubbed_environment(os.environ),
            start_new_session=True,
        )
        try:
            self.endpoint_url = (await self._heard())["endpoint_url"]
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin:
            process.stdin.close()
        try:
            async with asyncio.timeout(_ENDS_WITHIN):
                await process.wait()
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    @property
    def pid(self) -> int:
        """Process id of the demo."""
        if self._process is None:
            raise RuntimeError("the demo is not running")
        return self._process.pid

    async def complete(self) -> None:
        """Wait until all that has happened so far is in it, its last three hours of metrics included."""
        await self._heard()

    async def ended(self) -> None:
        """Wait until the demo ends by itself, which it should not."""
        if self._process:
            await self._process.wait()

    async def _heard(self) -> dict[str, Any]:
        assert self._process
        assert self._process.stdout
        try:
            async with asyncio.timeout(_STARTS_WITHIN):
                line = await self._process.stdout.readline()
        except TimeoutError:
            raise EvwatchError(
                Fault("usage", "the demo did not start", "try again; is this machine very busy?")
            ) from None
        if not line:
            raise EvwatchError(Fault("usage", "the demo did not start", await self._last_words()))
        said: dict[str, Any] = json.loads(line)
        if "error" in said:
            raise EvwatchError(
                Fault("usage", said["error"], "choose another with --port, or leave it out for a free one")
            )
        return said

    async def _last_words(self) -> str:
        assert self._process
        assert self._process.stderr
        words = (await self._process.stderr.read()).decode(errors="replace").strip()
        return words.rpartition("\n")[2] or "it ended without a word"


async def serve(*, seed: int = 1, speed: float = 1.0, port: int = 0, frozen: bool = False) -> None:
    """Serve the demo until Ctrl-C or SIGTERM. The first line of standard output says where, once all is in it."""
    interrupted = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, interrupted.set)
    waits: list[asyncio.Future[Any]] = [asyncio.ensure_future(interrupted.wait())]
    try:
        async with EmbeddedAws(seed=seed, speed=speed, frozen=frozen, port=port) as aws:
            waits.append(asyncio.ensure_future(_announced(aws)))
            done, _ = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            for finished in done:
                finished.result()
    finally:
        for waiting in waits:
            waiting.cancel()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


async def _announced(aws: EmbeddedAws) -> None:
    await aws.complete()
    where = {"endpoint_url": aws.endpoint_url, "region": aws.region, "account": aws.account}
    sys.stdout.write(json.dumps(where) + "\n")
    sys.stdout.flush()
    await aws.ended()
    raise EvwatchError(Fault("usage", "the demo ended by itself", "start it again"))
