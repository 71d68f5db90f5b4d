"""The flow as it was last discovered, on disk, so that the first picture after a start is not an empty one."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, get_args

from evwatch.model.flow import Edge, EdgeKind, Flow, Node, NodeKind
from evwatch.pollers import kept_files
from evwatch.pollers.place import Place

VERSION = 1
"""Of the document. One of another version is not read."""
_MOST_FILES = 64
_MOST_BYTES = 64 * 1024 * 1024
_NODE_KINDS = frozenset(get_args(NodeKind))
_EDGE_KINDS = frozenset(get_args(EdgeKind))

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Remembered:
    """Parts by the service that they were read from, and when."""

    parts: Mapping[str, Flow]
    taken_at: datetime


def default_folder() -> Path:
    """`flow` in the user's cache folder."""
    from platformdirs import user_cache_path

    return user_cache_path("evwatch", appauthor=False) / "flow"


class FlowCache:
    """One file for each place, readable by its owner alone: targets' inputs may hold what is nobody's business.

    Losing it costs nothing, so what cannot be read or written is left at that.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load(self, place: Place) -> Remembered | None:
        """What was saved last; None where there is nothing, or nothing that this version understands. Blocks."""
        try:
            path = self._folder / place.file_name
            if path.stat().st_size > _MOST_BYTES:
                return None
            return _remembered(json.loads(path.read_bytes()), place)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            log.info("the flow of %s is not taken from the cache: %s", place.file_name, type(error).__name__)
            return None

    def save(self, place: Place, remembered: Remembered) -> None:
        """Replace what was saved. Blocks."""
        try:
            # Emulators on ever new ports leave a file each.
            kept_files.write(self._folder / place.file_name, _document(place, remembered), _MOST_FILES)
        except OSError as error:
            log.info("the flow was not saved: %s", error.strerror)


def _document(place: Place, remembered: Remembered) -> dict[str, Any]:
    return {
        "version": VERSION,
        "account": place.account,
        "region": place.region,
        "endpoint_url": place.endpoint_url,
        "taken_at": remembered.taken_at.isoformat(),
        "parts": {
            name: {
                "nodes": [[n.arn, n.kind, n.name, n.account, n.region, n.state, n.detail] for n in flow.nodes],
                "edges": [[e.source, e.target, e.kind, e.enabled, e.detail] for e in flow.edges],
            }
            for name, flow in remembered.parts.items()
        },
    }


def _remembered(document: dict[str, Any], place: Place) -> Remembered | None:
    if document["version"] != VERSION:
        return None
    if (document["account"], document["region"], document["endpoint_url"]) != (
        place.account,
        place.region,
        place.endpoint_url,
    ):
        return None
    taken_at = datetime.fromisoformat(document["taken_at"])
    if taken_at.tzinfo is None:
        return None
    parts = {
        str(name): Flow(tuple(_nodes(part["nodes"])), tuple(_edges(part["edges"])))
        for name, part in document["parts"].items()
    }
    return Remembered(parts, taken_at)


def _nodes(rows: list[Any]) -> Iterator[Node]:
    for arn, kind, name, account, region, state, detail in rows:
        if kind not in _NODE_KINDS:
            raise ValueError(kind)
        yield Node(
            _text(arn),
            kind,
            _text(name),
            _text(account),
            _text(region),
            None if state is None else _text(state),
            _detail(detail),
        )


def _edges(rows: list[Any]) -> Iterator[Edge]:
    for source, target, kind, enabled, detail in rows:
        if kind not in _EDGE_KINDS or not isinstance(enabled, bool):
            raise ValueError(kind)
        yield Edge(_text(source), _text(target), kind, enabled, _detail(detail))


def _detail(rows: list[Any]) -> tuple[tuple[str, str], ...]:
    return tuple((_text(name), _text(value)) for name, value in rows)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(type(value).__name__)
    return value
