"""How many messages each queue holds, within a budget of reads.

What is on screen, DLQs and queues in alarm are read most often; all others in turn, so that each shows its age.
"""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict
from dataclasses import replace
from random import Random

from evwatch.aws import sqs
from evwatch.aws.client_set import CALLS_IN_FLIGHT
from evwatch.aws.clients import Caller
from evwatch.aws.errors import AwsError
from evwatch.aws.pace import Pace
from evwatch.model.clock import Clock
from evwatch.model.fault import Fault
from evwatch.model.feed import Feed
from evwatch.model.queue import Queue
from evwatch.pollers.hold import Hold
from evwatch.pollers.poller import doubling
from evwatch.pollers.state import ContextState

WORKERS = 6
"""Below the context's calls in flight, so that alarms and metrics never wait for depths."""
OTHERS_SECONDS = 30.0
_BURST_SECONDS = 10.0
_RETRY_SECONDS = (2.0, 30.0)
_NEVER = float("-inf")
_SHORTEST_WAIT_SECONDS = 0.05
_OF_ONE_QUEUE = ("permission", "aws")
"""What AWS refuses for one queue says nothing of the others, and slows nobody down."""
_ALONE = 3
"""So many failures in a row are more than the accident of one answer, after which all others are read all the same."""
_AT_ONCE = ("throttled", "credentials")
"""These are met with patience at once: the next read would only meet them again."""
_OTHERS_SHARE = 4
"""At least every fourth read goes to the others, however many queues want attention."""


