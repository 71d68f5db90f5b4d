"""FIFO and standard put together where AWS does not deliver from one to the other."""

from __future__ import annotations

from collections.abc import Iterator

from evwatch.model.findings.evidence import Evidence
from evwatch.model.findings.finding import Check, Told
from evwatch.model.flow import GIVES_UP, Edge

_FIFO = ".fifo"
_SAYS_GROUP = {
    "targets": "events:ListTargetsByRule",
    "schedules": "scheduler:GetSchedule",
    "pipes": "pipes:DescribePipe",
}
"""Links that name the message group for a FIFO queue, and the call that tells it."""


def _mixed(evidence: Evidence) -> Iterator[Told]:
    for edge in evidence.flow.edges:
        if not _is_queue(evidence, edge):
            continue
        if edge.kind in GIVES_UP:
            said = _gives_up(evidence, edge)
        else:
            said = _delivers(evidence, edge) if edge.target.endswith(_FIFO) else ""
        if said:
            yield edge.source, said


def _is_queue(evidence: Evidence, edge: Edge) -> bool:
    return evidence.flow.node(edge.target).kind == "queue" or ":sqs:" in edge.target


def _gives_up(evidence: Evidence, edge: Edge) -> str:
    """The DLQ of a queue or topic is of its own type; all others take standard queues alone.

    AWS speaks of FIFO subscriptions of FIFO topics; what holds for a standard queue that such a topic tells, it does
    not say.
    """
    kind, name = evidence.flow.node(edge.source).kind, evidence.name(edge.source)
    fifo = edge.source.endswith(_FIFO) if kind in ("queue", "topic") else False
    if edge.target.endswith(_FIFO) == fifo:
        return ""
    endpoint = edge.details.get("endpoint", _FIFO)
    if kind == "topic" and fifo and not endpoint.endswith(_FIFO):
        return ""
    wanted, found = ("FIFO", "standard") if fifo else ("standard", "FIFO")
    return f"{kind} {name} gives up into {evidence.name(edge.target)}, which is {found}; it must be {wanted}"


def _delivers(evidence: Evidence, edge: Edge) -> str:
    """Standard topics, buckets and the destinations of functions do not send to FIFO; others must say the group."""
    kind, name, to = evidence.flow.node(edge.source).kind, evidence.name(edge.source), evidence.name(edge.target)
    if edge.kind == "subscribes" and not edge.source.endswith(_FIFO):
        return f"topic {name} is standard and does not deliver to the FIFO queue {to}"
    if (edge.kind == "notifies" and kind == "bucket") or edge.kind == "on-success":
        return f"{kind} {name} does not deliver to the FIFO queue {to}"
    said_by = _SAYS_GROUP.get(edge.kind)
    if said_by and evidence.read(said_by) and not {"api", "message-group"} & edge.details.keys():
        return f"{kind} {name}: its target {to} is FIFO and gets no message group id, without which SQS refuses"
    return ""


CHECKS = (
    Check(
        "fifo-and-standard-mixed",
        "critical",
        "a FIFO queue where only a standard one works, or the other way round",
        "use a queue of the right type; a rule's FIFO target needs a MessageGroupId (SqsParameters)",
        "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html",
        _mixed,
    ),
)
