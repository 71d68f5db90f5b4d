"""Dead letters as SQS makes them: received as often as the redrive policy allows, and moved by SQS itself."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.emulator.account import Account


@dataclass
class Dead:
    """A source queue and its DLQ."""

    aws: Account
    name: str
    source_url: str
    dlq_url: str
    source_arn: str
    dlq_arn: str
    clients: dict[str, Any] = field(default_factory=dict)

    @property
    def sqs(self) -> Any:
        if "sqs" not in self.clients:
            self.clients["sqs"] = self.aws.boto("sqs")
        return self.clients["sqs"]

    def fail(self, messages: Iterable[dict[str, Any]]) -> None:
        """Send these to the source, and let SQS give up on them."""
        count = 0
        for batch in _tens(list(messages)):
            entries = [{"Id": str(place), **message} for place, message in enumerate(batch)]
            answer = self.sqs.send_message_batch(QueueUrl=self.source_url, Entries=entries)
            assert not answer.get("Failed")
            count += len(batch)
        while count > 0:  # each receive also moves what was received before
            received = self.sqs.receive_message(QueueUrl=self.source_url, MaxNumberOfMessages=10, VisibilityTimeout=0)
            count -= len(received["Messages"])
        assert "Messages" not in self.sqs.receive_message(QueueUrl=self.source_url)

    def drain(self, url: str | None = None) -> list[dict[str, Any]]:
        """Every message of a queue (the source, unless told), taken out in order."""
        found: list[dict[str, Any]] = []
        url = url or self.source_url
        while messages := self.sqs.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=10,
            VisibilityTimeout=60,
            MessageAttributeNames=["All"],
            MessageSystemAttributeNames=["All"],
        ).get("Messages"):
            found += messages
            entries = [{"Id": str(n), "ReceiptHandle": each["ReceiptHandle"]} for n, each in enumerate(messages)]
            self.sqs.delete_message_batch(QueueUrl=url, Entries=entries)
        return found

    def bodies(self, url: str | None = None) -> list[str]:
        """The bodies of what a queue holds, taken out."""
        return [message["Body"] for message in self.drain(url)]

    def depth(self, url: str | None = None) -> tuple[int, int]:
        """Visible and in flight."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self.sqs.get_queue_attributes(QueueUrl=url or self.dlq_url, AttributeNames=names)["Attributes"]
        return int(found[names[0]]), int(found[names[1]])


def dead_letter_queue(aws: Account, name: str = "orders", *, fifo: bool = False, **attributes: str) -> Dead:
    """A source queue whose redrive policy gives up after the first receive, and its DLQ."""
    sqs = aws.boto("sqs")
    end = ".fifo" if fifo else ""
    kind = {"FifoQueue": "true"} if fifo else {}
    dlq = sqs.create_queue(QueueName=f"{name}-dlq{end}", Attributes=kind)["QueueUrl"]
    policy = {"deadLetterTargetArn": aws.arn("sqs", f"{name}-dlq{end}"), "maxReceiveCount": 1}
    source = sqs.create_queue(
        QueueName=f"{name}{end}", Attributes={**kind, "RedrivePolicy": json.dumps(policy), **attributes}
    )["QueueUrl"]
    return Dead(
        aws, f"{name}-dlq{end}", source, dlq, aws.arn("sqs", f"{name}{end}"), aws.arn("sqs", f"{name}-dlq{end}")
    )


def texts(count: int) -> list[dict[str, Any]]:
    """Messages with different bodies."""
    return [{"MessageBody": json.dumps({"number": number})} for number in range(count)]


def _tens(messages: Sequence[dict[str, Any]]) -> list[Sequence[dict[str, Any]]]:
    return [messages[start : start + 10] for start in range(0, len(messages), 10)]
