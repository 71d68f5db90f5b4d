"""Looks into the queues of one context: guarded, kept, and short samples where the operator turned them on."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from evwatch.aws import sqs
from evwatch.aws.clients import Caller
from evwatch.aws.errors import AwsError
from evwatch.deadletters import guards
from evwatch.deadletters.group import grouped
from evwatch.deadletters.look import Eye, look
from evwatch.model.feed import Feed
from evwatch.model.flow import MAY_NAME_DLQS, Edge, Flow, Node, merge
from evwatch.model.look import Look, LookProgress, LookRequest, Sample
from evwatch.model.queue import Depth, Queue
from evwatch.pollers.flow import FlowReader
from evwatch.pollers.state import ContextState

SAMPLE_CHECK_SECONDS = 5.0
SAMPLE_REST_SECONDS = 300.0
_SAMPLE = LookRequest(limit=10, lease_seconds=10)

_ASKS_FOR_SOURCES = frozenset({sqs.LIST_SOURCES.iam_action, *MAY_NAME_DLQS})
"""Whoever may not read one of these cannot rule out that something gives up into a queue."""


@dataclass(frozen=True, slots=True)
class About:
    """A queue that may be acted on, how many messages it holds, and the flow around it."""

    queue: Queue
    depth: Depth
    flow: Flow


class MayLook:
    """Which queues the read-only guard lets a look into: known DLQs that have no redrive policy of their own."""

    def __init__(self) -> None:
        self._urls: set[str] = set()

    def __call__(self, queue_url: str) -> bool:
        return queue_url in self._urls

    def allow(self, queue: Queue, *, is_dlq: bool) -> None:
        """Take note of what was found out about a queue."""
        if is_dlq and not queue.dlq_arn:
            self._urls.add(queue.url)
        else:
            self._urls.discard(queue.url)


class Looker:
    """Looks into queues on behalf of the operator."""

    def __init__(
        self,
        eye: Eye,
        state: ContextState,
        flow: FlowReader,
        may_look: MayLook,
        read_queues: Callable[[], Awaitable[None]],
    ) -> None:
        self._read_queues = read_queues
        self._eye = eye
        self._state = state
        self._flow = flow
        self._may_look = may_look

    @property
    def _caller(self) -> Caller:
        return self._eye.caller

    async def look(
        self, queue: Queue, request: LookRequest, progress: Callable[[LookProgress], None], stop: asyncio.Event
    ) -> Look:
        """Look into a queue if the guards agree; the look is kept in the state. Raises EvwatchError."""
        queue, _ = await sqs.read_queue(self._caller, queue, self._eye.clock.now())
        discovering = asyncio.ensure_future(self._discovered())
        try:
            known = await self._guarded(queue, request, discovering)
            found = await look(self._eye, queue, request, lambda: _with(discovering, known), progress, stop)
        finally:
            discovering.cancel()
        self._state.keep_look(found)
        # A look tells all that a sample would, and newer.
        self._state.samples[queue.arn] = Feed(_told(found), self._eye.clock.now())
        self._state.changed()
        return found

    async def about(self, queue: Queue, request: LookRequest) -> About:
        """What is known around a queue that is to be acted on, if the guards agree; nothing is received.

        Raises EvwatchError.
        """
        queue, depth = await sqs.read_queue(self._caller, queue, self._eye.clock.now())
        discovering = asyncio.ensure_future(self._discovered())
        try:
            known = await self._guarded(queue, request, discovering)
            return About(queue, depth, merge((await discovering, known)))
        finally:
            discovering.cancel()

    async def _guarded(self, queue: Queue, request: LookRequest, discovering: asyncio.Future[Flow]) -> Flow:
        """The links from the queues that give up into this one. Raises EvwatchError where a guard refuses."""
        sources = await self._source_queues(queue)
        is_dlq = bool(sources) or queue.arn in (await discovering).dlq_arns
        unseen = tuple(source for source in self._state.denied() if source in _ASKS_FOR_SOURCES)
        guards.check(queue, is_dlq=is_dlq, unseen=unseen, request=request)
        self._may_look.allow(queue, is_dlq=is_dlq)
        nodes = tuple(Node.of(source, "queue") for source in sources)
        return Flow(nodes, tuple(Edge(source, queue.arn, "dead-letters") for source in sources))

    async def sample(self, queue: Queue) -> Sample:
        """A short look at a few messages of a DLQ that discovery knows. Raises AwsError."""
        self._may_look.allow(queue, is_dlq=True)
        flow = self._state.flow.value or Flow()
        found = await look(self._eye, queue, _SAMPLE, lambda: _known(flow), _ignore, asyncio.Event())
        return _told(found)

    async def _source_queues(self, queue: Queue) -> tuple[str, ...]:
        """Queues whose redrive policy names this one: asked of SQS, or found by reading every queue's policy."""
        source = sqs.LIST_SOURCES.iam_action
        try:
            arns = await sqs.source_arns(self._caller, queue.url, queue.region, self._caller.partition)
        except AwsError as error:
            if error.fault.code != "permission" and not error.unsupported:
                raise
            self._state.tried(source, None if error.unsupported else error.fault)
            await self._read_queues()
            return tuple(other.arn for other in self._state.queues.values() if other.dlq_arn == queue.arn)
        self._state.tried(source)
        return arns

    async def _discovered(self) -> Flow:
        """The flow as it is known, read first where it never was: a guard trusts nothing of an earlier start."""
        if not self._flow.has_read:
            with contextlib.suppress(AwsError):
                await self._flow.read()
        return self._state.flow.value or Flow()


