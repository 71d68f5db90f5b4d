"""Asking for another screen: whoever knows how to open it hears this."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from textual.message import Message

from evwatch.model.log_lines import LogRequest
from evwatch.present.key import Key

if TYPE_CHECKING:
    from evwatch.screens.order import Order
    from evwatch.screens.redrives import Running


class DeadLettersWanted(Message):
    """The dead letters of a queue, with the cursor on a message where one is named."""

    def __init__(self, key: Key, letter: str = "") -> None:
        super().__init__()
        self.key = key
        self.letter = letter


class LogsWanted(Message):
    """Log lines, with what the screen is called until they are read."""

    def __init__(self, request: LogRequest, title: str) -> None:
        super().__init__()
        self.request = request
        self.title = title


class PlanWanted(Message):
    """The plan of a redrive; nothing is done by asking for it."""

    def __init__(self, order: Order) -> None:
        super().__init__()
        self.order = order


class RunWanted(Message):
    """A run, by its id or because it has just begun, with what is known of its failure groups."""

    def __init__(self, run: Running | str, titles: Mapping[str, str] | None = None) -> None:
        super().__init__()
        self.run = run
        self.titles = titles or {}
