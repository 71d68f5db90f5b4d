"""What goes on in the demo's process: the gateway, and a thread that builds the order system and tells its story.

It says on standard output, a JSON object a line, where its endpoint is once the system is there, and that it is
complete once all that has happened so far is in it.
"""

from __future__ import annotations

import asyncio
import json
import os
import threading
import time
from contextlib import AsyncExitStack
from functools import partial

from botocore.exceptions import BotoCoreError, ClientError

from evwatch.demo.api import Api
from evwatch.demo.environment import ACCOUNT, REGION
from evwatch.demo.gateway.app import create_gateway, running
from evwatch.demo.gateway.aws_behaviour import aws_behaviour
from evwatch.demo.gateway.counting import counting
from evwatch.demo.system import alarm_past, build, compute, metrics
from evwatch.demo.system.history import FROZEN_STORY, History
from evwatch.demo.system.ledger import Ledger
from evwatch.demo.system.live import LOOK_SECONDS, TICK_SECONDS, Measurement, Traffic, repeat

_SPOILED = (BotoCoreError, ClientError, OSError)
"""What a call may end with when somebody has changed the system meanwhile; the story goes on."""


async def serve(emulator_url: str, port: int, seed: int, speed: float, *, frozen: bool) -> None:
    """Serve until the process ends. Exits with 1, having said why, where the port cannot be used."""
    ledger = Ledger()
    gateway = create_gateway(emulator_url, [counting(ledger.told), *aws_behaviour()])
    async with AsyncExitStack() as stack:
        try:
            url = await stack.enter_async_context(running(gateway, port))
        except OSError as error:
            _say(error=f"port {port} cannot be used: {os.strerror(error.errno or 0)}")
            raise SystemExit(1) from None
        failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        story = partial(_tell, url, emulator_url, ledger, seed, speed, frozen=frozen)
        threading.Thread(target=_guarded, args=(story, failed), daemon=True).start()
        await failed


def _guarded(story: partial[None], failed: asyncio.Future[None]) -> None:
    try:
        story()
    except Exception as error:
        failed.get_loop().call_soon_threadsafe(failed.set_exception, error)


def _tell(endpoint_url: str, emulator_url: str, ledger: Ledger, seed: int, speed: float, *, frozen: bool) -> None:
    """Build the system, let it have had a past, and tell its story from there, or stand still."""
    api, began = Api(endpoint_url), time.time()
    built = build.topology(api, endpoint_url, began, speed)
    arrivals = build.past(api, endpoint_url, seed, began, built)
    alarm_past.write(api, began, FROZEN_STORY if frozen else 0.0)
    if frozen:
        build.standing(api, endpoint_url, seed, began, built)
    else:
        build.about_to_fail(api, endpoint_url, seed, began)
    compute.create_mappings(api, built.table_stream_arn, enabled=not frozen)
    _say(endpoint_url=endpoint_url, region=REGION, account=ACCOUNT)
    ledger.take()
    ended = threading.Event()
    if not frozen:
        traffic = Traffic(Api(endpoint_url), ledger, seed, began, speed)
        threading.Thread(target=repeat, args=(traffic.tick, TICK_SECONDS, ended, _SPOILED), daemon=True).start()
    metrics.publish(api, History(seed, began, arrivals, build.STANDING if frozen else {}).points())
    _say(complete=True)
    _be_silent()
    if not frozen:
        repeat(Measurement(api, ledger, emulator_url, seed).tick, LOOK_SECONDS, ended, _SPOILED)


def _say(**said: object) -> None:
    os.write(1, json.dumps(said).encode() + b"\n")


def _be_silent() -> None:
    """Let go of what the parent reads: from now on nothing is said, and nothing may block for want of a reader."""
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    os.close(silence)
