"""The flow around one resource in a few lines: what sends to it, what reads from it, where it gives up."""

from __future__ import annotations

from collections.abc import Callable

from rich.text import Text

from evwatch.model.flow import Edge, Flow, Node
from evwatch.present.inert import middle
from evwatch.present.tones import ALARM, DIM, STRONG, WARN

Remark = Callable[[str], Text | None]
"""What is to be said about a resource now (a queue's figures), by ARN; None where nothing is known."""

_KINDS = {"event-bus": "bus", "state-machine": "machine", "api-destination": "api"}
_GIVES_UP = ("dead-letters", "on-failure")
_OFF_STATES = {"disabled", "stopped", "inactive", "disabling", "stopping"}


def flow_around(flow: Flow, arn: str, width: int, height: int, remark: Remark) -> list[Text]:
    """At most `height` lines. Sources stand above the resource, consumers and DLQ below."""
    above = sorted(flow.incoming.get(arn, ()), key=_trouble_first)
    below = sorted(flow.outgoing.get(arn, ()), key=lambda edge: (edge.kind in _GIVES_UP, edge.target))
    room = max(2, height - 1)
    room_below = min(len(below), max(room - len(above), (room + 1) // 2))
    room_above = min(len(above), room - room_below)
    lines = [
        _line(_corner(index, room_above, "╭├", first_is_end=True), flow, edge.source, edge, width, remark)
        for index, edge in enumerate(above[:room_above])
    ]
    if len(above) > room_above:
        _more(lines, len(above) - room_above)
    lines.append(_centre(flow.node(arn), width, remark))
    after = [
        _line(_corner(index, room_below, "╰├", first_is_end=False), flow, edge.target, edge, width, remark)
        for index, edge in enumerate(below[:room_below])
    ]
    if len(below) > room_below:
        _more(after, len(below) - room_below)
    return [*lines, *after]


def kind_word(node: Node) -> str:
    """A node's kind as people call it."""
    return _KINDS.get(node.kind, node.kind)


def is_off(node: Node, edge: Edge | None = None) -> bool:
    """True where events do not pass: the link or the resource is disabled."""
    return (edge is not None and not edge.enabled) or (node.state or "").casefold() in _OFF_STATES


def _trouble_first(edge: Edge) -> tuple[bool, str]:
    return (edge.enabled, edge.source)


def _corner(index: int, total: int, glyphs: str, *, first_is_end: bool) -> str:
    end, between = glyphs[0], glyphs[1]
    at_end = index == 0 if first_is_end else index == total - 1
    return end if at_end else between


def _centre(node: Node, width: int, remark: Remark) -> Text:
    said = remark(node.arn)
    room = width - 3 - (said.cell_len if said else 0)
    line = Text.assemble(("◉ ", STRONG), (middle(node.name, max(12, room)), STRONG), no_wrap=True, end="")
    _append_state(line, node, None)
    return _append_remark(line, said, width)


def _line(corner: str, flow: Flow, arn: str, edge: Edge, width: int, remark: Remark) -> Text:
    node = flow.node(arn)
    gives_up = edge.kind in _GIVES_UP
    word = "gives up to" if gives_up and corner in "╰├" and arn == edge.target else kind_word(node)
    said = remark(arn)
    line = Text(no_wrap=True, end="")
    line.append(f"{corner}─", style=DIM)
    line.append(f" {word} ", style=DIM)
    room = width - line.cell_len - 1 - (said.cell_len + 1 if said else 0)
    line.append(middle(node.name, max(10, room)))
    _append_state(line, node, edge)
    if arn == edge.source:
        for further in flow.incoming.get(arn, ())[:1]:
            if further.kind not in _GIVES_UP and not said:
                line.append(f"  of {middle(flow.node(further.source).name, 24)}", style=DIM)
    return _append_remark(line, said, width)


def _append_state(line: Text, node: Node, edge: Edge | None) -> None:
    if is_off(node, edge):
        line.append("  ‖ disabled", style=ALARM if edge is None else WARN)


def _append_remark(line: Text, said: Text | None, width: int) -> Text:
    if said:
        line.append(" ")
        line.append_text(said)
    line.truncate(width, overflow="ellipsis")
    return line


def _more(lines: list[Text], hidden: int) -> None:
    """Take back the last line for a word about those that did not fit."""
    if lines:
        lines.pop()
        hidden += 1
    lines.append(Text(f"┆  and {hidden} more", style=DIM, no_wrap=True, end=""))
