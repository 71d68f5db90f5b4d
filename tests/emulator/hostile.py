"""An AWS in which every text that somebody can choose is hostile, names too, and in which all hangs together.

A rule sends to a queue that a function consumes and that gives up to a DLQ, which an alarm watches. Whatever else is
asked is answered from the SDK's own description, so a call that is new is answered in the same way.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from evwatch.demo.gateway.operation import Operation, operation
from tests.emulator.made_up import ACCOUNT, arn, operation_model, written

MARK = "ZXZpbA"
"""What every hostile text holds, so that it can be told whether one was shown."""
NAME = f"\x1b]52;c;{MARK}==\x07\x1b[31m\x9b2J\x9d\u202eb\u2066\u200b\x00\x7f\x08[red]%s{{0}}"
"""A name. What acts: OSC 52 and colours in both their forms, bidi controls, NUL, delete, backspace, markup, formats."""
TEXT = NAME + "\r\n\u2028../x\t\ud83d"
"""A text; it may also break lines, leave a folder, and end in the middle of a character."""
ORDERS, DLQ, FUNCTION, RULE, ALARM = (
    f"{kind}{NAME}" for kind in ("orders", "orders-dlq", "process-order", "new-order", "late")
)
QUEUE_ARN, DLQ_ARN, FUNCTION_ARN = arn("sqs", ORDERS), arn("sqs", DLQ), arn("lambda", f"function:{FUNCTION}")
RULE_ARN, TOPIC_ARN = arn("events", f"rule/{RULE}"), arn("sns", f"told{NAME}")
DENIED = "events:ListArchives"
_DEEPEST = 6

Document = dict[str, Any]


class Hostile:
    """Answers every call. It is a middleware itself, behind which nothing is reached."""

    __middleware_version__ = 1

    def __init__(self) -> None:
        self.fill()

    def fill(self) -> None:
        """Put every dead letter back into the DLQ."""
        self._refuses = True
        self._held = dict.fromkeys(_messages(), False)  # by handle, whether it is hidden

    async def __call__(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer as the call is known, or as the SDK describes it."""
        call = await operation(request)
        if call.name == DENIED:
            said = {"__type": "AccessDeniedException", "message": f"not authorized to perform: {TEXT}"}
            return web.json_response(said, status=400, content_type="application/x-amz-json-1.1")
        model = operation_model(call)
        known: Callable[[Operation, str], Document] | None = getattr(self, f"_{call.operation}", None)
        generic = _value(model.output_shape, "", _DEEPEST) if model.output_shape else {}
        host = f"{request.scheme}://{request.host}/{ACCOUNT}"
        return written(call, model, known(call, host) if known else generic)

    def _GetCallerIdentity(self, _: Operation, __: str) -> Document:  # noqa: N802 - AWS's own name
        return {"Account": f"../../../{NAME}", "Arn": f"arn:aws:iam::{ACCOUNT}:user/{TEXT}", "UserId": TEXT}

    def _ListQueues(self, _: Operation, host: str) -> Document:  # noqa: N802 - AWS's own name
        return {"QueueUrls": [f"{host}/{ORDERS}", f"{host}/{DLQ}"]}

    def _GetQueueUrl(self, call: Operation, host: str) -> Document:  # noqa: N802 - AWS's own name
        return {"QueueUrl": f"{host}/{call.parameters['QueueName']}"}

    def _ListDeadLetterSourceQueues(self, _: Operation, host: str) -> Document:  # noqa: N802 - AWS's own name
        return {"queueUrls": [f"{host}/{ORDERS}"]}

    def _GetQueueAttributes(self, call: Operation, _: str) -> Document:  # noqa: N802 - AWS's own name
        dead = "-dlq" in call.parameters["QueueUrl"]
        attributes = {
            "QueueArn": DLQ_ARN if dead else QUEUE_ARN,
            "ApproximateNumberOfMessages": str(sum(not held for held in self._held.values())),
            "ApproximateNumberOfMessagesNotVisible": str(sum(self._held.values())),
            "ApproximateNumberOfMessagesDelayed": "0",
            "MessageRetentionPeriod": "345600",
            "VisibilityTimeout": "30",
            "KmsMasterKeyId": TEXT,
            "Policy": TEXT,
        }
        if not dead:
            attributes["RedrivePolicy"] = json.dumps({"deadLetterTargetArn": DLQ_ARN, "maxReceiveCount": 3})
        return {"Attributes": attributes}

    def _ReceiveMessage(self, _: Operation, __: str) -> Document:  # noqa: N802 - AWS's own name
        messages = _messages()
        free = [handle for handle, held in self._held.items() if not held]
        self._held.update(dict.fromkeys(free, True))
        return {"Messages": [messages[handle] for handle in free]}

    def _ChangeMessageVisibilityBatch(self, call: Operation, _: str) -> Document:  # noqa: N802 - AWS's own name
        entries = call.parameters["Entries"]
        asked = {entry["ReceiptHandle"]: entry["VisibilityTimeout"] > 0 for entry in entries}
        self._held.update({handle: hidden for handle, hidden in asked.items() if handle in self._held})
        return {"Successful": [{"Id": entry["Id"]} for entry in entries], "Failed": []}

    def _SendMessageBatch(self, call: Operation, _: str) -> Document:  # noqa: N802 - AWS's own name
        sent = [
            {
                "Id": entry["Id"],
                "MessageId": f"sent{NAME}",
                "MD5OfMessageBody": hashlib.md5(entry["MessageBody"].encode(errors="surrogatepass")).hexdigest(),
            }
            for entry in call.parameters["Entries"]
        ]
        refused = {"Id": sent.pop()["Id"], "Code": f"Refused{TEXT}", "Message": TEXT, "SenderFault": True}
        return {"Successful": sent, "Failed": [refused]}

    def _DeleteMessageBatch(self, call: Operation, _: str) -> Document:  # noqa: N802 - AWS's own name
        entries = call.parameters["Entries"]
        failed = []
        if self._refuses:  # once: it is in the queue again
            kept = entries.pop()
            self._held[kept["ReceiptHandle"]] = self._refuses = False
            failed = [{"Id": kept["Id"], "Code": f"Refused{TEXT}", "Message": TEXT, "SenderFault": True}]
        for entry in entries:
            del self._held[entry["ReceiptHandle"]]
        return {"Successful": [{"Id": entry["Id"]} for entry in entries], "Failed": failed}

    def _ListMessageMoveTasks(self, _: Operation, __: str) -> Document:  # noqa: N802 - AWS's own name
        return {"Results": [{"Status": "FAILED", "FailureReason": TEXT, "SourceArn": DLQ_ARN}]}

    def _DescribeAlarms(self, _: Operation, __: str) -> Document:  # noqa: N802 - AWS's own name
        since = datetime.now(UTC) - timedelta(minutes=7)
        alarm = {
            "AlarmName": ALARM,
            "AlarmArn": arn("cloudwatch", f"alarm:{ALARM}"),
            "AlarmDescription": f"https://wiki.example/{TEXT}",
            "StateValue": "ALARM",
            "StateReason": TEXT,
            "StateTransitionedTimestamp": since,
            "ActionsEnabled": True,
            "AlarmActions": [TOPIC_ARN],
            "Namespace": "AWS/SQS",
            "MetricName": "ApproximateNumberOfMessagesVisible",
            "Dimensions": [{"Name": "QueueName", "Value": DLQ}],
            "Statistic": "Sum",
            "Period": 60,
            "EvaluationPeriods": 1,
            "Threshold": 1.0,
            "ComparisonOperator": "GreaterThanThreshold",
        }
        return {"MetricAlarms": [alarm], "CompositeAlarms": []}

    def _ListEventBuses(self, _: Operation, __: str) -> Document:  # noqa: N802 - AWS's own name
        return {"EventBuses": [{"Name": "default", "Arn": arn("events", "event-bus/default")}]}

    def _ListRules(self, _: Operation, __: str) -> Document:  # noqa: N802 - AWS's own name
        pattern = json.dumps({"source": [TEXT]})
        rule = {"Name": RULE, "Arn": RULE_ARN, "State": "ENABLED", "EventPattern": pattern, "Description": TEXT}
        return {"Rules": [rule | {"EventBusName": "default"}]}

    def _DescribeRule(self, _: Operation, __: str) -> Document:  # noqa: N802 - AWS's own name
        return {"Name": RULE, "Arn": RULE_ARN, "State": f"ENABLED{NAME}", "EventBusName": "default"}

    def _ListTargetsByRule(self, _: Operation, __: str) -> Document:  # noqa: N802 - AWS's own name
        return {"Targets": [{"Id": TEXT, "Arn": QUEUE_ARN, "DeadLetterConfig": {"Arn": DLQ_ARN}}]}

    def _ListFunctions(self, _: Operation, __: str) -> Document:  # noqa: N802 - AWS's own name
        return {"Functions": [{"FunctionName": FUNCTION, "FunctionArn": FUNCTION_ARN, "Description": TEXT}]}

    def _GetFunctionConfiguration(self, _: Operation, __: str) -> Document:  # noqa: N802 - AWS's own name
        return {"FunctionArn": FUNCTION_ARN, "LoggingConfig": {"LogGroup": f"/aws/lambda/{FUNCTION}"}}

    def _ListEventSourceMappings(self, _: Operation, __: str) -> Document:  # noqa: N802 - AWS's own name
        mapping = {"UUID": TEXT, "EventSourceArn": QUEUE_ARN, "FunctionArn": FUNCTION_ARN, "State": TEXT}
        return {"EventSourceMappings": [mapping | {"LastProcessingResult": f"PROBLEM: {TEXT}"}]}

    def _FilterLogEvents(self, _: Operation, __: str) -> Document:  # noqa: N802 - AWS's own name
        now = int(datetime.now(UTC).timestamp() * 1000)
        return {"events": [{"timestamp": now, "message": f"[ERROR] {TEXT}", "logStreamName": TEXT, "eventId": "1"}]}


