"""Memory while the dashboard runs for hours, and a garbage collector that keeps no key waiting.

Textual 8.2 keeps the painted lines of the last thousand widgets, because `StylesCache.get_inner_outer` is cached
together with the object that it is a method of (Textual issue 6665): hours of opening and leaving screens cost 100 MB.
"""

from __future__ import annotations

import gc
from typing import Any

from textual._styles_cache import StylesCache
from textual.app import App

_EVERY_SECONDS = 10.0
_COLLECTING = gc.get_threshold()
_WHILE_LOADING = (*_COLLECTING[:2], 1_000)
_SETTLED_SECONDS = (10.0, 120.0)
"""After which the descriptions of all services are loaded, and thousands of queues have been read once."""


def look_after_memory(app: App[Any]) -> None:
    """From now on. All that is loaded is gone through for the first time once it is there."""
    # Whoever started this may have held the collector back, so that the first frame comes sooner.
    gc.enable()
    gc.set_threshold(*_WHILE_LOADING)
    app.set_interval(_EVERY_SECONDS, let_go_of_what_was_painted)
    for seconds in _SETTLED_SECONDS:
        app.set_timer(seconds, _set_aside_what_is_loaded)


def let_go_of_what_was_painted() -> None:
    """Empty that cache; the few styles in it are made again at the next painting. Nothing, where Textual has none."""
    clear = getattr(StylesCache.get_inner_outer, "cache_clear", None)
    if clear:
        clear()


def _set_aside_what_is_loaded() -> None:
    """Spare the garbage collector what is there by now: going through all of it again and again costs a tenth of a
    second a time, in which no key is heard. What is let go of is freed all the same, but for circles.
    """
    gc.freeze()
    gc.set_threshold(*_COLLECTING)
