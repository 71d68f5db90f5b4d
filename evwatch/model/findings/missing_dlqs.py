"""Where events are dropped because there is no dead-letter queue."""

from __future__ import annotations

from collections.abc import Iterator

from evwatch.model.findings.evidence import Evidence
from evwatch.model.findings.finding import Check, Told
from evwatch.model.flow import CALLS_ASYNCHRONOUSLY, MAY_NAME_DLQS

_NOT_CALLED_BACK = ("email", "email-json", "sms")
"""Protocols by which people are told: nobody would redrive a mail."""


def _targets(evidence: Evidence) -> Iterator[Told]:
    if not evidence.read("events:ListTargetsByRule"):
        return
    for edge in evidence.edges("targets"):
        rule = evidence.flow.node(edge.source)
        if rule.details.get("managed-by"):
            continue
        covered = {name for each in evidence.gives_up(edge.source) for name in each.named("target")}
        for target in edge.named("target"):
            if target not in covered:
                to = evidence.name(edge.target)
                said = f"rule {rule.name}: its target {target}{f' ({to})' if to != target else ''} has no DLQ"
                yield edge.source, f"{said}; what it refuses is dropped"


def _subscriptions(evidence: Evidence) -> Iterator[Told]:
    if not evidence.read("sns:GetSubscriptionAttributes"):
        return
    for edge in evidence.edges("subscribes"):
        detail = edge.details
        topic = evidence.flow.node(edge.source)
        own = not detail.get("owner") or detail["owner"] == topic.account
        if detail.get("protocol") in _NOT_CALLED_BACK or not edge.enabled or not own:
            continue
        covered = {name for each in evidence.gives_up(edge.source) for name in each.named("subscription")}
        if not covered.issuperset(edge.named("subscription")):
            said = f"topic {topic.name}: the subscription of {evidence.name(edge.target)} has no DLQ"
            yield edge.source, f"{said}; what cannot be delivered is dropped"


def _functions(evidence: Evidence) -> Iterator[Told]:
    if not evidence.read("lambda:ListFunctions", "lambda:ListFunctionEventInvokeConfigs"):
        return
    for node in evidence.nodes("function"):
        callers = [edge for edge in evidence.flow.incoming.get(node.arn, ()) if edge.kind in CALLS_ASYNCHRONOUSLY]
        # A mapping's own on-failure destination takes what it reads, not what others invoke the function with.
        covered = any(
            edge.kind == "dead-letters" or "invoke-config" in edge.details for edge in evidence.gives_up(node.arn)
        )
        if callers and not covered:
            by = evidence.name(callers[0].source)
            more = f" and {len(callers) - 1} more" if len(callers) > 1 else ""
            yield (
                node.arn,
                f"function {node.name} is invoked asynchronously (by {by}{more}) and has neither DLQ nor on-failure "
                "destination; an event is dropped after its retries",
            )


def _schedules(evidence: Evidence) -> Iterator[Told]:
    """Where hundreds are one node, that says how many of them have none."""
    if not evidence.read("scheduler:GetSchedule"):
        return
    for node in evidence.nodes("schedule"):
        if "schedules" in node.details:
            without, all_of_them = node.details.get("without-dlq", "0"), node.details["schedules"]
            if without != "0":
                said = f"{without} of {all_of_them} schedules of group {node.details.get('group', '')} have no DLQ"
                yield node.arn, f"{said}; a run that their target refuses is lost"
        elif evidence.flow.outgoing.get(node.arn) and not evidence.gives_up(node.arn):
            yield node.arn, f"schedule {node.name} has no DLQ; a run that its target refuses is lost"


def _streams(evidence: Evidence) -> Iterator[Told]:
    if not evidence.read("lambda:ListEventSourceMappings"):
        return
    for edge in evidence.edges("consumes"):
        if evidence.flow.node(edge.source).kind not in ("stream", "table"):
            continue
        covered = {name for each in evidence.gives_up(edge.target) for name in each.named("mapping")}
        if edge.named("mapping") and not covered.issuperset(edge.named("mapping")):
            source, function = evidence.name(edge.source), evidence.name(edge.target)
            yield (
                edge.target,
                f"function {function} reads {source} without an on-failure destination; a record that fails holds up "
                "its shard until it expires, or is dropped after the retries",
            )


def _pipes(evidence: Evidence) -> Iterator[Told]:
    if not evidence.read("pipes:DescribePipe"):
        return
    for edge in evidence.edges("consumes"):
        pipe = evidence.flow.node(edge.target)
        streamed = evidence.flow.node(edge.source).kind in ("stream", "table")
        if pipe.kind == "pipe" and streamed and not evidence.gives_up(pipe.arn):
            yield pipe.arn, f"pipe {pipe.name} reads {evidence.name(edge.source)} and has no DLQ; what fails is dropped"


def _queues(evidence: Evidence) -> Iterator[Told]:
    if not evidence.read(*MAY_NAME_DLQS):
        return
    for queue in evidence.queues.values():
        if not queue.dlq_arn and not evidence.is_dlq(queue.arn) and not evidence.is_named_dlq(queue.arn):
            yield queue.arn, f"queue {queue.name} has no DLQ; a message that keeps failing is tried until it expires"


CHECKS = (
    Check(
        "target-without-dlq",
        "warn",
        "a rule's target without a DLQ",
        "give the target a DLQ (DeadLetterConfig): a standard queue whose policy lets events.amazonaws.com send",
        "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html",
        _targets,
    ),
    Check(
        "subscription-without-dlq",
        "warn",
        "a subscription without a DLQ, but of mail and SMS",
        "give the subscription a redrive policy, with a queue whose policy lets sns.amazonaws.com send",
        "https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html",
        _subscriptions,
    ),
    Check(
        "function-without-dlq",
        "warn",
        "a function that is invoked asynchronously, with neither DLQ nor on-failure destination",
        "give the function an on-failure destination, which also says why it failed, or a DLQ",
        "https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html",
        _functions,
    ),
    Check(
        "schedule-without-dlq",
        "warn",
        "a schedule without a DLQ",
        "give the schedule's target a DLQ, and its role sqs:SendMessage on it",
        "https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html",
        _schedules,
    ),
    Check(
        "stream-without-failure-destination",
        "warn",
        "a stream's event source mapping without an on-failure destination",
        "give the mapping an on-failure destination and a bound (MaximumRetryAttempts or MaximumRecordAgeInSeconds)",
        "https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html",
        _streams,
    ),
    Check(
        "pipe-without-dlq",
        "warn",
        "a pipe that reads a stream, without a DLQ",
        "give the pipe's source a DLQ (DeadLetterConfig in its source parameters)",
        "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-error-troubleshooting.html",
        _pipes,
    ),
    Check(
        "queue-without-dlq",
        "warn",
        "a queue without a DLQ that is itself nobody's",
        "give the queue a redrive policy; a maxReceiveCount of 5 suits most consumers",
        "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html",
        _queues,
    ),
)
