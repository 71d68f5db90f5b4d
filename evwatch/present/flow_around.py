"""The flow around one resource in a few lines: what sends to it, what reads from it, where it gives up."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

from rich.text import Text

from evwatch.model.flow import GIVES_UP, Edge, Flow, Node
from evwatch.present.flow_names import is_off, kind_word, link_word, state_words
from evwatch.present.inert import middle, plain
from evwatch.present.tones import DIM, STRONG, WARN

Remark = Callable[[str], Text | None]
"""What is to be said about a resource now (a queue's figures), by ARN; None where nothing is known."""
_MOST_ASKED = 6


def neighbours(flow: Flow, arn: str) -> frozenset[str]:
    """The resource and what is one step from it: whose figures are worth being asked for."""
    before = (edge.source for edge in flow.incoming.get(arn, ()))
    after = (edge.target for edge in flow.outgoing.get(arn, ()))
    return frozenset([arn, *islice(before, _MOST_ASKED), *islice(after, _MOST_ASKED)])


def flow_around(flow: Flow, arn: str, width: int, height: int, remark: Remark) -> list[Text]:
    """At most `height` lines: sources above the resource, consumers and DLQ below; up to three steps where they fit."""
    for steps in (3, 2, 1):
        above = _upstream(flow, arn, steps, (), width, remark)
        below = _downstream(flow, arn, steps, (), width, remark)
        if len(above) + len(below) < height:
            break
    room = max(2, height - 1)
    for_below = min(len(below), max(room - len(above), (room + 1) // 2))
    for_above = room - for_below
    return [
        *_most(above, for_above),
        _centre(flow.node(arn), width, remark),
        *_most(below, for_below),
    ]


def _upstream(flow: Flow, arn: str, steps: int, indents: tuple[str, ...], width: int, remark: Remark) -> list[Text]:
    edges = sorted(flow.incoming.get(arn, ()), key=_sources_first)
    lines: list[Text] = []
    for index, edge in enumerate(edges):
        if steps > 1 and edge.source != arn:
            between = "   " if index == 0 else "│  "
            lines += _upstream(flow, edge.source, steps - 1, (*indents, between), width, remark)
        lines.append(_line((*indents, "╭─" if index == 0 else "├─"), flow, edge.source, edge, width, remark))
    return lines


def _downstream(flow: Flow, arn: str, steps: int, indents: tuple[str, ...], width: int, remark: Remark) -> list[Text]:
    edges = sorted(flow.outgoing.get(arn, ()), key=lambda edge: (edge.kind in GIVES_UP, edge.target))
    lines: list[Text] = []
    for index, edge in enumerate(edges):
        last = index == len(edges) - 1
        lines.append(_line((*indents, "╰─" if last else "├─"), flow, edge.target, edge, width, remark))
        if steps > 1 and edge.target != arn:
            between = "   " if last else "│  "
            lines += _downstream(flow, edge.target, steps - 1, (*indents, between), width, remark)
    return lines


def _most(lines: list[Text], room: int) -> list[Text]:
    """What fits, and a word about what does not."""
    if len(lines) <= room:
        return lines
    if room <= 0:
        return []
    return [*lines[: room - 1], Text(f"┆  and {len(lines) - room + 1} more", style=DIM, no_wrap=True, end="")]


def _sources_first(edge: Edge) -> tuple[bool, bool, str]:
    return (edge.kind not in GIVES_UP, edge.enabled, edge.source)


def _centre(node: Node, width: int, remark: Remark) -> Text:
    said = remark(node.arn)
    room = width - 3 - (said.cell_len if said else 0)
    line = Text.assemble(("◉ ", STRONG), (middle(node.name, max(12, room)), STRONG), no_wrap=True, end="")
    _append_state(line, node, None)
    return _append_remark(line, said, width)


def _line(indents: tuple[str, ...], flow: Flow, arn: str, edge: Edge, width: int, remark: Remark) -> Text:
    node = flow.node(arn)
    word = link_word(node, edge) if arn == edge.target else kind_word(node)
    said = remark(arn)
    line = Text(no_wrap=True, end="")
    line.append("".join(indents), style=DIM)
    line.append(f" {word} ", style=DIM)
    room = width - line.cell_len - 1 - (said.cell_len + 1 if said else 0)
    line.append(middle(node.name, max(10, room)))
    _append_state(line, node, edge)
    return _append_remark(line, said, width)


def _append_state(line: Text, node: Node, edge: Edge | None) -> None:
    if said := state_words(node, edge):
        line.append(f"  {'‖ ' if is_off(node, edge) else ''}{plain(said, 20)}", style=WARN)


def _append_remark(line: Text, said: Text | None, width: int) -> Text:
    if said:
        line.append(" ")
        line.append_text(said)
    line.truncate(width, overflow="ellipsis")
    return line
