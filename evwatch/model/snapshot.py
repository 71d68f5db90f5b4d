"""Everything known at one moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from evwatch.model.access import Access
from evwatch.model.alarm import Alarm
from evwatch.model.context import Context, Identity, Place
from evwatch.model.fault import Fault
from evwatch.model.feed import Feed
from evwatch.model.flow import Flow
from evwatch.model.log_lines import LogReading, LogReason
from evwatch.model.look import Look, Sample
from evwatch.model.metric import Metric, MetricQuery, Series
from evwatch.model.queue import Depth, Queue
from evwatch.model.usage import Usage


@dataclass(frozen=True, slots=True)
class ContextSnapshot:
    """What is known of one context. Each feed has its own freshness and its own fault."""

    context: Context
    identity: Feed[Identity] = field(default_factory=Feed)
    queues: Feed[tuple[Queue, ...]] = field(default_factory=Feed)
    """Configuration of every queue, sorted by name."""
    depths: Mapping[str, Feed[Depth]] = field(default_factory=dict)
    """By queue ARN; a queue that was not read yet is absent."""
    alarms: Feed[tuple[Alarm, ...]] = field(default_factory=Feed)
    """Every alarm, local thresholds among them, most urgent first."""
    flow: Feed[Flow] = field(default_factory=Feed)
    access: Access = field(default_factory=Access)
    """What functions and keys say of who may enter; what could not be read is absent, and among the faults."""
    tags: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    """By ARN, of whatever of the flow bears some."""
    series: Mapping[MetricQuery, Feed[Series]] = field(default_factory=dict)
    """What the rows on screen and the firing alarms need, by query, over the last three hours."""
    chart: Mapping[MetricQuery, Feed[Series]] = field(default_factory=dict)
    """What the chart shows, by query, over the window that the reader chose."""
    custom_metrics: Feed[tuple[Metric, ...]] = field(default_factory=Feed)
    """Metrics outside AWS's own namespaces that had data in the last three hours."""
    samples: Mapping[str, Feed[Sample]] = field(default_factory=dict)
    """By ARN of the DLQ, where sampling is on."""
    looks: Mapping[str, Look] = field(default_factory=dict)
    """By queue ARN: the newest look that the operator took, kept so that showing it again reads nothing."""
    log_reasons: Mapping[str, LogReason] = field(default_factory=dict)
    """By MessageId: why dead letters failed, of those whose function's log was read."""
    log_readings: tuple[LogReading, ...] = field(default=(), compare=False)
    """Log lines that were shown lately, the newest reading first."""
    faults: tuple[Fault, ...] = ()
    """What could not be read, one for each source, sorted; a source that recovers leaves the list."""
    sources: int = 0
    """How many sources have been tried, so that \"3 of 14 sources not permitted\" can be said."""
    clock_minutes_ahead: int = 0
    """By how much this machine's clock is ahead of AWS's (negative: behind): what AWS says of times is off by that
    where it is told as so long ago."""
    histories: Mapping[str, tuple[tuple[float, int], ...]] = field(default_factory=dict, compare=False)
    """Messages held by each queue as evwatch itself saw it: (seconds since the epoch, visible + in flight)."""

    @property
    def place(self) -> Place:
        """Where that is."""
        return Place(self.context, self.identity.value)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the dashboard paints and the command line prints."""

    taken_at: datetime = field(compare=False)
    contexts: tuple[ContextSnapshot, ...] = ()
    usage: Usage = field(default_factory=Usage, compare=False)
    paused: bool = False

    @property
    def tags(self) -> dict[str, tuple[tuple[str, str], ...]]:
        """The tags of every context, by ARN."""
        found = {queue.arn: queue.tags for context in self.contexts for queue in context.queues.value or ()}
        return found | {arn: tags for context in self.contexts for arn, tags in context.tags.items()}
