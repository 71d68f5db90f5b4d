"""Findings, looked for anew only where the configuration has changed."""

from __future__ import annotations

from datetime import datetime, timedelta

from evwatch.model.alarm import Alarm
from evwatch.model.fault import Fault
from evwatch.model.findings import Examined, examine
from evwatch.model.flow import Flow
from evwatch.model.queue import Queue
from evwatch.model.snapshot import Snapshot

_Rest = list[tuple[Flow | None, tuple[Alarm, ...] | None, tuple[Fault, ...]]]
_Queues = list[tuple[Queue, ...] | None]

_FIRST_READING = timedelta(seconds=5)
"""While thousands of queues are read for the first time each snapshot knows more of them; looking costs a frame."""


class Examiner:
    """Snapshots come several times a second, configuration changes every few minutes; looking costs a frame."""

    def __init__(self) -> None:
        self._rest: _Rest = []
        self._queues: _Queues = []
        self._examined: Examined | None = None
        self._at: datetime | None = None

    def examined(self, snapshot: Snapshot) -> Examined:
        """What the newest configuration shows."""
        rest: _Rest = [(each.flow.value, each.alarms.value, each.faults) for each in snapshot.contexts]
        queues: _Queues = [each.queues.value for each in snapshot.contexts]
        rest_is_known = self._rest == rest
        self._rest = rest  # the newest objects: comparing an object with itself costs nothing
        if self._examined and rest_is_known:
            if self._queues == queues:
                self._queues = queues
                return self._examined
            if self._still_reading(queues, snapshot.taken_at):
                return self._examined
        self._queues, self._at = queues, snapshot.taken_at
        self._examined = examine(snapshot)
        return self._examined

    def _still_reading(self, queues: _Queues, now: datetime) -> bool:
        """Whether no queue came or went, some were not read yet, and it is not time to look again."""
        if self._at is None or not timedelta() < now - self._at < _FIRST_READING:
            return False
        known = {queue.arn for each in self._queues for queue in each or ()}
        found = [queue for each in queues for queue in each or ()]
        return known == {queue.arn for queue in found} and any(queue.retention_seconds is None for queue in found)
