"""Each producer's dead letter, as AWS lays it out, is told apart and read right."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from evwatch.deadletters.decode import decode
from evwatch.deadletters.document import document, message_of
from evwatch.model.flow import Edge

SAMPLES = sorted((Path(__file__).parent / "samples").glob("*.json"))


def _decoded(path: Path, around: Any, *, edges: bool = True) -> tuple[dict[str, Any], dict[str, Any]]:
    sample = json.loads(path.read_text("utf-8"))
    links = [
        Edge(source, target, kind, detail=tuple(detail.items())) for source, target, kind, detail in sample["edges"]
    ]
    surroundings = around(links if edges else (), **sample.get("queue", {}))
    return sample, document(decode(message_of(sample["message"]), surroundings))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_producers_layout_is_read_as_documented(path: Path, around: Any) -> None:
    sample, found = _decoded(path, around)
    assert {key: found[key] for key in sample["expect"]} == sample["expect"]
    assert found["body"] == sample["message"]["body"]
    assert found["target_reason"]


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_what_could_be_discovered_does_not_change_the_group(path: Path, around: Any) -> None:
    _, with_flow = _decoded(path, around)
    _, without = _decoded(path, around, edges=False)
    assert with_flow["group"] == without["group"]


def test_every_origin_has_a_sample() -> None:
    origins = {json.loads(path.read_text("utf-8"))["expect"]["origin"] for path in SAMPLES}
    assert origins == {
        "queue", "function", "function-destination", "stream", "rule", "schedule", "topic", "pipe", "unknown",
    }  # fmt: skip


def test_why_a_target_is_unknown_is_said(around: Any) -> None:
    def reason(name: str) -> str:
        return str(_decoded(Path(__file__).parent / "samples" / f"{name}.json", around)[1]["target_reason"])

    assert reason("function-one-of-several") == (
        "not known: 2 functions use this DLQ (process-order, thumbnail), and Lambda does not say which"
    )
    assert "the message holds no payload: records 4960" in reason("stream-kinesis")
    assert "must be read from clicks before they expire there" in reason("stream-kinesis")
    assert "must be read from orders before" in reason("stream-dynamodb")
    assert reason("pipe").startswith("nowhere: a pipe reads its source alone")
    assert "truncated" in reason("schedule-truncated")
    assert "several subscriptions of order-notifications" in reason("topic-raw-of-several")
    assert "delivers to this queue as to any subscriber" in reason("topic-delivered")


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("KeyError: 'amount'", "KeyError"),
        ("java.lang.IllegalStateException: no stock", "java.lang.IllegalStateException"),
        ("Runtime.ExitError", "Runtime.ExitError"),
        ("Error: boom", "Error"),
        ("ns::OrderException : x", "ns::OrderException"),
        ("SMTPServerDisconnected: Connection unexpectedly closed", "SMTPServerDisconnected"),
        ("com.acme.OrderRejected: no stock", "com.acme.OrderRejected"),
        ("StatusCode: 400", None),
        ("OrderId: missing", None),
        ("Order: missing", None),
        ("OrderRejected:no stock", None),
        ("Error occurred while reading", None),
        ("RequestId: 16e4 Error: Runtime exited", None),
        ("Timeout waiting for a lock", None),
        ("connection error: refused", None),
        ("", None),
        ("a." * 100_000, None),
    ],
)
def test_the_type_is_what_a_message_begins_with(message: str, expected: str | None, letter_of: Any) -> None:
    letter = letter_of("{}", {"RequestID": "r", "ErrorCode": "200", "ErrorMessage": message})
    assert letter.error.type == expected
    assert letter.error.message == (message or None)
