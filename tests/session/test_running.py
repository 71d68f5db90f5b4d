"""A session that polls: it recovers, goes on where others fail, tells at its own pace, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import gc
import warnings
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.typedefs import Handler

from evwatch.aws import sts
from evwatch.config import ContextRequest, Settings
from evwatch.model import catalogue
from evwatch.model.alarm import Alarm
from evwatch.model.fault import EvwatchError
from evwatch.model.interest import Interest
from evwatch.model.snapshot import Snapshot
from evwatch.model.threshold import Threshold
from evwatch.session import Session
from tests.aws.calling import open_files
from tests.emulator.account import Account
from tests.emulator.denying import Denying
from tests.emulator.recording import Recording
from tests.pollers.virtual_time import in_virtual_time
from tests.session.conftest import Profiles
from tests.session.refusing_key import RefusingKey
from tests.session.running import only, running, session, settings, until

MINUTE = 60


def visible(snapshot: Snapshot, name: str) -> int | None:
    """How many messages of this queue are visible, as far as is known."""
    for context in snapshot.contexts:
        for arn, feed in context.depths.items():
            if arn.endswith(f":{name}") and feed.value:
                return feed.value.visible
    return None


async def test_what_happens_in_aws_appears(aws: Account, profiles: Profiles, tmp_path: Path) -> None:
    profiles(default=aws.number)
    boto = aws.boto("sqs")
    url = boto.create_queue(QueueName="orders")["QueueUrl"]
    async with aws.gateway() as endpoint, running(settings(endpoint), tmp_path) as it:
        it.show(Interest(queues=frozenset({aws.arn("sqs", "orders")})))
        await until(it, lambda snapshot: visible(snapshot, "orders") == 0)
        boto.send_message(QueueUrl=url, MessageBody="x")
        await until(it, lambda snapshot: visible(snapshot, "orders") == 1)
        boto.create_queue(QueueName="new")
        it.refresh()
        await until(it, lambda snapshot: visible(snapshot, "new") == 0)
        boto.delete_queue(QueueUrl=url)
        await until(it, lambda snapshot: [queue.name for queue in only(snapshot).queues.value or ()] == ["new"])


async def test_keys_that_expire_and_are_renewed_in_the_file_let_it_go_on(
    aws: Account, profiles: Profiles, tmp_path: Path
) -> None:
    profiles(default="500000000005")
    aws.boto("sqs").create_queue(QueueName="orders")
    async with aws.gateway(RefusingKey("500000000005", "expired")) as url, running(settings(url), tmp_path) as it:
        told = await until(it, lambda snapshot: only(snapshot).faults)
        assert {fault.code for fault in only(told).faults} == {"credentials"}
        assert len(only(told).faults) == 1
        profiles(default=aws.number)
        it.refresh()
        well = await until(
            it,
            lambda snapshot: (
                not only(snapshot).faults and visible(snapshot, "orders") == 0 and only(snapshot).flow.value
            ),
        )
        identity = only(well).identity.value
        assert identity is not None
        assert identity.account == aws.number


async def test_a_context_that_fails_keeps_its_last_values_and_the_other_goes_on(
    aws: Account, profiles: Profiles, tmp_path: Path
) -> None:
    profiles(default=aws.number)
    north, south = aws.boto("sqs", region="eu-north-1"), aws.boto("sqs", region="sa-east-1")
    north.create_queue(QueueName="north")
    url = south.create_queue(QueueName="south")["QueueUrl"]
    denying = Denying()
    async with aws.gateway(denying) as northern, aws.gateway() as southern:
        requests = (
            ContextRequest(region="eu-north-1", endpoint_url=northern),
            ContextRequest(region="sa-east-1", endpoint_url=southern),
        )
        async with running(settings("", *requests), tmp_path) as it:
            it.show(Interest(queues=frozenset({f"arn:aws:sqs:sa-east-1:{aws.number}:south"})))
            await until(it, lambda snapshot: visible(snapshot, "north") == visible(snapshot, "south") == 0)
            denying.patterns = {"*"}
            it.refresh()
            await until(it, lambda snapshot: snapshot.contexts[0].queues.fault)
            south.send_message(QueueUrl=url, MessageBody="x")
            found = await until(it, lambda snapshot: visible(snapshot, "south") == 1)
    assert visible(found, "north") == 0
    assert [queue.name for queue in found.contexts[0].queues.value or ()] == ["north"]
    assert found.contexts[1].faults == ()


async def test_two_profiles_of_one_account_become_one_context_while_it_runs(
    aws: Account, profiles: Profiles, tmp_path: Path
) -> None:
    profiles(one=aws.number, same=aws.number)
    async with aws.gateway() as url:
        made = settings(url, ContextRequest(profile="one"), ContextRequest(profile="same"))
        async with running(made, tmp_path) as it:
            found = await until(it, lambda snapshot: len(snapshot.contexts) == 1)
            assert only(found).context.name == "one/eu-central-1"
            await until(it, lambda snapshot: only(snapshot).flow.value)
            polling = {task.get_name().split(" ")[0] for task in asyncio.all_tasks() if "/" in task.get_name()}
            assert polling == {"one/eu-central-1"}


async def test_what_is_shown_decides_which_metrics_are_read(aws: Account, profiles: Profiles, tmp_path: Path) -> None:
    profiles(default=aws.number)
    aws.boto("sqs").create_queue(QueueName="orders")
    metric = catalogue.visible("orders").metric
    aws.boto("cloudwatch").put_metric_data(
        Namespace=metric.namespace,
        MetricData=[
            {
                "MetricName": metric.name,
                "Dimensions": [{"Name": name, "Value": value} for name, value in metric.dimensions],
                "Timestamp": datetime.fromtimestamp(
                    datetime.now(UTC).timestamp() // MINUTE * MINUTE - 10 * MINUTE, UTC
                ),
                "Value": 12.0,
            }
        ],
    )
    recording = Recording()
    async with aws.gateway(recording) as url, running(settings(url), tmp_path) as it:
        context = only(await until(it, lambda snapshot: visible(snapshot, "orders") == 0))
        assert recording.count("cloudwatch:GetMetricData") == recording.count("cloudwatch:ListMetrics") == 0
        it.show(
            Interest(
                queues=frozenset({aws.arn("sqs", "orders")}),
                chart_context=context.context.name,
                chart=(catalogue.visible("orders"),),
                custom_metrics=True,
            )
        )

        def known(snapshot: Snapshot) -> bool:
            feeds = (
                only(snapshot).series.get(catalogue.visible("orders")),
                only(snapshot).chart.get(catalogue.visible("orders")),
            )
            return all(feed and feed.value and feed.value.last == 12.0 for feed in feeds)

        found = await until(it, lambda snapshot: known(snapshot) and only(snapshot).custom_metrics.value is not None)
        assert only(found).custom_metrics.value == ()


async def test_local_thresholds_stand_among_the_alarms(aws: Account, profiles: Profiles, tmp_path: Path) -> None:
    profiles(default=aws.number)
    url = aws.boto("sqs").create_queue(QueueName="orders-dlq")["QueueUrl"]
    aws.boto("sqs").send_message(QueueUrl=url, MessageBody="dead")
    async with aws.gateway() as endpoint:
        made = settings(endpoint)
        made = Settings(made.contexts, cadence=made.cadence, thresholds=(Threshold("queue", "*-dlq", "held", above=0),))
        async with running(made, tmp_path) as it:

            def firing(snapshot: Snapshot) -> list[Alarm]:
                return [alarm for alarm in only(snapshot).alarms.value or () if alarm.fires]

            found = firing(await until(it, firing))
    assert [(alarm.type, alarm.resource_arns) for alarm in found] == [("local", (aws.arn("sqs", "orders-dlq"),))]


async def test_leaving_leaves_no_task_no_socket_and_no_client_behind(
    aws: Account, profiles: Profiles, tmp_path: Path
) -> None:
    profiles(default=aws.number)
    aws.boto("sqs").create_queue(QueueName="orders")
    before = asyncio.all_tasks()
    gc.collect()
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        with aws.threaded_gateway() as url:
            files = open_files()
            async with running(settings(url), tmp_path) as it:
                await until(it, lambda snapshot: visible(snapshot, "orders") == 0 and only(snapshot).flow.value)
            assert asyncio.all_tasks() == before
        gc.collect()
    assert [str(warning.message) for warning in told] == []
    assert open_files() <= files


async def test_leaving_in_the_middle_of_the_first_calls_leaves_nothing_behind_either(
    aws: Account, profiles: Profiles, tmp_path: Path
) -> None:
    profiles(default=aws.number)
    arrived, loop = asyncio.Event(), asyncio.get_running_loop()

    @web.middleware
    async def signalling(request: web.Request, handler: Handler) -> web.StreamResponse:
        loop.call_soon_threadsafe(arrived.set)
        return await handler(request)

    before = asyncio.all_tasks()
    gc.collect()
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        with aws.threaded_gateway(signalling) as url:
            async with session(settings(url), tmp_path) as it:
                task = asyncio.create_task(it.run())
                await arrived.wait()
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
            assert asyncio.all_tasks() == before
        gc.collect()
    assert [str(warning.message) for warning in told] == []


async def test_a_defect_in_a_poller_comes_out_of_run(
    aws: Account, profiles: Profiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def defect(_: object) -> None:
        raise ZeroDivisionError

    profiles(default=aws.number)
    monkeypatch.setattr(sts, "identity", defect)
    async with aws.gateway() as url, session(settings(url), tmp_path) as it:
        with pytest.raises(BaseExceptionGroup) as raised:
            await it.run()
    defects, rest = raised.value.split(ZeroDivisionError)
    assert defects is not None
    assert rest is None


def test_listeners_hear_at_most_four_times_a_second_and_nothing_after_they_left(tmp_path: Path) -> None:
    async def story() -> None:
        loop = asyncio.get_running_loop()
        heard: list[float] = []
        one: list[Snapshot] = []
        other: list[Snapshot] = []

        def listen(snapshot: Snapshot) -> None:
            other.append(snapshot)
            heard.append(loop.time())

        async with session(settings("http://127.0.0.1:9"), tmp_path) as it:
            stop_one = it.subscribe(one.append)
            it.subscribe(listen)
            for _ in range(1000):
                it.pause(True)  # something that changes
                await asyncio.sleep(0.01)
            assert min(later - earlier for earlier, later in pairwise(heard)) >= 0.249
            assert len(one) == len(other) == len(heard) >= 35
            stop_one()
            stop_one()  # twice is harmless
            it.pause(False)
            await asyncio.sleep(1)
            assert len(other) == len(one) + 1
            assert other[-1].paused is False
            it.pause(True)
        count = len(other)
        await asyncio.sleep(10)
        assert len(other) == count

    in_virtual_time(story())


def test_no_change_is_told_where_there_is_none(tmp_path: Path) -> None:
    async def story() -> None:
        heard: list[Snapshot] = []
        async with session(settings("http://127.0.0.1:9"), tmp_path) as it:
            it.subscribe(heard.append)
            await asyncio.sleep(100)
            assert heard == []

    in_virtual_time(story())


def test_without_a_region_no_session_is_made(tmp_path: Path) -> None:
    with pytest.raises(EvwatchError) as raised:
        Session(Settings(), environment={}, cache_folder=tmp_path)
    assert raised.value.fault.code == "region"