class DepthReader:
    """Reads queues one by one, the most wanted first."""

    def __init__(
        self,
        caller: Caller,
        state: ContextState,
        clock: Clock,
        random: Random,
        every_seconds: float,
        reads_per_second: float,
    ) -> None:
        self._caller = caller
        self._state = state
        self._clock = clock
        self._random = random
        self._every = every_seconds
        self._pace = Pace(reads_per_second, reads_per_second * _BURST_SECONDS, clock.monotonic)
        self._read_at: dict[str, float] = {}
        """When each queue was last read or tried, by URL; what was never read is absent."""
        self._turns: OrderedDict[str, None] = OrderedDict()
        """Every queue's URL, the one that was read longest ago first, those that were never read before all."""
        self._hot: tuple[Queue, ...] = ()
        self._hot_at = float("-inf")
        self._other_at = 0.0
        """When the next of the others is due."""
        self._under_way: set[str] = set()
        self._refused: dict[str, Fault] = {}
        self._reads = 0
        self._troubles = 0
        self._resume_at = 0.0
        self._wake = asyncio.Event()
        self._hold = Hold()

    def wake(self, *, again: bool = False) -> None:
        """Look again at what is wanted; with `again`, everything counts as not read yet."""
        if again:
            self._read_at.clear()
            self._resume_at = 0.0
        self._hot_at = float("-inf")
        self._wake.set()

    def pause(self, paused: bool) -> None:
        """Hold back the next reads, or let them go."""
        self._hold.pause(paused)

    async def run(self) -> None:
        """Read until cancelled."""
        async with asyncio.TaskGroup() as group:
            for _ in range(WORKERS):
                group.create_task(self._work())

    async def read_all(self) -> None:
        """One complete reading, without the budget; what fails is in each queue's feed."""
        queues = iter(list(self._state.queues.values()))

        async def work() -> None:
            for queue in queues:
                await self._read(queue)

        # No more than can be under way: thousands that wait for their turn would keep everything else waiting too.
        await asyncio.gather(*(work() for _ in range(CALLS_IN_FLIGHT)))

    async def _work(self) -> None:
        while True:
            await self._hold.passed()
            queue, rest = self._next()
            if queue is None:
                await self._wait(rest)
                continue
            self._under_way.add(queue.url)
            try:
                await self._pace.wait()
                await self._read(queue)
            finally:
                self._under_way.discard(queue.url)

    async def _wait(self, seconds: float) -> None:
        self._wake.clear()
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            pass

    def _next(self) -> tuple[Queue | None, float]:
        """The queue to read now, or for how many seconds nothing is due."""
        now = self._clock.monotonic()
        if now < self._resume_at:
            return None, self._resume_at - now
        if now - self._hot_at > 1.0:
            self._hot, self._hot_at = self._wanted(), now
            self._keep_turns()
        self._reads += 1
        picks = (
            (self._next_other, self._next_hot)
            if self._reads % _OTHERS_SHARE == 0
            else (self._next_hot, self._next_other)
        )
        for pick in picks:
            if queue := pick(now):
                return queue, 0.0
        return None, min(1.0, self._every / 5, max(_SHORTEST_WAIT_SECONDS, self._other_at - now))

    def _next_hot(self, now: float) -> Queue | None:
        waiting = (queue for queue in self._hot if queue.url not in self._under_way)
        queue = min(waiting, key=lambda queue: self._read_at.get(queue.url, _NEVER), default=None)
        return queue if queue and self._read_at.get(queue.url, _NEVER) + self._every <= now else None

    def _next_other(self, now: float) -> Queue | None:
        """The queue that was read longest ago: at once where that is too long, else spread evenly over the time."""
        url = next((url for url in self._turns if url not in self._under_way), None)
        if url is None:
            return None
        age, turn = now - self._read_at.get(url, _NEVER), max(OTHERS_SECONDS, self._every)
        if age < 2 * turn:
            if age < self._every or now < self._other_at:
                return None
            self._other_at = now + turn / max(1, len(self._turns) - len(self._hot))
        return self._state.queues.get(url)

    def _keep_turns(self) -> None:
        """Bring the turns in step with the queues that there are; new ones come first."""
        known, present = self._turns.keys(), self._state.queues.keys()
        if known == present:
            return
        order = [url for url in present if url not in known] + [url for url in known if url in present]
        self._turns = OrderedDict.fromkeys(order)
        self._read_at = {url: at for url, at in self._read_at.items() if url in present}

    def _wanted(self) -> tuple[Queue, ...]:
        """The queues on screen, DLQs, and queues in alarm."""
        state = self._state
        wanted = set(state.interest.queues)
        wanted.update(queue.dlq_arn for queue in state.queues.values() if queue.dlq_arn)
        if state.flow.value:
            wanted |= state.flow.value.dlq_arns
        for alarm in (*(state.cloudwatch_alarms.value or ()), *state.local_alarms):
            if alarm.state == "ALARM":
                wanted.update(alarm.resource_arns)
        return tuple(queue for queue in state.queues.values() if queue.arn in wanted)

    async def _read(self, queue: Queue) -> None:
        state = self._state
        try:
            read, depth = await sqs.read_queue(self._caller, queue, self._clock.now())
        except AwsError as error:
            self._failed(queue, error)
        else:
            self._troubles = 0
            self._refused.pop(queue.url, None)
            if queue.url in state.queues:
                known = state.queues[queue.url]
                if (now_known := replace(read, tags=known.tags)) != known:  # the same object says: nothing is new
                    state.queues[queue.url] = now_known
                state.depths[read.arn] = state.depths.get(read.arn, Feed()).succeeded(depth, depth.taken_at)
        self._read_at[queue.url] = self._clock.monotonic() + self._random.uniform(0, 0.1) * self._every
        if queue.url in self._turns:
            self._turns.move_to_end(queue.url)
        self._tell_faults()
        state.changed()

    def _failed(self, queue: Queue, error: AwsError) -> None:
        state, fault = self._state, error.fault
        if fault.code == "not-found":
            state.queues.pop(queue.url, None)
            state.depths.pop(queue.arn, None)
            return
        if queue.url in state.queues:  # else it left the list meanwhile
            self._refused[queue.url] = fault
            state.depths[queue.arn] = state.depths.get(queue.arn, Feed()).failed(fault)
        if fault.code not in _OF_ONE_QUEUE or not error.not_done:
            self._troubles += 1
            if self._troubles >= _ALONE or fault.code in _AT_ONCE:
                self._resume_at = self._clock.monotonic() + doubling(*_RETRY_SECONDS, self._troubles // WORKERS)

    def _tell_faults(self) -> None:
        """One fault for the source, the one that hits most; with how many queues where it does not hit all."""
        queues = self._state.queues
        if self._refused:
            self._refused = {url: fault for url, fault in self._refused.items() if url in queues}
        codes = Counter(fault.code for fault in self._refused.values())
        fault = max(self._refused.values(), key=lambda fault: codes[fault.code], default=None)
        if fault and fault.code in _OF_ONE_QUEUE and codes[fault.code] < len(queues):
            fault = replace(fault, message=f"{fault.message} on {codes[fault.code]} of {len(queues)} queues")
        self._state.tried(sqs.GET_QUEUE_ATTRIBUTES.iam_action, fault)
