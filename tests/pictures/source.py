"""What the pictures show: the frozen demo read once through the real session, and then held still."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace

from evwatch.config import ContextRequest, Settings
from evwatch.demo.embedded import EmbeddedAws
from evwatch.model import catalogue
from evwatch.model.alarm import Alarm
from evwatch.model.alarm_history import AlarmHistory
from evwatch.model.choice import Choice
from evwatch.model.deadletter import DeadLetter
from evwatch.model.flow import Flow, Node
from evwatch.model.flow_figures import queries
from evwatch.model.interest import Interest
from evwatch.model.log_lines import LogReading, LogRequest
from evwatch.model.look import Look, LookProgress, LookRequest
from evwatch.model.metric import MetricQuery
from evwatch.model.queue import Queue
from evwatch.model.snapshot import ContextSnapshot, Snapshot
from evwatch.model.usage import Usage
from evwatch.present.picture import PictureMaker
from evwatch.screens.targets import AlarmTarget, QueueTarget, all_targets
from evwatch.session import FoundQueue, Session
from tests.pictures.acted import Acted, HeldRedriver, act
from tests.pictures.held import HELD, Holder
from tests.ui.fakes import FakeSession

LOOKED_INTO = ("order-events-dlq", "send-confirmation-dlq")
_WITHIN = 60.0
_CHARTS = 3
_FUNCTION = "process-order"
"""Whose charts are shown."""
_USAGE = Usage(calls_per_minute=214, estimated_usd=0.02, usd_per_hour=0.11)
"""A live session's: what making the pictures cost is no figure to show."""


@dataclass(frozen=True)
class HeldDemo:
    """A snapshot of the demo and looks into some of its queues, at the held moment."""

    snapshot: Snapshot
    looks: dict[str, Look]
    histories: dict[str, AlarmHistory]
    """By the alarm's name."""
    logs: dict[str, LogReading]
    """By MessageId."""
    acted: Acted


async def held_demo(seed: int = 1) -> HeldDemo:
    """Start the frozen demo, read all of it, look into some of its DLQs, and hold what was seen.

    The process's environment must lead nowhere else (`evwatch.cli.demo.isolate`).
    """
    async with EmbeddedAws(seed=seed, frozen=True) as aws:
        await aws.complete()
        where = ContextRequest("demo", region=aws.region, endpoint_url=aws.endpoint_url)
        with tempfile.TemporaryDirectory(prefix="evwatch-") as folder:
            settings = Settings(contexts=(where,), demo=True, state_folder=folder)
            async with Session(settings) as session:
                polling = asyncio.ensure_future(session.run())
                try:
                    snapshot = await _complete(session)
                    looks = {name: await _look(session, name) for name in LOOKED_INTO}
                    place = snapshot.contexts[0].context.name
                    alarms = [alarm for alarm in snapshot.contexts[0].alarms.value or () if alarm.type != "local"]
                    histories = {alarm.name: await session.alarm_history(place, alarm) for alarm in alarms}
                    letter = min(looks[LOOKED_INTO[0]].letters, key=lambda letter: letter.sent_at)
                    logs = {letter.id: await session.logs(_around(letter, looks[LOOKED_INTO[0]].queue.arn))}
                    acted = await act(session, aws, looks[LOOKED_INTO[0]], folder)
                finally:
                    polling.cancel()
    holder = Holder(snapshot.taken_at)
    held: Snapshot = holder.hold(replace(snapshot, usage=_USAGE))
    looks, histories, logs = (holder.hold(each) for each in (looks, histories, logs))
    return HeldDemo(held, looks, histories, logs, replace(acted, plan=holder.hold(acted.plan)))


def _around(letter: DeadLetter, arn: str) -> LogRequest:
    return LogRequest(arn, letter.sent_at, letter.sent_at, letter=letter)


async def _look(session: Session, name: str) -> Look:
    found = await session.find(name)
    return await session.look(found, LookRequest(), _ignore)


