"""An AWS in which every answer has a number of its own, so that of whatever is shown it is known when it was given.

The number of a queue's answer is how many messages it holds; that of the alarms is in the reason, that of the rules in
a rule's name, and so on. Whatever else is asked for is empty.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from aiohttp import web
from aiohttp.typedefs import Handler

from evwatch.demo.gateway.operation import Operation, operation
from tests.emulator.made_up import ACCOUNT, arn, operation_model, written
from tests.emulator.misfits import DOCUMENT, Document

RULE = "rule-"
ALARM = "late"
_DLQS = 2


@dataclass(slots=True)
class Answer:
    """One answer: when it was put together, and whether it left whole."""

    at: float
    whole: bool = True


ANSWER = web.RequestKey("answer", Answer)
"""Where a middleware before this one finds the record of what was answered, and marks it as spoilt."""


class Telling:
    """Answers every call. It is a middleware itself, behind which nothing is reached."""

    __middleware_version__ = 1

    def __init__(self, queues: int) -> None:
        self.names = [*(f"orders-{number:04}" for number in range(queues)), *(f"dead-{n}-dlq" for n in range(_DLQS))]
        self.answers: dict[str, list[Answer]] = defaultdict(list)
        """Of each source what was answered so far: the first has the number 1. A queue's source is its name."""
        self.calls: Counter[str] = Counter()

    def answer(self, source: str, number: int) -> Answer:
        """The answer of this number."""
        return self.answers[source][number - 1]

    async def __call__(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer, with the document and the record of it left at the request for whoever spoils either."""
        call = await operation(request)
        self.calls[call.name] += 1
        tell: Callable[[Operation, int, str], Document] | None = getattr(self, f"_{call.operation}", None)
        answer = Answer(time.time())
        number = 0
        if tell:
            kept = self.answers[_source(call)]
            kept.append(answer)
            number = len(kept)
        document = tell(call, number, f"{request.scheme}://{request.host}") if tell else {}
        request[ANSWER], request[DOCUMENT] = answer, document
        return written(call, operation_model(call), document)

    def _GetCallerIdentity(self, _: Operation, number: int, __: str) -> Document:  # noqa: N802 - AWS's own name
        return {"Account": ACCOUNT, "Arn": f"arn:aws:iam::{ACCOUNT}:user/at-{number}", "UserId": "u"}

    def _ListQueues(self, _: Operation, number: int, host: str) -> Document:  # noqa: N802 - AWS's name
        return {"QueueUrls": [f"{host}/{ACCOUNT}/{name}" for name in (*self.names, f"listed-{number}")]}

    def _GetQueueAttributes(self, call: Operation, number: int, _: str) -> Document:  # noqa: N802 - AWS's name
        name = _source(call)
        zeros = ("ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed", "DelaySeconds")
        attributes = dict.fromkeys(zeros, "0") | {
            "QueueArn": arn("sqs", name),
            "ApproximateNumberOfMessages": str(number),
            "MessageRetentionPeriod": "345600",
            "VisibilityTimeout": "30",
        }
        if name.startswith("orders-"):
            dlq = arn("sqs", self.names[-1 - int(name[-1]) % _DLQS])
            attributes["RedrivePolicy"] = f'{{"deadLetterTargetArn": "{dlq}", "maxReceiveCount": 3}}'
        return {"Attributes": attributes}

    def _DescribeAlarms(self, _: Operation, number: int, __: str) -> Document:  # noqa: N802 - AWS's name
        since = datetime.now(UTC) - timedelta(minutes=7)
        alarm = {
            "AlarmName": ALARM,
            "AlarmArn": arn("cloudwatch", f"alarm:{ALARM}"),
            "StateValue": "ALARM",
            "StateReason": f"answer {number}",
            "StateUpdatedTimestamp": since,
            "StateTransitionedTimestamp": since,
            "ActionsEnabled": True,
            "Namespace": "AWS/SQS",
            "MetricName": "ApproximateNumberOfMessagesVisible",
            "Dimensions": [{"Name": "QueueName", "Value": self.names[0]}],
            "Statistic": "Sum",
            "Period": 60,
            "EvaluationPeriods": 1,
            "Threshold": 1.0,
            "ComparisonOperator": "GreaterThanThreshold",
        }
        return {"MetricAlarms": [alarm], "CompositeAlarms": []}

    def _ListAlarmMuteRules(self, _: Operation, __: int, ___: str) -> Document:  # noqa: N802 - AWS's name
        return {"AlarmMuteRuleSummaries": []}

    def _GetMetricData(self, call: Operation, number: int, _: str) -> Document:  # noqa: N802 - AWS's name
        now = datetime.now(UTC).replace(second=0, microsecond=0)
        times = [now - timedelta(minutes=ago) for ago in range(30, 0, -1)]
        return {
            "MetricDataResults": [
                {
                    "Id": query["Id"],
                    "Label": "x",
                    "Timestamps": times,
                    "Values": [float(number)] * len(times),
                    "StatusCode": "Complete",
                }
                for query in call.parameters["MetricDataQueries"]
            ]
        }

    def _ListEventBuses(self, _: Operation, __: int, ___: str) -> Document:  # noqa: N802 - AWS's name
        return {"EventBuses": [{"Name": "default", "Arn": arn("events", "event-bus/default")}]}

    def _ListRules(self, _: Operation, number: int, __: str) -> Document:  # noqa: N802 - AWS's name
        name = f"{RULE}{number}"
        rule = {"Name": name, "Arn": arn("events", f"rule/{name}"), "State": "ENABLED", "EventPattern": "{}"}
        return {"Rules": [rule | {"EventBusName": "default"}]}

    def _ListTargetsByRule(self, _: Operation, __: int, ___: str) -> Document:  # noqa: N802 - AWS's name
        return {"Targets": [{"Id": "orders", "Arn": arn("sqs", self.names[0])}]}


def _source(call: Operation) -> str:
    if call.operation == "GetQueueAttributes":
        return str(call.parameters["QueueUrl"]).rsplit("/", 1)[-1]
    return call.operation
