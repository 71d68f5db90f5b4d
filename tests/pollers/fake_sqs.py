"""SQS as a caller sees it, answering from memory in virtual time, so that the order and pace of reads are exact."""

from __future__ import annotations

import asyncio
import json
from typing import Any, cast

from evwatch.aws import sqs
from evwatch.aws.clients import Caller
from evwatch.aws.errors import AwsError
from evwatch.aws.service import Call
from evwatch.model.context import Context
from evwatch.model.fault import Fault, FaultCode
from evwatch.pollers.state import ContextState
from tests.pollers.virtual_time import elapsed

CONTEXT = Context("test/here", "eu-central-1")


class FakeSqs:
    """Queues that are read one by one; which of them fail, and how, may be changed while it runs."""

    def __init__(self, *names: str, takes: float = 0.02) -> None:
        self.context = CONTEXT
        self.takes = takes
        self.reads: list[tuple[float, str]] = []
        self.failing: dict[str, FaultCode] = {}
        self.all_fail: FaultCode | None = None
        self.dlqs: dict[str, str] = {}
        """The DLQ of each queue that has one, by name."""
        self.under_way: set[str] = set()
        self.most_under_way = 0
        self.state = ContextState(CONTEXT, lambda: None)
        self.add(*names)

    @property
    def caller(self) -> Caller:
        return cast(Caller, self)

    def add(self, *names: str) -> None:
        """New queues, as the next listing would bring them."""
        for name in names:
            url = f"http://sqs/123456789012/{name}"
            self.state.queues[url] = sqs.unread_queue(url, "", CONTEXT.region, "aws")

    def arn(self, name: str) -> str:
        return f"arn:aws:sqs:{CONTEXT.region}:123456789012:{name}"

    def times(self, name: str) -> list[float]:
        """When this queue was read."""
        return [at for at, read in self.reads if read == name]

    async def call(self, call: Call, **parameters: Any) -> dict[str, Any]:
        assert call is sqs.GET_QUEUE_ATTRIBUTES
        name = str(parameters["QueueUrl"]).rsplit("/", 1)[-1]
        assert name not in self.under_way, f"{name} is read twice at once"
        self.under_way.add(name)
        self.most_under_way = max(self.most_under_way, len(self.under_way))
        self.reads.append((elapsed(), name))
        try:
            await asyncio.sleep(self.takes)
        finally:
            self.under_way.discard(name)
        code = self.all_fail or self.failing.get(name)
        if code:
            message = {"permission": "no permission: sqs:GetQueueAttributes"}.get(code, code)
            fault = Fault(code, message, source="sqs:GetQueueAttributes", context=CONTEXT.name)
            raise AwsError(fault, not_done=code not in ("network",))
        numbers = dict.fromkeys(("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"), "1")
        attributes = numbers | {"ApproximateNumberOfMessagesDelayed": "0", "QueueArn": self.arn(name)}
        if dlq := self.dlqs.get(name):
            attributes["RedrivePolicy"] = json.dumps({"deadLetterTargetArn": self.arn(dlq), "maxReceiveCount": 3})
        return {"Attributes": attributes}
