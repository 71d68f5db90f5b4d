"""What an alarm did: its changes of state on a time line, and what each told."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from evwatch.model.alarm import Alarm, AlarmState
from evwatch.model.fault import Fault

EventKind = Literal["state", "action", "configuration", "other"]


@dataclass(frozen=True, slots=True)
class AlarmEvent:
    """One entry of an alarm's history."""

    at: datetime
    kind: EventKind
    summary: str
    """CloudWatch's own words."""
    state: AlarmState | None = None
    """What it changed to, where it is a change of state."""
    before: AlarmState | None = None
    reason: str = ""
    datapoints: tuple[tuple[datetime, float], ...] = ()
    """What CloudWatch judged by, oldest first, where it says so."""


@dataclass(frozen=True, slots=True)
class Contributor:
    """One series of a query for which its alarm fires."""

    name: str
    """What tells it from the others: `FunctionName=process-order`."""
    reason: str
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class AlarmHistory:
    """The newest entries of one alarm."""

    events: tuple[AlarmEvent, ...]
    """Newest first."""
    complete: bool
    """False where there is more than was read."""
    taken_at: datetime = field(compare=False)
    contributors: tuple[Contributor, ...] = ()
    contributors_fault: Fault | None = None
    """Why those could not be read, where they could not."""

    @property
    def changes(self) -> tuple[AlarmEvent, ...]:
        """Changes of state alone, newest first."""
        return tuple(event for event in self.events if event.kind == "state" and event.state)


@dataclass(frozen=True, slots=True)
class Stretch:
    """How long it was in one state; None where the history does not reach back so far."""

    start: float
    end: float
    state: AlarmState | None


def stretches(alarm: Alarm, history: AlarmHistory | None, start: float, end: float) -> tuple[Stretch, ...]:
    """The alarm's states between two moments (seconds since the epoch), oldest first, without gaps.

    What it is now is known without history. Before the oldest change that is known it was what that one says it was.
    """
    changes = history.changes if history else ()
    found: list[Stretch] = []
    until, state = end, alarm.state
    if alarm.since and (not changes or changes[0].state != alarm.state):
        # The history is older than the newest reading of the alarm, or was never read.
        began = alarm.since.timestamp()
        found.append(Stretch(max(began, start), until, state))
        until = began
        if not changes:
            if until > start:
                found.append(Stretch(start, until, None))
            return tuple(reversed(found))
        state = changes[0].state or state
    for change in changes:
        if until <= start:
            break
        began = change.at.timestamp()
        if began < until:
            found.append(Stretch(max(began, start), until, change.state))
            until = began
    if until > start:
        earliest = changes[-1].before if changes and history and history.complete else None
        known = earliest if changes else (None if alarm.since else state)
        found.append(Stretch(start, until, known))
    return tuple(each for each in reversed(found) if each.end > each.start)


def fired(history: AlarmHistory, since: float) -> tuple[int, float]:
    """How often it went to ALARM since then (seconds since the epoch), and for how many seconds it fired."""
    times, seconds, until = 0, 0.0, history.taken_at.timestamp()
    for change in history.changes:
        began = change.at.timestamp()
        if change.state == "ALARM":
            seconds += max(0.0, until - max(began, since))
            times += began >= since
        until = began
        if began < since:
            break
    return times, seconds
