"""Screen 4: from an alarm to why, since when, who knows, and to its cause in two keys."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from evwatch.model.alarm import Alarm
from evwatch.model.alarm_history import AlarmEvent, AlarmHistory
from evwatch.model.fault import EvwatchError, Fault
from evwatch.model.log_lines import LogLine, LogReading, LogRequest, LogSearch
from evwatch.model.snapshot import Snapshot
from tests.ui import scenes
from tests.ui.fakes import FakeSession, HeldClock, make_app
from tests.ui.reading import shows, until, watching
from tests.ui.scenes import NOW


class TalkingSession(FakeSession):
    """Has histories and logs as well."""

    def __init__(self, snapshot: Snapshot, fault: Fault | None = None) -> None:
        super().__init__(snapshot)
        self.fault = fault
        self.asked: list[str] = []
        self.requests: list[LogRequest] = []

    async def alarm_history(self, context: str, alarm: Alarm) -> AlarmHistory:
        self.asked.append(alarm.name)
        await asyncio.sleep(0)
        if self.fault:
            raise EvwatchError(self.fault)
        since = alarm.since or NOW
        events = (
            AlarmEvent(since, "state", "", "ALARM", "OK", "\x1b[31mcrossed"),
            AlarmEvent(since - timedelta(hours=2), "state", "", "OK", "INSUFFICIENT_DATA", "well"),
        )
        return AlarmHistory(events, True, NOW)

    async def logs(self, request: LogRequest) -> LogReading:
        self.requests.append(request)
        line = LogLine(NOW - timedelta(seconds=3), "[ERROR] KeyError: 'amount'", "s", "/aws/lambda/f")
        return LogReading((request.subject,), (line,), (LogSearch("/aws/lambda/f", request.start, request.end),))


@pytest.fixture
def snapshot() -> Snapshot:
    return scenes.trouble()


async def test_an_alarm_is_shown_with_why_since_when_its_history_and_who_is_told(snapshot: Snapshot) -> None:
    session = TalkingSession(snapshot)
    async with watching(make_app(session)) as pilot:
        await pilot.press("4")
        await shows(pilot, "Alarms", "since", "why", "tells", "█ ALARM")
        await until(pilot, lambda: bool(session.asked))
        await pilot.press("tab", "end")
        await shows(pilot, "OK → ALARM")


async def test_the_history_is_read_once_for_each_change_and_not_while_the_cursor_moves_on(snapshot: Snapshot) -> None:
    session = TalkingSession(snapshot)
    async with watching(make_app(session)) as pilot:
        await pilot.press("4")
        await until(pilot, lambda: len(session.asked) == 1)
        await pilot.press("j")
        await until(pilot, lambda: len(session.asked) == 2)
        await pilot.press("j", "k", "k", "j", "j")
        await until(pilot, lambda: len(session.asked) == 3)
        assert len(set(session.asked)) == 3


async def test_where_the_history_may_not_be_read_that_is_said_and_the_rest_stays() -> None:
    denied = Fault("permission", "no permission: cloudwatch:DescribeAlarmHistory", "allow it")
    session = TalkingSession(scenes.trouble(), denied)
    async with watching(make_app(session), size=(120, 60)) as pilot:
        await pilot.press("4")
        await shows(pilot, "no permission: cloudwatch:DescribeAlarmHistory", "why")


async def test_what_the_chart_needs_is_asked_for_and_given_back_when_one_leaves(snapshot: Snapshot) -> None:
    session = TalkingSession(snapshot)
    async with watching(make_app(session)) as pilot:
        before = session.interests[-1]
        await pilot.press("4")
        await until(pilot, lambda: session.interests[-1].queues == frozenset() != before.queues)
        assert session.interests[-1].chart
        await pilot.press("escape")
        await until(pilot, lambda: session.interests[-1].queues == before.queues)


async def test_its_resource_opens_with_figures_and_charts_and_coming_back_the_alarm_is_charted_again(
    snapshot: Snapshot,
) -> None:
    session = TalkingSession(snapshot)
    async with watching(make_app(session)) as pilot:
        await pilot.press("4")
        await until(pilot, lambda: any("Average" in query.label for query in session.interests[-1].chart))
        before = session.interests[-1]
        await pilot.press("enter")
        await shows(pilot, "process-order", "comes from", "Chart")
        await until(pilot, lambda: len(session.interests[-1].chart) > 4)
        await shows(pilot, "Chart  1/7  3h", "AWS console")
        await pilot.press("m")
        await shows(pilot, "Chart  4/7", "Chart  6/7")
        asked = {query.metric.name for query in session.interests[-1].chart}
        assert {"ConcurrentExecutions", "AsyncEventsReceived", "IteratorAge"} <= asked
        await pilot.press("m", "m")
        await shows(pilot, "Chart  1/7")
        await pilot.press("escape")
        await until(pilot, lambda: session.interests[-1] == before)


async def test_v_reads_the_values_of_a_moment_and_esc_lets_go_before_it_leaves(snapshot: Snapshot) -> None:
    session = TalkingSession(snapshot)
    async with watching(make_app(session)) as pilot:
        await pilot.press("4")
        await until(pilot, lambda: any("Average" in query.label for query in session.interests[-1].chart))
        session.put(scenes.charted(session.snapshot, session.interests[-1].chart))
        await shows(pilot, "Duration Average 1242", "limit 1000")
        await pilot.press("v", "left")
        await shows(pilot, "ago  limit > 1000, beyond it")
        await pilot.press("escape")
        await shows(pilot, "← → read values")
        await pilot.press("v")
        await shows(pilot, "━ Alarms")


async def test_the_overview_is_one_key_away_however_deep_one_is(snapshot: Snapshot) -> None:
    app = make_app(TalkingSession(snapshot))
    async with watching(app) as pilot:
        overview = app.screen
        await pilot.press("4")
        await shows(pilot, "since", "why", "tells")
        await pilot.press("enter")
        await until(pilot, lambda: len(app.screen_stack) == 4)
        await pilot.press("1")
        await until(pilot, lambda: app.screen is overview)


async def test_from_an_alarm_to_its_logs_and_back_at_every_level(snapshot: Snapshot) -> None:
    session = TalkingSession(snapshot)
    async with watching(make_app(session)) as pilot:
        await pilot.press("4")
        await shows(pilot, "its resource")
        await pilot.press("l")
        await shows(pilot, "KeyError", "searched /aws/lambda/f")
        assert session.requests[0].subject.startswith("arn:aws:")
        await pilot.press("escape")
        await shows(pilot, "its resource")
        await pilot.press("enter")
        await shows(pilot, "comes from", "consumes")
        await pilot.press("escape")
        await shows(pilot, "its resource")
        await pilot.press("escape")
        await shows(pilot, "Queues")


@pytest.mark.parametrize("size", [(80, 24), (160, 50)])
async def test_it_fits_small_and_large_screens(snapshot: Snapshot, size: tuple[int, int]) -> None:
    async with watching(make_app(TalkingSession(snapshot), HeldClock()), size=size) as pilot:
        await pilot.press("4")
        await shows(pilot, "Alarms", "esc back", "since")


async def test_quiet_alarms_say_what_keeps_them_quiet(snapshot: Snapshot) -> None:
    context = snapshot.contexts[0]
    alarms = tuple(replace(each, actions_enabled=False) for each in context.alarms.value or ())
    changed = replace(snapshot, contexts=(replace(context, alarms=replace(context.alarms, value=alarms)),))
    async with watching(make_app(TalkingSession(changed)), size=(160, 60)) as pilot:
        await pilot.press("4")
        await shows(pilot, "actions switched off")


@pytest.mark.parametrize("keys", [("u",), ("4", "u"), ("enter", "u")])
async def test_the_link_to_the_console_of_what_the_cursor_is_on_is_copied(
    snapshot: Snapshot, keys: tuple[str, ...]
) -> None:
    async with watching(make_app(TalkingSession(snapshot))) as pilot:
        await pilot.press(*keys)
        await until(pilot, lambda: "eu-central-1.console.aws.amazon.com/" in pilot.app.clipboard)


async def test_at_an_endpoint_that_is_not_aws_there_is_no_link(snapshot: Snapshot) -> None:
    context = snapshot.contexts[0]
    local = replace(context, context=replace(context.context, endpoint_url="http://127.0.0.1:4566"))
    async with watching(make_app(TalkingSession(replace(snapshot, contexts=(local,))))) as pilot:
        await pilot.press("u")
        await shows(pilot, "it has no page in the AWS console")
        assert pilot.app.clipboard == ""
