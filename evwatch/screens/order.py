"""What a redrive or a delete shall be of."""

from __future__ import annotations

from dataclasses import dataclass, field

from rich.text import Text

from evwatch.model.deadletter import DeadLetter
from evwatch.model.look import Look
from evwatch.model.queue import Queue
from evwatch.present.command_line import choice_of
from evwatch.present.key import Key


@dataclass(frozen=True, slots=True)
class Order:
    """Messages of one queue, chosen from a look; or all that it holds, read or not."""

    key: Key
    """Context and ARN."""
    queue: Queue | None
    words: str
    """`12 marked messages`, `the whole queue`."""
    chosen: tuple[DeadLetter, ...] | None = None
    """None: the whole queue."""
    look: Look | None = None
    """What they were chosen from."""
    group: str = ""
    """The failure group that they are, where that says it all."""
    titles: dict[str, str] = field(default_factory=dict)
    """Of the failure groups that are known."""
    edits: tuple[tuple[str, str], ...] = ()
    """By MessageId, the event that is sent instead."""
    difference: tuple[Text, ...] = ()
    """Of the edit."""

    @property
    def choice(self) -> tuple[str, ...]:
        """The same on a command line."""
        return choice_of(self.group, None if self.chosen is None else [letter.id for letter in self.chosen])
