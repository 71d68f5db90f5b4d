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


def header_text(places: Sequence[Place], now: datetime | None, width: int, *, read_only: bool, demo: bool) -> Text:
    """One line: badges at the left where nothing can cut them off, then each context, the time at the right."""
    line = Text(" evwatch ", style=STRONG, no_wrap=True, end="")
    for word, style in _badges(places, read_only=read_only, demo=demo):
        line.append(" ")
        line.append(f" {word} ", style=style)
    clock = f"{now:%H:%M:%S} " if now else ""
    room = width - line.cell_len - len(clock) - 1
    share = room // max(1, len(places)) - 2
    for place in places:
        line.append("  ")
        line.append_text(_place(place, max(12, share), many=len(places) > 1))
    line.truncate(max(1, width - len(clock) - 1), overflow="ellipsis")
    line.append(" " * max(0, width - line.cell_len - len(clock)))
    line.append(clock, style=DIM)
    return line


def _badges(places: Sequence[Place], *, read_only: bool, demo: bool) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    if any(context.production for context, _ in places):
        found.append(("PRODUCTION", "ev.badge-alarm"))
    if demo or any(context.demo for context, _ in places):
        found.append(("DEMO", "ev.badge-accent"))
    if read_only or (places and all(context.read_only for context, _ in places)):
        found.append(("READ-ONLY", "ev.badge-ok"))
    if any(context.endpoint_url for context, _ in places) and not demo:
        found.append(("CUSTOM ENDPOINT", "ev.badge-warn"))
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
