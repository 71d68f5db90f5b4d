"""Pausing and resuming: the state is read first, one call changes it, and it is written down before and after."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.typedefs import Handler

from evwatch.cli.entry import run
from evwatch.demo.gateway.operation import operation
from evwatch.model.fault import EvwatchError
from evwatch.model.report import Report
from evwatch.model.switch import Switch
from evwatch.redrive.control import Control
from tests.emulator.account import Account
from tests.emulator.denying import Denying
from tests.emulator.recording import Recording
from tests.flow.conftest import Deploy
from tests.flow.reading import session

_CHANGES = ("lambda:UpdateEventSourceMapping", "events:EnableRule", "events:DisableRule")


@pytest.fixture
def uuid(aws: Account, deploy: Deploy) -> str:
    """The mapping by which a function reads a queue; it is off."""
    deploy("fan_out")
    return str(aws.boto("lambda").list_event_source_mappings(FunctionName="fan-bill")["EventSourceMappings"][0]["UUID"])


def mapping_state(aws: Account, uuid: str) -> str:
    return str(aws.boto("lambda").get_event_source_mapping(UUID=uuid)["State"])


def changes(recording: Recording) -> list[str]:
    return [name for name in recording.names if name in _CHANGES]


async def test_a_consumer_is_paused_and_resumed_with_one_call_each(aws: Account, uuid: str, tmp_path: Path) -> None:
    recording = Recording()
    async with aws.gateway(recording) as url, session(aws, url, tmp_path, state_folder=str(tmp_path)) as live:
        off = await live.switcher.find(uuid)
        assert (off.name, off.on, off.settled) == ("fan-bill", False, True)
        switched = await live.switcher.switch(off, on=True)
        assert switched.changed
        assert switched.after.state == "Enabled"
        assert changes(recording) == ["lambda:UpdateEventSourceMapping"]
        sent = recording.of("lambda:UpdateEventSourceMapping")[0].parameters
        assert sent == {"Enabled": True}, "nothing but the switch is touched"
        again = await live.switcher.switch(switched.after, on=True)
        assert not again.changed
        await live.switcher.switch(switched.after, on=False)
        assert len(changes(recording)) == 2
    assert await asyncio.to_thread(mapping_state, aws, uuid) == "Disabled"


async def test_a_switch_is_a_run_that_tells_who_switched_what_why_and_from_which_state_to_which(
    aws: Account, uuid: str, tmp_path: Path
) -> None:
    async with aws.gateway() as url, session(aws, url, tmp_path, state_folder=str(tmp_path)) as live:
        off = await live.switcher.find(uuid)
        switched = await live.switcher.switch(off, on=True, reason="the poison is out")
        (report,) = await live.redriver.runs()
        with pytest.raises(EvwatchError) as raised:
            await live.redriver.resume(report.run, Control(), lambda _: None)
    assert report.run == switched.record
    assert (report.kind, report.queue, report.queue_arn) == ("resume", "fan-bill", off.arn)
    assert (report.before, report.after, report.status) == ("Disabled", "Enabled", "completed")
    assert (report.reason, report.planned) == ("the poison is out", 0)
    assert report.caller_arn.startswith("arn:aws:")
    assert raised.value.fault.code == "refused", "there are no messages to go on with"


async def test_a_switch_is_on_disk_before_aws_is_asked(aws: Account, uuid: str, tmp_path: Path) -> None:
    seen: list[Report] = []

    @web.middleware
    async def looking(request: web.Request, handler: Handler) -> web.StreamResponse:
        if (await operation(request)).name in _CHANGES:
            seen.extend(await live.redriver.runs())
        return await handler(request)

    async with aws.gateway(looking) as url, session(aws, url, tmp_path, state_folder=str(tmp_path)) as live:
        await live.switcher.switch(await live.switcher.find(uuid), on=True)
    (report,) = seen
    assert (report.status, report.before, report.after) == ("running", "Disabled", "")


async def test_nothing_is_switched_that_cannot_be_written_down(aws: Account, uuid: str, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    recording = Recording()
    async with aws.gateway(recording) as url, session(aws, url, tmp_path, state_folder=str(blocked)) as live:
        with pytest.raises(EvwatchError) as raised:
            await live.switcher.switch(await live.switcher.find(uuid), on=True)
    assert raised.value.fault.code == "journal"
    assert changes(recording) == []


async def test_a_refusal_of_aws_is_written_down_too(aws: Account, uuid: str, tmp_path: Path) -> None:
    denying = Denying("lambda:UpdateEventSourceMapping")
    async with aws.gateway(denying) as url, session(aws, url, tmp_path, state_folder=str(tmp_path)) as live:
        with pytest.raises(EvwatchError) as raised:
            await live.switcher.switch(await live.switcher.find(uuid), on=True)
        (report,) = await live.redriver.runs()
    assert (report.status, report.after) == ("stopped", "")
    assert report.fault == raised.value.fault
    assert raised.value.fault.code == "permission"


async def test_read_only_refuses_before_anything_is_asked(aws: Account, uuid: str, tmp_path: Path) -> None:
    recording = Recording()
    async with aws.gateway(recording) as url, session(aws, url, tmp_path, read_only=True) as live:
        with pytest.raises(EvwatchError) as raised:
            await live.switcher.switch(await live.switcher.find(uuid), on=True)
    assert raised.value.fault.code == "refused"
    assert changes(recording) == []


@pytest.mark.parametrize("bus", ["default", "orders"])
async def test_a_rule_is_switched_on_its_own_bus_and_keeps_all_else(aws: Account, tmp_path: Path, bus: str) -> None:
    events = aws.boto("events")
    if bus != "default":
        events.create_event_bus(Name=bus)
    pattern = '{"source": ["shop"]}'
    arn = events.put_rule(Name="paid", EventBusName=bus, EventPattern=pattern, Description="kept")["RuleArn"]
    async with aws.gateway() as url, session(aws, url, tmp_path, state_folder=str(tmp_path)) as live:
        switched = await live.switcher.switch(await live.switcher.find(arn), on=False)
        assert switched.after.state == "DISABLED"
        rule = await asyncio.to_thread(lambda: events.describe_rule(Name="paid", EventBusName=bus))
        assert (rule["State"], rule["Description"], json.loads(rule["EventPattern"])) == (
            "DISABLED",
            "kept",
            json.loads(pattern),
        )
        back = await live.switcher.switch(switched.after, on=True)
        assert back.after.state == "ENABLED"


def a_switch(**more: Any) -> Switch:
    made = {
        "kind": "rule",
        "arn": "arn:aws:events:r:1:rule/x",
        "id": "x",
        "name": "x",
        "context": "c",
        "state": "ENABLED",
    }
    return Switch(**(made | more))


async def test_what_aws_owns_or_is_changing_is_left_alone(aws: Account, tmp_path: Path) -> None:
    async with aws.gateway() as url, session(aws, url, tmp_path) as live:
        context = live.snapshot.contexts[0].context.name
        for switch, on in (
            (a_switch(context=context, managed_by="autoscaling.amazonaws.com"), False),
            (a_switch(context=context, kind="mapping", state="Updating"), False),
            (a_switch(context=context, kind="mapping", state="Disabling"), True),
        ):
            with pytest.raises(EvwatchError) as raised:
                live.switcher.require_acting(switch, on=on)
            assert raised.value.fault.code == "refused"


async def test_a_queue_or_function_stands_for_its_only_mapping(aws: Account, uuid: str, tmp_path: Path) -> None:
    async with aws.gateway() as url, session(aws, url, tmp_path) as live:
        for text in (aws.arn("sqs", "fan-billing"), aws.arn("lambda", "function:fan-bill"), uuid.upper().lower()):
            assert (await live.switcher.find(text)).id == uuid
        for text, code in (
            ("fan-bill", "usage"),
            ("11111111-1111-1111-1111-111111111111", "not-found"),
            (aws.arn("events", "rule/nobody"), "not-found"),
            (aws.arn("sns", "fan-orders"), "usage"),
        ):
            with pytest.raises(EvwatchError) as raised:
                await live.switcher.find(text)
            assert raised.value.fault.code == code, text


@pytest.fixture
def command(aws: Account, monkeypatch: pytest.MonkeyPatch) -> Iterator[Recording]:
    """The command line's way to the account; what it calls."""
    recording = Recording()
    with aws.threaded_gateway(recording) as url:
        for name, value in aws.environment(url).items():
            monkeypatch.setenv(name, value)
        yield recording


def test_without_confirmation_nothing_is_switched(
    command: Recording, uuid: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(["resume", uuid]) == 3
    captured = capfd.readouterr()
    assert captured.out == ""
    assert "--yes" in captured.err
    assert changes(command) == []


def test_the_command_says_what_it_was_and_is(command: Recording, uuid: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["resume", uuid, "--yes", "--reason", "mended", "-o", "json"]) == 0
    report = json.loads(capfd.readouterr().out)
    assert (report["before"], report["after"], report["changed"], report["name"]) == (
        "Disabled",
        "Enabled",
        True,
        "fan-bill",
    )
    assert run(["resume", uuid, "-o", "json"]) == 0, "nothing to do is done, and needs no confirmation"
    assert not json.loads(capfd.readouterr().out)["changed"]
    assert run(["pause", uuid, "--yes", "--read-only"]) == 3
    assert run(["pause", "nonsense", "--yes"]) == 2
    assert changes(command) == ["lambda:UpdateEventSourceMapping"]
    capfd.readouterr()
    assert run(["dlq", "run", report["record"]]) == 0
    said = capfd.readouterr().out
    assert "Disabled before, Enabled after" in said
    assert "why: mended" in said
