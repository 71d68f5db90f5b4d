"""Pictures of the screen that every viewer draws alike."""

from __future__ import annotations

import re

_SPACE = "&#160;"
_INDENTED = re.compile(rf'x="([\d.]+)"([^>]*) textLength="([\d.]+)"([^>]*)>((?:{_SPACE})+)')
_CELL = 12.2
"""Units that a cell is wide in Rich's SVG: 0.61 of its 20 units of height."""


def aligned(svg: str) -> str:
    """Rich's SVG with the spaces before a text put into its place.

    librsvg, which draws thumbnails and what converters make, leaves spaces at the beginning of a text out of its
    length: figures of a column would stand at its left.
    """
    return _INDENTED.sub(_moved, svg)


def _moved(found: re.Match[str]) -> str:
    place, middle, length, rest, spaces = found.groups()
    width = _CELL * (len(spaces) // len(_SPACE))
    return f'x="{float(place) + width:g}"{middle} textLength="{float(length) - width:g}"{rest}>'
