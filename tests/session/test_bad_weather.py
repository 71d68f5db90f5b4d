"""A share of all answers goes wrong, each in its own way: polling lives, says what is old, and recovers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from random import Random

from aiohttp import web
from aiohttp.typedefs import Handler

from evwatch.demo.gateway.operation import operation
from evwatch.model.snapshot import Snapshot
from tests.emulator.account import Account
from tests.emulator.faults import Fault, empty, html_page, refused, reset_after, reset_before, slow, truncated
from tests.session.conftest import Profiles
from tests.session.running import running, settings, until

_WAYS: tuple[Fault, ...] = (
    refused("throttled"),
    refused("internal"),
    refused("unavailable"),
    reset_before,
    reset_after,
    empty,
    html_page,
    truncated,
    slow(2.0),
)
_QUEUES = 8
_CHANGES = 12


class Weather:
    """Lets a share of all calls fail, whatever they are. It is a middleware itself."""

    __middleware_version__ = 1

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self.share = 0.0
        self.met = 0

    async def __call__(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Fail, or pass on."""
        if self._random.random() >= self.share:
            return await handler(request)
        self.met += 1
        return await self._random.choice(_WAYS)(request, await operation(request), handler)


async def test_bad_weather_passes_and_nothing_old_looks_new(aws: Account, profiles: Profiles, tmp_path: Path) -> None:
    profiles(default=aws.number)
    sqs = aws.boto("sqs")
    urls = [sqs.create_queue(QueueName=f"q{number}")["QueueUrl"] for number in range(_QUEUES)]
    weather, wrong = Weather(3), list[str]()
    sent = 0

    def hear(snapshot: Snapshot) -> None:
        """What is shown without a fault cannot be more than was sent, nor taken in the future."""
        for arn, feed in snapshot.contexts[0].depths.items():
            if feed.value and feed.taken_at and feed.taken_at > snapshot.taken_at:
                wrong.append(f"{arn} is newer than now")
            if feed.value and feed.value.visible > sent:
                wrong.append(f"{arn} shows {feed.value.visible} of {sent}")

    def all_seen(count: int) -> Callable[[Snapshot], bool]:
        def seen(snapshot: Snapshot) -> bool:
            depths = snapshot.contexts[0].depths.values()
            read = [feed.value.visible for feed in depths if feed.value and not feed.fault]
            return len(read) == _QUEUES and all(visible == count for visible in read)

        return seen

    async with aws.gateway(weather) as url, running(settings(url), tmp_path) as it:
        it.subscribe(hear)
        await until(it, all_seen(0))
        weather.share = 0.25
        for _ in range(_CHANGES):
            sent += 1
            for queue in urls:
                await asyncio.to_thread(sqs.send_message, QueueUrl=queue, MessageBody="x")
        it.refresh()
        await until(it, lambda snapshot: weather.met > 20)
        weather.share = 0.0
        it.refresh()
        found = await until(it, all_seen(_CHANGES))
        await until(it, lambda snapshot: not snapshot.contexts[0].faults)
    assert not wrong
    assert not [feed.fault for feed in found.contexts[0].depths.values() if feed.fault]
