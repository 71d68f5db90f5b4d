"""One panel alone, and back."""

from __future__ import annotations

from typing import Any

from textual.screen import Screen

from evwatch.widgets.panel import Panel


def zoom(screen: Screen[Any]) -> None:
    """The panel that has the keys takes the whole screen; where one does already, all of them are shown again."""
    if screen.maximized is not None:
        screen.minimize()
    elif screen.focused:
        panel = next((node for node in screen.focused.ancestors if isinstance(node, Panel)), None)
        if panel:
            screen.maximize(panel)
