"""One turn of a run: from where it was begun or taken up to what is written of its end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from evwatch.aws import sqs
from evwatch.aws.errors import AwsError
from evwatch.model.queue import Depth, Queue
from evwatch.model.run import Progress, Run, RunStatus
from evwatch.pollers.watch import ContextWatch
from evwatch.redrive.control import Control
from evwatch.redrive.engine.tools import Tools
from evwatch.redrive.journal import Journal


@dataclass(frozen=True, slots=True)
class Turn:
    """What whoever carries a run out works with. It is taken holding the queue's lock."""

    watch: ContextWatch
    journal: Journal
    run: Run
    queue: Queue
    """The DLQ; of an undo or import the queue that its messages are put into."""
    control: Control
    tell: Callable[[Progress], None]
    incarnation: int = 1
    """One more each time that the run is taken up."""

    @property
    def tools(self) -> Tools:
        """What the parts of the engine share."""
        eye = self.watch.eye
        return Tools(eye.caller, eye.clock, eye.random, self.journal, self.control)

    @property
    def untroubled_end(self) -> RunStatus:
        """How it ends where nothing went wrong: as it was told to, or with everything done."""
        match self.control.stop:
            case "cancel":
                return "cancelled"
            case "interrupt":
                return "interrupted"
        return "completed"

    async def depth(self) -> Depth:
        """How many messages the queue holds now. Raises AwsError."""
        _, depth = await sqs.read_queue(self.watch.eye.caller, self.queue, self.watch.eye.clock.now())
        return depth

    async def remaining(self) -> int | None:
        """Messages in the queue now, as SQS counts them; None where that cannot be read."""
        try:
            return (await self.depth()).total
        except AwsError:
            return None
