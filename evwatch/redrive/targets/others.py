"""Functions, topics, state machines and buses as targets."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from evwatch.aws import delivering
from evwatch.aws.clients import Caller
from evwatch.aws.sending import Answer, Outgoing
from evwatch.deadletters.decode.layers import member_text
from evwatch.deadletters.decode.reading import read_json

_LARGEST = 1_048_576
_ENTRIES = 10
_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9_-]")


@dataclass(frozen=True, slots=True)
class _One:
    """What takes one message in a request, and does again what is sent again."""

    caller: Caller
    arn: str
    repeatable: bool = False
    most: int = 1
    most_bytes: int = _LARGEST


@dataclass(frozen=True, slots=True)
class FunctionTarget(_One):
    """A function, invoked asynchronously as the event source did."""

    async def send(self, messages: Sequence[Outgoing], seconds: float) -> Answer:
        """Invoke, once."""
        return await delivering.invoke(self.caller, self.arn, messages[0].body, seconds)


@dataclass(frozen=True, slots=True)
class TopicTarget(_One):
    """A topic that a rule could not reach."""

    async def send(self, messages: Sequence[Outgoing], seconds: float) -> Answer:
        """Publish, once."""
        return await delivering.publish(self.caller, self.arn, messages[0], seconds)


@dataclass(frozen=True, slots=True)
class MachineTarget(_One):
    """A state machine. A standard one starts once for each name, so it recognises what is sent again."""

    async def send(self, messages: Sequence[Outgoing], seconds: float) -> Answer:
        """StartExecution, named after the dead letter."""
        name = f"evwatch-{_NOT_IN_A_NAME.sub('-', messages[0].deduplication_id or '')}"[:80]
        return await delivering.start_execution(self.caller, self.arn, name, messages[0].body, seconds)


@dataclass(frozen=True, slots=True)
class BusTarget(_One):
    """An event bus that a rule forwards to. It gets the event with a new id, as all buses give their own."""

    most: int = _ENTRIES

    async def send(self, messages: Sequence[Outgoing], seconds: float) -> Answer:
        """PutEvents, once."""
        return await delivering.put_events(self.caller, [self._entry(message.body) for message in messages], seconds)

    def _entry(self, event: str) -> dict[str, Any]:
        value = read_json(event).value
        parts = value if type(value) is dict else {}
        entry: dict[str, Any] = {
            "EventBusName": self.arn,
            "Source": str(parts.get("source", "")),
            "DetailType": str(parts.get("detail-type", "")),
            "Detail": member_text(event, "detail") or "{}",
        }
        resources = parts.get("resources")
        if type(resources) is list:
            entry["Resources"] = [str(each) for each in resources]
        if at := _moment(parts.get("time")):
            entry["Time"] = at
        return entry


def _moment(text: object) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
