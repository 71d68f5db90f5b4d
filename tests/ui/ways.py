"""The way to every screen and every question, from the overview of a session that has looked into one DLQ."""

from __future__ import annotations

from textual.pilot import Pilot

from evwatch.screens.wanted import DeadLettersWanted
from tests.ui.letter_scenes import KEY
from tests.ui.reading import shows

_FROM_OVERVIEW: dict[str, tuple[tuple[str, ...], str]] = {
    "overview": ((), "Queues"),
    "filter": (("slash",), "Queues"),
    "chart alone": (("v",), "1/"),
    "details": (("enter",), "configuration"),
    "flow": (("2",), "Findings"),
    "a finding": (("2", "tab", "enter"), "finding  "),
    "alarms": (("4",), "Alarm  1/"),
    "document": (("y",), '"oldest_age_seconds"'),
    "faults": (("exclamation_mark",), "What could not be read"),
    "hand-over": (("H",), "# evwatch hand-over"),
    "runs": (("6",), "nothing was redriven"),
    "help": (("question_mark",), "look closer"),
    "jump": (("colon",), "jump to"),
    "palette": (("ctrl+p",), "Search for commands"),
}
_FROM_LETTERS: dict[str, tuple[tuple[str, ...], str]] = {
    "groups": ((), "━ Groups"),
    "messages": (("tab",), "━ Messages  49"),
    "one message": (("tab", "tab"), "━ Message "),
    "look": (("ctrl+r",), "Look into"),
    "export": (("w",), "Export"),
    "an id": (("i",), "any id in a message"),
    "logs": (("l",), "0 lines"),
}
WAYS = (*_FROM_OVERVIEW, *_FROM_LETTERS)
TYPED = frozenset(("filter", "jump", "palette", "export", "an id"))
"""Where a key is a letter."""
_DEEPEST = 4


async def go(pilot: Pilot[None], way: str) -> None:
    """From the overview to where it leads; returns when that is there."""
    if way in _FROM_LETTERS:
        pilot.app.screen.post_message(DeadLettersWanted(KEY))
        await shows(pilot, "seen 49 of about 49")
    keys, shown = _FROM_LETTERS.get(way) or _FROM_OVERVIEW[way]
    await pilot.press(*keys)
    await shows(pilot, shown)
    await pilot.wait_for_scheduled_animations()


async def back(pilot: Pilot[None]) -> None:
    """To the overview, without a filter."""
    for _ in range(_DEEPEST):
        await pilot.press("escape")
    await shows(pilot, "Queues", "? help  enter details")
