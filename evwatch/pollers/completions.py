"""Leaves the names of one context on disk, for shells that complete them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from evwatch.aws.clients import Caller
from evwatch.deadletters.group import grouped
from evwatch.model.flow import Flow
from evwatch.model.look import Look
from evwatch.model.queue import Queue
from evwatch.pollers.known_names import KnownNames, Names
from evwatch.pollers.place import place_of
from evwatch.pollers.state import ContextState


class Completions:
    """Those of one context. Without `known` nothing is left anywhere."""

    def __init__(self, known: KnownNames | None, caller: Caller, state: ContextState) -> None:
        self._known = known
        self._caller = caller
        self._state = state

    async def save(self) -> None:
        """Only where both lists were read, or what was known would be lost."""
        state = self._state
        if self._known and state.account and state.queue_list.value is not None and state.flow.value is not None:
            names = names_of(state.queues.values(), state.flow.value)
            await asyncio.to_thread(self._known.save, self._file_name, names)

    async def add_groups(self, look: Look) -> None:
        """A queue was looked into: its failure groups can be named."""
        if self._known:
            groups = {each.group: each.title for each in grouped(look.letters)}
            await asyncio.to_thread(self._known.add_groups, self._file_name, look.queue.name, groups)

    @property
    def _file_name(self) -> str:
        return place_of(self._caller, self._state).file_name


def names_of(queues: Iterable[Queue], flow: Flow) -> Names:
    """What of a context can be named on a command line."""
    names = Names()
    for queue in queues:
        (names.dlqs if queue.arn in flow.dlq_arns else names.queues).append(queue.name)
    for node in flow.nodes:
        if node.kind == "function":
            names.functions.append(node.name)
        elif node.kind not in ("queue", "external", "other"):
            names.others.append(node.name)
        if node.kind == "rule":
            names.switches.append(node.arn)
    details = (dict(edge.detail) for edge in flow.edges if edge.kind == "consumes")
    names.switches += dict.fromkeys(each["mapping"] for each in details if "mapping" in each)
    return names
