"""The demo's two incidents, each from its alarm to its cause and back, in a real process in a pseudo-terminal."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from evwatch.demo.api import Api
from evwatch.demo.embedded import EmbeddedAws
from evwatch.demo.system.alarm_evaluation import set_state
from evwatch.demo.system.alarms import PROCESSING_LATENCY
from tests.ui.terminals import Terminal


@pytest.fixture(scope="module")
def demo() -> Iterator[EmbeddedAws]:
    """A live demo that is complete. Its consumer has been slow for a quarter of an hour; that fires now, and not with
    the next full minute."""
    with asyncio.Runner() as runner:
        aws = runner.run(EmbeddedAws().__aenter__())
        try:
            runner.run(aws.complete())
            now = datetime.now(UTC).timestamp()
            set_state(Api(aws.endpoint_url), PROCESSING_LATENCY, "ALARM", [1184.6, 1407.1, 1409.9], now)
            yield aws
        finally:
            runner.run(aws.__aexit__())


def environment(demo: EmbeddedAws) -> dict[str, str]:
    """The variables that lead the dashboard there."""
    return {
        "AWS_ENDPOINT_URL": demo.endpoint_url,
        "AWS_ACCESS_KEY_ID": demo.access_key_id,
        "AWS_SECRET_ACCESS_KEY": demo.secret_access_key,
        "AWS_REGION": demo.region,
        "TZ": "UTC",
    }


def step(terminal: Terminal, keys: str, *texts: str) -> None:
    """Press keys, and wait for what is written from then on."""
    terminal.look()
    terminal.forget()
    terminal.press(keys)
    terminal.shows(*texts)


def to_alarm(terminal: Terminal, name: str) -> None:
    """To an alarm by its name, and to the screen of the alarms."""
    terminal.shows("Queues", "firing")
    assert b"\x1b]2;\xe2\x96\xb2 " in terminal.written, "the title says that something fires"
    step(terminal, ":", "jump to a queue")
    step(terminal, name, name)
    step(terminal, "\r", f"Chart  {name[:10]}")
    step(terminal, "4", "its resource", name)


def test_poison_messages_from_the_alarm_to_the_line_that_says_why_and_back(demo: EmbeddedAws) -> None:
    with Terminal(environment(demo), columns=160, lines=50) as terminal:
        to_alarm(terminal, "OrderEventsDLQMessages")
        terminal.shows("tells", "alerting", "█ ALARM", "beyond the limit")
        step(terminal, "\r", "gives up into it", "Chart")
        step(terminal, "d", "received once more")
        step(terminal, "3", "complete", "all released", "OrderCreated from")
        step(terminal, "G\r", "gave up")
        step(terminal, "l", "found by its message id", "START RequestId")
        terminal.shows("why  ", "messageId=")
        step(terminal, "\x1b", "from its log: ")
        terminal.press("\x1b")  # to the groups
        terminal.look()
        step(terminal, "\x1b", "gives up into it")
        step(terminal, "\x1b", "its resource")
        step(terminal, "\x1b", "Queues")
        terminal.press("q")
        assert terminal.ends() == 0


def test_a_slow_consumer_from_the_alarm_to_its_function_and_what_it_logs_and_back(demo: EmbeddedAws) -> None:
    with Terminal(environment(demo), columns=160, lines=50) as terminal:
        to_alarm(terminal, "OrderProcessingLatency")
        terminal.shows("Duration Average > 1000", "> 1000, 3 of 3 datapoints", "beyond the limit")
        step(terminal, "\r", "process-order", "error rate", "Duration p99", "order-events-queue")
        step(terminal, "l", "process-order", "searched /aws/lambda/process-order")
        step(terminal, "\x1b", "Duration p99")
        step(terminal, "\x1b", "its resource")
        step(terminal, "\x1b", "Queues")
        terminal.press("q")
        assert terminal.ends() == 0
