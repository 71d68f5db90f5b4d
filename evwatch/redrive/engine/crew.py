"""The parts of the engine that live as long as a run does in this process."""

from __future__ import annotations

from dataclasses import dataclass

from evwatch.deadletters.lease import Lease
from evwatch.redrive.engine.discard import Discards
from evwatch.redrive.engine.hand import Hands
from evwatch.redrive.engine.health import Health
from evwatch.redrive.engine.sender import Sender
from evwatch.redrive.engine.tools import Halt, Job, Shift, Tools
from evwatch.redrive.engine.width import WORKERS, Width
from evwatch.redrive.targets import Router

RENEW_SHARE = 0.75
"""Of the lease: a message that is renewed this early has lease left for its request and its delete."""
_SLOW_RATE = 10


@dataclass(frozen=True, slots=True)
class Crew:
    """Made once for each run and process."""

    shift: Shift
    router: Router
    width: Width
    health: Health
    sender: Sender

    @classmethod
    def of(cls, tools: Tools, job: Job, router: Router) -> Crew:
        """The crew for this job."""
        shift = Shift(tools, job, Halt(tools.control))
        width = Width(1 if job.rate and job.rate < _SLOW_RATE else WORKERS)
        health = Health(shift)
        return cls(shift, router, width, health, Sender(shift, width, health))

    def lease(self) -> Lease:
        """A lease on the DLQ's messages."""
        tools, job = self.shift.tools, self.shift.job
        return Lease(
            tools.caller,
            job.dlq.url,
            job.lease_seconds,
            tools.clock,
            tools.random,
            renew_share=RENEW_SHARE,
            in_order=job.dlq.fifo,
        )

    def hands(self, lease: Lease) -> Hands | Discards:
        """What is done with the messages under this lease."""
        if self.shift.job.discards:
            return Discards(self.shift, lease)
        return Hands(self.shift, self.router, self.sender, lease)
