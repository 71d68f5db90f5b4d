"""The screen as somebody reads it: lines of text."""

from __future__ import annotations

from textual.app import App


def screen_text(app: App[None]) -> list[str]:
    """Every line of the screen as it is painted now, without trailing space."""
    width, height = app.size
    found = app.screen._compositor.render_strips()
    return ["".join(segment.text for segment in strip).rstrip() for strip in found][:height] if width else []
