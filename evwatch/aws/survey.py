"""A look over one service's configuration that goes on where something may not be read, and says what that was."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, TypeVar

from evwatch.aws.clients import Caller
from evwatch.aws.errors import AwsError
from evwatch.aws.memory import Memory
from evwatch.aws.service import Call
from evwatch.model.fault import Fault

T = TypeVar("T")
R = TypeVar("R")

_AT_ONCE = 16
"""Twice what a context has in flight: enough to keep that busy, few enough that a refusal is heard in time."""
_REFUSALS = 10
"""After so many refusals and not one answer the caller may not make this call at all; more would only fill logs."""


class Survey:
    """Calls whose refusals are gaps in the picture, kept one for each source."""

    def __init__(self, caller: Caller, account: str = "", memory: Memory | None = None) -> None:
        self.caller = caller
        self.account = account
        """Whose resources these are; empty while that is not known."""
        self._memory = memory
        self._faults: dict[str, Fault] = {}
        self._answered: Counter[str] = Counter()
        self._denied: Counter[str] = Counter()
        self.sources: set[str] = set()
        """Every source that was tried."""

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What could not be read."""
        return tuple(self._faults.values())

    def gap(self, call: Call, what: str) -> None:
        """Name a part of the picture that is left out this time."""
        source = call.iam_action
        self._faults.setdefault(source, Fault("aws", f"{source}: {what}", "", source, self.caller.context.name))

    def knows(self, call: Call, resource: str) -> bool:
        """Whether `kept` would answer without a request."""
        return self._memory is not None and self._memory.recall(call.iam_action, resource) is not None

    async def items(self, call: Call, key: str, at_most: int | None = None, **parameters: Any) -> list[dict[str, Any]]:
        """The elements of every page; none where the call is refused.

        Where there are more than `at_most`, the rest is left out, and that is a gap like any other.
        """
        found = await self._try(call, lambda: self._listed(call, key, at_most, parameters))
        return [item for item in found or () if isinstance(item, dict)]

    async def one(self, call: Call, **parameters: Any) -> dict[str, Any] | None:
        """One answer; None where the call is refused."""
        return await self._try(call, lambda: self.caller.call(call, **parameters))

    async def kept(
        self,
        call: Call,
        resource: str,
        seconds: float,
        missing: dict[str, Any] | None = None,
        /,
        **parameters: Any,
    ) -> dict[str, Any] | None:
        """One answer about one resource, which may be up to so many seconds old. Put into `resource` whatever says
        that it was changed (a date, a revision), and it is read anew when that moves. `missing` is the answer where
        there is none, for what not every resource has."""
        if self._memory is None:
            return await self._one_or(missing, call, parameters)
        known = self._memory.recall(call.iam_action, resource)
        if known is not None:
            self.sources.add(call.iam_action)
            self._answered[call.iam_action] += 1
            return known
        answer = await self._one_or(missing, call, parameters)
        if answer is not None:
            self._memory.keep(call.iam_action, resource, answer, seconds)
        return answer

    async def _one_or(
        self, missing: dict[str, Any] | None, call: Call, parameters: dict[str, Any]
    ) -> dict[str, Any] | None:
        async def read() -> dict[str, Any]:
            try:
                return await self.caller.call(call, **parameters)
            except AwsError as error:
                if missing is None or error.fault.code != "not-found":
                    raise
                return missing

        return await self._try(call, read)

    async def each(self, things: Iterable[T], read: Callable[[T], Awaitable[R]]) -> list[tuple[T, R]]:
        """What `read` gives for each thing, in order."""
        known = list(things)
        found: dict[int, R] = {}
        turns = iter(range(len(known)))

        async def work() -> None:
            for turn in turns:
                found[turn] = await read(known[turn])

        await asyncio.gather(*(work() for _ in range(min(_AT_ONCE, len(known)))))
        return [(thing, found[turn]) for turn, thing in enumerate(known)]

    async def _listed(self, call: Call, key: str, at_most: int | None, parameters: dict[str, Any]) -> list[Any]:
        found: list[Any] = []
        async for page in self.caller.pages(call, **parameters):
            found.extend(page.get(key) or ())
            if at_most is not None and len(found) > at_most:
                self.gap(call, f"there are more than {at_most:,}; the first {at_most:,} are shown")
                return found[:at_most]
        return found

    async def _try(self, call: Call, read: Callable[[], Awaitable[R]]) -> R | None:
        source = call.iam_action
        self.sources.add(source)
        if self._denied[source] >= _REFUSALS and not self._answered[source]:
            return None
        try:
            answer = await read()
        except AwsError as error:
            self._denied[source] += error.fault.code == "permission"
            # A resource deleted since it was listed is no fault, nor is an API that an emulator lacks.
            if error.fault.code != "not-found" and not error.unsupported:
                self._faults.setdefault(source, error.fault)
            return None
        self._answered[source] += 1
        return answer


def text(item: dict[str, Any], *path: str) -> str:
    """The text at this path of an answer; empty where it is missing or something else."""
    found: Any = item
    for key in path:
        found = found.get(key) if isinstance(found, dict) else None
    return found if isinstance(found, str) else ""


def details(**pairs: object) -> tuple[tuple[str, str], ...]:
    """An edge's detail, without what is empty; `rule_arn` becomes `rule-arn`."""
    return tuple((key.replace("_", "-"), str(value)) for key, value in pairs.items() if value not in (None, "", {}))


def patterns(item: dict[str, Any], *path: str) -> str:
    """The filter patterns of an event source mapping or pipe; one event must match one of them."""
    found: Any = item
    for key in path:
        found = found.get(key) if isinstance(found, dict) else None
    filters = found.get("Filters") if isinstance(found, dict) else None
    return " or ".join(text(each, "Pattern") for each in filters or () if isinstance(each, dict))
