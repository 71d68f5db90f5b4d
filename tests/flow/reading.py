"""Reads an account's flow over a session, as the commands do."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

from aiohttp.typedefs import Middleware

from evwatch.aws.catalogue import SERVICES
from evwatch.aws.clients import Caller
from evwatch.aws.errors import AwsError
from evwatch.aws.meter import Meter
from evwatch.config import ContextRequest, Settings
from evwatch.model.clock import Clock
from evwatch.model.context import Context
from evwatch.model.flow import Flow
from evwatch.model.snapshot import ContextSnapshot, Snapshot
from evwatch.pollers.access import AccessReader
from evwatch.pollers.alarms import AlarmReader
from evwatch.pollers.depths import DepthReader
from evwatch.pollers.flow import FlowReader
from evwatch.pollers.identity import IdentityReader
from evwatch.pollers.queues import QueueListReader
from evwatch.pollers.state import ContextState
from evwatch.session import Session
from tests.emulator.account import Account

Link = tuple[str, str, str]
"""Where it starts, its kind, where it ends; resources by service and name."""


def session(aws: Account, url: str, folder: Path, **settings: Any) -> Session:
    """A session of this account at this endpoint. The environment is read-only to it but for the keys."""
    environment = aws.environment(url)
    return Session(
        Settings(contexts=(ContextRequest(region=aws.region, endpoint_url=url),), **settings),
        environment=environment,
        cache_folder=folder,
    )


async def read(aws: Account, folder: Path, *middlewares: Middleware) -> Snapshot:
    """One complete reading."""
    async with aws.gateway(*middlewares) as url, session(aws, url, folder) as live:
        return await live.read()


async def flow_of(aws: Account, folder: Path, *middlewares: Middleware) -> Flow:
    """The flow of one complete reading."""
    return flow_in(await read(aws, folder, *middlewares))


def hasty(aws: Account, url: str) -> Caller:
    """A caller that keeps no pace: no account with quotas stands behind the emulator."""
    services = [replace(service, requests_per_second=1e6, burst=1_000_000) for service in SERVICES]
    context = Context("test", aws.region, endpoint_url=url)
    return Caller(context, services, Meter(time.monotonic), time.monotonic)


async def discovered(caller: Caller) -> ContextSnapshot:
    """What a fresh start finds over a caller whose clients are there already: making them takes most of a second."""
    clock = Clock()
    state = ContextState(caller.context, lambda: None)
    depths = DepthReader(caller, state, clock, Random(1), 5.0, 20.0)
    flow = FlowReader(caller, state, clock)
    for reading in (
        IdentityReader(caller, state, clock).read,
        QueueListReader(caller, state, clock, lambda: None).read,
        AlarmReader(caller, state, clock).read,
        depths.read_all,
        flow.read,
    ):
        with suppress(AwsError):
            await reading()
    flow.join()
    await AccessReader(caller, state, clock).read()
    return state.snapshot(caller.endpoint_url)


def flow_in(snapshot: Snapshot) -> Flow:
    """The flow of a snapshot's only context."""
    flow = snapshot.contexts[0].flow.value
    assert flow is not None
    return flow


def links(flow: Flow) -> set[Link]:
    """Every edge, resources named shortly."""
    return {(short(edge.source), edge.kind, short(edge.target)) for edge in flow.edges}


def short(arn: str) -> str:
    """`arn:aws:lambda:eu-central-1:1:function:bill` is `lambda bill`."""
    if not arn.startswith("arn:"):
        return arn
    parts = arn.split(":", 5)
    return f"{parts[2]} {parts[5].rsplit('/', 1)[-1].rsplit(':', 1)[-1]}"
