"""What one reading of a source leaves behind: its value, or the last good one and why it is not newer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from evwatch.aws.clients import Caller
from evwatch.aws.errors import AwsError
from evwatch.demo.gateway.operation import Operation
from evwatch.model.clock import Clock
from evwatch.model.context import Context, Identity
from evwatch.model.fault import Fault
from evwatch.pollers.alarms import AlarmReader
from evwatch.pollers.identity import IdentityReader
from evwatch.pollers.queues import QueueListReader
from evwatch.pollers.state import ContextState
from tests.aws.answering import Answering
from tests.aws.calling import caller_for
from tests.emulator.account import Account
from tests.emulator.denying import Denying
from tests.emulator.faults import Faults, empty, refused
from tests.emulator.recording import Recording

LIST_MUTES = "cloudwatch:ListAlarmMuteRules"
MUTES = {"AlarmMuteRuleSummaries": [{"AlarmMuteRuleArn": "arn:aws:cloudwatch:r:1:alarm-mute-rule:deploy"}]}


class Story:
    """A state, the way to AWS, and a clock that a test moves."""

    def __init__(self, caller: Caller) -> None:
        self.caller = caller
        self.now = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
        self.changes = 0
        self.state = ContextState(caller.context, self._changed)
        self.clock = Clock(lambda: self.now, lambda: self.now.timestamp())

    def _changed(self) -> None:
        self.changes += 1

    def later(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@asynccontextmanager
async def story(aws: Account, *middlewares: Middleware) -> AsyncIterator[Story]:
    async with aws.gateway(*middlewares) as url:
        context = Context("test/here", aws.region, endpoint_url=url)
        async with caller_for(context) as caller:
            yield Story(caller)


def create_alarm(aws: Account, name: str, *, fires: bool = False) -> None:
    boto = aws.boto("cloudwatch")
    boto.put_metric_alarm(
        AlarmName=name,
        Namespace="N",
        MetricName="M",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1.0,
        ComparisonOperator="GreaterThanThreshold",
    )
    if fires:
        boto.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="it does")


async def test_alarms_are_read_with_the_most_urgent_first(aws: Account) -> None:
    for name in ("a", "b", "c"):
        create_alarm(aws, name, fires=name == "b")
    async with story(aws) as it:
        await AlarmReader(it.caller, it.state, it.clock).read()
        feed = it.state.cloudwatch_alarms
    assert next(alarm.name for alarm in feed.value or ()) == "b"
    assert (feed.taken_at, feed.fault) == (it.now, None)
    assert it.changes


async def test_alarms_that_cannot_be_read_any_more_stay_with_their_age_and_the_reason(aws: Account) -> None:
    create_alarm(aws, "a", fires=True)
    denying = Denying()
    async with story(aws, denying) as it:
        reader = AlarmReader(it.caller, it.state, it.clock)
        await reader.read()
        taken_at = it.now
        it.later(60)
        denying.patterns = {"cloudwatch:*"}
        with pytest.raises(AwsError):
            await reader.read()
        feed = it.state.cloudwatch_alarms
        assert feed.value is not None
        assert feed.fault is not None
        assert (feed.value[0].name, feed.taken_at) == ("a", taken_at)
        assert [fault.source for fault in it.state.faults()] == ["cloudwatch:DescribeAlarms"]
        denying.patterns = set()
        await reader.read()
        assert it.state.faults() == ()
        assert it.state.cloudwatch_alarms.fault is None


async def test_alarms_are_as_old_as_the_question_however_long_what_mutes_them_takes(aws: Account) -> None:
    create_alarm(aws, "a")

    async with story(aws) as it:

        async def late(request: web.Request, call: Operation, handler: Handler) -> web.StreamResponse:
            it.later(9)
            return await handler(request)

        slow = Faults().on("cloudwatch:*", late, times=None)
        async with aws.gateway(slow) as url, caller_for(replace(it.caller.context, endpoint_url=url)) as caller:
            asked_at = it.now
            await AlarmReader(caller, it.state, it.clock).read()
    assert it.now - asked_at == timedelta(seconds=18)
    assert it.state.cloudwatch_alarms.taken_at == asked_at


async def test_a_page_of_a_proxy_does_not_turn_alarms_all_clear(aws: Account) -> None:
    create_alarm(aws, "a", fires=True)
    faults = Faults()
    async with story(aws, faults) as it:
        reader = AlarmReader(it.caller, it.state, it.clock)
        await reader.read()
        faults.on("cloudwatch:*", empty, times=None)
        with pytest.raises(AwsError):
            await reader.read()
        assert [alarm.name for alarm in it.state.cloudwatch_alarms.value or ()] == ["a"]


async def test_mute_rules_are_read_every_five_minutes_and_a_muted_alarm_does_not_fire(aws: Account) -> None:
    create_alarm(aws, "a", fires=True)
    listing = Answering(LIST_MUTES, MUTES, {"AlarmMuteRuleSummaries": []})
    rule = Answering("cloudwatch:GetAlarmMuteRule", {"MuteTargets": {"AlarmNames": ["a"]}})
    async with story(aws, listing, rule) as it:
        reader = AlarmReader(it.caller, it.state, it.clock)
        for _ in range(9):
            await reader.read()
            (alarm,) = it.state.cloudwatch_alarms.value or ()
            assert (alarm.state, alarm.muted, alarm.fires) == ("ALARM", True, False)
            it.later(33)
        assert len(listing.calls) == 1
        it.later(33)
        await reader.read()
        (alarm,) = it.state.cloudwatch_alarms.value or ()
        assert (len(listing.calls), alarm.fires) == (2, True)


async def test_mute_rules_that_could_not_be_read_are_tried_again_with_the_next_alarms(aws: Account) -> None:
    create_alarm(aws, "a", fires=True)
    listing = Answering(LIST_MUTES, MUTES)
    rule = Answering("cloudwatch:GetAlarmMuteRule", {"MuteTargets": {"AlarmNames": ["a"]}})
    async with story(aws, Faults().on(LIST_MUTES, refused("denied")), listing, rule) as it:
        reader = AlarmReader(it.caller, it.state, it.clock)
        await reader.read()
        assert [fault.source for fault in it.state.faults()] == [LIST_MUTES]
        it.later(30)
        await reader.read()
        (alarm,) = it.state.cloudwatch_alarms.value or ()
        assert alarm.muted
        assert it.state.faults() == ()


async def test_the_list_of_queues_follows_aws_and_keeps_what_was_read_of_each(aws: Account) -> None:
    boto = aws.boto("sqs")
    first = boto.create_queue(QueueName="first")["QueueUrl"]
    found = 0

    def count() -> None:
        nonlocal found
        found += 1

    async with story(aws) as it:
        reader = QueueListReader(it.caller, it.state, it.clock, count)
        await reader.read()
        assert [(queue.name, queue.arn) for queue in it.state.queues.values()] == [("first", aws.arn("sqs", "first"))]
        (read,) = it.state.queues.values()
        await reader.read()
        assert found == 1
        assert next(iter(it.state.queues.values())) is read
        boto.create_queue(QueueName="second")
        await reader.read()
        assert (found, [queue.name for queue in it.state.queues.values()]) == (2, ["first", "second"])
        boto.delete_queue(QueueUrl=first)
        await reader.read()
        assert (found, [queue.name for queue in it.state.queues.values()]) == (3, ["second"])


async def test_queues_that_cannot_be_listed_stay(aws: Account) -> None:
    aws.boto("sqs").create_queue(QueueName="q")
    faults = Faults()
    async with story(aws, faults) as it:
        reader = QueueListReader(it.caller, it.state, it.clock, lambda: None)
        await reader.read()
        for fault in (refused("denied"), empty):
            faults.on("sqs:ListQueues", fault)
            with pytest.raises(AwsError):
                await reader.read()
            snapshot = it.state.snapshot(None)
            assert [queue.name for queue in snapshot.queues.value or ()] == ["q"]
            assert snapshot.queues.fault is not None
            faults.clear()


async def test_never_listed_is_not_the_same_as_no_queues(aws: Account) -> None:
    denying = Denying("sqs:ListQueues")
    async with story(aws, denying) as it:
        reader = QueueListReader(it.caller, it.state, it.clock, lambda: None)
        with pytest.raises(AwsError):
            await reader.read()
        assert it.state.snapshot(None).queues.value is None
        denying.patterns = set()
        await reader.read()
        assert it.state.snapshot(None).queues.value == ()


async def test_the_caller_is_known_and_a_renewed_login_can_be_another_one(
    aws: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording = Recording()
    async with story(aws, recording, Faults().on("sts:*", refused("expired"), after=1)) as it:
        reader = IdentityReader(it.caller, it.state, it.clock)
        await reader.read()
        assert it.state.identity.value == Identity(aws.number, f"arn:aws:iam::{aws.number}:root")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "300000000003")
        with pytest.raises(AwsError):
            await reader.read()
        assert it.state.account == aws.number
        await reader.read()
        assert it.state.account == "300000000003"


def test_what_stops_every_source_is_told_once_and_first() -> None:
    state = ContextState(Context("c", "r"), lambda: None)
    network = Fault("network", "https://x cannot be reached", source="sqs:ListQueues")
    state.tried("sqs:ListQueues", network)
    state.tried("events:ListRules", Fault("permission", "no permission: events:ListRules", source="events:ListRules"))
    state.tried("sns:ListTopics", Fault("network", "https://x cannot be reached", source="sns:ListTopics"))
    state.tried("cloudwatch:DescribeAlarms")
    assert [fault.source for fault in state.faults()] == ["sns:ListTopics", "events:ListRules"]
    assert state.snapshot(None).sources == 4
    state.tried("sns:ListTopics")
    state.tried("sqs:ListQueues")
    assert [fault.source for fault in state.faults()] == ["events:ListRules"]
