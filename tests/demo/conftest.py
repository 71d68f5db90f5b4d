"""One frozen demo for all tests that only look."""

from __future__ import annotations

import asyncio
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import boto3
import pytest

from evwatch.demo.embedded import EmbeddedAws


@dataclass
class Demo:
    """A demo that runs, and clients of it."""

    aws: EmbeddedAws
    began: float
    """When it was started, in epoch seconds."""

    def __post_init__(self) -> None:
        self.boto = cache(self._boto)
        self._clients: list[Any] = []

    def _boto(self, service: str) -> Any:
        client = boto3.session.Session().client(
            service,
            endpoint_url=self.aws.endpoint_url,
            region_name=self.aws.region,
            aws_access_key_id=self.aws.access_key_id,
            aws_secret_access_key=self.aws.secret_access_key,
        )
        self._clients.append(client)
        return client

    def queue(self, name: str) -> str:
        """The URL of a queue."""
        return str(self.boto("sqs").get_queue_url(QueueName=name)["QueueUrl"])

    def attributes(self, name: str) -> dict[str, str]:
        """All attributes of a queue."""
        answer = self.boto("sqs").get_queue_attributes(QueueUrl=self.queue(name), AttributeNames=["All"])
        return dict(answer["Attributes"])

    def look(self, name: str) -> list[dict[str, Any]]:
        """Every message of a queue, hidden from nobody afterwards. For queues that nothing consumes."""
        sqs, queue = self.boto("sqs"), self.queue(name)
        found: list[dict[str, Any]] = []
        while True:
            messages = sqs.receive_message(
                QueueUrl=queue,
                MaxNumberOfMessages=10,
                VisibilityTimeout=60,
                MessageSystemAttributeNames=["All"],
                MessageAttributeNames=["All"],
            ).get("Messages")
            if not messages:
                break
            found += messages
        for message in found:
            sqs.change_message_visibility(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0)
        return found

    def close(self) -> None:
        """Close the clients."""
        for client in self._clients:
            client.close()


@pytest.fixture(scope="session")
def frozen() -> Iterator[Demo]:
    """A frozen demo that is complete."""
    with asyncio.Runner() as runner:
        began = time.time()
        aws = runner.run(EmbeddedAws(frozen=True).__aenter__())
        try:
            runner.run(aws.complete())
            demo = Demo(aws, began)
            yield demo
            demo.close()
        finally:
            runner.run(aws.__aexit__())


def processes_of(session: int) -> list[str]:
    """The processes of a session, which a demo's process and its emulator lead one each."""
    listed = subprocess.run(
        ["ps", "-e", "-ww", "-o", "sid=,pid=,args="], capture_output=True, text=True, check=True
    ).stdout
    return [line for line in listed.splitlines() if line.split(None, 1)[0] == str(session)]
