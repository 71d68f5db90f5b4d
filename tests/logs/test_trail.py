"""Finding a dead letter's failure in its function's log, over the real protocol."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp.typedefs import Middleware

from evwatch.aws import logs
from evwatch.deadletters.trail import Trail
from evwatch.model.clock import Clock
from evwatch.model.deadletter import DeadLetter, Message, MessageAttribute
from evwatch.model.fault import EvwatchError
from evwatch.model.log_lines import LogReading, LogReason, LogRequest, LogSearch
from tests.aws.answering import Answering
from tests.aws.calling import calling
from tests.emulator.account import Account
from tests.emulator.faults import Faults, refused
from tests.logs.conftest import MakeFunction, Write
from tests.session.running import session, settings

NOW = datetime.now(UTC).replace(microsecond=0)
SENT = NOW - timedelta(minutes=30)
ID = "a0b4a296-9d80-45a9-b03f-2d71581d8e83"
OTHER = "0f0f0f0f-9d80-45a9-b03f-2d71581d8e83"


def invocation(request: str, said: str, at: datetime = SENT) -> list[tuple[datetime, str]]:
    """What Lambda and a function write of one invocation."""
    texts = (f"START RequestId: {request} Version: $LATEST", "loading", said, f"END RequestId: {request}")
    return [(at + timedelta(milliseconds=10 * index), text) for index, text in enumerate(texts)]


def letter(origin: str, source: str, **attributes: str) -> DeadLetter:
    return DeadLetter(
        Message("m-4711", "{}", attributes={name: MessageAttribute("String", v) for name, v in attributes.items()}),
        origin,  # type: ignore[arg-type]  # a word of the test's own
        "g",
        SENT,
        1,
        {"orderId": "ord-778899"},
        source_arn=source,
        first_received_at=SENT,
    )


@asynccontextmanager
async def trail(aws: Account, *middlewares: Middleware) -> AsyncIterator[Trail]:
    async with calling(aws, *middlewares) as caller:
        yield Trail(caller, Clock(now=lambda: NOW))


async def found(aws: Account, of: DeadLetter | str, *middlewares: Middleware, **more: Any) -> LogReading:
    request = LogRequest(
        of if isinstance(of, str) else "q", NOW - timedelta(hours=1), NOW, letter=None if isinstance(of, str) else of
    )
    async with trail(aws, *middlewares) as reader:
        reading = await reader.read(request)
    assert reading is not None
    return reading


def texts(reading: LogReading) -> list[str]:
    return [line.text for line in reading.lines]


async def test_a_functions_dead_letter_is_found_by_its_request_with_the_whole_invocation_and_its_reason(
    aws: Account, function: MakeFunction, write: Write
) -> None:
    arn = function("pay")
    write(
        "/aws/lambda/pay",
        [*invocation(OTHER, "fine", SENT - timedelta(seconds=9)), *invocation(ID, "[ERROR] KeyError: 'amount'")],
    )
    reading = await found(aws, letter("function", arn, RequestID=ID))
    assert texts(reading) == [text for _, text in invocation(ID, "[ERROR] KeyError: 'amount'")]
    assert (reading.clue, reading.term) == ("request-id", ID)
    assert reading.reason
    assert (reading.reason.type, reading.reason.message) == ("KeyError", "'amount'")
    assert [line.matched for line in reading.lines] == [True, False, False, True]


async def test_a_queues_dead_letter_is_found_in_its_consumers_log_by_message_id(
    aws: Account, function: MakeFunction, write: Write
) -> None:
    source = aws.arn("sqs", "orders")
    aws.boto("sqs").create_queue(QueueName="orders")
    function("consume", source)
    write("/aws/lambda/consume", invocation(ID, "[ERROR] ValueError: no messageId=m-4711"))
    reading = await found(aws, letter("queue", source))
    assert reading.clue == "message-id"
    assert reading.reason
    assert reading.reason.type == "ValueError"
    assert len(reading.lines) == 4


async def test_where_no_id_is_logged_a_text_of_the_event_leads_there_and_then_time_which_is_said(
    aws: Account, function: MakeFunction, write: Write
) -> None:
    source = aws.arn("sqs", "orders")
    aws.boto("sqs").create_queue(QueueName="orders")
    function("consume", source)
    write("/aws/lambda/consume", invocation(ID, "[ERROR] ValueError: order ord-778899"))
    assert (await found(aws, letter("queue", source))).clue == "text"
    other = aws.arn("sqs", "parcels")
    aws.boto("sqs").create_queue(QueueName="parcels")
    function("ship", other)
    write("/aws/lambda/ship", invocation(ID, "[ERROR] OSError: disk"))
    guessed = await found(aws, letter("queue", other))
    assert guessed.clue == "time"
    assert len(guessed.lines) == 4


async def test_nothing_found_says_what_was_searched(aws: Account, function: MakeFunction, write: Write) -> None:
    arn = function("pay")
    write("/aws/lambda/pay", invocation(OTHER, "fine"))
    reading = await found(aws, letter("function", arn, RequestID=ID))
    assert (reading.lines, reading.clue) == ((), None)
    assert next((each.term, each.group) for each in reading.searched) == (ID, "/aws/lambda/pay")
    assert all(each.start >= SENT - timedelta(hours=1) and each.end <= NOW for each in reading.searched)


async def test_a_log_group_that_is_gone_is_told_and_does_not_fail(aws: Account, function: MakeFunction) -> None:
    reading = await found(aws, letter("function", function("pay"), RequestID=ID))
    assert reading.notes == ("pay has no log group, or none is left",)


async def test_a_function_logs_where_its_configuration_says(aws: Account, function: MakeFunction, write: Write) -> None:
    function("pay", log_group="/shared/payments")
    write("/shared/payments", [(SENT, "hello")])
    assert texts(await found(aws, "pay")) == ["hello"]


async def test_without_leave_to_read_the_configuration_the_usual_group_is_read(
    aws: Account, function: MakeFunction, write: Write
) -> None:
    arn = function("pay")
    write("/aws/lambda/pay", [(SENT, "hello")])
    denied = Faults().on("lambda:GetFunctionConfiguration", refused("denied"), times=None)
    assert texts(await found(aws, arn, denied)) == ["hello"]


async def test_a_queue_means_the_functions_that_consume_it_and_a_dlq_those_of_its_source(
    aws: Account, function: MakeFunction, write: Write
) -> None:
    sqs = aws.boto("sqs")
    sqs.create_queue(QueueName="orders-dlq")
    policy = f'{{"deadLetterTargetArn":"{aws.arn("sqs", "orders-dlq")}","maxReceiveCount":3}}'
    sqs.create_queue(QueueName="orders", Attributes={"RedrivePolicy": policy})
    arn = function("consume", aws.arn("sqs", "orders"))
    write("/aws/lambda/consume", [(SENT, "hello")])
    assert (await found(aws, "orders")).functions == (arn,)
    reading = await found(aws, "orders-dlq")
    assert reading.functions == (arn,)
    assert reading.notes == ("orders-dlq is the DLQ of orders: these are its consumers",)


async def test_a_queue_that_nobody_consumes_says_so(aws: Account) -> None:
    aws.boto("sqs").create_queue(QueueName="alone")
    with pytest.raises(EvwatchError, match="no function is known to consume alone"):
        await found(aws, "alone")


async def test_pages_may_be_empty_and_more_may_follow(aws: Account) -> None:
    event = {"timestamp": int(SENT.timestamp() * 1000), "message": "late", "logStreamName": "s"}
    pages = Answering(
        "logs:FilterLogEvents",
        {"events": [], "nextToken": "a"},
        {"events": [], "nextToken": "b"},
        {"events": [event]},
    )
    async with calling(aws, pages) as caller:
        lines, made = await logs.search(caller, LogSearch("g", SENT, NOW, "late"))
    assert [line.text for line in lines] == ["late"]
    assert lines[0].at == SENT
    assert made.complete
    assert len(pages.calls) == 3


async def test_a_search_that_is_cut_short_says_so(aws: Account) -> None:
    events = [{"timestamp": int(SENT.timestamp() * 1000), "message": f"x{n}", "logStreamName": "s"} for n in range(9)]
    pages = Answering("logs:FilterLogEvents", {"events": events, "nextToken": "a"})
    async with calling(aws, pages) as caller:
        lines, made = await logs.search(caller, LogSearch("g", SENT, NOW), most=5)
    assert len(lines) == 5
    assert not made.complete


@pytest.mark.parametrize("term", ['say "no" now', "back\\slash", '"', "a b"])
async def test_a_text_with_quotes_finds_exactly_its_own_lines(aws: Account, write: Write, term: str) -> None:
    write("g", [(SENT, f"<{term}>"), (SENT, "say no now"), (SENT, "backslash"), (SENT, "A B")])
    async with calling(aws) as caller:
        lines, _ = await logs.search(caller, LogSearch("g", SENT - timedelta(minutes=1), NOW, term))
    assert [line.text for line in lines] == [f"<{term}>"]


async def test_a_session_keeps_why_a_dead_letter_failed_for_its_group(
    aws: Account, function: MakeFunction, write: Write, tmp_path: Path
) -> None:
    arn = function("pay")
    write("/aws/lambda/pay", invocation(ID, f"[ERROR] KeyError: 'amount' RequestId: {ID}"))
    dead = letter("function", arn, RequestID=ID)
    request = LogRequest("q", NOW, NOW, letter=dead)
    async with aws.gateway() as url, session(settings(url), tmp_path) as it:
        reading = await it.logs(request)
        assert reading.reason is not None
        await it.logs(LogRequest(arn, NOW - timedelta(hours=1), NOW))
        (kept,) = it.snapshot.contexts[0].log_reasons.items()
    assert kept == (dead.id, LogReason("g", reading.reason, "request-id", arn))
