"""The policies of functions and keys that decide whether links work: read once it is known which of them matter."""

from __future__ import annotations

import asyncio
from random import Random

from evwatch.aws import functions, kms
from evwatch.aws.clients import Caller
from evwatch.aws.memory import Memory
from evwatch.aws.survey import Survey
from evwatch.model.access import Access, entries
from evwatch.model.clock import Clock
from evwatch.pollers.state import ContextState


class AccessReader:
    """Fills the state's access. What may not be read is a named gap, of which nothing is concluded."""

    def __init__(self, caller: Caller, state: ContextState, clock: Clock, random: Random | None = None) -> None:
        self._caller = caller
        self._state = state
        self._memory = Memory(clock.monotonic, random or Random())
        self._known_keys: dict[str, str] = {}

    async def read(self) -> None:
        """Read the policies that matter for the flow as it is known by now."""
        state = self._state
        keys = self._known_keys = self._keys()
        flow = state.flow.value
        if flow is None:
            return
        asked = [request for _, request in entries(flow)]
        met = {node.arn for node in flow.nodes if node.kind == "function" and node.met}
        entered = sorted({each.resource for each in asked if ":".join(each.resource.split(":")[:7]) in met})
        survey = Survey(self._caller, state.account, self._memory)
        policies, found = await asyncio.gather(
            functions.policies(survey, entered), kms.keys(survey, keys, {each.resource for each in asked})
        )
        self._memory.sweep()
        refused = {fault.source: fault for fault in survey.faults}
        for source in sorted(survey.sources):
            state.tried(source, refused.get(source))
        access = state.access.only(entered, keys).joined(Access(policies, found))
        if access != state.access:
            state.access = access
            state.changed()

    def forget(self) -> None:
        """Read everything anew next time."""
        self._memory.clear()

    @property
    def lacks(self) -> bool:
        """Whether a queue was found to be encrypted with a key that was not looked at yet."""
        return self._keys() != self._known_keys

    def _keys(self) -> dict[str, str]:
        """The queues and topics that name a key, with the name that they give it."""
        flow = self._state.flow.value
        found = {
            node.arn: node.details.get("kms-key", "") for node in (flow.nodes if flow else ()) if node.kind == "topic"
        }
        found |= {queue.arn: queue.kms_key_id or "" for queue in self._state.queues.values()}
        return {arn: name for arn, name in found.items() if name}
