"""Reads an account's flow over a session, as the commands do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from aiohttp.typedefs import Middleware

from evwatch.config import ContextRequest, Settings
from evwatch.model.flow import Flow
from evwatch.model.snapshot import Snapshot
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
