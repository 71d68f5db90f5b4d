"""A look over one service's configuration that goes on where something may not be read, and says what that was."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, TypeVar

from evwatch.aws.clients import Caller
from evwatch.aws.errors import AwsError
from evwatch.aws.service import Call
from evwatch.model.fault import Fault

T = TypeVar("T")
R = TypeVar("R")


class Survey:
    """Calls whose refusals are gaps in the picture, kept one for each source."""

    def __init__(self, caller: Caller) -> None:
        self.caller = caller
        self._faults: dict[str, Fault] = {}
        self.sources: set[str] = set()
        """Every source that was tried."""

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What could not be read."""
        return tuple(self._faults.values())

    async def items(self, call: Call, key: str, **parameters: Any) -> list[dict[str, Any]]:
        """The elements of every page; none where the call is refused."""
        found = await self._try(call, self.caller.items(call, key, **parameters))
        return [item for item in found or () if isinstance(item, dict)]

    async def one(self, call: Call, **parameters: Any) -> dict[str, Any] | None:
        """One answer; None where the call is refused."""
        return await self._try(call, self.caller.call(call, **parameters))

    async def each(self, things: Iterable[T], read: Callable[[T], Awaitable[R]]) -> list[tuple[T, R]]:
        """What `read` gives for each thing, in order, as many at once as the context allows."""
        known = list(things)
        return list(zip(known, await asyncio.gather(*(read(thing) for thing in known)), strict=True))

    async def _try(self, call: Call, reading: Awaitable[R]) -> R | None:
        self.sources.add(call.iam_action)
        try:
            return await reading
        except AwsError as error:
            # A resource deleted since it was listed is no fault, nor is an API that an emulator lacks.
            if error.fault.code != "not-found" and not error.unsupported:
                self._faults.setdefault(call.iam_action, error.fault)
            return None


def text(item: dict[str, Any], *path: str) -> str:
    """The text at this path of an answer; empty where it is missing or something else."""
    found: Any = item
    for key in path:
        found = found.get(key) if isinstance(found, dict) else None
    return found if isinstance(found, str) else ""


def details(**pairs: object) -> tuple[tuple[str, str], ...]:
    """An edge's detail, without what is empty; `rule_arn` becomes `rule-arn`."""
    return tuple((key.replace("_", "-"), str(value)) for key, value in pairs.items() if value not in (None, "", {}))
