"""Takes messages out of the DLQ once they are safe elsewhere, and writes that down."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from evwatch.aws.errors import AwsError
from evwatch.aws.messages import BATCH
from evwatch.aws.sending import delete_batch
from evwatch.deadletters.lease import Lease
from evwatch.model.fault import EvwatchError
from evwatch.redrive.engine.tools import Shift

_TRIES = 6
_ENDING_TRIES = 2
"""Once the run is to end: what is not deleted then is only deleted by the next one."""
_FIRST_WAIT = 0.1


class Deleter:
    """Deletes with the newest handle of each message. Deleting twice is deleting once, so it is tried several times.

    A standard queue says yes to an outdated handle as well, and may not have deleted (DeleteMessage, API reference). So
    its yes proves something only where the lease has not run out and the message was not received again meanwhile.
    """

    def __init__(self, shift: Shift, lease: Lease) -> None:
        self._tools = shift.tools
        self._job = shift.job
        self._halt = shift.halt
        self._tally = shift.tally
        self._lease = lease
        self._writing: set[asyncio.Task[None]] = set()

    async def delete(self, message_ids: Sequence[str]) -> list[str]:
        """Returns those that SQS says it has deleted; the others stay held."""
        deleted: list[str] = []
        for start in range(0, len(message_ids), BATCH):
            done = await self._delete(list(message_ids[start : start + BATCH]))
            if done:
                self._tally.deleted += len(done)
                self._lease.drop(done)
                self._write(done)
            deleted += done
        return deleted

    async def written(self) -> None:
        """Return when all that was deleted is on disk as such."""
        while self._writing:
            await self._writing.pop()  # to gather them would spin: Python 3.12 gathers what has ended without a pause

    async def _delete(self, names: list[str]) -> list[str]:
        done: list[str] = []
        for attempt in range(_TRIES):
            if attempt >= _ENDING_TRIES and self._tools.control.stop:
                break
            if attempt:
                await asyncio.sleep(_FIRST_WAIT * 2**attempt * self._tools.random.uniform(0.5, 1.0))
            handles = {name: handle for name in names if (handle := self._lease.handle(name))}
            if not handles:
                break
            try:
                codes = await delete_batch(self._tools.caller, self._job.dlq.url, list(handles.values()))
            except AwsError as error:
                if error.fault.code in ("permission", "refused", "not-found"):
                    self._halt.because(error.fault)
                    break
                continue
            told = zip(handles.items(), codes, strict=True)
            done += [name for (name, handle), code in told if code is None and self._proved(name, handle)]
            over = [name for name in names if not self._lease.left(name)]
            self._lease.drop(over)  # what of that is still there is shown by itself, and met once more
            names = [name for name in names if name not in done and name not in over]
            if not names:
                break
        return done

    def _proved(self, name: str, handle: str) -> bool:
        return self._job.dlq.fifo or (self._lease.left(name) > 0 and self._lease.handle(name) == handle)

    def _write(self, names: list[str]) -> None:
        """The next messages need not wait for this: that they are safe is on disk already."""
        job = self._job

        async def write() -> None:
            try:
                await self._tools.journal.deleted(job.run, job.dlq.arn, names)
            except EvwatchError as error:
                self._halt.because(error.fault)

        task = asyncio.create_task(write())
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)
