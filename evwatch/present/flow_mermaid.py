"""The flow as a Mermaid flowchart, for a page of a wiki or a pull request."""

from __future__ import annotations

from collections.abc import Iterator

from evwatch.model.flow import GIVES_UP, Edge, Node
from evwatch.model.flow_assessment import AssessedFlow
from evwatch.present.flow_names import kind_word
from evwatch.present.inert import plain

_LONGEST = 120
_SHAPES = {
    "event-bus": ("[[", "]]"),
    "rule": ("{{", "}}"),
    "queue": ("[(", ")]"),
    "topic": ("([", "])"),
    "function": ("[", "]"),
    "table": ("[(", ")]"),
    "bucket": ("[(", ")]"),
    "stream": ("[(", ")]"),
    "alarm": (">", "]"),
}
_LABELLED = ("dead-letters", "on-failure", "on-success", "calls", "archives")
_CLASSES = (
    "classDef critical fill:#fde2e1,stroke:#c4241c,color:#5f0f0a",
    "classDef warn fill:#fff3d1,stroke:#b57b00,color:#4d3600",
)


def mermaid_lines(flow: AssessedFlow) -> Iterator[str]:
    """The document. Links that are off are dotted and say so; ways of giving up are dotted too."""
    yield "flowchart LR"
    names = {node.arn: f"n{number}" for number, node in enumerate(flow.flow.nodes)}
    for node in flow.flow.nodes:
        begin, end = _SHAPES.get(node.kind, ("[", "]"))
        yield f'  {names[node.arn]}{begin}"{_label(node)}"{end}'
    for edge in flow.flow.edges:
        yield f"  {names[edge.source]} {_arrow(edge)} {names[edge.target]}"
    for health in ("critical", "warn"):
        marked = [names[of.node.arn] for of in flow.nodes() if of.verdict.health == health]
        if marked:
            yield f"  class {','.join(marked)} {health}"
    for line in _CLASSES:
        yield f"  {line}"


def _label(node: Node) -> str:
    return f"{kind_word(node)}<br/>{_escaped(node.name)}"


def _arrow(edge: Edge) -> str:
    words: list[str] = [edge.kind] if edge.kind in _LABELLED else []
    if not edge.enabled:
        words.append("off")
    line = "-.->" if edge.kind in GIVES_UP or not edge.enabled else "-->"
    return f"{line}|{', '.join(words)}|" if words else line


def _escaped(text: str) -> str:
    """Mermaid reads HTML in labels: whatever is not a plain word becomes an entity of its own notation."""
    return "".join(
        character if character.isalnum() or character in " -_./:@" else f"#{ord(character)};"
        for character in plain(text, _LONGEST)
    )
