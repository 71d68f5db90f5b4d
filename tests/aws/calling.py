"""A caller before the emulator, as each test wants it."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp.typedefs import Middleware

from evwatch.aws.catalogue import SERVICES
from evwatch.aws.client_set import ServiceModels
from evwatch.aws.clients import Caller
from evwatch.aws.errors import AwsError
from evwatch.aws.meter import Meter
from evwatch.aws.service import Call
from evwatch.model.context import Context
from evwatch.model.fault import Fault
from tests.emulator.account import Account

MODELS = ServiceModels()
"""Parsed once for all tests: it is what takes longest in making a client."""


@asynccontextmanager
async def calling(aws: Account, *middlewares: Middleware, **options: Any) -> AsyncIterator[Caller]:
    """A caller whose calls go through these middlewares to the emulator."""
    async with (
        aws.gateway(*middlewares) as url,
        caller_for(Context("test/here", aws.region, endpoint_url=url), **options) as caller,
    ):
        yield caller


@asynccontextmanager
async def caller_for(context: Context, **options: Any) -> AsyncIterator[Caller]:
    """A caller of this context, with the credentials that the environment and files hold."""
    meter = Meter(time.monotonic)
    async with Caller(context, SERVICES, meter, time.monotonic, models=MODELS, **options) as caller:
        yield caller


async def error_of(caller: Caller, call: Call, **parameters: Any) -> AwsError:
    """The error with which the call fails, which it must."""
    with pytest.raises(AwsError) as raised:
        await caller.call(call, **parameters)
    return raised.value


async def fault_of(caller: Caller, call: Call, **parameters: Any) -> Fault:
    """What is told where the call fails, which it must."""
    return (await error_of(caller, call, **parameters)).fault


def open_files() -> int:
    """How many descriptors this process holds, sockets among them."""
    return sum(1 for _ in Path("/dev/fd").iterdir())
