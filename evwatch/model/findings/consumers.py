"""Consumers that give up too early, hand out messages twice, or do not run."""

from __future__ import annotations

from collections.abc import Iterator

from evwatch.model.findings.evidence import Evidence
from evwatch.model.findings.finding import Check, Told
from evwatch.model.flow import Node

_TIMES = 6
"""AWS asks for a visibility timeout of six times the function's, and the batching window on top."""
_FEWEST_RECEIVES = 3
_FAILED_STATES = ("failed", "inactive")
_SQS_WITH_LAMBDA = "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html"


def _visibility(evidence: Evidence) -> Iterator[Told]:
    for edge in evidence.edges("consumes"):
        queue = evidence.queues.get(edge.source)
        timeout = _number(evidence.flow.node(edge.target), "timeout")
        if queue is None or queue.visibility_timeout_seconds is None or not timeout:
            continue
        window = edge.details.get("window-seconds", "")
        least = _TIMES * timeout + (int(window) if window.isdigit() else 0)
        if queue.visibility_timeout_seconds < least:
            yield (
                queue.arn,
                f"queue {queue.name} hides messages {queue.visibility_timeout_seconds} s, its consumer "
                f"{evidence.name(edge.target)} may run {timeout} s; below {least} s a message can be handed out twice",
            )


def _receives(evidence: Evidence) -> Iterator[Told]:
    for queue in evidence.queues.values():
        if queue.dlq_arn and queue.max_receive_count is not None and queue.max_receive_count < _FEWEST_RECEIVES:
            times = "once" if queue.max_receive_count == 1 else "twice"
            yield (
                queue.arn,
                f"queue {queue.name} gives up on a message received {times}; one throttle or restart is enough",
            )


def _mappings(evidence: Evidence) -> Iterator[Told]:
    for edge in evidence.edges("consumes"):
        if edge.named("mapping") and not edge.enabled:
            function, source = evidence.name(edge.target), evidence.name(edge.source)
            state = edge.details.get("state", "Disabled").lower()
            yield edge.target, f"function {function} does not read {source}: its event source mapping is {state}"


def _failing_mappings(evidence: Evidence) -> Iterator[Told]:
    for edge in evidence.edges("consumes"):
        result = edge.details.get("last-result", "")
        if edge.enabled and result.startswith("PROBLEM"):
            function, source = evidence.name(edge.target), evidence.name(edge.source)
            yield edge.target, f"function {function} cannot read {source}: {result[:200]}"


def _rules(evidence: Evidence) -> Iterator[Told]:
    for node in evidence.nodes("rule"):
        if node.state == "DISABLED":
            yield node.arn, f"rule {node.name} is disabled; what it matches goes nowhere"


def _schedules(evidence: Evidence) -> Iterator[Told]:
    for node in evidence.nodes("schedule"):
        if node.state == "DISABLED":
            yield node.arn, f"schedule {node.name} is disabled"


def _pipes(evidence: Evidence) -> Iterator[Told]:
    for node in evidence.nodes("pipe"):
        if node.state == "STOPPED":
            why = node.details.get("reason", "")
            yield node.arn, f"pipe {node.name} is stopped{f': {why[:200]}' if why else ''}"


def _failed(evidence: Evidence) -> Iterator[Told]:
    for node in evidence.nodes("pipe", "function", "api-destination", "archive", "stream"):
        state = (node.state or "").lower()
        # Lambda puts a function to rest (Inactive) that was not used for weeks, and wakes it at the next call.
        if state.endswith(_FAILED_STATES) and not (node.kind == "function" and state == "inactive"):
            why = node.details.get("reason", "")
            yield node.arn, f"{node.kind} {node.name} is in state {node.state}{f': {why[:200]}' if why else ''}"


def _unconfirmed(evidence: Evidence) -> Iterator[Told]:
    for edge in evidence.edges("subscribes"):
        if not edge.enabled:
            to = evidence.name(edge.target)
            yield edge.source, f"topic {evidence.name(edge.source)}: {to} has not confirmed and is told nothing"


def _number(node: Node, name: str) -> int | None:
    said = node.details.get(name, "")
    return int(said) if said.isdigit() else None


CHECKS = (
    Check(
        "visibility-timeout-too-short",
        "warn",
        "a queue's visibility timeout below 6 times its function's timeout (and the batching window)",
        "raise the queue's visibility timeout, or shorten the function's timeout",
        _SQS_WITH_LAMBDA,
        _visibility,
    ),
    Check(
        "max-receive-count-low",
        "warn",
        "a maxReceiveCount below 3",
        "raise maxReceiveCount to 5 or more: a throttled consumer counts as a receive too",
        _SQS_WITH_LAMBDA,
        _receives,
    ),
    Check(
        "mapping-disabled",
        "warn",
        "an event source mapping that is off",
        "resume it with `evwatch resume`, or delete it if nobody needs it",
        "https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html",
        _mappings,
    ),
    Check(
        "mapping-failing",
        "critical",
        "an event source mapping whose last poll met a problem",
        "mend what it says: mostly a permission of the function's role, or of the key of the stream",
        "https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html",
        _failing_mappings,
    ),
    Check(
        "rule-disabled",
        "info",
        "a rule that is off",
        "switch it on with `evwatch resume`, or delete it if nobody needs it",
        "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rules.html",
        _rules,
    ),
    Check(
        "schedule-disabled",
        "info",
        "a schedule that is off",
        "enable it, or delete it if nobody needs it",
        "https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-state.html",
        _schedules,
    ),
    Check(
        "pipe-stopped",
        "warn",
        "a pipe that is stopped",
        "see why it was stopped and start it again; EventBridge stops one whose target keeps refusing",
        "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-error-troubleshooting.html",
        _pipes,
    ),
    Check(
        "resource-failed",
        "critical",
        "a pipe, function, archive, stream or API destination in a failed or inactive state",
        "mend what its state's reason says and update it once more",
        "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-troubleshooting.html",
        _failed,
    ),
    Check(
        "subscription-unconfirmed",
        "warn",
        "a subscription that nobody has confirmed",
        "let the endpoint confirm (a mail may lie in somebody's spam), or subscribe again",
        "https://docs.aws.amazon.com/sns/latest/dg/sns-create-subscribe-endpoint-to-topic.html",
        _unconfirmed,
    ),
)
