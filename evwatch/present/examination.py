"""Findings, looked for anew only where the configuration has changed."""

from __future__ import annotations

from evwatch.model.alarm import Alarm
from evwatch.model.fault import Fault
from evwatch.model.findings import Examined, examine
from evwatch.model.flow import Flow
from evwatch.model.queue import Queue
from evwatch.model.snapshot import Snapshot

_Inputs = list[tuple[Flow | None, tuple[Queue, ...] | None, tuple[Alarm, ...] | None, tuple[Fault, ...]]]


class Examiner:
    """Snapshots come several times a second, configuration changes every few minutes; looking costs a frame."""

    def __init__(self) -> None:
        self._inputs: _Inputs | None = None
        self._examined: Examined | None = None

    def examined(self, snapshot: Snapshot) -> Examined:
        """What the newest configuration shows."""
        inputs: _Inputs = [
            (each.flow.value, each.queues.value, each.alarms.value, each.faults) for each in snapshot.contexts
        ]
        if self._examined is None or self._inputs != inputs:
            self._inputs, self._examined = inputs, examine(snapshot)
        return self._examined
