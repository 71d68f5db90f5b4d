"""What can befall a dashboard that runs: it says what happened and what to do, and goes on once that is done."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from aiohttp import web
from aiohttp.typedefs import Handler

from evwatch.app import EvwatchApp
from evwatch.cli.dashboard import live
from evwatch.config import ContextRequest, Settings
from evwatch.demo.gateway.app import create_gateway, running
from evwatch.demo.gateway.aws_behaviour import aws_behaviour
from evwatch.demo.gateway.operation import operation
from tests.emulator.account import Account
from tests.emulator.clock import AtAnotherTime
from tests.emulator.refusals import refusal
from tests.session.running import QUICK
from tests.ui.acting import Dashboard
from tests.ui.reading import until, watching, whole

TWENTY = timedelta(minutes=20)


class Tokens:
    """Refuses session tokens that are over."""

    __middleware_version__ = 1

    def __init__(self) -> None:
        self.over: set[str] = set()

    async def __call__(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.headers.get("X-Amz-Security-Token") in self.over:
            return refusal(await operation(request), "expired")
        return await handler(request)


def log_in(aws: Account, folder: Path, token: str) -> None:
    """As `aws sso login` and its kin do: keys in the file of the profile."""
    path = folder / "home" / ".aws" / "credentials"
    path.parent.mkdir(parents=True, exist_ok=True)
    keys = f"aws_access_key_id = {aws.number}\naws_secret_access_key = test\naws_session_token = {token}\n"
    path.write_text(f"[default]\n{keys}")


@asynccontextmanager
async def watched(aws: Account, url: str, folder: Path) -> AsyncIterator[Dashboard]:
    """The dashboard on one queue, read all the time."""
    aws.boto("sqs").create_queue(QueueName="orders")
    log_in(aws, folder, "first")
    context = ContextRequest(region=aws.region, endpoint_url=url)
    settings = Settings(contexts=(context,), cadence=QUICK, state_folder=str(folder / "state"))
    app = EvwatchApp(settings, lambda: live(settings), try_again_seconds=0.2)
    async with watching(app, shown="evwatch") as pilot:
        yield Dashboard(app, pilot)


async def send(aws: Account) -> None:
    """One message more in the queue."""
    sqs = aws.boto("sqs")
    url = sqs.get_queue_url(QueueName="orders")["QueueUrl"]
    await asyncio.to_thread(sqs.send_message, QueueUrl=url, MessageBody="x")


def visible(desk: Dashboard) -> str:
    """What the queue's row says; empty where there is no row."""
    rows = [line.split() for line in whole(desk.app).splitlines() if " orders " in line and "Chart" not in line]
    return rows[0][2] if rows else ""


async def test_credentials_that_expire_are_told_and_a_new_login_is_taken_up_by_itself(
    aws: Account, tmp_path: Path
) -> None:
    tokens = Tokens()
    async with aws.gateway(tokens) as url, watched(aws, url, tmp_path) as desk:
        await desk.shows("● live", "orders")
        await until(desk.pilot, lambda: visible(desk) == "0")
        tokens.over.add("first")
        await send(aws)
        await desk.shows("◌ stale", "the AWS credentials have expired")
        assert visible(desk) == "0"
        await desk.press("exclamation_mark")
        await desk.shows("log in again (aws sso login, or renew the keys)")
        await desk.press("escape")
        log_in(aws, tmp_path, "second")
        await desk.shows("● live")
        await until(desk.pilot, lambda: visible(desk) == "1")
        assert "expired" not in whole(desk.app)


@pytest.mark.parametrize("ahead", [TWENTY, -TWENTY], ids=["behind", "ahead"])
async def test_a_clock_that_goes_wrong_is_named_with_how_much_and_all_goes_on_once_it_is_right(
    aws: Account, tmp_path: Path, ahead: timedelta
) -> None:
    wrong = AtAnotherTime(timedelta(0))
    where = "behind" if ahead > timedelta(0) else "ahead"
    async with aws.gateway(wrong) as url, watched(aws, url, tmp_path) as desk:
        await desk.shows("● live", "orders")
        await until(desk.pilot, lambda: visible(desk) == "0")
        wrong.ahead = ahead
        await send(aws)
        await desk.shows("◌ stale", f"clock is 20 min {where}", f"clock 20 m {where}")
        assert visible(desk) == "0"
        await desk.press("exclamation_mark")
        await desk.shows(f"this machine's clock is 20 min {where}, which AWS refuses", "set this machine's clock right")
        await desk.press("escape")
        wrong.ahead = timedelta(0)
        await desk.shows("● live")
        await until(desk.pilot, lambda: visible(desk) == "1")


async def test_a_clock_that_aws_still_takes_is_said_to_be_wrong_beside_what_was_read(
    aws: Account, tmp_path: Path
) -> None:
    async with aws.gateway(AtAnotherTime(timedelta(minutes=4))) as url, watched(aws, url, tmp_path) as desk:
        await desk.shows("● live", "clock 4 m behind AWS's")
        await until(desk.pilot, lambda: visible(desk) == "0")


async def test_since_when_an_alarm_fires_is_the_time_that_aws_says(aws: Account, tmp_path: Path) -> None:
    cloudwatch = aws.boto("cloudwatch")
    name, metric = "Late", {"Namespace": "x", "MetricName": "y", "Statistic": "Sum", "Period": 60}
    cloudwatch.put_metric_alarm(
        AlarmName=name,
        EvaluationPeriods=1,
        Threshold=1.0,
        ComparisonOperator="GreaterThanThreshold",
        ActionsEnabled=False,
        **metric,
    )
    cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="slow")
    since = cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"][0]["StateUpdatedTimestamp"]
    async with aws.gateway() as url, watched(aws, url, tmp_path) as desk:
        await desk.shows("● live", "▲ ALARM   Late")
        await desk.press("4")
        await desk.shows(f"since {since.astimezone():%H:%M:%S}")
        assert datetime.now(UTC) - since < timedelta(minutes=5)


async def test_an_endpoint_that_goes_away_is_told_and_when_it_is_back_all_is_read_again(
    aws: Account, tmp_path: Path
) -> None:
    def gateway() -> web.Application:
        return create_gateway(aws.emulator_url, aws_behaviour())

    async with AsyncExitStack() as desks:
        async with running(gateway()) as url:
            desk = await desks.enter_async_context(watched(aws, url, tmp_path))
            await desk.shows("● live", "orders")
            await until(desk.pilot, lambda: visible(desk) == "0")
        await send(aws)
        await desk.shows("◌ stale", f"{url} ")
        assert visible(desk) == "0"
        await desk.press("exclamation_mark")
        await desk.shows(f"{url} cannot be reached", "check the endpoint")
        await desk.press("escape", "s")
        await desk.shows("by name")
        assert "● live" not in whole(desk.app)
        async with running(gateway(), port=urlsplit(url).port or 0):
            await desk.shows("● live")
            await until(desk.pilot, lambda: visible(desk) == "1")
            assert "cannot be reached" not in whole(desk.app)
            await desk.press("q")
