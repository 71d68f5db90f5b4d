"""Where one is, as one line: account, region, profile and endpoint stand on top of everything, always."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rich.text import Text

from evwatch.model.context import Context, Identity
from evwatch.present.figures import MISSING
from evwatch.present.inert import middle, plain
from evwatch.present.tones import ACCENT, DIM, STRONG

Place = tuple[Context, Identity | None]
"""A context, and who AWS says that is; None until it has answered."""

_WIDE = 100
_PLACE_CELLS = 27
"""An account id and a region."""
_MORE_CELLS = 6


def header_text(places: Sequence[Place], now: datetime | None, width: int, *, read_only: bool, demo: bool) -> Text:
    """One line: badges at the left where nothing can cut them off, then each context, the time at the right.

    Where several contexts leave too little room, the time goes first, and then those that are left out are counted.
    """
    line = Text(" evwatch ", style=STRONG, no_wrap=True, end="")
    for word, short, style in _badges(places, read_only=read_only, demo=demo):
        line.append(" ")
        line.append(f" {word if width >= _WIDE else short} ", style=style)
    clock = f"{now:%H:%M:%S} " if now else ""
    if line.cell_len + len(places) * _PLACE_CELLS + len(clock) > width:
        clock = ""
    room = width - line.cell_len - len(clock) - 1
    fitting = min(len(places), max(1, room // _PLACE_CELLS))
    for place in places[:fitting]:
        line.append("  ")
        line.append_text(_place(place, max(_PLACE_CELLS, room // fitting) - 2, many=len(places) > 1))
    if fitting < len(places):
        line.truncate(max(1, width - _MORE_CELLS), overflow="ellipsis")
        line.append(f"  +{len(places) - fitting}", style=DIM)
    line.truncate(max(1, width - len(clock)), overflow="ellipsis")
    line.append(" " * max(0, width - line.cell_len - len(clock)))
    line.append(clock, style=DIM)
    return line


def _badges(places: Sequence[Place], *, read_only: bool, demo: bool) -> list[tuple[str, str, str]]:
    found: list[tuple[str, str, str]] = []
    is_demo = demo or any(context.demo for context, _ in places)
    if any(context.production for context, _ in places):
        found.append(("PRODUCTION", "PROD", "ev.badge-alarm"))
    if is_demo:
        found.append(("DEMO", "DEMO", "ev.badge-accent"))
    if read_only or (places and all(context.read_only for context, _ in places)):
        found.append(("READ-ONLY", "RO", "ev.badge-ok"))
    if any(context.endpoint_url for context, _ in places) and not is_demo:
        found.append(("CUSTOM ENDPOINT", "ENDPOINT", "ev.badge-warn"))
    return found


def _place(place: Place, width: int, *, many: bool) -> Text:
    context, identity = place
    account = plain(identity.account, 20) if identity else MISSING
    parts = [(f"{account} ", STRONG), (f"{plain(context.region, 24)}", ACCENT)]
    extra: list[str] = []
    if many:
        extra.append(context.name)
    elif context.profile:
        extra.append(f"profile {context.profile}")
    if context.endpoint_url:
        extra.append(context.endpoint_url)
    said = Text.assemble(*parts, no_wrap=True, end="")
    for word in extra:
        room = width - said.cell_len - 2
        if room >= 8:
            said.append("  ")
            said.append(middle(word, room), style=DIM)
    return said
