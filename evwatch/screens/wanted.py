"""Asking for another screen: whoever knows how to open it hears this."""

from __future__ import annotations

from textual.message import Message

from evwatch.model.log_lines import LogRequest
from evwatch.present.queues import Key


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
