"""Dead-letter queues that do not keep, or that nobody watches."""

from __future__ import annotations

from collections.abc import Iterator

from evwatch.model.alarm import Alarm
from evwatch.model.findings.evidence import Evidence
from evwatch.model.findings.finding import Check, Told
from evwatch.model.queue import Queue

_SENT = "NumberOfMessagesSent"
_SQS_GUIDE = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide"


def _retention(evidence: Evidence) -> Iterator[Told]:
    """Messages of a standard queue expire by the time they were first sent, wherever they are moved later.

    In a FIFO DLQ their time begins anew, and what others than queues put there is new.
    """
    for arn, sources in evidence.fed_by_queue.items():
        dlq = evidence.queues.get(arn)
        if dlq is None or dlq.fifo or dlq.retention_seconds is None:
            continue
        for source in sources:
            if source.retention_seconds is not None and dlq.retention_seconds <= source.retention_seconds:
                yield (
                    arn,
                    f"DLQ {dlq.name} keeps messages {_days(dlq.retention_seconds)}, its source {source.name} "
                    f"{_days(source.retention_seconds)}; the time in the source counts, so dead letters can expire "
                    "before anybody sees them",
                )


def _of_dlqs(evidence: Evidence) -> Iterator[Told]:
    for queue in evidence.queues.values():
        if queue.dlq_arn and evidence.is_dlq(queue.arn):
            yield (
                queue.arn,
                f"DLQ {queue.name} has a DLQ of its own ({evidence.name(queue.dlq_arn)}); looking at its messages can "
                "move them on",
            )


def _unwatched(evidence: Evidence) -> Iterator[Told]:
    """A threshold of the settings rings only where evwatch runs, so it does not count."""
    if evidence.alarms is None or any(_watches_by_query(alarm) for alarm in evidence.alarms):
        return
    for queue in _dlqs(evidence):
        if not any(alarm.type != "local" for alarm in evidence.alarms_about.get(queue.arn, ())):
            yield queue.arn, f"no alarm watches DLQ {queue.name}; nobody is told when it fills"


def _watches_by_query(alarm: Alarm) -> bool:
    """Whether an alarm picks its queues by a query (Metrics Insights, PromQL), which may mean any of them."""
    return alarm.type == "metric" and "sqs" in alarm.expression.casefold() and not alarm.resource_arns


def _watched_for_sent(evidence: Evidence) -> Iterator[Told]:
    """SQS does not count what a redrive policy moves in as sent."""
    for arn, sources in evidence.fed_by_queue.items():
        alarms = evidence.alarms_about.get(arn, ())
        names = [
            part.metric.name
            for alarm in alarms
            for part in alarm.metrics or ((alarm.metric,) if alarm.metric else ())
            if ("QueueName", evidence.name(arn)) in part.metric.dimensions
        ]
        if sources and names and set(names) == {_SENT}:
            yield (
                arn,
                f"DLQ {evidence.name(arn)} is watched for {_SENT} alone ({alarms[0].name}), which does not count what "
                "a redrive policy moves in",
            )


def _dlqs(evidence: Evidence) -> Iterator[Queue]:
    return (queue for queue in evidence.queues.values() if evidence.is_dlq(queue.arn))


def _days(seconds: int) -> str:
    if seconds % 86_400 == 0:
        return f"{seconds // 86_400} d"
    return f"{seconds / 3600:g} h" if seconds >= 3600 else f"{seconds} s"


CHECKS = (
    Check(
        "dlq-retention-too-short",
        "warn",
        "a DLQ that keeps messages no longer than its source queue does",
        "raise the DLQ's retention to 14 days, the most that SQS allows, or shorten that of the source",
        f"{_SQS_GUIDE}/setting-up-dead-letter-queue-retention.html",
        _retention,
    ),
    Check(
        "dlq-of-dlq",
        "warn",
        "a DLQ that has a DLQ of its own",
        "remove the DLQ's redrive policy: what died once should stay where it is looked for",
        f"{_SQS_GUIDE}/sqs-dead-letter-queues.html",
        _of_dlqs,
    ),
    Check(
        "dlq-without-alarm",
        "warn",
        "a DLQ that no alarm watches",
        "put an alarm on ApproximateNumberOfMessagesVisible of the DLQ, above 0",
        f"{_SQS_GUIDE}/dead-letter-queues-alarms-cloudwatch.html",
        _unwatched,
    ),
    Check(
        "dlq-alarm-on-sent",
        "warn",
        "a DLQ that is watched by a metric that redrive policies do not move",
        "let the alarm watch ApproximateNumberOfMessagesVisible instead",
        f"{_SQS_GUIDE}/sqs-dead-letter-queues.html",
        _watched_for_sent,
    ),
)
