"""What the checks look at: everything that was read, and what could not be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, reduce

from evwatch.model.access import Access
from evwatch.model.alarm import Alarm
from evwatch.model.arn import arn_name
from evwatch.model.flow import GIVES_UP, Edge, Flow, Node, NodeKind, merge
from evwatch.model.naming import is_called_dlq
from evwatch.model.queue import Queue
from evwatch.model.snapshot import Snapshot

LISTED_BY: Mapping[NodeKind, str] = {
    "queue": "sqs:ListQueues",
    "topic": "sns:ListTopics",
    "function": "lambda:ListFunctions",
    "event-bus": "events:ListEventBuses",
    "state-machine": "states:ListStateMachines",
    "stream": "kinesis:ListStreams",
    "api-destination": "events:ListApiDestinations",
}
"""Kinds of which a complete list is read, and the list's IAM action: what is not in it does not exist."""


@dataclass(frozen=True)
class Evidence:
    """Relations go over all contexts; an action that was refused in one of them counts as refused."""

    flow: Flow
    queues: Mapping[str, Queue]
    """By ARN; those whose attributes were read."""
    alarms: tuple[Alarm, ...] | None
    """None where they could not all be read."""
    unread: frozenset[str] = frozenset()
    """IAM actions that were refused or failed at least once."""
    access: Access = field(default_factory=Access)
    """What functions and keys say of who may enter."""

    @staticmethod
    def of(snapshot: Snapshot) -> Evidence:
        """What a snapshot shows."""
        contexts = snapshot.contexts
        faults = [fault for context in contexts for fault in context.faults]
        unread = frozenset(fault.source for fault in faults if fault.source)
        silent = any(context.alarms.value is None for context in contexts) or "cloudwatch:DescribeAlarms" in unread
        return Evidence(
            merge(context.flow.value for context in contexts if context.flow.value),
            {
                queue.arn: queue
                for context in contexts
                for queue in context.queues.value or ()
                if queue.retention_seconds is not None
            },
            None if silent else tuple(alarm for context in contexts for alarm in context.alarms.value or ()),
            unread,
            reduce(Access.joined, (context.access for context in contexts), Access()),
        )

    def read(self, *actions: str) -> bool:
        """Whether all that these actions tell is known."""
        return self.unread.isdisjoint(actions)

    def name(self, arn: str) -> str:
        """What people call a resource."""
        node = self.flow.by_arn.get(arn)
        return node.name if node else arn_name(arn)

    def nodes(self, *kinds: NodeKind) -> Iterable[Node]:
        """The nodes of these kinds that discovery met."""
        return (node for node in self.flow.nodes if node.kind in kinds and node.met)

    def edges(self, *kinds: str) -> Iterable[Edge]:
        """The edges of these kinds."""
        return (edge for edge in self.flow.edges if edge.kind in kinds)

    @cached_property
    def fed_by_queue(self) -> Mapping[str, tuple[Queue, ...]]:
        """By DLQ, the queues whose redrive policy names it."""
        found: dict[str, list[Queue]] = {}
        for queue in self.queues.values():
            if queue.dlq_arn:
                found.setdefault(queue.dlq_arn, []).append(queue)
        return {arn: tuple(queues) for arn, queues in found.items()}

    def is_dlq(self, arn: str) -> bool:
        """Whether something gives up into this queue."""
        return arn in self.flow.dlq_arns or arn in self.fed_by_queue

    def is_named_dlq(self, arn: str) -> bool:
        """Whether it is called as DLQs are."""
        return is_called_dlq(arn_name(arn))

    def gives_up(self, arn: str) -> tuple[Edge, ...]:
        """The edges by which a resource gives up on events."""
        return tuple(edge for edge in self.flow.outgoing.get(arn, ()) if edge.kind in GIVES_UP)

    @cached_property
    def alarms_about(self) -> Mapping[str, tuple[Alarm, ...]]:
        """Alarms by the resource that they are about."""
        found: dict[str, list[Alarm]] = {}
        for alarm in self.alarms or ():
            for arn in alarm.resource_arns:
                found.setdefault(arn, []).append(alarm)
        return {arn: tuple(alarms) for arn, alarms in found.items()}
