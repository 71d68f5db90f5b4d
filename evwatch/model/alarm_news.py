"""Which alarms are news: those that fire now and did not before."""

from __future__ import annotations

from evwatch.model.alarm import Alarm
from evwatch.model.snapshot import Snapshot


class AlarmNews:
    """Compares each snapshot with the one before it, context by context.

    What fires already when a context is read for the first time is no news: whoever opens evwatch sees it at once.
    """

    def __init__(self) -> None:
        self._known: dict[str, frozenset[str]] = {}
        """By context: ids of the alarms that fired when it was last read."""

    def of(self, snapshot: Snapshot) -> tuple[Alarm, ...]:
        """The alarms that have begun to fire since the last call."""
        found: list[Alarm] = []
        for context in snapshot.contexts:
            if context.alarms.value is None or context.alarms.taken_at is None:
                continue
            firing = [alarm for alarm in context.alarms.value if alarm.fires]
            before = self._known.get(context.context.name)
            self._known[context.context.name] = frozenset(alarm.id for alarm in firing)
            if before is not None:
                found += [alarm for alarm in firing if alarm.id not in before]
        return tuple(found)


def firing(snapshot: Snapshot) -> int:
    """How many alarms fire, over all contexts."""
    return sum(alarm.fires for context in snapshot.contexts for alarm in context.alarms.value or ())
