"""Makes a plan of facts and a request. Pure: it calls nothing."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace

from evwatch.model.arn import arn_name
from evwatch.model.fault import EvwatchError, Fault
from evwatch.model.flow import dlq_sources
from evwatch.model.plan import Plan, PlannedTarget, RedriveRequest
from evwatch.model.queue import Queue
from evwatch.redrive.cautions import cautions
from evwatch.redrive.engine_choice import choose_engine, refuse_fifo_gaps
from evwatch.redrive.facts import Facts
from evwatch.redrive.targets.queue import outgoing

_REQUEST_USD = {False: 0.40 / 1_000_000, True: 0.50 / 1_000_000}
"""By whether it is FIFO (SQS pricing, us-east-1)."""
_BILLED_BYTES = 64 * 1024
_BATCH = 10
_LARGEST = 1_048_576
_CALL_SECONDS = 0.05
"""A guess at one request on AWS: an estimate is needed before there is anything to measure."""
_WORKERS = 8
_NATIVE_PER_SECOND = 100.0
_BEGIN_SECONDS = 2.0
_MARGIN_SECONDS = 30.0
_FUNCTION_RETRIES_SECONDS = 180.0
"""Lambda tries an asynchronous invocation again after one minute, and after two more (developer guide)."""
_UNKNOWN_BOUNCE_SECONDS = 120.0


def make_plan(facts: Facts, request: RedriveRequest) -> Plan:
    """What a redrive would do. Raises EvwatchError (`refused`) for what no engine may do."""
    refuse_fifo_gaps(facts)
    _refuse_other_type(facts.queue, request.to)
    engine, why = choose_engine(facts, request)
    targets = _targets(facts, request)
    size, batches = _size_and_batches(facts, request)
    messages = _messages(facts)
    bounce = bounce_seconds(facts, targets)
    watch = _watch(request, engine == "native", bounce)
    plan = Plan(
        queue=facts.queue,
        context=facts.context,
        engine=engine,
        engine_reason=why,
        exact=facts.chosen is not None,
        messages=messages,
        bytes=size,
        targets=targets,
        rate=request.rate,
        batches=batches,
        estimated_seconds=_seconds(facts, request, engine == "native", messages, batches),
        estimated_usd=_usd(facts, messages, batches, size),
        watch_seconds=watch,
        bounce_seconds=bounce,
        request=request,
        chosen=facts.chosen,
    )
    return replace(plan, warnings=cautions(plan, facts))


def _refuse_other_type(dlq: Queue, to: Queue | None) -> None:
    if to is None:
        return
    if to.arn == dlq.arn:
        raise EvwatchError(Fault("refused", f"{to.name} is the DLQ itself", "name another queue with --to"))
    if to.fifo != dlq.fifo:
        kinds = {True: "FIFO", False: "standard"}
        message = f"{dlq.name} is {kinds[dlq.fifo]} and {to.name} is {kinds[to.fifo]}"
        raise EvwatchError(Fault("refused", message, "name a queue of the same type with --to"))


def _messages(facts: Facts) -> int:
    if facts.chosen is not None:
        return len(facts.chosen)
    return facts.depth.total


def _targets(facts: Facts, request: RedriveRequest) -> tuple[PlannedTarget, ...]:
    if request.to:
        return (PlannedTarget(request.to.arn, _messages(facts), "named with --to"),)
    if facts.chosen is not None:
        going = [letter for letter in facts.chosen if letter.id not in facts.no_target and letter.target_arn]
        counts = Counter(str(letter.target_arn) for letter in going)
        reasons = {str(letter.target_arn): letter.target_reason for letter in reversed(going)}
        return tuple(
            PlannedTarget(arn, count, reasons[arn], facts.examples.get(arn)) for arn, count in counts.most_common()
        )
    found = _targets_of_sources(facts)
    only = len(found) == 1
    return tuple(
        PlannedTarget(arn, _messages(facts) if only else None, reason) for arn, reason in sorted(found.items())
    )


def _targets_of_sources(facts: Facts) -> dict[str, str]:
    """Where messages would go, judged by what gives up into the DLQ, and why."""
    found: dict[str, str] = {}
    flow = facts.flow
    for source in dlq_sources(flow, facts.queue.arn):
        outgoing_edges = flow.outgoing.get(source.arn, ())
        match source.kind:
            case "queue":
                found[source.arn] = "the queue in which they failed"
            case "function":
                found[source.arn] = "the function that gave up on them"
            case "rule":
                name = arn_name(source.arn)
                found |= {edge.target: f"targets of rule {name}" for edge in outgoing_edges if edge.kind == "targets"}
            case "schedule":
                name = arn_name(source.arn)
                found |= {
                    edge.target: f"target of schedule {name}" for edge in outgoing_edges if edge.kind == "schedules"
                }
            case "topic":
                name = arn_name(source.arn)
                found |= {
                    edge.target: f"subscribers of {name}"
                    for edge in outgoing_edges
                    if edge.kind == "subscribes" and edge.target != facts.queue.arn
                }
    return found


def _size_and_batches(facts: Facts, request: RedriveRequest) -> tuple[int | None, int]:
    """Bytes, where the messages were read, and how many requests they are sent in."""
    if facts.chosen is None:
        return None, math.ceil(_messages(facts) / _BATCH)
    total = 0
    rooms: dict[str, tuple[int, int]] = {}
    batches = 0
    for letter in facts.chosen:
        made = outgoing(letter, fifo=facts.queue.fifo)
        total += made.size
        if letter.id in facts.no_target:
            continue
        arn = request.to.arn if request.to else str(letter.target_arn)
        queue = request.to or facts.queues.get(arn)
        limit = (queue.maximum_message_bytes if queue else None) or _LARGEST
        count, room = rooms.get(arn, (0, 0))
        alone = facts.queue.fifo or (queue is None and ":sqs:" not in arn)
        if count == 0 or room < made.size or alone:
            batches += 1
            count, room = _BATCH, limit
        rooms[arn] = (count - 1, room - made.size)
    return total, batches


def bounce_seconds(facts: Facts, targets: tuple[PlannedTarget, ...]) -> float | None:
    """How long it takes at most until a message that fails again is back; None where nothing tells."""
    known = [_bounce(facts, target.arn) for target in targets]
    if not known or any(seconds is None for seconds in known):
        return None
    return max(seconds for seconds in known if seconds is not None)


def _bounce(facts: Facts, arn: str) -> float | None:
    queue = facts.queues.get(arn)
    if queue and queue.visibility_timeout_seconds is not None and queue.max_receive_count is not None:
        delay = queue.delay_seconds or 0
        return queue.visibility_timeout_seconds * queue.max_receive_count + delay + _MARGIN_SECONDS
    if ":lambda:" in arn:
        return _FUNCTION_RETRIES_SECONDS + _MARGIN_SECONDS
    return None


def _watch(request: RedriveRequest, native: bool, bounce: float | None) -> float:
    if native:
        return 0.0  # SQS tells no ids, so nothing that comes back could be recognised
    if request.watch_seconds is not None:
        return request.watch_seconds
    return bounce if bounce is not None else _UNKNOWN_BOUNCE_SECONDS


def _seconds(facts: Facts, request: RedriveRequest, native: bool, messages: int, batches: int) -> float:
    if not messages:
        return 0.0
    by_rate = messages / request.rate if request.rate else 0.0
    if native:
        return round(max(by_rate, messages / _NATIVE_PER_SECOND) + _BEGIN_SECONDS, 1)
    calls = 2 * messages + batches if facts.queue.fifo else 3 * batches
    at_once = 2 if facts.queue.fifo else _WORKERS
    return round(max(by_rate, calls * _CALL_SECONDS / at_once) + _BEGIN_SECONDS, 1)


def _usd(facts: Facts, messages: int, batches: int, size: int | None) -> float:
    """Receives, sends and deletes; SQS bills its own redrive the same way. Each 64 KiB counts as a request."""
    received = math.ceil(messages / _BATCH)
    chunks = max(received, math.ceil((size or 0) / _BILLED_BYTES))
    sent = max(batches, math.ceil((size or 0) / _BILLED_BYTES))
    deleted = messages if facts.queue.fifo else received
    return round((chunks + sent + deleted) * _REQUEST_USD[facts.queue.fifo], 8)
