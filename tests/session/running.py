"""A session as a test drives it, and waiting for what it shows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

from evwatch.config import Cadence, ContextRequest, Settings
from evwatch.model.snapshot import ContextSnapshot, Snapshot
from evwatch.session import Session

PATIENCE_SECONDS = 20.0
QUICK = Cadence(alarms=0.2, metrics=1.0, flow=2.0, depths=0.2, depth_reads_per_second=200.0)


def settings(url: str, *requests: ContextRequest, region: str = "eu-central-1", cadence: Cadence = QUICK) -> Settings:
    """Settings for these profiles and regions at one endpoint."""
    from dataclasses import replace

    wanted = requests or (ContextRequest(),)
    contexts = tuple(
        replace(request, region=request.region or region, endpoint_url=request.endpoint_url or url)
        for request in wanted
    )
    return Settings(contexts=contexts, cadence=cadence)


def session(made: Settings, folder: Path) -> Session:
    """A session with jitter that is the same each time, and a cache of its own."""
    return Session(made, random=Random(7), environment={}, cache_folder=folder / "cache")


@asynccontextmanager
async def running(made: Settings, folder: Path) -> AsyncIterator[Session]:
    """A session that polls."""
    async with session(made, folder) as it:
        task = asyncio.create_task(it.run())
        try:
            yield it
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def until(it: Session, shows: Callable[[Snapshot], object]) -> Snapshot:
    """The first snapshot that shows it."""
    found: asyncio.Future[Snapshot] = asyncio.get_running_loop().create_future()

    def listen(snapshot: Snapshot) -> None:
        if not found.done() and shows(snapshot):
            found.set_result(snapshot)

    stop = it.subscribe(listen)
    listen(it.snapshot)
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await found
    finally:
        stop()


def only(snapshot: Snapshot) -> ContextSnapshot:
    """The one context that there is."""
    (context,) = snapshot.contexts
    return context
