"""What a redrive is likely to take: requests, time, money, and how long it is until what fails again is back."""

from __future__ import annotations

import math

from evwatch.aws.messages import BATCH
from evwatch.aws.sending import BATCH_BYTES
from evwatch.model.plan import PlannedTarget, RedriveRequest
from evwatch.redrive.engine.width import WORKERS
from evwatch.redrive.planning.facts import Facts
from evwatch.redrive.targets.queue import outgoing

_REQUEST_USD = {False: 0.40 / 1_000_000, True: 0.50 / 1_000_000}
"""By whether it is FIFO (SQS pricing, us-east-1)."""
_BILLED_BYTES = 64 * 1024
_CALL_SECONDS = 0.05
"""A guess at one request on AWS: an estimate is needed before there is anything to measure."""
_NATIVE_PER_SECOND = 100.0
_BEGIN_SECONDS = 2.0
_MARGIN_SECONDS = 30.0
_FUNCTION_RETRIES_SECONDS = 180.0
"""Lambda tries an asynchronous invocation again after one minute, and after two more (developer guide)."""
_UNKNOWN_BOUNCE_SECONDS = 120.0


def size_and_batches(facts: Facts, request: RedriveRequest) -> tuple[int | None, int]:
    """Bytes, where the messages were read, and how many requests they are sent in."""
    if facts.chosen is None:
        return None, math.ceil(facts.messages / BATCH)
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
        limit = (queue.maximum_message_bytes if queue else None) or BATCH_BYTES
        count, room = rooms.get(arn, (0, 0))
        alone = facts.queue.fifo or (queue is None and ":sqs:" not in arn)
        if count == 0 or room < made.size or alone:
            batches += 1
            count, room = BATCH, limit
        rooms[arn] = (count - 1, room - made.size)
    return total, batches


def seconds(facts: Facts, request: RedriveRequest, *, native: bool, batches: int) -> float:
    """How long the moving takes."""
    if not facts.messages:
        return 0.0
    by_rate = facts.messages / request.rate if request.rate else 0.0
    if native:
        return round(max(by_rate, facts.messages / _NATIVE_PER_SECOND) + _BEGIN_SECONDS, 1)
    calls = 2 * facts.messages + batches if facts.queue.fifo else 3 * batches
    at_once = 2 if facts.queue.fifo else WORKERS
    return round(max(by_rate, calls * _CALL_SECONDS / at_once) + _BEGIN_SECONDS, 1)


def usd(facts: Facts, *, batches: int, size: int | None) -> float:
    """Receives, sends and deletes; SQS bills its own redrive the same way. Each 64 KiB counts as a request."""
    received = math.ceil(facts.messages / BATCH)
    chunks = max(received, math.ceil((size or 0) / _BILLED_BYTES))
    sent = max(batches, math.ceil((size or 0) / _BILLED_BYTES))
    deleted = facts.messages if facts.queue.fifo else received
    return round((chunks + sent + deleted) * _REQUEST_USD[facts.queue.fifo], 8)


def bounce_seconds(facts: Facts, targets: tuple[PlannedTarget, ...]) -> float | None:
    """How long it takes at most until a message that fails again is back; None where nothing tells."""
    known = [_bounce(facts, target.arn) for target in targets]
    if not known or any(found is None for found in known):
        return None
    return max(found for found in known if found is not None)


def watch_seconds(request: RedriveRequest, *, native: bool, bounce: float | None) -> float:
    """How long to watch for what comes back: as asked, or else as long as that takes."""
    if native:
        return 0.0  # SQS tells no ids, so nothing that comes back could be recognised
    if request.watch_seconds is not None:
        return request.watch_seconds
    return bounce if bounce is not None else _UNKNOWN_BOUNCE_SECONDS


def _bounce(facts: Facts, arn: str) -> float | None:
    queue = facts.queues.get(arn)
    if queue and queue.visibility_timeout_seconds is not None and queue.max_receive_count is not None:
        delay = queue.delay_seconds or 0
        return queue.visibility_timeout_seconds * queue.max_receive_count + delay + _MARGIN_SECONDS
    if ":lambda:" in arn:
        return _FUNCTION_RETRIES_SECONDS + _MARGIN_SECONDS
    return None
