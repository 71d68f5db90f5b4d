"""What a resource of the flow is called, and whether events pass it."""

from __future__ import annotations

from evwatch.model.flow import Edge, Node

_KINDS = {"event-bus": "bus", "state-machine": "machine", "api-destination": "api"}
_MEANINGS = {"dead-letters": "gives up to", "on-failure": "gives up to", "on-success": "on success"}
_OFF_STATES = {"disabled", "stopped", "inactive", "disabling", "stopping"}
_OFF_LINKS = {"consumes": "paused", "subscribes": "unconfirmed", "notifies": "actions off"}
_HARDLY_LISTED = ("external", "bucket", "log-group", "other", "table", "archive", "alarm")
"""Kinds of which discovery does not claim to know all."""


def kind_word(node: Node) -> str:
    """A node's kind as people call it."""
    return _KINDS.get(node.kind, node.kind)


def link_word(node: Node, edge: Edge | None) -> str:
    """The kind of what the link leads to, or what the link means where that matters more."""
    meaning = _MEANINGS.get(edge.kind, "") if edge else ""
    return meaning or kind_word(node)


def is_off(node: Node, edge: Edge | None = None) -> bool:
    """True where events do not pass: the link or the resource is disabled."""
    return (edge is not None and not edge.enabled) or (node.state or "").casefold() in _OFF_STATES


def state_words(node: Node, edge: Edge | None) -> str:
    """What is off, or not known; empty where there is nothing to say."""
    if not node.met and node.kind not in _HARDLY_LISTED:
        return "not seen"
    if edge is not None and not edge.enabled:
        return _OFF_LINKS.get(edge.kind, "disabled")
    if node.kind == "alarm":
        return node.state or ""
    return (node.state or "").lower().replace("_", " ") if is_off(node) else ""
