"""A look by command: what it shows, what it costs, and that every way out releases."""

from __future__ import annotations

import json
import signal
import stat
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.emulator.account import Account
from tests.emulator.denying import Denying
from tests.emulator.faults import Faults, refused
from tests.emulator.latency import Latency
from tests.emulator.recording import Recording
from tests.looks.conftest import Desk, seated


def order(number: int, kind: str = "OrderCreated", **detail: object) -> str:
    """An EventBridge event of an order."""
    body = {"orderId": f"ord-{number}", "amount": 10.10, **detail}
    return json.dumps({"version": "0", "source": "order-service", "detail-type": kind, "detail": body})


def test_ten_messages_are_shown_unless_told_and_the_document_says_what_that_cost(desk: Desk) -> None:
    dlq = desk.dlq()
    desk.fill(dlq, [order(number) for number in range(12)])
    found = desk.run("dlq", "show", "orders-dlq", "-o", "json")
    assert found.code == 0, found.err
    document = found.document
    assert {key: document[key] for key in ("queue", "approximate", "seen", "matched", "complete", "reason")} == {
        "queue": "orders-dlq",
        "approximate": 12,
        "seen": 10,
        "matched": 10,
        "complete": False,
        "reason": "limit",
    }
    assert document["released"] is True
    assert document["lease_seconds"] == 20
    assert document["receive_counts"] == {"before": {"min": 0, "max": 0}, "after": {"min": 1, "max": 1}}
    assert desk.depth(dlq) == (12, 0)


def test_five_thousand_mixed_messages_are_read_completely_and_grouped_as_they_were_sent(desk: Desk) -> None:
    dlq = desk.dlq()
    bodies = [order(number) for number in range(4870)]
    bodies += [order(number, "OrderUpdated") for number in range(120)]
    bodies += [json.dumps({"something": {"else": number}}) for number in range(10)]
    desk.fill(dlq, bodies)
    found = desk.run("dlq", "groups", "orders-dlq", "-o", "json")
    assert found.code == 0, found.err
    assert [group["count"] for group in found.document["groups"]] == [4870, 120, 10]
    assert found.document["complete"] is True
    assert found.document["receive_counts"]["after"] == {"min": 1, "max": 1}
    assert desk.depth(dlq) == (5000, 0)
    assert desk.receive_counts(dlq) == {1}


def test_a_look_longer_than_its_lease_receives_nothing_twice(aws: Account) -> None:
    with seated(aws, Latency(0.25)) as desk:
        dlq = desk.dlq()
        desk.fill(dlq, [order(number) for number in range(320)])
        found = desk.run("dlq", "show", "orders-dlq", "--limit", "all", "--lease", "3", "-o", "json")
        assert found.document["seen"] == 320
        assert desk.receive_counts(dlq) == {1}


def test_messages_are_chosen_by_expression_by_id_and_by_group(desk: Desk) -> None:
    dlq = desk.dlq()
    desk.fill(dlq, [order(1, amount=50), order(2, amount=150), order(3, "OrderUpdated")])
    everything = desk.run("dlq", "show", "orders-dlq", "-o", "json").document["messages"]
    costly = desk.run("dlq", "show", "orders-dlq", "--where", "event.detail.amount > `100`", "-o", "json").document
    assert [message["event"]["detail"]["orderId"] for message in costly["messages"]] == ["ord-2"]
    assert (costly["seen"], costly["matched"]) == (3, 1)
    one = everything[0]
    by_id = desk.run("dlq", "show", "orders-dlq", "--id", one["id"], "--id", "gone", "-o", "jsonl")
    assert "1 of 2 ids are not in the queue" in by_id.err
    assert [json.loads(line)["id"] for line in by_id.out.splitlines()] == [one["id"]]
    group = next(message["group"] for message in everything if message["event"]["detail-type"] == "OrderUpdated")
    assert desk.run("dlq", "show", "orders-dlq", "--group", group, "-o", "json").document["matched"] == 1


def test_an_expression_that_cannot_be_parsed_ends_before_anything_is_called(aws: Account) -> None:
    recording = Recording()
    with seated(aws, recording) as desk:
        found = desk.run("dlq", "show", "orders-dlq", "--where", "error.type ==")
    assert found.code == 2
    assert "column" in found.err
    assert recording.calls == []


