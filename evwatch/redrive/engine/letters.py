"""What a run has received, as dead letters."""

from __future__ import annotations

from collections.abc import Sequence

from evwatch.deadletters.decode import Surroundings, decode_all
from evwatch.model.deadletter import DeadLetter, Message
from evwatch.redrive.engine.tools import Shift
from evwatch.redrive.journal.originals import with_origin


async def letters_of(shift: Shift, received: list[Message]) -> Sequence[DeadLetter]:
    """In their order; what evwatch put back says again where it came from. Raises EvwatchError."""
    tools, job = shift.tools, shift.job
    if job.put_back:
        received = await with_origin(tools.journal, job.dlq.arn, received)
    return await decode_all(received, Surroundings(job.dlq, job.flow, tools.clock.now()))
