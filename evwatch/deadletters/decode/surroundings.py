"""What discovery knows around a dead-letter queue: most producers do not say all that a redrive must know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from evwatch.model.arn import parse_arn
from evwatch.model.flow import Edge, Flow
from evwatch.model.queue import Queue


@dataclass(frozen=True)
class Surroundings:
    """The queue that is looked at, the flow around it, and the time of the look."""

    queue: Queue
    flow: Flow
    now: datetime

    @cached_property
    def functions(self) -> tuple[str, ...]:
        """Functions whose asynchronous DLQ is this queue, itself or by way of a topic that it is subscribed to."""
        found = set(self._functions_into(self.queue.arn))
        for edge in self.flow.incoming.get(self.queue.arn, ()):
            if edge.kind == "subscribes":
                found.update(self._functions_into(edge.source))
        return tuple(sorted(found))

    def functions_of_topic(self, topic_arn: str) -> tuple[str, ...]:
        """Functions whose asynchronous DLQ is this topic."""
        return tuple(sorted(self._functions_into(topic_arn)))

    @cached_property
    def undelivered(self) -> tuple[Edge, ...]:
        """The links of topics whose subscriptions use this queue as their DLQ."""
        return tuple(
            edge
            for edge in self.flow.incoming.get(self.queue.arn, ())
            if edge.kind == "dead-letters" and _service(edge.source) == "sns"
        )

    @cached_property
    def points_here(self) -> bool:
        """Whether anything is known that gives up on messages into this queue."""
        return any(edge.kind in ("dead-letters", "on-failure") for edge in self.flow.incoming.get(self.queue.arn, ()))

    def endpoint(self, topic_arn: str, subscription_arn: str) -> str | None:
        """Where a subscription delivers to; None where discovery did not see it."""
        for edge in self.flow.outgoing.get(topic_arn, ()):
            if edge.kind == "subscribes" and names(edge, subscription_arn):
                return edge.target
        return None

    def subscriptions(self, topic_arn: str) -> tuple[Edge, ...]:
        """Subscriptions of a topic that use this queue as their DLQ, as links to where they deliver to."""
        dead = [edge for edge in self.undelivered if edge.source == topic_arn]
        return tuple(
            edge
            for edge in self.flow.outgoing.get(topic_arn, ())
            if edge.kind == "subscribes" and any(_same_subscription(edge, link) for link in dead)
        )

    def _functions_into(self, arn: str) -> set[str]:
        return {
            edge.source
            for edge in self.flow.incoming.get(arn, ())
            if edge.kind == "dead-letters" and _service(edge.source) == "lambda" and "mapping" not in edge.details
        }


def names(edge: Edge, text: str) -> bool:
    """Whether a link's detail names this; one link may stand for several subscriptions or targets."""
    return any(text in value for _, value in edge.detail)


def _same_subscription(delivery: Edge, dead: Edge) -> bool:
    return any(
        names(dead, part.strip())
        for _, value in delivery.detail
        for part in value.split(",")
        if (arn := parse_arn(part.strip())) and arn.service == "sns"
    )


def _service(arn: str) -> str:
    parts = parse_arn(arn)
    return parts.service if parts else ""
