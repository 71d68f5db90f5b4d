"""An account that has one of everything that a command of evwatch calls AWS about, and dead letters of every kind."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from evwatch.config import ContextRequest, Settings
from evwatch.model.look import LookRequest
from evwatch.model.plan import RedriveRequest
from evwatch.redrive.control import Control
from evwatch.session import Session
from tests.aws.answering import Answering
from tests.emulator.account import Account
from tests.flow.conftest import deployed
from tests.flow.test_access import create_system
from tests.redrive.seeding import Dead, dead_letter_queue, texts
from tests.redrive.test_targets import Rules, function

_TEMPLATES = ("fan_out", "saga", "claim_check", "stream_failures", "scheduled_pipeline")
_MUTE = "arn:aws:cloudwatch:eu-central-1:1:alarm-mute-rule:deploy"
MUTES = (
    Answering("cloudwatch:ListAlarmMuteRules", {"AlarmMuteRuleSummaries": [{"AlarmMuteRuleArn": _MUTE}]}),
    Answering("cloudwatch:GetAlarmMuteRule", {"MuteTargets": {"AlarmNames": ["Late"]}}),
)
"""Mute rules, which the emulator lacks."""
TARGETS_DLQ = "targets-dlq"


@dataclass
class System:
    """The account, and how to put things back to what a command needs."""

    aws: Account
    dead: Dead
    rules: Rules
    ends: dict[str, str]
    mapping: str
    rule: str

    def fill(self) -> None:
        """Two dead letters in the queue's own DLQ, and one for each kind of target in the other."""
        sqs = self.dead.sqs
        url = sqs.get_queue_url(QueueName=TARGETS_DLQ)["QueueUrl"]
        for each in (self.dead.source_url, self.dead.dlq_url, url):
            sqs.purge_queue(QueueUrl=each)
        self.dead.fail(texts(2))
        for kind, arn in self.ends.items():
            self.rules.failed(f"to-{kind}", arn)

    def switch(self, *, on: bool) -> None:
        """The consumer and the rule."""
        self.aws.boto("lambda").update_event_source_mapping(UUID=self.mapping, Enabled=on)
        events = self.aws.boto("events")
        (events.enable_rule if on else events.disable_rule)(Name=self.rule.rpartition("/")[2])

    def import_file(self, path: Path) -> None:
        """A file for `dlq import`, as `dlq export` writes it."""
        body: dict[str, object] = {"id": "1", "body": "{}", "attributes": {}, "system": {}, "message_group_id": None}
        path.write_text(json.dumps(body) + "\n")


def create(aws: Account) -> System:
    """Make it; takes a few seconds."""
    for name in _TEMPLATES:
        deployed(aws, name)
    create_system(aws)
    rules = Rules(aws, TARGETS_DLQ)
    machine = aws.boto("stepfunctions").create_state_machine(
        name="ship",
        roleArn=f"arn:aws:iam::{aws.number}:role/r",
        definition='{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}',
    )["stateMachineArn"]
    ends = {
        "function": function(aws, "called"),
        "topic": aws.boto("sns").create_topic(Name="told")["TopicArn"],
        "machine": machine,
        "bus": aws.boto("events").create_event_bus(Name="other")["EventBusArn"],
    }
    aws.boto("cloudwatch").put_metric_alarm(
        AlarmName="Late",
        Namespace="AWS/SQS",
        MetricName="ApproximateNumberOfMessagesVisible",
        Dimensions=[{"Name": "QueueName", "Value": "billing"}],
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1.0,
        ComparisonOperator="GreaterThanThreshold",
    )
    mapping = aws.boto("lambda").list_event_source_mappings(FunctionName="fan-bill")["EventSourceMappings"][0]["UUID"]
    rule = aws.boto("events").describe_rule(Name="paid")["Arn"]
    return System(aws, dead_letter_queue(aws, "billing"), rules, ends, str(mapping), str(rule))


async def left_to_sqs(aws: Account, queue: str, url: str, folder: Path) -> str:
    """Begin a redrive that SQS does by itself, and leave it to that; gives the run's id."""
    request = ContextRequest(region=aws.region, endpoint_url=url)
    settings = Settings(contexts=(request,), state_folder=str(folder))
    begun = asyncio.Event()
    environment = aws.environment(url)
    with mock.patch.dict("os.environ", environment):
        async with Session(settings, environment=environment, cache_folder=folder) as session:
            found = await session.find(queue)
            plan = await session.redriver.plan(
                found.context, found.queue, RedriveRequest(watch_seconds=0), LookRequest()
            )
            assert plan.engine == "native"
            running = asyncio.create_task(session.redriver.start(plan, Control(), lambda _: begun.set()))
            await asyncio.wait_for(begun.wait(), 20)
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            return (await session.redriver.runs())[0].run
