"""What failed the same way is one group, what did not is not, and the title says what happened."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from evwatch.deadletters.decode import decode
from evwatch.deadletters.document import message_of
from evwatch.deadletters.group import fingerprint, grouped, skeleton
from evwatch.deadletters.group.title import MAX_LENGTH
from evwatch.model.deadletter import FailureError
from evwatch.model.flow import Edge

HERE = Path(__file__).parent
CORPUS: dict[str, Any] = json.loads((HERE / "corpus.json").read_text("utf-8"))
FUNCTION = "arn:aws:lambda:us-east-1:111122223333:function:process-order"
QUEUE = "arn:aws:sqs:us-east-1:111122223333:order-events-queue"


def _event(number: int, **detail: Any) -> str:
    given = {"orderId": f"ord-{number}", "amount": number / 4, "correlationId": f"c-{number}", **detail}
    return json.dumps(
        {"id": f"e-{number}", "detail-type": "OrderCreated", "source": "order-service",
         "time": f"2026-11-01T00:00:{number % 60:02}Z", "detail": {key: v for key, v in given.items() if v != "absent"}}
    )  # fmt: skip


def _failed(letter_of: Any, number: int, message: str, around: Any) -> Any:
    attributes = {"RequestID": f"r-{number}", "ErrorCode": "200", "ErrorMessage": message}
    edge = Edge(FUNCTION, "arn:aws:sqs:us-east-1:111122223333:failures", "dead-letters")
    return letter_of(_event(number), attributes, id=f"m-{number}", surroundings=around([edge]))


def test_five_thousand_mixed_messages_fall_into_their_three_reasons(letter_of: Any, around: Any) -> None:
    letters = [
        *(_failed(letter_of, n, f"TypeError: cannot add order ord-{n} of {n}", around) for n in range(4870)),
        *(_failed(letter_of, n, f"KeyError: 'cust-{n}'", around) for n in range(5000, 5120)),
        *(_failed(letter_of, n, f"2026-11-01T00:00:00.{n}Z {n}-a Task timed out after 3.00 seconds", around)
          for n in range(6000, 6010)),
    ]  # fmt: skip
    random.Random(1).shuffle(letters)
    groups = grouped(letters)
    assert [group.count for group in groups] == [4870, 120, 10]
    assert [group.title for group in groups] == [
        "TypeError in process-order: cannot add order … of …",
        "KeyError in process-order: '…'",
        "Failure in process-order: Task timed out after … seconds",
    ]
    assert {group.target_arn for group in groups} == {FUNCTION}


def test_a_group_does_not_depend_on_the_order_of_reading(letter_of: Any, around: Any) -> None:
    letters = [_failed(letter_of, n, f"KeyError: '{'ab'[n % 2]}'", around) for n in range(40)]
    shuffled = letters[:]
    random.Random(2).shuffle(shuffled)
    assert grouped(letters) == grouped(shuffled)


def test_without_a_reason_the_shape_of_the_event_tells_causes_apart(letter_of: Any) -> None:
    def moved(number: int, **detail: Any) -> Any:
        return letter_of(_event(number, **detail), id=f"m-{number}", DeadLetterQueueSourceArn=QUEUE)

    groups = grouped(
        [
            *(moved(n) for n in range(30)),
            *(moved(n, amount="ten") for n in range(40, 60)),
            *(moved(n, amount="absent") for n in range(60, 70)),
        ]
    )
    assert [group.count for group in groups] == [30, 20, 10]
    assert [group.title for group in groups] == [
        "OrderCreated from order-service, given up in order-events-queue (with detail.amount: number)",
        "OrderCreated from order-service, given up in order-events-queue (with detail.amount: text)",
        "OrderCreated from order-service, given up in order-events-queue (without detail.amount)",
    ]


def test_another_queue_or_type_of_event_is_another_group(letter_of: Any) -> None:
    one = letter_of(_event(1), DeadLetterQueueSourceArn=QUEUE)
    assert one.group == letter_of(_event(2), DeadLetterQueueSourceArn=QUEUE).group
    assert one.group != letter_of(_event(1), DeadLetterQueueSourceArn=f"{QUEUE}-2").group
    assert (
        one.group != letter_of(_event(1).replace("OrderCreated", "OrderUpdated"), DeadLetterQueueSourceArn=QUEUE).group
    )
    assert one.group != letter_of(_event(1)).group


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"by_id": {"a1": 1, "b2": 2}}, {"by_id": {"c3": 3}}),
        ({"items": [{"sku": "a"}]}, {"items": [{"sku": "b"}, {"sku": "c"}]}),
        ({"b": 1, "a": 2}, {"a": 2.5, "b": 7}),
        ({str(n): n for n in range(500)}, {str(n): n for n in range(300)}),
        ("some text", "another text"),
        ("<order id='1'/>", "<order><id>2</id></order>"),
    ],
)
def test_events_of_one_shape_are_one(one: Any, other: Any, letter_of: Any) -> None:
    def group(event: Any) -> str:
        return str(letter_of(event if isinstance(event, str) else json.dumps(event)).group)

    assert group(one) == group(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"a": 1}, {"a": "1"}),
        ({"a": 1}, {"a": None}),
        ({"a": 1}, {"a": 1, "b": 1}),
        ({"type": "Created"}, {"type": "Deleted"}),
        ({"items": []}, {"items": [1]}),
        ({"a": {"b": {"c": 1}}}, {"a": {"b": {"c": "1"}}}),
        ("text", {"a": 1}),
        ("", "text"),
        ("<order/>", "<invoice/>"),
        ([1], {"a": 1}),
        (1, True),
    ],
)
def test_events_of_another_shape_are_not(one: Any, other: Any, letter_of: Any) -> None:
    def group(event: Any) -> str:
        return str(letter_of(event if isinstance(event, str) else json.dumps(event)).group)

    assert group(one) != group(other)


def test_a_group_says_when_it_began_ended_and_expires_and_shows_its_newest(letter_of: Any) -> None:
    stamps = [1793491200000 + 60_000 * minute for minute in (5, 9, 1)]
    letters = [letter_of("x", id=f"m-{n}", SentTimestamp=str(stamp)) for n, stamp in enumerate(stamps)]
    (group,) = grouped(letters)
    assert group.first_sent_at == datetime(2026, 11, 1, 0, 1, tzinfo=UTC)
    assert group.last_sent_at == datetime(2026, 11, 1, 0, 9, tzinfo=UTC)
    assert group.first_expires_at == datetime(2026, 11, 15, 0, 1, tzinfo=UTC)
    assert group.example_id == "m-1"


def test_no_letters_are_no_groups() -> None:
    assert grouped([]) == ()


def test_a_title_stays_short(letter_of: Any, around: Any) -> None:
    (group,) = grouped([_failed(letter_of, 1, f"ValueError: {'word ' * 200}", around)])
    assert len(group.title) <= MAX_LENGTH


SAMPLES = sorted((HERE / "samples").glob("*.json"))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_samples_group_and_title_are_those_on_record(path: Path, around: Any) -> None:
    sample = json.loads(path.read_text("utf-8"))
    links = [
        Edge(source, target, kind, detail=tuple(detail.items())) for source, target, kind, detail in sample["edges"]
    ]
    letter = decode(message_of(sample["message"]), around(links))
    assert [letter.group, grouped([letter])[0].title] == CORPUS["samples"][path.stem]


@pytest.mark.parametrize("entry", CORPUS["messages"], ids=lambda entry: entry["message"][:40])
def test_a_messages_skeleton_and_fingerprint_are_those_on_record(entry: dict[str, Any]) -> None:
    """Fingerprints stand in notes, scripts and tickets: one that changes is a break of contract."""
    error = FailureError(entry["code"], entry["type"], entry["message"])
    assert skeleton(entry["message"], entry["type"]) == entry["skeleton"]
    assert fingerprint("function-destination", (FUNCTION,), error, None) == entry["fingerprint"]


def test_the_record_is_complete() -> None:
    assert set(CORPUS["samples"]) == {path.stem for path in SAMPLES}
    assert len(CORPUS["messages"]) >= 30
