"""Where one is, as one line: account, region, profile and endpoint stand on top of everything, always."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rich.cells import cell_len
from rich.text import Text

from evwatch.model.context import Context, Place
from evwatch.present.figures import MISSING
from evwatch.present.inert import middle, plain
from evwatch.present.tones import ACCENT, DIM, STRONG

_WIDE = 100
_BRAND = " evwatch "
_PLACE_CELLS = 27
"""An account id and a region."""
_MORE_CELLS = 6
_NAME_CELLS = 20
_WORD_CELLS = 24
"""As much of a profile or an endpoint as tells which one it is."""
_WORD_LEAST = 8


def header_text(
    places: Sequence[Place], now: datetime | None, width: int, *, read_only: bool, demo: bool, work: str = ""
) -> Text:
    """One line: badges at the left where nothing can cut them off, then each context, the time at the right.

    `work` says which run is under way. Where there is too little room, what says nothing of where one is goes first:
    evwatch's own name, then the time. Then contexts that are left out are counted; production stands before the others.
    """
    places = sorted(places, key=lambda place: not place.context.production)  # it is the last to be left out
    badges = Text(no_wrap=True, end="")
    for word, short, style in _badges(places, read_only=read_only, demo=demo):
        badges.append(" ")
        badges.append(f" {word if width >= _WIDE else short} ", style=style)
    if work:
        badges.append(" ")
        badges.append(f" {plain(work, max(12, width // 3))} ", style="ev.badge-accent")
    clock = f"{now:{'%H:%M:%S %Z' if width >= _WIDE else '%H:%M:%S'}} " if now else ""
    needed = badges.cell_len + (_needed(places[0]) if len(places) == 1 else len(places) * _PLACE_CELLS)
    brand = _BRAND if len(_BRAND) + needed + len(clock) < width else ""
    if needed + len(clock) >= width:
        clock = ""
    line = Text(brand, style=STRONG, no_wrap=True, end="")
    line.append_text(badges)
    room = width - line.cell_len - len(clock) - 1
    fitting = min(len(places), max(1, room // _PLACE_CELLS))
    if fitting < len(places):
        room -= _MORE_CELLS
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


def _needed(place: Place) -> int:
    """Cells in which one context alone can tell all of that, in short."""
    context = place.context
    worn = min(cell_len(plain(context.name, _NAME_CELLS)), _NAME_CELLS) + 4 if _wears(context) else 0
    return 2 + _identity(place).cell_len + worn + _shortest(_more(context, many=False))


def _place(place: Place, width: int, *, many: bool) -> Text:
    context = place.context
    said = _identity(place)
    if _wears(context):
        room = min(_NAME_CELLS, width - said.cell_len - 4)
        if room >= 3:
            said.append("  ")
            said.append_text(_worn(context, room))
    words = _more(context, many=many)
    for index, (word, short) in enumerate(words, 1):
        room = width - said.cell_len - 2 - _shortest(words[index:])
        if room >= min(_WORD_LEAST, cell_len(short)):
            said.append("  ")
            said.append(middle(word if cell_len(word) <= room else short, room), style=DIM)
    return said


def _identity(place: Place) -> Text:
    account = plain(place.identity.account, 20) if place.identity else MISSING
    return Text.assemble((f"{account} ", STRONG), (plain(place.context.region, 24), ACCENT), no_wrap=True, end="")


def _wears(context: Context) -> bool:
    """Whether its name stands in a colour."""
    return bool(context.colour) or context.production


def _more(context: Context, *, many: bool) -> list[tuple[str, str]]:
    """What else says which one it is, in full and in short."""
    words: list[tuple[str, str]] = []
    if not _wears(context):
        if many or not context.name.endswith(f"/{context.region}"):
            words.append((context.name, context.name))
        elif context.profile:
            words.append((f"profile {context.profile}", context.profile))
    if many and context.read_only:
        words.append(("read-only", "read-only"))
    if url := context.endpoint_url:
        words.append((url, url.partition("://")[2] or url))
    return words


def _shortest(words: Sequence[tuple[str, str]]) -> int:
    """Cells that these should have at least, with what stands between them."""
    return sum(2 + min(cell_len(short), _WORD_CELLS) for _, short in words)
