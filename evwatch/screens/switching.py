"""Pausing and resuming what the cursor is on: its state is read anew, its name typed, and what came of it told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.text import Text

from evwatch.model.fault import EvwatchError, Fault
from evwatch.model.flow import Edge, Flow, Node
from evwatch.model.switch import Switch, consequences
from evwatch.present.inert import inert_lines, plain
from evwatch.screens.dialog import ask
from evwatch.screens.typed_ask import TypedAskScreen

if TYPE_CHECKING:
    from textual.screen import Screen

    from evwatch.model.context import Place
    from evwatch.screens.live import LiveSession

_SECONDS = 6


def switchable(flow: Flow, node: Node, edge: Edge | None = None) -> tuple[str, ...]:
    """What of a resource can be switched, by UUID or ARN: a rule, or the mappings by which a function reads.

    `edge` is the link on which the cursor is; where that is a mapping it alone is meant.
    """
    if node.kind == "rule":
        return (node.arn,)
    if edge is not None and edge.named("mapping") and edge.kind == "consumes":
        return edge.named("mapping")
    return tuple(_mappings(flow, node))


def _mappings(flow: Flow, node: Node) -> Iterator[str]:
    edges = flow.incoming if node.kind == "function" else flow.outgoing
    for edge in edges.get(node.arn, ()):
        if edge.kind == "consumes":
            yield from edge.named("mapping")


async def switch(screen: Screen[None], session: LiveSession | None, place: Place | None, what: tuple[str, ...]) -> None:
    """Ask, and do it, where `what` is one thing. What is refused is told, and nothing was done."""
    if session is None or len(what) != 1:
        said = (
            "several consumers read it; put the cursor on one of them"
            if what
            else "what can be paused is a rule, or a function that reads a queue or a stream"
        )
        screen.notify(said, markup=False, timeout=3)
        return
    switcher = session.switcher
    try:
        found = await switcher.find(what[0])
        on = not found.on
        switcher.require_acting(found, on=on)
        lines = (line for words in consequences(found, on=on) for line in inert_lines(words, 4, 400))
        asking = TypedAskScreen("Resume" if on else "Pause", found.name, list(map(Text, lines)), place)
        if not await ask(screen, asking):
            return
        screen.notify(f"{'resuming' if on else 'pausing'} {plain(found.name, 80)} …", markup=False, timeout=_SECONDS)
        switched = await switcher.switch(found, on=on)
    except EvwatchError as error:
        _tell(screen, error.fault)
    else:
        screen.notify(_told(switched.after), markup=False, timeout=_SECONDS)


def _told(after: Switch) -> str:
    waiting = "" if after.settled else ": AWS is still carrying it out"
    return f"{plain(after.name, 80)} is {plain(after.state, 40)}{waiting}"


def _tell(screen: Screen[None], fault: Fault) -> None:
    screen.notify(plain(str(fault), 300), severity="error", markup=False, timeout=2 * _SECONDS)
