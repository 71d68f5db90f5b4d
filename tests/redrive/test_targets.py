"""Each kind of target gets what it would have got, once."""

from __future__ import annotations

import asyncio
import io
import json
import zipfile
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import web
from aiohttp.typedefs import Handler

from evwatch.demo.gateway.operation import operation
from evwatch.model.plan import RedriveRequest
from tests.emulator.account import Account
from tests.emulator.faults import Faults, refused, reset_after
from tests.emulator.recording import Recording
from tests.redrive.conftest import Operating

JOURNAL = RedriveRequest(engine="journal", watch_seconds=0)
EVENT = (
    '{"version": "0", "id": "e-1", "detail-type": "OrderPlaced", "source": "shop", "account": "1",'
    ' "time": "2026-11-20T12:00:00Z", "region": "eu-central-1", "resources": [],'
    ' "detail": {"amount": 10.10, "id": "A-1"}}'
)


class Invocations:
    """What functions were invoked with, exactly, instead of invoking them. It is a middleware itself."""

    __middleware_version__ = 1

    def __init__(self) -> None:
        self.payloads: list[tuple[str, str]] = []
        """Path and body of each request."""

    async def __call__(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if (await operation(request)).name != "lambda:Invoke":
            return await handler(request)
        assert request.headers["X-Amz-Invocation-Type"] == "Event"
        self.payloads.append((request.path, (await request.read()).decode()))
        return web.Response(status=202, headers={"x-amzn-RequestId": f"request-{len(self.payloads)}"})


def attributes(**texts: str) -> dict[str, Any]:
    return {name: {"DataType": "String", "StringValue": value} for name, value in texts.items()}


def function(aws: Account, name: str, dlq_arn: str | None = None) -> str:
    """The ARN of a new function, whose DLQ this is."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("main.py", "def handler(event, context):\n    return None\n")
    more = {"DeadLetterConfig": {"TargetArn": dlq_arn}} if dlq_arn else {}
    made = aws.boto("lambda").create_function(
        FunctionName=name,
        Runtime="python3.11",
        Role=f"arn:aws:iam::{aws.number}:role/r",
        Handler="main.handler",
        Code={"ZipFile": file.getvalue()},
        **more,
    )
    return str(made["FunctionArn"])


class Rules:
    """A bus with rules, each with one target, whose DLQ is one queue."""

    def __init__(self, aws: Account, dlq: str) -> None:
        self._aws = aws
        self._sqs, self._events = aws.boto("sqs"), aws.boto("events")
        self._url = self._sqs.create_queue(QueueName=dlq)["QueueUrl"]
        self.dlq_arn = aws.arn("sqs", dlq)
        self._events.create_event_bus(Name="shop")

    def failed(self, rule: str, target_arn: str, **target: Any) -> None:
        """A rule with this target, and an event that did not reach it."""
        arn = self._events.put_rule(Name=rule, EventBusName="shop", EventPattern='{"source": ["none"]}')["RuleArn"]
        dead = {"DeadLetterConfig": {"Arn": self.dlq_arn}}
        self._events.put_targets(
            Rule=rule, EventBusName="shop", Targets=[{"Id": "1", "Arn": target_arn, **dead, **target}]
        )
        self._sqs.send_message(
            QueueUrl=self._url,
            MessageBody=EVENT,
            MessageAttributes=attributes(RULE_ARN=arn, TARGET_ARN=target_arn, ERROR_CODE="NO_PERMISSIONS", own="kept"),
        )


async def test_an_event_goes_to_the_one_target_of_its_rule_that_failed_as_the_rule_made_it(
    aws: Account, operating: Operating
) -> None:
    sqs, sns, events = aws.boto("sqs"), aws.boto("sns"), aws.boto("events")
    queues = {name: sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("plain", "path", "heard", "onward")}
    rules = Rules(aws, "targets-dlq")
    topic = sns.create_topic(Name="told")["TopicArn"]
    sns.subscribe(
        TopicArn=topic, Protocol="sqs", Endpoint=aws.arn("sqs", "heard"), Attributes={"RawMessageDelivery": "true"}
    )
    other = events.create_event_bus(Name="other")["EventBusArn"]
    events.put_rule(Name="onward", EventBusName="other", EventPattern='{"source": ["shop"]}')
    events.put_targets(Rule="onward", EventBusName="other", Targets=[{"Id": "1", "Arn": aws.arn("sqs", "onward")}])
    machine = aws.boto("stepfunctions").create_state_machine(
        name="orders",
        roleArn=f"arn:aws:iam::{aws.number}:role/r",
        definition='{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}',
    )["stateMachineArn"]
    called = function(aws, "called")
    transformer = {
        "InputPathsMap": {"amount": "$.detail.amount", "order": "$.detail.id"},
        "InputTemplate": '{"order": <order>, "text": "<order> costs <amount>", "amount": <amount>}',
    }
    rules.failed("to-queue", aws.arn("sqs", "plain"))
    rules.failed("to-path", aws.arn("sqs", "path"), InputPath="$.detail")
    rules.failed("to-topic", topic, Input='{"constant": true}')
    rules.failed("to-function", called, InputTransformer=transformer)
    rules.failed("to-machine", machine)
    rules.failed("to-bus", other)
    invocations, recording = Invocations(), Recording()
    async with operating(recording, invocations) as operator:
        look = await operator.look("targets-dlq")
        plan = await operator.plan("targets-dlq", JOURNAL, look.letters, look)
        report = await operator.start(plan)
    assert (report.status, report.sent, report.deleted, report.remaining) == ("completed", 6, 6, 0)
    made = '{"order": "A-1", "text": "A-1 costs 10.10", "amount": 10.10}'
    assert {target.arn: target.example for target in plan.targets if target.example} == {
        aws.arn("sqs", "path"): '{"amount": 10.10, "id": "A-1"}',
        topic: '{"constant": true}',
        called: made,
    }
    (plain,) = received(sqs, queues["plain"])
    assert plain["Body"] == EVENT
    assert plain["MessageAttributes"] == attributes(own="kept")
    assert [each["Body"] for each in received(sqs, queues["path"])] == ['{"amount": 10.10, "id": "A-1"}']
    assert [each["Body"] for each in received(sqs, queues["heard"])] == ['{"constant": true}']
    ((path, payload),) = invocations.payloads
    assert called.rsplit(":", 1)[1] in path
    assert payload == made
    states = aws.boto("stepfunctions")
    (execution,) = states.list_executions(stateMachineArn=machine)["executions"]
    assert json.loads(states.describe_execution(executionArn=execution["executionArn"])["input"]) == json.loads(EVENT)
    (onward,) = [json.loads(each["Body"]) for each in received(sqs, queues["onward"])]
    assert (onward["source"], onward["detail-type"], onward["detail"]) == (
        "shop",
        "OrderPlaced",
        json.loads(EVENT)["detail"],
    )
    (put,) = recording.of("events:PutEvents")  # the emulator takes a time of its own
    assert put.parameters["Entries"][0]["Time"] == datetime(2026, 11, 20, 12, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(("known", "sent"), [(True, 1), (False, 0)])
async def test_only_a_machine_that_is_known_to_start_once_for_each_name_is_asked_again(
    aws: Account, operating: Operating, known: bool, sent: int
) -> None:
    machine = aws.boto("stepfunctions").create_state_machine(
        name="orders",
        roleArn=f"arn:aws:iam::{aws.number}:role/r",
        definition='{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}',
    )["stateMachineArn"]
    Rules(aws, "machine-dlq").failed("to-machine", machine)
    faults = Faults().on("stepfunctions:StartExecution", reset_after)
    if not known:
        faults.on("stepfunctions:ListStateMachines", refused("denied"), times=None)
    async with operating(faults) as operator:
        report = await operator.redrive("machine-dlq")
    assert (report.sent, len(report.undecided)) == (sent, 1 - sent)
    assert len(aws.boto("stepfunctions").list_executions(stateMachineArn=machine)["executions"]) == 1


async def test_what_a_function_gave_up_on_is_invoked_again_with_its_exact_payload(
    aws: Account, operating: Operating
) -> None:
    sqs = aws.boto("sqs")
    url = sqs.create_queue(QueueName="function-dlq")["QueueUrl"]
    arn = function(aws, "confirm", aws.arn("sqs", "function-dlq"))
    payload = '{"amount": 10.10,  "é": "\\u00e9"}'
    failed = attributes(RequestID="r-1", ErrorMessage="KeyError")
    failed["ErrorCode"] = {"DataType": "Number", "StringValue": "200"}
    sqs.send_message(QueueUrl=url, MessageBody=payload, MessageAttributes=failed)
    record = (
        '{"version": "1.0", "requestContext": {"requestId": "r-2", "functionArn": "' + arn + ':$LATEST", "condition": '
        '"RetriesExhausted", "approximateInvokeCount": 3}, "requestPayload": {"n": 1.50}, "responsePayload": {}}'
    )
    sqs.send_message(QueueUrl=url, MessageBody=record)
    invocations = Invocations()
    async with operating(invocations) as operator:
        report = await operator.redrive("function-dlq")
        messages = (await operator.session.redriver.run(report.run)).messages
    assert (report.sent, report.deleted) == (2, 2)
    assert sorted(body for _, body in invocations.payloads) == sorted([payload, '{"n": 1.50}'])
    assert {each["sent_id"] for each in messages} == {"request-1", "request-2"}


async def test_a_subscriber_gets_what_its_topic_could_not_deliver_and_nobody_else_does(
    aws: Account, operating: Operating
) -> None:
    sqs, sns = aws.boto("sqs"), aws.boto("sns")
    for name in ("raw", "enveloped", "bystander", "topic-dlq"):
        sqs.create_queue(QueueName=name)
    topic = sns.create_topic(Name="payments")["TopicArn"]
    dead = {"RedrivePolicy": json.dumps({"deadLetterTargetArn": aws.arn("sqs", "topic-dlq")})}
    called = function(aws, "receipt")
    subscriptions = {
        "raw": sns.subscribe(
            TopicArn=topic,
            Protocol="sqs",
            Endpoint=aws.arn("sqs", "raw"),
            Attributes={**dead, "RawMessageDelivery": "true"},
            ReturnSubscriptionArn=True,
        )["SubscriptionArn"],
        "enveloped": sns.subscribe(
            TopicArn=topic,
            Protocol="sqs",
            Endpoint=aws.arn("sqs", "enveloped"),
            Attributes=dead,
            ReturnSubscriptionArn=True,
        )["SubscriptionArn"],
        "function": sns.subscribe(
            TopicArn=topic, Protocol="lambda", Endpoint=called, Attributes=dead, ReturnSubscriptionArn=True
        )["SubscriptionArn"],
    }
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=aws.arn("sqs", "bystander"))
    url = sqs.get_queue_url(QueueName="topic-dlq")["QueueUrl"]

    def envelope(subscription: str, message: str) -> str:
        unsubscribe = f"https://sns.eu-central-1.amazonaws.com/?Action=Unsubscribe&SubscriptionArn={subscription}"
        return json.dumps(
            {
                "Type": "Notification",
                "MessageId": "m-1",
                "TopicArn": topic,
                "Message": message,
                "Timestamp": "2026-11-20T12:00:00.000Z",
                "SigningCertURL": "https://x",
                "UnsubscribeURL": unsubscribe,
            }
        )

    sqs.send_message(QueueUrl=url, MessageBody='{"raw":1.0}', MessageAttributes=attributes(correlation="c-1"))
    sqs.send_message(QueueUrl=url, MessageBody=envelope(subscriptions["enveloped"], "{}"))
    sqs.send_message(QueueUrl=url, MessageBody=envelope(subscriptions["function"], '{"paid": 1}'))
    invocations = Invocations()
    async with operating(invocations) as operator:
        report = await operator.redrive("topic-dlq")
    assert (report.sent, report.skipped) == (3, ())
    (raw,) = received(sqs, sqs.get_queue_url(QueueName="raw")["QueueUrl"])
    assert (raw["Body"], raw["MessageAttributes"]) == ('{"raw":1.0}', attributes(correlation="c-1"))
    (wrapped,) = received(sqs, sqs.get_queue_url(QueueName="enveloped")["QueueUrl"])
    assert wrapped["Body"] == envelope(subscriptions["enveloped"], "{}")
    assert received(sqs, sqs.get_queue_url(QueueName="bystander")["QueueUrl"]) == []
    ((_, payload),) = invocations.payloads
    (record,) = json.loads(payload)["Records"]
    assert record["EventSource"] == "aws:sns"
    assert record["EventSubscriptionArn"] == subscriptions["function"]
    assert record["Sns"]["Message"] == '{"paid": 1}'
    assert record["Sns"]["SigningCertUrl"] == "https://x"


async def test_what_has_no_target_stays_with_the_reason_and_nothing_is_sent(aws: Account, operating: Operating) -> None:
    sqs = aws.boto("sqs")
    rules = Rules(aws, "lost-dlq")
    rules.failed("gone", aws.arn("sqs", "not-there"))
    url = sqs.get_queue_url(QueueName="lost-dlq")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="by hand")
    truncated = attributes(
        SCHEDULE_ARN="arn:aws:scheduler:eu-central-1:1:schedule/default/s", IS_PAYLOAD_TRUNCATED="true"
    )
    sqs.send_message(QueueUrl=url, MessageBody="{}", MessageAttributes=truncated)
    stream = {
        "requestContext": {
            "condition": "RetryAttemptsExhausted",
            "functionArn": "arn:aws:lambda:eu-central-1:1:function:f",
        },
        "KinesisBatchInfo": {"streamArn": "arn:aws:kinesis:eu-central-1:1:stream/s"},
    }
    sqs.send_message(QueueUrl=url, MessageBody=json.dumps(stream))
    recording = Recording()
    async with operating(recording) as operator:
        look = await operator.look("lost-dlq")
        plan = await operator.plan("lost-dlq", JOURNAL, look.letters, look)
        report = await operator.start(plan)
        assert (await asyncio.to_thread(sqs.get_queue_attributes, QueueUrl=url, AttributeNames=["All"]))["Attributes"][
            "ApproximateNumberOfMessages"
        ] == "4"
    assert sorted(each.code for each in report.skipped) == ["no-payload", "no-target", "target-missing", "truncated"]
    assert {each.code for each in plan.warnings} >= {"no-payload", "no-target", "target-missing", "truncated"}
    assert (report.sent, report.planned, report.status) == (0, 4, "completed")
    assert recording.count("sqs:SendMessageBatch") == 0


def received(sqs: Any, url: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = sqs.receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
    ).get("Messages", [])
    return found
