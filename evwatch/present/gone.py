"""Messages of a look that are not in their queue any more, because a run has taken them out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from rich.text import Text

from evwatch.present.tones import DIM, OK


@dataclass(frozen=True, slots=True)
class Gone:
    """A message that a run has taken out of its queue."""

    run: str
    word: Literal["sent", "deleted"]
    at: datetime

    @property
    def mark(self) -> str:
        """A glyph for it."""
        return "↗" if self.word == "sent" else "✗"


def gone_line(gone: Mapping[str, Gone], total: int) -> Text:
    """How much of what a look showed is not there any more."""
    words = Counter(each.word for each in gone.values())
    said = ", ".join(f"{amount:,} {word}" for word, amount in sorted(words.items(), reverse=True))
    runs = sorted({each.run for each in gone.values()})
    named = runs[0] if len(runs) == 1 else f"{len(runs)} runs"
    line = Text(f"↗ of these {total:,}: {said} since, by {named}", style=OK, no_wrap=True, end="")
    line.append("   ctrl+r", style="ev.key")
    line.append(" reads what is there now", style=DIM)
    return line