@pytest.mark.parametrize(
    ("arguments", "word"),
    [(("orders",), "--source-queue-too"), (("moving-dlq",), "--may-move-on"), (("orders-dlq.fifo",), "--fifo")],
)
def test_a_look_that_could_harm_is_refused_with_the_flag_that_lifts_the_guard(
    aws: Account, arguments: tuple[str, ...], word: str
) -> None:
    recording = Recording()
    with seated(aws, recording) as desk:
        desk.dlq()
        desk.dlq("orders-dlq.fifo", "orders.fifo", FifoQueue="true")
        desk.queue("last-dlq")
        policy = {"deadLetterTargetArn": aws.arn("sqs", "last-dlq"), "maxReceiveCount": "2"}
        desk.dlq("moving-dlq", "moving", RedrivePolicy=json.dumps(policy))
        refused_ = desk.run("dlq", "show", *arguments)
        assert refused_.code == 3
        assert word in refused_.err
        assert recording.count("sqs:ReceiveMessage") == 0
        assert desk.run("dlq", "show", *arguments, word).code == 0


def test_read_only_lets_one_look_into_a_dlq_and_lifts_no_guard(aws: Account) -> None:
    recording = Recording()
    with seated(aws, recording) as desk:
        desk.fill(desk.dlq(), ["a"])
        assert desk.run("dlq", "show", "orders-dlq", "--read-only").code == 0
        recording.clear()
        found = desk.run("dlq", "show", "orders", "--source-queue-too", "--read-only")
    assert found.code == 3
    assert recording.count("sqs:ReceiveMessage") == 0


def test_a_fifo_group_shows_only_its_first_messages_and_the_look_says_so(desk: Desk) -> None:
    dlq = desk.dlq("orders-dlq.fifo", "orders.fifo", FifoQueue="true", ContentBasedDeduplication="true")
    desk.fill(dlq, [order(number) for number in range(25)], MessageGroupId="one")
    found = desk.run("dlq", "show", "orders-dlq.fifo", "--fifo", "--limit", "all", "-o", "json").document
    assert (found["complete"], found["reason"]) == (False, "group-locked")
    assert found["seen"] < 25


def test_what_others_hold_is_not_called_read(desk: Desk) -> None:
    dlq = desk.dlq()
    desk.fill(dlq, [order(number) for number in range(5)])
    desk.sqs.receive_message(QueueUrl=dlq, MaxNumberOfMessages=2, VisibilityTimeout=60)
    found = desk.run("dlq", "show", "orders-dlq", "-o", "json").document
    assert (found["complete"], found["reason"], found["approximate"]) == (False, "hidden-by-others", 5)


def test_without_the_permission_to_release_the_lease_runs_out_by_itself_and_that_is_said(aws: Account) -> None:
    with seated(aws, Denying("sqs:ChangeMessageVisibility*")) as desk:
        desk.fill(desk.dlq(), ["a", "b"])
        found = desk.run("dlq", "show", "orders-dlq", "--lease", "5", "-o", "json")
    assert found.code == 0, found.err
    assert found.document["released"] is False
    assert found.err.count("sqs:ChangeMessageVisibility") == 1
    assert "5 s" in found.err


def test_a_report_that_looked_says_what_it_could_not_release(aws: Account) -> None:
    with seated(aws, Denying("sqs:ChangeMessageVisibility*")) as desk:
        desk.fill(desk.dlq(), ["a", "b"])
        found = desk.run("report", "--read-dlqs", "5")
    assert (found.code, found.err.count("orders-dlq: no permission: sqs:ChangeMessageVisibility")) == (0, 1), found.err


def test_that_nothing_can_be_released_is_said_before_anything_is_hidden(aws: Account) -> None:
    with seated(aws, Denying("sqs:ChangeMessageVisibility*", "sqs:ReceiveMessage")) as desk:
        desk.fill(desk.dlq(), ["a"])
        found = desk.run("dlq", "show", "orders-dlq")
    assert found.code == 4
    first, last = found.err.splitlines()
    assert "sqs:ChangeMessageVisibility" in first
    assert "sqs:ReceiveMessage" in last


def test_a_denied_receive_names_the_permission_and_hides_nothing(aws: Account) -> None:
    with seated(aws, Denying("sqs:ReceiveMessage")) as desk:
        dlq = desk.dlq()
        desk.fill(dlq, ["a"])
        found = desk.run("dlq", "show", "orders-dlq", "-o", "json")
        assert found.code == 4
        assert found.document["error"]["code"] == "permission"
        assert "sqs:ReceiveMessage" in found.err
        assert desk.depth(dlq) == (1, 0)