class SampleReader:
    """Takes a short look at DLQs that have grown: ten messages, no more often than every five minutes for each.

    Never into FIFO, whose groups it would lock, nor into a DLQ with a redrive policy, which it could drain.
    """

    def __init__(self, looker: Looker, eye: Eye, state: ContextState) -> None:
        self._looker = looker
        self._eye = eye
        self._state = state
        self._seen: dict[str, tuple[float, int]] = {}
        """When each DLQ was last sampled, and how many messages it held then."""

    async def read(self) -> None:
        """Sample the DLQs that are due, one after the other. Raises AwsError, which the feed holds by then."""
        for queue in self._due():
            held = self._held(queue)
            self._seen[queue.arn] = (self._eye.clock.monotonic(), held)
            feed = self._state.samples.get(queue.arn, Feed())
            try:
                found = await self._looker.sample(queue)
            except AwsError as error:
                self._state.samples[queue.arn] = feed.failed(error.fault)
                self._state.changed()
                raise
            self._state.samples[queue.arn] = feed.succeeded(found, self._eye.clock.now())
            self._state.changed()

    def _due(self) -> list[Queue]:
        flow = self._state.flow.value
        dlqs = flow.dlq_arns if flow else frozenset()
        return [queue for queue in self._state.queues.values() if queue.arn in dlqs and self._grown(queue)]

    def _grown(self, queue: Queue) -> bool:
        if queue.fifo or queue.dlq_arn or not queue.retention_seconds:
            return False
        held = self._held(queue)
        at, before = self._seen.get(queue.arn, (float("-inf"), 0))
        return held > before and self._eye.clock.monotonic() - at >= SAMPLE_REST_SECONDS

    def _held(self, queue: Queue) -> int:
        depth = self._state.depths.get(queue.arn)
        return depth.value.held if depth and depth.value else 0


def _told(found: Look) -> Sample:
    expiries = [letter.expires_at for letter in found.letters if letter.expires_at]
    return Sample(grouped(found.letters), len(found.letters), found.approximate, min(expiries, default=None))


async def _known(flow: Flow) -> Flow:
    return flow


def _ignore(_: LookProgress) -> None:
    pass


async def _with(discovering: asyncio.Future[Flow], known: Flow) -> Flow:
    return merge((await discovering, known))
