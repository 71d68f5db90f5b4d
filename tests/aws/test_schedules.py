"""More schedules than one reading can ask: all are shown at once, and their DLQs become known by and by."""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp import web
from aiohttp.typedefs import Handler

from evwatch.aws import scheduler
from evwatch.demo.gateway.operation import operation
from evwatch.model.fault import Fault
from tests.aws.test_discovery import discovering
from tests.emulator.account import Account

COUNT, AT_ONCE = 50, 20
PAGE = 15


class Schedules:
    """Scheduler with so many schedules of one function, each with a DLQ."""

    __middleware_version__ = 1

    def __init__(self, aws: Account) -> None:
        self.aws = aws
        self.asked = 0

    async def __call__(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer the calls of this service, and pass on the others."""
        call = await operation(request)
        if call.name == "scheduler:ListSchedules":
            start = int(request.query.get("NextToken", 0))
            page: dict[str, Any] = {"Schedules": [self._listed(at) for at in range(start, min(start + PAGE, COUNT))]}
            if start + PAGE < COUNT:
                page["NextToken"] = str(start + PAGE)
            return web.json_response(page)
        if call.name == "scheduler:GetSchedule":
            self.asked += 1
            name = request.path.rsplit("/", 1)[-1]
            target = {"Arn": self._function(), "DeadLetterConfig": {"Arn": self.aws.arn("sqs", "lost")}}
            return web.json_response({"Name": name, "ScheduleExpression": "rate(1 day)", "Target": target})
        return await handler(request)

    def _function(self) -> str:
        return self.aws.arn("lambda", "function:remind")

    def _listed(self, number: int) -> dict[str, Any]:
        name = f"reminder-{number:04}"
        arn = self.aws.arn("scheduler", f"schedule/reminders/{name}")
        return {"Name": name, "Arn": arn, "GroupName": "reminders", "Target": {"Arn": self._function()}}


async def test_hundreds_that_a_program_made_for_one_target_are_one_node(
    aws: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduler, "_TOLD_APART", COUNT - 1)
    async with discovering(aws, Schedules(aws)) as (discovery, _):
        flow = await discovery.read()
    (node,) = (node for node in flow.nodes if node.kind == "schedule")
    assert node.name == f"reminders: {COUNT} schedules"
    assert node.details["without-dlq"] == "0"
    assert {(edge.kind, edge.target) for edge in flow.outgoing[node.arn]} == {
        ("schedules", aws.arn("lambda", "function:remind")),
        ("dead-letters", aws.arn("sqs", "lost")),
    }


async def test_all_schedules_are_shown_at_once_and_their_dlqs_follow_some_with_each_reading(
    aws: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduler, "_MOST_ASKED", AT_ONCE)
    schedules = Schedules(aws)
    async with discovering(aws, schedules) as (discovery, _):
        gaps: list[tuple[Fault, ...]] = []
        known: list[int] = []
        for _ in range(3):
            flow = await discovery.read()
            assert len([node for node in flow.nodes if node.kind == "schedule"]) == COUNT
            assert len([edge for edge in flow.edges if edge.kind == "schedules"]) == COUNT
            known.append(len([edge for edge in flow.edges if edge.kind == "dead-letters"]))
            gaps.append(discovery.state.faults())
    assert known == [AT_ONCE, 2 * AT_ONCE, COUNT]
    assert schedules.asked == COUNT, "what is known is not asked again"
    assert [fault.source for fault in gaps[0]] == ["scheduler:GetSchedule"]
    assert "30 of 50 schedules are still to be asked for their DLQs" in gaps[0][0].message
    assert gaps[2] == ()
