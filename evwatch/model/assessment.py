"""A snapshot put together: every queue with its depth, heading, relations, alarms and health.

Relations go over all contexts, and nothing is left out: choosing what to show comes after.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from evwatch.model import catalogue
from evwatch.model.alarm import Alarm
from evwatch.model.feed import Feed
from evwatch.model.findings import Examined, examine
from evwatch.model.flow import DlqSource, Flow, dlq_sources, merge
from evwatch.model.health import Verdict, queue_health
from evwatch.model.metric import MetricQuery, Series
from evwatch.model.outlook import Outlook, outlook
from evwatch.model.queue import Depth, Queue
from evwatch.model.snapshot import Snapshot

FRESH_SECONDS = 600
"""CloudWatch's datapoints come minutes late; an age older than this says nothing of now."""


@dataclass(frozen=True, slots=True)
class AssessedQueue:
    """One queue and all that is known of it."""

    context: str
    """Name of the context it was read in."""
    queue: Queue
    depth: Feed[Depth] | None
    """None where it was never asked for."""
    outlook: Outlook
    verdict: Verdict
    is_dlq: bool
    sources: tuple[DlqSource, ...]
    """What gives up into it."""
    oldest_age_seconds: float | None
    """Age of its oldest message; None where it is empty or CloudWatch says nothing."""
    alarms: tuple[Alarm, ...]
    """Those about it."""

    @property
    def known_depth(self) -> Depth | None:
        """The newest depth, or None."""
        return self.depth.value if self.depth else None


def assess(snapshot: Snapshot, examined: Examined | None = None) -> tuple[AssessedQueue, ...]:
    """Every queue of every context, in the snapshot's order."""
    examined = examined or examine(snapshot)
    contexts = snapshot.contexts
    flow = merge(context.flow.value for context in contexts if context.flow.value)
    redriven = _redriven(queue for context in contexts for queue in context.queues.value or ())
    about = _by_resource(alarm for context in contexts for alarm in context.alarms.value or ())
    now = snapshot.taken_at.timestamp()
    found = []
    for context in contexts:
        for queue in context.queues.value or ():
            depth = context.depths.get(queue.arn)
            heading = outlook(queue.name, depth.value if depth else None, context.series, now)
            sources = _sources(queue.arn, flow, redriven)
            is_dlq = bool(sources) or queue.arn in flow.dlq_arns
            alarms = tuple(about.get(queue.arn, ()))
            found.append(
                AssessedQueue(
                    context.context.name,
                    queue,
                    depth,
                    heading,
                    queue_health(depth, heading, is_dlq=is_dlq, alarms=alarms, findings=examined.critical(queue.arn)),
                    is_dlq,
                    sources,
                    oldest_age(queue.name, depth.value if depth else None, context.series, now),
                    alarms,
                )
            )
    return tuple(found)


def oldest_age(queue: str, depth: Depth | None, series: Mapping[MetricQuery, Feed[Series]], now: float) -> float | None:
    """Age of the oldest message in seconds, as CloudWatch last told it (AWS/SQS ApproximateAgeOfOldestMessage)."""
    if depth is not None and depth.total == 0:
        return None
    feed = series.get(catalogue.oldest(queue))
    if feed is None or feed.value is None or not feed.value.times:
        return None
    return feed.value.values[-1] if feed.value.times[-1] >= now - FRESH_SECONDS else None


def _redriven(queues: Iterable[Queue]) -> dict[str, list[DlqSource]]:
    """Redrive policies by DLQ: a queue says this of itself, whether or not the flow could be read."""
    found: dict[str, list[DlqSource]] = defaultdict(list)
    for queue in queues:
        if queue.dlq_arn:
            found[queue.dlq_arn].append(DlqSource(queue.arn, "queue"))
    return found


def _sources(arn: str, flow: Flow, redriven: Mapping[str, list[DlqSource]]) -> tuple[DlqSource, ...]:
    every = {*dlq_sources(flow, arn), *redriven.get(arn, ())}
    return tuple(sorted(every, key=lambda source: (source.arn, source.kind)))


def _by_resource(alarms: Iterable[Alarm]) -> dict[str, list[Alarm]]:
    found: dict[str, list[Alarm]] = defaultdict(list)
    for alarm in alarms:
        for arn in alarm.resource_arns:
            found[arn].append(alarm)
    return found
