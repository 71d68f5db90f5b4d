"""One AWS account for one test: empty, its own, with gateways before it as the test asks."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import boto3
from aiohttp import web
from aiohttp.typedefs import Middleware
from botocore.config import Config

from evwatch.demo.environment import REGION
from evwatch.demo.gateway.app import create_gateway, running
from evwatch.demo.gateway.aws_behaviour import aws_behaviour
from evwatch.demo.gateway.move_task import Pace

QUICK = Pace(before_first=0.02, between_batches=0.0, until_cancelled=0.05)
"""Move tasks that start and end at once."""


class Account:
    """An account of its own in the shared emulator: the access key id is its number."""

    def __init__(self, number: str, emulator_url: str) -> None:
        self.number = number
        self.region = REGION
        self.emulator_url = emulator_url
        self._clients: list[Any] = []

    def arn(self, service: str, resource: str) -> str:
        """The ARN of a resource of this account in its region."""
        return f"arn:aws:{service}:{self.region}:{self.number}:{resource}"

    def boto(self, service: str, url: str | None = None, region: str | None = None) -> Any:
        """A boto3 client of this account. It blocks: through a gateway of the test's own loop use it in a thread."""
        client = boto3.session.Session().client(
            service,
            endpoint_url=url or self.emulator_url,
            region_name=region or self.region,
            aws_access_key_id=self.number,
            aws_secret_access_key="test",
            config=Config(retries={"total_max_attempts": 1}, inject_host_prefix=False),
        )
        self._clients.append(client)
        return client

    def environment(self, url: str) -> dict[str, str]:
        """The variables that lead an AWS client to this account at this endpoint."""
        return {
            "AWS_ENDPOINT_URL": url,
            "AWS_ACCESS_KEY_ID": self.number,
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": self.region,
        }

    @asynccontextmanager
    async def gateway(self, *middlewares: Middleware, pace: Pace = QUICK) -> AsyncIterator[str]:
        """A gateway in the running loop, the first middleware outermost; gives its URL."""
        async with running(self._app(middlewares, pace)) as url:
            yield url

    @contextmanager
    def threaded_gateway(self, *middlewares: Middleware, pace: Pace = QUICK) -> Iterator[str]:
        """The same in a thread and loop of its own, for tests that block."""
        started: list[str] = []
        ready, ended = threading.Event(), asyncio.Event()
        loop = asyncio.new_event_loop()

        async def serve() -> None:
            async with running(self._app(middlewares, pace)) as url:
                started.append(url)
                ready.set()
                await ended.wait()

        thread = threading.Thread(target=lambda: loop.run_until_complete(serve()), daemon=True)
        thread.start()
        try:
            if not ready.wait(timeout=10):
                raise TimeoutError("the gateway did not start")
            yield started[0]
        finally:
            loop.call_soon_threadsafe(ended.set)
            thread.join(timeout=10)
            loop.close()

    def close(self) -> None:
        """Close the clients that were handed out."""
        for client in self._clients:
            client.close()

    def _app(self, middlewares: tuple[Middleware, ...], pace: Pace) -> web.Application:
        return create_gateway(self.emulator_url, [*middlewares, *aws_behaviour(pace)])
