"""Which figures each kind of resource has.

Metrics are those of the AWS documentation of each service; counters are read as Sum, gauges as Maximum or a percentile.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from evwatch.model.flow import NodeKind


@dataclass(frozen=True, slots=True)
class Figure:
    """One reading of a kind of resource."""

    name: str
    """`errors_per_minute`, `duration_p99_ms`: what it is and its unit."""
    metric: str
    statistic: str = "Sum"

    @property
    def counts(self) -> bool:
        """A counter is shown as a rate."""
        return self.statistic == "Sum"


FIGURES: Mapping[NodeKind, tuple[Figure, ...]] = {
    "event-bus": (
        Figure("attempts_per_minute", "InvocationAttempts"),
        Figure("retries_per_minute", "RetryInvocationAttempts"),
    ),
    "rule": (
        Figure("triggered_per_minute", "TriggeredRules"),
        Figure("invocations_per_minute", "Invocations"),
        Figure("failed_per_minute", "FailedInvocations"),
        Figure("throttled_per_minute", "ThrottledRules"),
        Figure("to_dlq_per_minute", "InvocationsSentToDlq"),
        Figure("dlq_failed_per_minute", "InvocationsFailedToBeSentToDlq"),
        # The documentation writes a small "to", the wire a large one; asking for both is cheaper than a listing.
        Figure("latency_p99_ms", "IngestionToInvocationStartLatency", "p99"),
        Figure("latency_p99_ms", "IngestiontoInvocationStartLatency", "p99"),
    ),
    "topic": (
        Figure("published_per_minute", "NumberOfMessagesPublished"),
        Figure("delivered_per_minute", "NumberOfNotificationsDelivered"),
        Figure("failed_per_minute", "NumberOfNotificationsFailed"),
        Figure("to_dlq_per_minute", "NumberOfNotificationsRedrivenToDlq"),
        Figure("dlq_failed_per_minute", "NumberOfNotificationsFailedToRedriveToDlq"),
    ),
    "function": (
        Figure("invocations_per_minute", "Invocations"),
        Figure("errors_per_minute", "Errors"),
        Figure("throttled_per_minute", "Throttles"),
        Figure("duration_p99_ms", "Duration", "p99"),
        Figure("concurrency", "ConcurrentExecutions", "Maximum"),
    ),
    "state-machine": (
        Figure("started_per_minute", "ExecutionsStarted"),
        Figure("succeeded_per_minute", "ExecutionsSucceeded"),
        Figure("failed_per_minute", "ExecutionsFailed"),
        Figure("timed_out_per_minute", "ExecutionsTimedOut"),
        Figure("throttled_per_minute", "ExecutionThrottled"),
        Figure("duration_p99_ms", "ExecutionTime", "p99"),
    ),
    "pipe": (
        Figure("events_per_minute", "EventCount"),
        Figure("failed_per_minute", "ExecutionFailed"),
        Figure("partly_failed_per_minute", "ExecutionPartiallyFailed"),
        Figure("timed_out_per_minute", "ExecutionTimeout"),
        Figure("throttled_per_minute", "ExecutionThrottled"),
        Figure("duration_p99_ms", "Duration", "p99"),
    ),
    "stream": (
        Figure("records_per_minute", "IncomingRecords"),
        Figure("throttled_per_minute", "WriteProvisionedThroughputExceeded"),
        Figure("read_throttled_per_minute", "ReadProvisionedThroughputExceeded"),
        Figure("lag_ms", "GetRecords.IteratorAgeMilliseconds", "Maximum"),
    ),
    "table": (Figure("records_per_minute", "ReturnedRecordsCount"),),
    # Scheduler measures groups of schedules, never one.
    "schedule": (
        Figure("group_attempts_per_minute", "InvocationAttemptCount"),
        Figure("group_failed_per_minute", "TargetErrorCount"),
        Figure("group_throttled_per_minute", "InvocationThrottleCount"),
        Figure("group_dropped_per_minute", "InvocationDroppedCount"),
        Figure("group_to_dlq_per_minute", "InvocationsSentToDeadLetterCount"),
    ),
}
"""Queues have theirs from SQS itself and from what their row needs; other kinds have no metrics of their own."""
READS_STREAM = (Figure("lag_ms", "IteratorAge", "Maximum"),)
ASYNCHRONOUS = (
    Figure("dropped_per_minute", "AsyncEventsDropped"),
    Figure("dlq_failed_per_minute", "DeadLetterErrors"),
    Figure("destination_failed_per_minute", "DestinationDeliveryFailures"),
)
"""What functions have besides, by what feeds them: each metric is paid for, and a function has one way in mostly."""
ALL_FIGURES: Mapping[NodeKind, tuple[Figure, ...]] = {
    **FIGURES,
    "function": (*FIGURES["function"], *READS_STREAM, *ASYNCHRONOUS),
}
"""With what some of a kind have besides."""
ERRORS = (
    "errors_per_minute",
    "failed_per_minute",
    "partly_failed_per_minute",
    "timed_out_per_minute",
    "dropped_per_minute",
    "dlq_failed_per_minute",
    "destination_failed_per_minute",
)
THROTTLES = ("throttled_per_minute", "read_throttled_per_minute")
"""Readings that are above zero only where something goes wrong."""
