"""What the operator chose to see: by name and by tag. It hides; relations and health are worked out before it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from evwatch.model.alarm import Alarm
from evwatch.model.arn import arn_name
from evwatch.model.queue import Queue


@dataclass(frozen=True, slots=True)
class Choice:
    """`filters` are globs, of which a name must match one; `tags` must all be there (value None: whatever value)."""

    filters: tuple[str, ...] = ()
    tags: tuple[tuple[str, str | None], ...] = ()

    @property
    def everything(self) -> bool:
        """True where nothing is hidden."""
        return not self.filters and not self.tags

    def name(self, name: str) -> bool:
        """Whether a name matches. Case counts, as it does for AWS."""
        return not self.filters or any(fnmatchcase(name, glob) for glob in self.filters)

    def tagged(self, tags: Collection[tuple[str, str]]) -> bool:
        """Whether a resource carries every tag asked for."""
        have = dict(tags)
        return all(key in have and wanted in (None, have[key]) for key, wanted in self.tags)

    def queue(self, queue: Queue) -> bool:
        """Whether a queue is shown."""
        return self.name(queue.name) and self.tagged(queue.tags)

    def resource(self, arn: str, name: str, tags: Mapping[str, Collection[tuple[str, str]]]) -> bool:
        """Whether any other resource is shown; `tags` are those of all, by ARN."""
        return self.name(name) and self.tagged(tags.get(arn, ()))

    def alarm(self, alarm: Alarm, tags: Mapping[str, Collection[tuple[str, str]]]) -> bool:
        """Whether an alarm is shown: by its own name and tags or those of a resource it is about."""
        names = (alarm.name, *map(arn_name, alarm.resource_arns))
        by_tag = any(self.tagged(tags.get(arn, ())) for arn in (alarm.arn or "", *alarm.resource_arns))
        return by_tag and any(map(self.name, names))
