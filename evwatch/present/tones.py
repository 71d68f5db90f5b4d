"""Names of the styles that texts carry, and what they look like on a terminal without the dashboard.

A text says what it means (`ev.alarm`), never which colour that is: the dashboard's theme, or `TERMINAL` for the
commands, says that. Colour never stands alone; a glyph or a word is always with it.
"""

from __future__ import annotations

from collections.abc import Mapping

ALARM = "ev.alarm"
"""It needs somebody now."""
WARN = "ev.warn"
"""It will need somebody."""
OK = "ev.ok"
STALE = "ev.stale"
"""Old, or not complete: not to be trusted as now."""
DIM = "ev.dim"
"""Labels and units, which the eye may skip."""
ACCENT = "ev.accent"
"""What one can press or follow."""
STRONG = "ev.strong"

TERMINAL: Mapping[str, str] = {
    ALARM: "bold red",
    WARN: "yellow",
    OK: "green",
    STALE: "italic yellow",
    DIM: "bright_black",
    ACCENT: "cyan",
    STRONG: "bold",
}
"""For `rich.theme.Theme`, with the terminal's own sixteen colours."""
