"""Dead-letter queues to look into, and the command line as a process before them."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp.typedefs import Middleware

from tests.commands import EVWATCH, Outcome
from tests.emulator.account import Account


@dataclass
class Desk:
    """An operator before one account, through a gateway."""

    account: Account
    url: str
    sqs: Any
    variables: dict[str, str] = field(default_factory=dict)

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Begin a command."""
        environment = {**os.environ, **self.account.environment(self.url), **self.variables}
        return subprocess.Popen(
            [*EVWATCH, *arguments],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def run(self, *arguments: str) -> Outcome:
        """Run a command to its end."""
        process = self.start(*arguments)
        out, err = process.communicate(timeout=60)
        return Outcome(process.returncode, out.decode(), err.decode())

    def queue(self, name: str, **attributes: str) -> str:
        """Make a queue; gives its URL."""
        return str(self.sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"])

    def dlq(self, name: str = "orders-dlq", source: str = "orders", **attributes: str) -> str:
        """Make a DLQ and a queue that names it as such; gives the DLQ's URL."""
        url = self.queue(name, **attributes)
        policy = {"deadLetterTargetArn": self.account.arn("sqs", name), "maxReceiveCount": 3}
        both = {key: value for key, value in attributes.items() if key in ("FifoQueue", "ContentBasedDeduplication")}
        self.queue(source, RedrivePolicy=json.dumps(policy), **both)
        return url

    def fill(self, url: str, bodies: list[str], **more: Any) -> None:
        """Send messages, ten at a time."""
        for start in range(0, len(bodies), 10):
            entries = [
                {"Id": str(place), "MessageBody": body, **more} for place, body in enumerate(bodies[start : start + 10])
            ]
            self.sqs.send_message_batch(QueueUrl=url, Entries=entries)

    def depth(self, url: str) -> tuple[int, int]:
        """Visible, and in flight."""
        found = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        return int(found["ApproximateNumberOfMessages"]), int(found["ApproximateNumberOfMessagesNotVisible"])

    def receive_counts(self, url: str) -> set[int]:
        """The receive count of every message, without the receive that this itself is."""
        counts: set[int] = set()
        while True:
            answer = self.sqs.receive_message(
                QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=60, MessageSystemAttributeNames=["All"]
            )
            if not answer.get("Messages"):
                return counts
            counts |= {int(message["Attributes"]["ApproximateReceiveCount"]) - 1 for message in answer["Messages"]}


@pytest.fixture
def desk(aws: Account) -> Iterator[Desk]:
    """A desk before an empty account."""
    with seated(aws) as it:
        yield it


@contextmanager
def seated(aws: Account, *middlewares: Middleware) -> Iterator[Desk]:
    """A desk whose calls pass these middlewares; its own boto3 client does not."""
    with aws.threaded_gateway(*middlewares) as url:
        yield Desk(aws, url, aws.boto("sqs"))
