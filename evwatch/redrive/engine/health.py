"""Holds sending back after an answer that proves nothing, until AWS can be reached again."""

from __future__ import annotations

import asyncio

from evwatch.aws import sqs
from evwatch.aws.errors import AwsError
from evwatch.model.fault import Fault
from evwatch.redrive.engine.tools import Job, Shift

_EPISODES = 3
_PROBE_SECONDS = 60.0


class Health:
    """A gate before each request that sends.

    Every unclear answer leaves messages in doubt. So nothing more is sent until a harmless question is answered again;
    and where sending stays unclear all the same, the run ends.
    """

    def __init__(self, shift: Shift) -> None:
        self._tools = shift.tools
        self._job = shift.job
        self._halt = shift.halt
        self._well = asyncio.Event()
        self._well.set()
        self._episodes = 0
        self._probing: asyncio.Task[None] | None = None

    async def passed(self) -> bool:
        """Wait until sending makes sense; False where the run is to end instead."""
        await self._tools.control.until(self._well)
        return self._well.is_set()

    def good(self) -> None:
        """A request was answered."""
        self._episodes = 0

    def doubtful(self, fault: Fault | None) -> None:
        """A request was answered by nothing that proves anything."""
        if not self._well.is_set():
            return  # the others that were on their way at that time
        self._episodes += 1
        if self._episodes >= _EPISODES:
            self._halt.because(fault or _silent(self._job))
            return
        self._well.clear()
        self._probing = asyncio.create_task(self._probe(fault))

    async def aclose(self) -> None:
        """End what goes on."""
        if self._probing:
            self._probing.cancel()
            await asyncio.gather(self._probing, return_exceptions=True)

    async def _probe(self, fault: Fault | None) -> None:
        clock, control = self._tools.clock, self._tools.control
        until = clock.monotonic() + _PROBE_SECONDS
        wait = 0.1
        while not control.stop:
            await control.sleep(wait * self._tools.random.uniform(0.5, 1.0))
            try:
                await sqs.read_queue(self._tools.caller, self._job.dlq, clock.now())
            except AwsError as error:
                if clock.monotonic() > until:
                    self._halt.because(error.fault)
                    return
                wait = min(5.0, wait * 2)
                continue
            self._well.set()
            return


def _silent(job: Job) -> Fault:
    hint = "check network and endpoint, then resume the run"
    return Fault("network", f"sending from {job.dlq.name} is not answered", hint, "sqs:SendMessage")
