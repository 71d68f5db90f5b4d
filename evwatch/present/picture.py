"""A snapshot joined, ordered and chosen from: what the overview shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from evwatch.model.choice import Choice
from evwatch.model.findings import Examined
from evwatch.model.flow import Flow
from evwatch.model.flow_assessment import AssessedFlow, assess_flow
from evwatch.model.snapshot import ContextSnapshot, Snapshot
from evwatch.present.alarms import AlarmRow, alarm_rows
from evwatch.present.deadletters import DeadLetterRow, dead_letter_rows
from evwatch.present.kept import Kept
from evwatch.present.key import Key
from evwatch.present.queues import Order, QueueBoard, QueueRow, matches, ordered


@dataclass(frozen=True)
class Picture:
    """Rows of everything that the settings chose, and the snapshot that they were made of."""

    snapshot: Snapshot
    queues: tuple[QueueRow, ...] = ()
    alarms: tuple[AlarmRow, ...] = ()
    dead: tuple[DeadLetterRow, ...] = ()
    every_queue: tuple[QueueRow, ...] = ()
    """Those that the settings did not choose too: the flow passes through them all the same."""
    examined: Examined | None = None
    choice: Choice = field(default_factory=Choice)
    """What the settings chose to be shown."""

    @cached_property
    def flow(self) -> AssessedFlow:
        """The flow of all contexts with figures, health and findings; worked out when somebody looks at it."""
        return assess_flow(self.snapshot, (row.assessed for row in self.every_queue), self.examined)

    @cached_property
    def queue_by_key(self) -> Mapping[Key, QueueRow]:
        """Every queue by context and ARN."""
        return {row.key: row for row in self.queues}

    @cached_property
    def alarm_by_key(self) -> Mapping[Key, AlarmRow]:
        """Every alarm by context and id."""
        return {row.key: row for row in self.alarms}

    @cached_property
    def queue_by_arn(self) -> Mapping[str, QueueRow]:
        """Every queue by ARN alone, for the flow."""
        return {row.queue.arn: row for row in self.queues}

    def context(self, name: str) -> ContextSnapshot | None:
        """The context of this name."""
        return next((each for each in self.snapshot.contexts if each.context.name == name), None)

    def flow_of(self, context: str) -> Flow | None:
        """The flow of one context alone; None where it was not read."""
        known = self.context(context)
        return known.flow.value if known else None


@dataclass(frozen=True, slots=True)
class Lists:
    """What the three lists show, under the operator's filter and in the order asked for."""

    alarms: tuple[AlarmRow, ...]
    queues: tuple[QueueRow, ...]
    dead: tuple[DeadLetterRow, ...]


@dataclass(slots=True)
class PictureMaker:
    """Makes pictures one after the other, keeping what has not changed in between."""

    choice: Choice = field(default_factory=Choice)
    _board: QueueBoard = field(default_factory=QueueBoard)
    _alarms: Kept[tuple[AlarmRow, ...]] = field(default_factory=Kept)

    def picture(self, snapshot: Snapshot) -> Picture:
        """Join a snapshot. Relations and health are worked out before the settings' filters hide anything."""
        queues = every = self._board.rows(snapshot)
        made_of = tuple(value for each in snapshot.contexts for value in (each.alarms.value, each.series))
        alarms = self._alarms.of(made_of, lambda: alarm_rows(snapshot))
        if not self.choice.everything:
            tags = snapshot.tags
            queues = tuple(row for row in queues if self.choice.queue(row.queue))
            alarms = tuple(row for row in alarms if self.choice.alarm(row.alarm, tags))
        dead = dead_letter_rows(queues, snapshot)
        return Picture(snapshot, queues, alarms, dead, every, self._board.examined(snapshot), self.choice)


def lists(picture: Picture, words: str, order: Order) -> Lists:
    """Filter by plain words over names, contexts and DLQ names; sort the queues."""
    alarms, queues, dead = picture.alarms, picture.queues, picture.dead
    if words.strip():
        alarms = tuple(row for row in alarms if matches(words, row.alarm.name, row.context))
        queues = tuple(row for row in queues if matches(words, row.queue.name, row.context, row.dlq_name))
        dead = tuple(row for row in dead if matches(words, row.row.queue.name, row.row.context))
    return Lists(alarms, tuple(ordered(queues, order)), dead)
