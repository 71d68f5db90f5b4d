"""Let go of what was painted on screens that were left.

Textual 8.2 keeps the painted lines of the last thousand widgets, because `StylesCache.get_inner_outer` is cached
together with the object that it is a method of (Textual issue 6665): hours of opening and leaving screens cost 100 MB.
"""

from __future__ import annotations

from textual._styles_cache import StylesCache

EVERY_SECONDS = 10.0


def let_go_of_what_was_painted() -> None:
    """Empty that cache; the few styles in it are made again at the next painting. Nothing, where Textual has none."""
    clear = getattr(StylesCache.get_inner_outer, "cache_clear", None)
    if clear:
        clear()
