"""Where one is, as one line: account, region, profile and endpoint stand on top of everything, always."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rich.text import Text

from evwatch.model.context import Context, Place
from evwatch.present.figures import MISSING
from evwatch.present.inert import middle, plain
from evwatch.present.tones import ACCENT, DIM, STRONG

_WIDE = 100
_PLACE_CELLS = 27
"""An account id and a region."""
_MORE_CELLS = 6
_NAME_CELLS = 20


def header_text(
    places: Sequence[Place], now: datetime | None, width: int, *, read_only: bool, demo: bool, work: str = ""
) -> Text:
    """One line: badges at the left where nothing can cut them off, then each context, the time at the right.

    `work` says which run is under way. Where several contexts leave too little room, the time goes first, and then
    those that are left out are counted; production stands before the others.
    """
    places = sorted(places, key=lambda place: not place.context.production)  # it is the last to be left out
    line = Text(" evwatch ", style=STRONG, no_wrap=True, end="")
    for word, short, style in _badges(places, read_only=read_only, demo=demo):
        line.append(" ")
        line.append(f" {word if width >= _WIDE else short} ", style=style)
    if work:
        line.append(" ")
        line.append(f" {plain(work, max(12, width // 3))} ", style="ev.badge-accent")
    clock = f"{now:{'%H:%M:%S %Z' if width >= _WIDE else '%H:%M:%S'}} " if now else ""
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


def place_words(place: Place) -> str:
    """`account 123456789012, region eu-central-1, profile on-call, endpoint AWS`: all of it, wherever it is told."""
    context, identity = place.context, place.identity
    parts = [f"account {identity.account if identity else 'unknown'}", f"region {context.region}"]
    if context.profile:
        parts.append(f"profile {context.profile}")
    parts.append(f"endpoint {context.endpoint_url or 'AWS'}")
    return plain(", ".join(parts), 500)


def _badges(places: Sequence[Place], *, read_only: bool, demo: bool) -> list[tuple[str, str, str]]:
    found: list[tuple[str, str, str]] = []
    contexts = [place.context for place in places]
    is_demo = demo or any(context.demo for context in contexts)
    if any(context.production for context in contexts):
        may_write = not read_only and any(context.production and not context.read_only for context in contexts)
        word, short = ("PRODUCTION: WRITE", "PROD:WRITE") if may_write else ("PRODUCTION", "PROD")
        found.append((word, short, "ev.badge-alarm"))
    if is_demo:
        found.append(("DEMO", "DEMO", "ev.badge-accent"))
    if read_only or (places and all(context.read_only for context in contexts)):
        found.append(("READ-ONLY", "RO", "ev.badge-ok"))
    if any(context.endpoint_url for context in contexts) and not is_demo:
        found.append(("CUSTOM ENDPOINT", "ENDPOINT", "ev.badge-warn"))
    return found


def _worn(context: Context, room: int) -> Text:
    """A context's name in its colour; production is red whatever else was chosen."""
    name = f" {middle(context.name, room)} "
    style = "ev.badge-alarm" if context.production else f"bold {ink(context.colour or '#000000')} on {context.colour}"
    return Text(name, style=style, end="")


def ink(colour: str) -> str:
    """Black or white, whichever can be read on this colour (relative luminance, WCAG 2)."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#000000" if luminance > 0.179 else "#ffffff"


def _place(place: Place, width: int, *, many: bool) -> Text:
    context, identity = place.context, place.identity
    account = plain(identity.account, 20) if identity else MISSING
    said = Text.assemble((f"{account} ", STRONG), (f"{plain(context.region, 24)}", ACCENT), no_wrap=True, end="")
    extra: list[str] = []
    if context.colour or context.production:
        room = min(_NAME_CELLS, width - said.cell_len - 4)
        if room >= 3:
            said.append("  ")
            said.append_text(_worn(context, room))
    elif many or not context.name.endswith(f"/{context.region}"):
        extra.append(context.name)
    elif context.profile:
        extra.append(f"profile {context.profile}")
    if many and context.read_only:
        extra.append("read-only")
    if context.endpoint_url:
        extra.append(context.endpoint_url)
    for word in extra:
        room = width - said.cell_len - 2
        if room >= 8:
            said.append("  ")
            said.append(middle(word, room), style=DIM)
    return said
