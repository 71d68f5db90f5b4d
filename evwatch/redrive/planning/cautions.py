"""What to know before a redrive. Each has a code that stays what it is; the README lists them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

from evwatch.model.arn import arn_name
from evwatch.model.flow import dlq_sources
from evwatch.model.plan import Caution, Plan
from evwatch.model.queue import Queue
from evwatch.redrive.planning.facts import Facts
from evwatch.redrive.planning.refusals import MOVES_UNSEEN
from evwatch.redrive.planning.sending_policy import denial

_BACKLOG = 100
_SOON = timedelta(hours=1)
_OFF = frozenset({"DISABLED", "Disabled", "STOPPED", "Inactive", "Failed", "DELETING"})
_RECORDS_ONLY = {"pipe": "a pipe", "event-source-mapping": "an event source mapping"}
"""Sources whose dead letters hold a record of the failure, and where in the stream the payload was."""
_EVERYONE = {":sns:": "topic", ":event-bus/": "bus"}

CODES: dict[str, str] = {
    "bounced-before": "messages came back after an earlier run",
    "consumer-off": "whoever consumes the target is switched off",
    "everyone": "a topic or bus is the target, so everyone there gets the messages again",
    "expires-soon": "messages expire within an hour",
    "fifo-order": "FIFO: messages go behind what the target has already",
    "hidden": "others hold messages, so they cannot be received now",
    "incomplete": "not all of the queue was read when messages were chosen",
    "kms": "the target is encrypted with a key that the caller must be allowed to use",
    "move-task": "SQS itself is redriving this queue now",
    "move-task-unseen": "whether SQS itself is redriving this queue may not be seen",
    "moves-on": "the DLQ has a redrive policy of its own: each receive counts towards the next move",
    "no-payload": "messages hold a record of the failure and not what failed",
    "no-target": "where messages should go is not known; they stay, and can be exported",
    "open-run": "an earlier run of this queue was interrupted and can be resumed",
    "other-hosts": "runs on other hosts cannot be seen",
    "policy": "a policy of the target may refuse what is sent",
    "sent-before": "messages were sent by an earlier run; they are deleted and not sent again",
    "target-alarm": "an alarm about a target fires",
    "target-backlog": "a target has many messages waiting",
    "target-missing": "a target does not exist, or cannot be seen",
    "target-off": "a target is switched off",
    "too-large": "messages are larger than their target takes",
    "truncated": "messages hold a part of their payload only",
    "undecided": "messages of an earlier run may have been sent; they are left out",
    "watch-too-short": "messages can come back after the watch has ended",
}


def cautions(plan: Plan, facts: Facts) -> tuple[Caution, ...]:
    """Everything that speaks for a second look."""
    return tuple(Caution(code, message) for make in _MAKERS for code, message in make(plan, facts))


Told = Iterator[tuple[str, str]]


def _of_the_queue(plan: Plan, facts: Facts) -> Told:
    if facts.queue.fifo:
        yield "fifo-order", "FIFO: messages go behind those that their group has in the target already"
    if facts.queue.dlq_arn:
        count = facts.queue.max_receive_count
        yield (
            "moves-on",
            f"{facts.queue.name} has a redrive policy of its own (maxReceiveCount {count}): "
            "receiving can move messages on",
        )
    if facts.depth.in_flight:
        yield "hidden", f"held by others now, and met once that has ended: {_counted(facts.depth.in_flight)}"
    look = facts.look
    if look and not look.complete:
        yield "incomplete", f"chosen among {len(look.letters)} of about {look.approximate} messages ({look.reason})"
    if _own_key(facts.queue):
        yield "kms", f"{facts.queue.name} is encrypted with {facts.queue.kms_key_id}: reading it needs kms:Decrypt"
    if plan.engine == "journal":
        yield "other-hosts", "a run on another host cannot be seen: make sure that nobody redrives this queue elsewhere"
    else:
        said = "what a run on another host left undecided cannot be seen, and SQS would send it again"
        yield "other-hosts", said


def _of_earlier_runs(plan: Plan, facts: Facts) -> Told:
    memory = facts.memory
    if memory.open_runs:
        runs = ", ".join(memory.open_runs[:3])
        yield "open-run", f"interrupted and not resumed: {runs} (evwatch dlq resume {memory.open_runs[0]})"
    if memory.undecided:
        yield (
            "undecided",
            f"an earlier run may have sent {_counted(memory.undecided)}: left out, and named",
        )
    if memory.not_deleted:
        yield "sent-before", f"an earlier run has sent {_counted(memory.not_deleted)}: only deleted now"
    again = len(memory.bounced.intersection(letter.id for letter in facts.chosen or ()))
    if again:
        yield "bounced-before", f"{again} of them came back after an earlier run"
    elif facts.chosen is None and memory.bounced:
        yield "bounced-before", f"{_counted(len(memory.bounced))} came back after earlier runs"
    if facts.moves.active:
        yield "move-task", "SQS is redriving this queue now; no run can begin before that has ended"
    if not facts.moves.seen:
        yield "move-task-unseen", MOVES_UNSEEN


def _of_the_messages(plan: Plan, facts: Facts) -> Told:
    letters = facts.chosen or ()
    by_code: dict[str, int] = {}
    for code in facts.no_target.values():
        by_code[code] = by_code.get(code, 0) + 1
    words = {
        "truncated": "a part of the payload only",
        "no-payload": "a record of the failure only",
        "too-large": "larger than the target takes",
        "target-missing": "the target does not exist",
    }
    for code, count in sorted(by_code.items()):
        said = words.get(code, f"no target is known ({code})" if code != "no-target" else "no target is known")
        kept = "left where they are, and can be exported"
        yield (code if code in words else "no-target"), f"{count:,} of {len(letters):,}: {said}; {kept}"
    if facts.chosen is None and facts.to is None:
        yield from _unread(plan, facts)
    soon = sum(letter.expires_at is not None and letter.expires_at - facts.now < _SOON for letter in letters)
    if soon:
        yield "expires-soon", f"{soon:,} of {len(letters):,}: expire within an hour"


def _unread(plan: Plan, facts: Facts) -> Told:
    """What may be foreseen of messages that nobody has read."""
    kinds = {source.kind for source in dlq_sources(facts.flow, facts.queue.arn)}
    for kind in sorted(kinds & _RECORDS_ONLY.keys()):
        said = f"{_RECORDS_ONLY[kind]} gives up into it: such messages hold no payload, stay where they are, and "
        yield "no-payload", said + "can be exported"
    if not plan.targets and not kinds & _RECORDS_ONLY.keys():
        said = "nothing is known that gives up into this queue: messages that do not say themselves where they belong "
        yield "no-target", said + "stay where they are, and can be exported"


def _of_the_targets(plan: Plan, facts: Facts) -> Told:
    for target in plan.targets:
        name = arn_name(target.arn)
        for mark, kind in _EVERYONE.items():
            if mark in target.arn:
                yield "everyone", f"{name} is a {kind}: everyone there gets the messages again"
        yield from _switched_off(facts, target.arn, name)
        firing = [alarm.name for alarm in facts.alarms if alarm.fires and target.arn in alarm.resource_arns]
        if firing:
            yield "target-alarm", f"{name}: the alarm {firing[0]} fires now"
        depth = facts.depths.get(target.arn)
        if depth and depth.visible >= max(_BACKLOG, plan.messages):
            yield "target-backlog", f"{name} has {_counted(depth.visible)} waiting already"
        queue = facts.queues.get(target.arn)
        if queue is None:
            if ":sqs:" in target.arn:
                yield "target-missing", f"{name} does not exist, or its attributes may not be read"
            continue
        if _own_key(queue):
            yield "kms", f"{name} is encrypted with {queue.kms_key_id}: needs kms:GenerateDataKey and kms:Decrypt"
        if clause := denial(queue, facts.caller_arn):
            yield "policy", f"the policy of {name} {clause}"


def _switched_off(facts: Facts, arn: str, name: str) -> Told:
    node = facts.flow.by_arn.get(arn)
    if node and node.state in _OFF:
        yield "target-off", f"{name} is {node.state}"
    consumers = [edge for edge in facts.flow.outgoing.get(arn, ()) if edge.kind in ("consumes", "pipes")]
    if consumers and not any(edge.enabled for edge in consumers):
        yield "consumer-off", f"{arn_name(consumers[0].target)}, which consumes {name}, is switched off"


def _of_the_watch(plan: Plan, facts: Facts) -> Told:
    bounce = plan.bounce_seconds
    if plan.watch_seconds and bounce is not None and plan.watch_seconds < bounce:
        yield (
            "watch-too-short",
            f"a message can take {bounce:.0f} s to come back, and the watch ends after {plan.watch_seconds:.0f} s",
        )


_MAKERS: tuple[Callable[[Plan, Facts], Told], ...] = (
    _of_the_queue,
    _of_earlier_runs,
    _of_the_messages,
    _of_the_targets,
    _of_the_watch,
)


def _counted(messages: int) -> str:
    return f"{messages:,} message" if messages == 1 else f"{messages:,} messages"


def _own_key(queue: Queue) -> bool:
    """Encrypted with a key that is not SQS's own, so that its policy decides."""
    return bool(queue.kms_key_id) and not str(queue.kms_key_id).endswith("alias/aws/sqs")
