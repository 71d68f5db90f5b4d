"""Finds the target of each dead letter, and makes what is sent to it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from evwatch.aws import delivering, sqs
from evwatch.aws.clients import Caller
from evwatch.aws.errors import AwsError
from evwatch.aws.sending import Outgoing
from evwatch.deadletters.decode.payload import payload
from evwatch.model.arn import Arn, parse_arn
from evwatch.model.clock import Clock
from evwatch.model.deadletter import DeadLetter
from evwatch.model.flow import Flow
from evwatch.model.queue import Queue
from evwatch.model.report import SkipCode
from evwatch.redrive.targets.others import BusTarget, FunctionTarget, MachineTarget, TopicTarget
from evwatch.redrive.targets.parcel import NoTarget, Parcel, Routed, Target
from evwatch.redrive.targets.queue import QueueTarget, outgoing
from evwatch.redrive.targets.records import sns_records
from evwatch.redrive.targets.rendering import Made, UnrenderableError, rendered

T = TypeVar("T")


class Router:
    """Answers for one DLQ. What it finds out about a target it finds out once."""

    def __init__(
        self,
        caller: Caller,
        clock: Clock,
        dlq: Queue,
        to: Queue | None = None,
        flow: Flow | None = None,
        edits: Mapping[str, str] | None = None,
    ) -> None:
        self._caller = caller
        self._clock = clock
        self._dlq = dlq
        self._to = to
        self._flow = flow or Flow()
        self._edits = edits or {}
        self._queues: dict[str, asyncio.Task[Queue | None]] = {}
        self._rules: dict[str, asyncio.Task[list[dict[str, Any]]]] = {}

    async def route(self, letter: DeadLetter) -> Routed:
        """Where this letter goes, with what; or why it cannot go anywhere. Raises AwsError."""
        edited = self._edits.get(letter.id)
        if self._to:
            return self._to_queue(letter, self._to, outgoing(letter, fifo=self._to.fifo, body=edited))
        arn = parse_arn(letter.target_arn) if letter.target_arn else None
        if letter.target_arn is None or arn is None:
            return NoTarget(letter, _code(letter), letter.target_reason)
        if arn.region not in ("", self._dlq.region):
            return NoTarget(letter, "other-region", f"{letter.target_arn} is in another region than its DLQ")
        given = edited if edited is not None else payload(letter)
        if given is None:
            return NoTarget(letter, "no-payload", "the message holds a record of the failure and not what failed")
        if letter.origin == "rule":
            return await self._to_rule_target(letter, arn, given)
        if letter.origin == "topic" and arn.service == "lambda" and edited is None:
            given = sns_records(letter)
        return await self._to_target(letter, arn, given, {})

    async def _to_rule_target(self, letter: DeadLetter, arn: Arn, event: str) -> Routed:
        """The one target that failed, with what the rule makes of the event for it."""
        rule = parse_arn(letter.source_arn or "")
        if rule is None:
            return NoTarget(letter, "no-target", "the message does not name its rule")
        _, _, rest = rule.resource.partition("/")
        bus, _, name = rest.rpartition("/")
        try:
            targets = await _once(self._rules, str(rule), lambda: self._targets_of(name, bus or "default"))
        except AwsError as error:
            if error.fault.code not in ("permission", "not-found"):
                raise
            return NoTarget(letter, "input-unknown", f"what {name} makes of an event cannot be read: {error.fault}")
        same = [target for target in targets if target.get("Arn") == letter.target_arn]
        if not same:
            return NoTarget(letter, "target-missing", f"the rule {name} has no such target any more")
        try:
            made = {rendered(event, target, Made(str(rule), name)) for target in same}
        except UnrenderableError as error:
            return NoTarget(letter, "input-unknown", str(error))
        if len(made) > 1:
            return NoTarget(letter, "input-unknown", f"{name} has this target several times, each with another input")
        return await self._to_target(letter, arn, made.pop(), same[0])

    async def _to_target(self, letter: DeadLetter, arn: Arn, body: str, target: dict[str, Any]) -> Routed:
        match arn.service:
            case "sqs":
                queue = await _once(self._queues, str(arn), lambda: self._read(str(arn)))
                if queue is None:
                    return NoTarget(letter, "target-missing", f"there is no queue {arn}")
                made = outgoing(letter, fifo=queue.fifo, body=body)
                group = (target.get("SqsParameters") or {}).get("MessageGroupId")
                return self._to_queue(letter, queue, replace(made, group_id=group) if group else made)
            case "lambda":
                return self._parcel(letter, FunctionTarget(self._caller, str(arn)), body)
            case "sns" if letter.origin == "rule":
                return self._parcel(letter, TopicTarget(self._caller, str(arn)), body)
            case "states" if arn.resource.startswith("stateMachine:"):
                # An express one starts as often as it is asked: only what is known to be standard may be repeated.
                standard = dict(self._flow.node(str(arn)).detail).get("type", "").upper() == "STANDARD"
                return self._parcel(letter, MachineTarget(self._caller, str(arn), repeatable=standard), body)
            case "events" if arn.resource.startswith("event-bus/"):
                event = self._edits.get(letter.id, letter.message.body)
                return self._parcel(letter, BusTarget(self._caller, str(arn)), event)
        return NoTarget(letter, "no-target", f"evwatch does not redrive to {arn}")

    def _parcel(self, letter: DeadLetter, target: Target, body: str) -> Routed:
        group = letter.message.system.get("MessageGroupId")
        return Parcel(letter, target, Outgoing(body, group_id=group, deduplication_id=letter.id))

    def _to_queue(self, letter: DeadLetter, queue: Queue, made: Outgoing) -> Routed:
        if queue.arn == self._dlq.arn:
            return NoTarget(letter, "no-target", "it would go back into this DLQ")
        if queue.fifo and not made.group_id:
            return NoTarget(letter, "no-group", f"{queue.name} is FIFO, and the message has no group")
        most = queue.maximum_message_bytes
        if most is not None and made.size > most:
            return NoTarget(letter, "too-large", f"{made.size:,} bytes, and {queue.name} takes {most:,} at most")
        return Parcel(letter, QueueTarget(self._caller, queue), made)

    async def _targets_of(self, rule: str, bus: str) -> list[dict[str, Any]]:
        return await delivering.rule_targets(self._caller, rule, bus)

    async def _read(self, arn: str) -> Queue | None:
        parts = parse_arn(arn)
        assert parts
        found: Queue | None = self._by_its_name(arn)
        try:
            found = await sqs.find_queue(self._caller, parts.name, parts.account)
            if found:
                found, _ = await sqs.read_queue(self._caller, found, self._clock.now())
        except AwsError as error:
            if error.fault.code != "permission":
                raise
        return replace(found, arn=arn) if found else None

    def _by_its_name(self, arn: str) -> Queue:
        """A queue that may be sent to, though nothing of it may be read: its URL is built as that of its DLQ is."""
        parts = parse_arn(arn)
        assert parts
        base = self._dlq.url.rsplit("/", 2)[0]
        url = f"{base}/{parts.account}/{parts.name}"
        return Queue(arn, url, parts.name, parts.account, parts.region, parts.name.endswith(".fifo"))


async def _once(kept: dict[str, asyncio.Task[T]], key: str, read: Callable[[], Awaitable[T]]) -> T:
    """What was read before; a reading that failed is made again by the next that asks. Raises AwsError."""

    async def reading() -> T:
        return await read()

    if key not in kept:
        kept[key] = asyncio.create_task(reading())
    try:
        return await asyncio.shield(kept[key])
    except AwsError:
        kept.pop(key, None)
        raise


def _code(letter: DeadLetter) -> SkipCode:
    if letter.origin in ("stream", "pipe"):
        return "no-payload"
    return "truncated" if any("truncated" in note for note in letter.notes) else "no-target"