def _messages() -> dict[str, Document]:
    """A dead letter of a queue, one of a rule, one of a function, and one that is no JSON; by handle."""
    event = {"version": "0", "source": TEXT, "detail-type": TEXT, "detail": {TEXT: [TEXT]}}
    said = {"DataType": "String", "StringValue": TEXT}
    rule = {"RULE_ARN": RULE_ARN, "TARGET_ARN": QUEUE_ARN}
    attributes: list[Document] = [
        {},
        {name: {"DataType": "String", "StringValue": value} for name, value in rule.items()}
        | {"ERROR_CODE": said, "ERROR_MESSAGE": said},
        {"RequestID": said, "ErrorCode": said, "ErrorMessage": said, TEXT: said},
        {},
    ]
    moment = str(int(datetime.now(UTC).timestamp() * 1000))
    return {
        f"handle {place}": {
            "MessageId": f"{place}{NAME}",
            "ReceiptHandle": f"handle {place}",
            "Body": json.dumps(event) if place < 3 else TEXT,
            "MessageAttributes": extra,
            "Attributes": {
                "SentTimestamp": moment,
                "ApproximateReceiveCount": "4",
                "ApproximateFirstReceiveTimestamp": moment,
                "MessageGroupId": TEXT,
                **({} if place in (1, 2) else {"DeadLetterQueueSourceArn": QUEUE_ARN}),
            },
        }
        for place, extra in enumerate(attributes)
    }


def _value(shape: Any, name: str, deep: int) -> Any:
    """As the description has it, with one of each."""
    match shape.type_name:
        case "structure":
            members = {} if deep == 0 else dict(shape.members)
            known = {each: member for each, member in members.items() if "Token" not in each and "Marker" not in each}
            return {each: _value(member, each, deep - 1) for each, member in known.items()}
        case "list":
            return [_value(shape.member, name, deep - 1)] if deep else []
        case "map":
            return {TEXT: _value(shape.value, name, deep - 1)} if deep else {}
        case "string" | "character":
            enum = list(getattr(shape, "enum", ()) or ())
            return enum[0] if enum else TOPIC_ARN if name.lower().endswith("arn") else TEXT
        case "timestamp":
            return datetime.now(UTC)
        case "boolean":
            return False
        case "blob":
            return TEXT.encode(errors="replace")
        case _:
            return 3