async def _complete(session: Session) -> Snapshot:
    """Wait until everything that a picture can show was read."""
    ready: asyncio.Future[Snapshot] = asyncio.get_running_loop().create_future()

    def seen(snapshot: Snapshot) -> None:
        context = snapshot.contexts[0]
        if context.queues.value and context.alarms.value is not None and context.flow.taken_at:
            session.show(_interest(context))
        if _is_complete(context) and not ready.done():
            ready.set_result(snapshot)

    stop = session.subscribe(seen)
    try:
        async with asyncio.timeout(_WITHIN):
            return await ready
    finally:
        stop()


def _interest(context: ContextSnapshot) -> Interest:
    arns = frozenset(queue.arn for queue in context.queues.value or ())
    return Interest(
        queues=arns, chart_context=context.context.name, chart=_charts(context), resources=frozenset(_hops(context))
    )


def _hops(context: ContextSnapshot) -> dict[str, Node]:
    """Every resource of the flow that may have figures of its own."""
    flow = context.flow.value or Flow()
    return {node.arn: node for node in flow.nodes if queries(node, flow)}


def _charts(context: ContextSnapshot) -> tuple[MetricQuery, ...]:
    """The first charts of every alarm and queue, whichever the cursor will be on."""
    picture = PictureMaker(Choice()).picture(Snapshot(context.alarms.taken_at or HELD, (context,)))
    subjects = [
        subject
        for target in all_targets(picture)
        if isinstance(target, AlarmTarget | QueueTarget) or target.name == _FUNCTION
        for subject in target.subjects(picture)[:_CHARTS]
    ]
    return tuple(dict.fromkeys(query for subject in subjects for query in subject.queries))


def _is_complete(context: ContextSnapshot) -> bool:
    queues = context.queues.value or ()
    wanted = [query for queue in queues for query in catalogue.queue_row(queue.name)]
    flow = context.flow.value or Flow()
    wanted += [query for node in _hops(context).values() for query in queries(node, flow)]
    return (
        bool(queues)
        and context.identity.value is not None
        and context.flow.taken_at is not None
        and all(queue.arn in context.depths and queue.retention_seconds for queue in queues)
        and all(_is_joined(queue, flow) for queue in queues)
        and all(query in context.series for query in wanted)
        and all(query in context.chart for query in _charts(context))
    )


def _is_joined(queue: Queue, flow: Flow) -> bool:
    """Whether the flow shows where a queue gives up: it takes up what was read of queues in the next beat only."""
    return not queue.dlq_arn or any((edge.source, edge.target) == (queue.arn, queue.dlq_arn) for edge in flow.edges)


def _ignore(_: LookProgress) -> None:
    pass


class HeldSession(FakeSession):
    """A session in which nothing moves; a look shows what was seen when the pictures were prepared."""

    def __init__(self, demo: HeldDemo) -> None:
        super().__init__(replace(demo.snapshot, taken_at=HELD))
        self._looks = demo.looks
        self._histories = demo.histories
        self._logs = demo.logs
        self.acting = HeldRedriver(demo.acted)

    async def alarm_history(self, context: str, alarm: Alarm) -> AlarmHistory:
        return self._histories[alarm.name]

    async def logs(self, request: LogRequest) -> LogReading:
        assert request.letter
        return self._logs[request.letter.id]

    async def find(self, text: str) -> FoundQueue:
        context = self.snapshot.contexts[0]
        queue = next(queue for queue in context.queues.value or () if text in (queue.name, queue.arn, queue.url))
        return FoundQueue(context.context.name, queue)

    async def look(
        self,
        found: FoundQueue,
        request: LookRequest,
        progress: Callable[[LookProgress], None],
        stop: asyncio.Event | None = None,
    ) -> Look:
        look = self._looks[found.queue.name]
        contexts = tuple(replace(each, looks={**each.looks, look.queue.arn: look}) for each in self.snapshot.contexts)
        self.put(replace(self.snapshot, contexts=contexts))
        return look
