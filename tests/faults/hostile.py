"""A system that has something for every key of the dashboard, in which every text that somebody chooses is hostile."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from evwatch.demo.gateway.move_task import Pace
from tests.emulator.account import Account
from tests.emulator.faults import Faults, reset_after
from tests.faults.system import left_to_sqs
from tests.faults.trying import shared_models, tried
from tests.redrive.seeding import Dead, dead_letter_queue, texts
from tests.redrive.test_targets import function
from tests.ui.test_hostile import HOSTILE

_NOT_BEGUN = Pace(before_first=3600.0, between_batches=0.0, until_cancelled=0.0)
"""A task that has received nothing yet hides nothing that would come back in the middle of a test."""
_IN_UTF_8 = (
    *(text for text in HOSTILE if text.encode(errors="replace").decode() == text),
    "[ERROR] x",
)


def create(aws: Account) -> Dead:
    """A queue with a consumer that logs, a rule before it, alarms about it and dead letters behind it; and one that
    nothing gives up to."""
    dead = dead_letter_queue(aws, "orders")
    dead.fail(bodies())
    aws.boto("sqs").create_queue(QueueName="mails")
    arn = function(aws, "process-orders")
    aws.boto("lambda").create_event_source_mapping(
        EventSourceArn=dead.source_arn, FunctionName="process-orders", Enabled=False
    )
    events = aws.boto("events")
    pattern = json.dumps({"source": list(HOSTILE[:3])})
    events.put_rule(Name="paid", EventPattern=pattern, Description=HOSTILE[0])
    events.put_targets(Rule="paid", Targets=[{"Id": "q", "Arn": dead.source_arn}, {"Id": "f", "Arn": arn}])
    _watched(aws)
    _logged(aws)
    return dead


def depths(dead: Dead) -> dict[str, tuple[int, int]]:
    """What each queue holds, visible and in flight, by name."""
    return {url.rpartition("/")[2]: dead.depth(url) for url in dead.sqs.list_queues()["QueueUrls"]}


def bodies() -> list[dict[str, Any]]:
    """What SQS takes of it; the rest comes escaped in JSON."""
    made = [json.dumps({"source": text, "detail-type": text, "detail": {text: [text]}}) for text in HOSTILE]
    return [{"MessageBody": body} for body in (*made, HOSTILE[0], HOSTILE[4])]


def act_before(aws: Account, folder: Path) -> None:
    """Three runs in the journal, the oldest first: one that left everything undecided, a delete, and one that was left
    to SQS."""
    doubtful, gone, left = (dead_letter_queue(aws, name) for name in ("doubtful", "gone", "left"))
    for each in (doubtful, gone, left):
        each.fail(texts(1))
    state = {"EVWATCH_STATE_FOLDER": str(folder), "HOME": str(folder)}
    with shared_models(), aws.threaded_gateway(Faults().on("sqs:SendMessageBatch", reset_after)) as url:
        environment = aws.environment(url) | state
        redrive = ["dlq", "redrive", doubtful.name, "--engine", "journal", "--watch", "0", "--yes"]
        assert tried(redrive, environment).code == 1
        assert tried(["dlq", "delete", gone.name, "--all", "--yes"], environment).code == 0
    with aws.threaded_gateway(pace=_NOT_BEGUN) as url:
        asyncio.run(left_to_sqs(aws, left.name, url, folder))


def _watched(aws: Account) -> None:
    cloudwatch = aws.boto("cloudwatch")
    for number, text in enumerate((HOSTILE[0], HOSTILE[1], "漢字 👩‍👩‍👧")):
        cloudwatch.put_metric_alarm(
            AlarmName=f"{text} {number}",
            AlarmDescription=f"{text} https://ok.example/{text}",
            Namespace="AWS/SQS",
            **_visible("orders"),
            Statistic="Sum",
            Period=60,
            EvaluationPeriods=1,
            Threshold=1.0,
            ComparisonOperator="GreaterThanThreshold",
        )
        cloudwatch.set_alarm_state(AlarmName=f"{text} {number}", StateValue="ALARM", StateReason=HOSTILE[2])
    minute = datetime.now(UTC).replace(second=0, microsecond=0)
    for name in ("orders", "orders-dlq"):
        data = [
            {**_visible(name), "Timestamp": minute - timedelta(minutes=ago), "Value": float(ago)}
            for ago in range(1, 20)
        ]
        cloudwatch.put_metric_data(Namespace="AWS/SQS", MetricData=data)


def _visible(queue: str) -> dict[str, Any]:
    return {
        "MetricName": "ApproximateNumberOfMessagesVisible",
        "Dimensions": [{"Name": "QueueName", "Value": queue}],
    }


def _logged(aws: Account) -> None:
    logs, group = aws.boto("logs"), "/aws/lambda/process-orders"
    logs.create_log_group(logGroupName=group)
    logs.create_log_stream(logGroupName=group, logStreamName="one")
    now = int(datetime.now(UTC).timestamp() * 1000)
    lines = [{"timestamp": now - 1000 * ago, "message": text} for ago, text in reversed([*enumerate(_IN_UTF_8, 1)])]
    logs.put_log_events(logGroupName=group, logStreamName="one", logEvents=lines)
