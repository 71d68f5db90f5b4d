"""Somebody points at a moment of a chart with the mouse."""

from __future__ import annotations

from textual.message import Message


class PointedAt(Message):
    """The moment, in seconds since the epoch."""

    def __init__(self, at: float) -> None:
        super().__init__()
        self.at = at
