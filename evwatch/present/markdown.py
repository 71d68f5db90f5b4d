"""Text from AWS within Markdown, where it can be nothing but text.

In a code span nothing is parsed: no link, no HTML, no mention of a person, whichever renderer it meets. A table splits
its cells at every bar, in code too, and renderers differ in how one is escaped: there a bar becomes a broken one.
"""

from __future__ import annotations

import re

from evwatch.present.figures import MISSING
from evwatch.present.inert import plain

_TICKS = re.compile(r"`+")


def code(text: str, limit: int = 300) -> str:
    """The text as a code span of one line; an en dash where there is none."""
    shown = plain(" ".join(text.split()), limit).strip()
    if not shown:
        return MISSING
    longest = max((len(run) for run in _TICKS.findall(shown)), default=0)
    fence = "`" * (longest + 1)
    edge = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{edge}{shown}{edge}{fence}"


def cell(text: str, limit: int = 300) -> str:
    """The text as a code span that may stand in a table."""
    return code(text.replace("|", "\N{BROKEN BAR}"), limit)


def table(titles: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    """The lines of a table. Its cells are Markdown by now: numbers and words of evwatch's own, or made by `cell`."""
    lines = [titles, tuple("---" for _ in titles), *rows]
    return [f"| {' | '.join(line)} |" for line in lines]


def link(words: str, url: str | None) -> str:
    """A link of evwatch's own; the bare words where there is nowhere to go."""
    return f"[{words}]({url})" if url else words
