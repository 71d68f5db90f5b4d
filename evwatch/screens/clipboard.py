"""The clipboard of the terminal (OSC 52)."""

from __future__ import annotations

from typing import Any

from textual.screen import Screen


def put(screen: Screen[Any], text: str) -> None:
    """The text exactly, but for halves of surrogate pairs, which no terminal could be sent."""
    screen.app.copy_to_clipboard(text.encode("utf-8", "replace").decode())
