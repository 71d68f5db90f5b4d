"""What a snapshot says about one queue: all that the dead-letter screen must know before it asks AWS anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from evwatch.model.context import Place
from evwatch.model.feed import Feed
from evwatch.model.log_lines import LogReason
from evwatch.model.look import Look, Sample
from evwatch.model.queue import Depth, Queue
from evwatch.model.snapshot import ContextSnapshot, Snapshot
from evwatch.present.key import Key


@dataclass(frozen=True, slots=True)
class Around:
    """One queue in its context; both may be unknown (a DLQ in another account, a list that was denied)."""

    key: Key
    snapshot: Snapshot | None

    @property
    def context(self) -> ContextSnapshot | None:
        """Its context."""
        contexts = self.snapshot.contexts if self.snapshot else ()
        return next((each for each in contexts if each.context.name == self.key[0]), None)

    @property
    def place(self) -> Place | None:
        """Where that is."""
        return self.context.place if self.context else None

    @property
    def queue(self) -> Queue | None:
        """Its configuration."""
        queues = self.context.queues.value if self.context else None
        return next((each for each in queues or () if each.arn == self.key[1]), None)

    @property
    def depth(self) -> Depth | None:
        """What it holds."""
        feed = self.context.depths.get(self.key[1]) if self.context else None
        return feed.value if feed else None

    @property
    def look(self) -> Look | None:
        """The newest look that is kept."""
        return self.context.looks.get(self.key[1]) if self.context else None

    @property
    def log_reasons(self) -> Mapping[str, LogReason]:
        """Why dead letters failed, as logs say it, by MessageId."""
        return self.context.log_reasons if self.context else {}

    @property
    def sample(self) -> Feed[Sample] | None:
        """What a short look told."""
        return self.context.samples.get(self.key[1]) if self.context else None

    @property
    def is_no_dlq(self) -> bool:
        """Whether nothing gives up into it, as far as the flow tells; False while that was not read."""
        flows = [each.flow.value for each in self.snapshot.contexts] if self.snapshot else []
        return bool(flows) and None not in flows and not self._is_dlq

    @property
    def _is_dlq(self) -> bool:
        arn = self.key[1]
        for context in self.snapshot.contexts if self.snapshot else ():
            flow = context.flow.value
            if flow and arn in flow.dlq_arns:
                return True
            if any(queue.dlq_arn == arn for queue in context.queues.value or ()):
                return True
        return False