def test_a_dlq_whose_sources_may_not_be_listed_is_refused_with_that_reason(aws: Account) -> None:
    with seated(aws, Denying("sqs:ListDeadLetterSourceQueues", "sqs:ListQueues", "lambda:ListFunctions")) as desk:
        desk.dlq()
        found = desk.run("dlq", "show", "orders-dlq")
    assert found.code == 3
    assert "sqs:ListDeadLetterSourceQueues" in found.err
    assert "--source-queue-too" in found.err


def test_throttling_is_waited_out(aws: Account) -> None:
    faults = Faults().on("sqs:ReceiveMessage", refused("throttled"), times=2)
    with seated(aws, faults) as desk:
        desk.fill(desk.dlq(), ["a", "b"])
        found = desk.run("dlq", "show", "orders-dlq", "-o", "json")
    assert found.document["seen"] == 2


def test_a_reading_that_fails_in_the_middle_releases_what_it_held(aws: Account) -> None:
    faults = Faults().on("sqs:ReceiveMessage", refused("expired"), after=4, times=None)
    with seated(aws, faults) as desk:
        dlq = desk.dlq()
        desk.fill(dlq, [order(number) for number in range(100)])
        found = desk.run("dlq", "show", "orders-dlq", "--limit", "all")
        assert found.code == 4
        assert desk.depth(dlq) == (100, 0)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_during_a_look_leaves_nothing_in_flight(aws: Account, number: signal.Signals) -> None:
    recording = Recording()
    with seated(aws, recording) as desk:
        dlq = desk.dlq()
        desk.fill(dlq, [order(number) for number in range(3000)])
        process = desk.start("dlq", "show", "orders-dlq", "--limit", "all", "-o", "json")
        _until_reading(desk, dlq)
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
        assert process.returncode == 130, err
        document = json.loads(out)
        assert (document["complete"], document["reason"], document["released"]) == (False, "interrupted", True)
        assert desk.depth(dlq) == (3000, 0)


def test_kill_leaves_messages_hidden_for_one_lease_at_most(desk: Desk) -> None:
    dlq = desk.dlq()
    desk.fill(dlq, [order(number) for number in range(3000)])
    process = desk.start("dlq", "show", "orders-dlq", "--limit", "all", "--lease", "2")
    _until_reading(desk, dlq)
    process.kill()
    process.communicate(timeout=60)
    _until(lambda: desk.depth(dlq) == (3000, 0), within=6.0)


def test_an_export_is_whole_private_and_leads_back_to_the_message(desk: Desk, tmp_path: Path) -> None:
    dlq = desk.dlq()
    body = '{"price": 10.10, "odd": "\\u00e9 \\ud83d\\ude00"}'
    desk.sqs.send_message(
        QueueUrl=dlq,
        MessageBody=body,
        MessageAttributes={
            "blob": {"DataType": "Binary.png", "BinaryValue": b"\x00\xff\xfe"},
            "n": {"DataType": "Number.float", "StringValue": "10.10"},
        },
    )
    file = tmp_path / "letters.jsonl"
    found = desk.run("dlq", "export", "orders-dlq", str(file))
    assert found.code == 0, found.err
    (line,) = file.read_text(encoding="utf-8").splitlines()
    letter = json.loads(line)
    assert letter["body"] == body
    assert letter["attributes"]["blob"] == {"type": "Binary.png", "value": {"base64": "AP/+"}}
    assert letter["attributes"]["n"] == {"type": "Number.float", "value": "10.10"}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.glob("*letters*")] == ["letters.jsonl"]


def test_an_export_that_cannot_be_written_is_refused_before_anything_is_read(aws: Account, tmp_path: Path) -> None:
    recording = Recording()
    with seated(aws, recording) as desk:
        desk.dlq()
        found = desk.run("dlq", "export", "orders-dlq", str(tmp_path / "nowhere" / "letters.jsonl"))
    assert found.code == 2
    assert recording.count("sqs:ReceiveMessage") == 0


def test_a_queue_that_is_not_there_is_told_apart_from_one_that_may_not_be_read(desk: Desk) -> None:
    found = desk.run("dlq", "show", "nothing-dlq", "-o", "json")
    assert found.code == 4
    assert found.document["error"]["code"] == "not-found"


def _until_reading(desk: Desk, url: str) -> None:
    _until(lambda: desk.depth(url)[1] > 0, within=20.0)


def _until(true: Callable[[], bool], within: float) -> None:
    """Ask again and again: each question is a call to the emulator, which takes its time."""
    deadline = time.monotonic() + within
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
