"""A plan warns of what would hurt, each time with the same code, and of nothing else; how it counts and chooses."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from evwatch.model.alarm import Alarm
from evwatch.model.deadletter import DeadLetter, Message
from evwatch.model.fault import EvwatchError
from evwatch.model.flow import Edge, Flow, Node
from evwatch.model.look import Look
from evwatch.model.move import Moves, MoveTask
from evwatch.model.plan import Plan, RedriveRequest
from evwatch.model.queue import Depth, Queue
from evwatch.redrive.journal import Memory
from evwatch.redrive.planning.cautions import CODES
from evwatch.redrive.planning.facts import Facts
from evwatch.redrive.planning.plan import make_plan

NOW = datetime(2026, 11, 1, 3, 12, tzinfo=UTC)
ACCOUNT = "111122223333"
CALLER = f"arn:aws:sts::{ACCOUNT}:assumed-role/on-call/eve"


def arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:eu-central-1:{ACCOUNT}:{resource}"


def queue(name: str, **more: Any) -> Queue:
    made = Queue(arn("sqs", name), f"http://sqs/{name}", name, ACCOUNT, "eu-central-1", name.endswith(".fifo"))
    usual = {"visibility_timeout_seconds": 30, "max_receive_count": 3, "maximum_message_bytes": 1_048_576}
    return replace(made, **usual | more)


def depth(visible: int, in_flight: int = 0) -> Depth:
    return Depth(visible, in_flight, 0, NOW)


def letter(name: str, body: str = "{}", **more: Any) -> DeadLetter:
    made = {"target_arn": SOURCE.arn, "message_group_id": more.pop("group", None)} | more
    system = {"SequenceNumber": name.removeprefix("m").zfill(20)}
    return DeadLetter(Message(name, body, system=system), "queue", "g", NOW, 1, None, **made)


SOURCE, DLQ = queue("orders", dlq_arn=arn("sqs", "orders-dlq")), queue("orders-dlq", max_receive_count=None)
GIVES_UP = Edge(SOURCE.arn, DLQ.arn, "dead-letters")
FUNCTION = arn("lambda", "function:ship")
HEALTHY = Facts(
    DLQ,
    depth(40),
    "default/eu-central-1",
    NOW,
    flow=Flow(nodes=(Node(SOURCE.arn, "queue", "orders"),), edges=(GIVES_UP,)),
    queues={SOURCE.arn: SOURCE},
    depths={SOURCE.arn: depth(3)},
    caller_arn=CALLER,
)
JOURNAL = RedriveRequest(engine="journal")


def codes(facts: Facts, request: RedriveRequest = JOURNAL) -> list[str]:
    return [caution.code for caution in make_plan(facts, request).warnings]


def look(*letters: DeadLetter, complete: bool = True) -> Look:
    reason = None if complete else "limit"
    return Look(DLQ, letters, 40, complete, reason, 20, True)  # type: ignore[arg-type]  # a literal, as written above


def flow(*edges: Edge, nodes: tuple[Node, ...] = ()) -> Facts:
    return replace(HEALTHY, flow=Flow(nodes=(Node(SOURCE.arn, "queue", "orders"), *nodes), edges=edges))


def allowing(queue_: Queue, **statement: Any) -> Facts:
    policy = json.dumps({"Statement": [{"Effect": "Deny", "Principal": "*", "Action": "sqs:*"} | statement]})
    return replace(HEALTHY, queues={SOURCE.arn: replace(queue_, policy=policy)})


def chosen(*letters: DeadLetter, **more: Any) -> Facts:
    return replace(HEALTHY, chosen=letters, look=more.pop("look", look(*letters)), **more)


@dataclass(frozen=True)
class Case:
    """Facts that provoke a warning, and the words that must be in it."""

    facts: Facts
    words: str
    request: RedriveRequest = JOURNAL


TOPIC, BUS, RULE = arn("sns", "orders"), arn("events", "event-bus/shop"), arn("events", "rule/paid")
TO_EVERYONE = (Edge(RULE, DLQ.arn, "dead-letters"), Edge(RULE, BUS, "targets"))
ALARM = Alarm("a", "orders-old", "metric", "ALARM", ACCOUNT, "eu-central-1", resource_arns=(SOURCE.arn,))
FIFO = replace(HEALTHY, queue=queue("orders-dlq.fifo"), flow=Flow(), queues={}, depths={})
CASES: dict[str, Case] = {
    "bounced-before": Case(chosen(letter("m1"), memory=Memory(bounced=frozenset({"m1", "m7"}))), "1 of them came back"),
    "consumer-off": Case(flow(GIVES_UP, Edge(SOURCE.arn, FUNCTION, "consumes", enabled=False)), "ship, which consumes"),
    "everyone": Case(flow(*TO_EVERYONE, nodes=(Node(RULE, "rule", "paid"),)), "shop is a bus: everyone there"),
    "expires-soon": Case(chosen(letter("m1", expires_at=NOW + timedelta(minutes=59)), letter("m2")), "1 of 2"),
    "fifo-order": Case(FIFO, "go behind those"),
    "hidden": Case(replace(HEALTHY, depth=depth(39, 1)), "held by others now, and met once that has ended: 1 message"),
    "incomplete": Case(chosen(letter("m1"), look=look(letter("m1"), complete=False)), "1 of about 40 messages (limit)"),
    "kms": Case(replace(HEALTHY, queue=replace(DLQ, kms_key_id="alias/shop")), "needs kms:Decrypt"),
    "move-task": Case(replace(HEALTHY, moves=Moves((MoveTask("RUNNING"),))), "SQS is redriving this queue now"),
    "move-task-unseen": Case(replace(HEALTHY, moves=Moves(seen=False)), "no permission: sqs:ListMessageMoveTasks"),
    "moves-on": Case(replace(HEALTHY, queue=replace(DLQ, dlq_arn="x", max_receive_count=4)), "maxReceiveCount 4"),
    "no-payload": Case(
        flow(Edge(arn("pipes", "pipe/p"), DLQ.arn, "dead-letters"), nodes=(Node(arn("pipes", "pipe/p"), "pipe", "p"),)),
        "a pipe gives up into it",
    ),
    "no-target": Case(replace(HEALTHY, flow=Flow()), "can be exported"),
    "open-run": Case(replace(HEALTHY, memory=Memory(open_runs=("r1",))), "evwatch dlq resume r1"),
    "other-hosts": Case(HEALTHY, "a run on another host cannot be seen"),
    "policy": Case(allowing(SOURCE), "the policy of orders denies sending"),
    "sent-before": Case(replace(HEALTHY, memory=Memory(not_deleted=2)), "sent 2 messages: only deleted now"),
    "target-alarm": Case(replace(HEALTHY, alarms=(ALARM,)), "the alarm orders-old fires"),
    "target-backlog": Case(replace(HEALTHY, depths={SOURCE.arn: depth(2_000)}), "2,000 messages waiting already"),
    "target-missing": Case(replace(HEALTHY, queues={}), "orders does not exist"),
    "target-off": Case(
        flow(Edge(FUNCTION, DLQ.arn, "dead-letters"), nodes=(Node(FUNCTION, "function", "ship", state="Inactive"),)),
        "ship is Inactive",
    ),
    "too-large": Case(chosen(letter("m1"), no_target={"m1": "too-large"}), "larger than the target takes"),
    "truncated": Case(chosen(letter("m1"), no_target={"m1": "truncated"}), "a part of the payload only"),
    "undecided": Case(replace(HEALTHY, memory=Memory(undecided=1)), "sent 1 message: left out, and named"),
    "watch-too-short": Case(HEALTHY, "can take 120 s to come back", replace(JOURNAL, watch_seconds=5.0)),
}


def test_a_healthy_queue_is_warned_of_other_hosts_alone() -> None:
    assert codes(HEALTHY) == ["other-hosts"]


@pytest.mark.parametrize("code", CODES)
def test_each_warning_is_provoked_in_its_words(code: str) -> None:
    case = CASES[code]
    said = {caution.code: caution.message for caution in make_plan(case.facts, case.request).warnings}
    assert case.words in said[code]
    assert said.keys() <= CODES.keys()


def allows(account: str) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": {"AWS": account}}


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (allowing(SOURCE, Action="sqs:SendMessage", Condition={"Bool": {}}), "denies sending under conditions"),
        (allowing(SOURCE, Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:role/on-call"}), "denies sending"),
        (allowing(SOURCE, Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:role/night"}), None),
        (allowing(SOURCE, Action=["sqs:ReceiveMessage", "sqs:Delete*"]), None),
        (allowing(replace(SOURCE, account="999988887777"), **allows(ACCOUNT)), None),
        (
            allowing(replace(SOURCE, account="999988887777"), **allows("123412341234")),
            f"lets nobody of account {ACCOUNT}",
        ),
        (replace(HEALTHY, queues={SOURCE.arn: replace(SOURCE, policy="{no json")}), None),
    ],
)
def test_a_policy_is_told_of_only_where_it_may_refuse_this_caller(facts: Facts, said: str | None) -> None:
    found = [caution.message for caution in make_plan(facts, JOURNAL).warnings if caution.code == "policy"]
    assert [said in message for message in found if said] == ([True] if said else [])
    assert bool(found) == bool(said)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda facts: facts, "the whole queue goes back"),
        (lambda facts: replace(facts, memory=Memory(undecided=1)), "may have been sent by an earlier run"),
        (lambda facts: replace(facts, memory=Memory(not_deleted=1)), "to be deleted only"),
        (lambda facts: replace(facts, memory=Memory(open_runs=("r1",))), "r1 was interrupted"),
        (lambda facts: replace(facts, memory=Memory(put_back=1)), "evwatch put back 1"),
        (lambda facts: replace(facts, moves=Moves(supported=False)), "knows no message move tasks"),
        (lambda facts: replace(facts, moves=Moves(seen=False)), "no permission: sqs:ListMessageMoveTasks"),
        (lambda facts: replace(facts, chosen=(letter("m1"),)), "moves all or none"),
        (lambda facts: replace(facts, flow=Flow()), "no queue is known to use it"),
        (
            lambda facts: replace(
                facts, flow=Flow(facts.flow.nodes, (*facts.flow.edges, Edge(FUNCTION, DLQ.arn, "on-failure")))
            ),
            "gives up into it",
        ),
    ],
)
def test_auto_lets_sqs_do_it_only_where_nothing_speaks_against_that(change: Callable[[Facts], Facts], why: str) -> None:
    facts = change(flow(GIVES_UP, nodes=(Node(FUNCTION, "function", "ship"),)))
    plan = make_plan(facts, RedriveRequest())
    assert why in plan.engine_reason
    assert plan.engine == ("native" if "the whole queue" in why else "journal")


def test_batches_keep_to_ten_messages_and_to_the_bytes_that_the_target_takes() -> None:
    small = [letter(f"m{number}") for number in range(23)]
    large = [letter(f"m{number}", "x" * 400_000) for number in range(30, 35)]
    assert planned(small).batches == 3
    assert planned(large).batches == 3, "two of 400 kB fit into a MiB"
    narrow = {SOURCE.arn: replace(SOURCE, maximum_message_bytes=400_000)}
    assert planned(large, queues=narrow).batches == 5


def planned(letters: list[DeadLetter], **more: Any) -> Plan:
    return make_plan(chosen(*letters, **more), JOURNAL)


def test_in_fifo_only_the_head_of_a_group_may_be_chosen() -> None:
    one, two, other = letter("m1", group="a"), letter("m2", group="a"), letter("m3", group="b")
    all_of_it = look(one, two, other)
    for wanted in ((one,), (one, two), (one, other), (one, two, other)):
        make_plan(replace(FIFO, chosen=wanted, look=all_of_it), JOURNAL)
    for wanted in ((two,), (two, other)):
        with pytest.raises(EvwatchError, match="would change its order"):
            make_plan(replace(FIFO, chosen=wanted, look=all_of_it), JOURNAL)
