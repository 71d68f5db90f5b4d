"""`evwatch demo`: the dashboard on the embedded AWS, or that AWS alone."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, MutableMapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from evwatch.cli import exits
from evwatch.cli.appearance import check_looks
from evwatch.cli.dashboard import live, require_terminal, show
from evwatch.cli.framework import Command, Invocation
from evwatch.config import ContextRequest, Loaded, Settings

if TYPE_CHECKING:
    from evwatch.demo.embedded import EmbeddedAws
    from evwatch.session import Session


@click.command(cls=Command, outputs=())
@click.option("--seed", type=int, default=1, metavar="N", help="Another run of events; the same for the same number.")
@click.option(
    "--speed",
    type=click.FloatRange(0.1, 100),
    default=1.0,
    metavar="X",
    help="How many times as much happens, 0.1 to 100.",
)
@click.option("--serve", is_flag=True, help="No dashboard: print where the system listens, and serve until Ctrl-C.")
@click.option("--port", type=click.IntRange(0, 65_535), default=0, metavar="N", help="Listen there; 0 is a free port.")
@click.option("--frozen", is_flag=True, help="Seed the system once and send nothing more, so that what is in it stays.")
@click.pass_obj
def demo(invocation: Invocation, seed: int, speed: float, serve: bool, port: int, frozen: bool) -> int:
    """The dashboard on an embedded AWS with a live order system in it.

    It needs no credentials and no network: nothing of it leaves the loopback, and your AWS settings are not read.
    """
    from evwatch.demo import embedded

    if serve:
        asyncio.run(embedded.serve(seed=seed, speed=speed, port=port, frozen=frozen))
        return exits.INTERRUPTED
    require_terminal("evwatch demo --serve", invocation.environ)
    loaded = invocation.load()
    check_looks(loaded)
    isolate(os.environ)
    settings = _of_demo(loaded)
    return show(
        settings, lambda: _live_demo(settings, embedded.EmbeddedAws(seed=seed, speed=speed, port=port, frozen=frozen))
    )


def isolate(environ: MutableMapping[str, str]) -> None:
    """Take everything out of this process's environment that leads to an AWS, or away from the loopback.

    The SDK reads the environment itself, and a proxy would be asked even for 127.0.0.1.
    """
    from evwatch.demo.environment import scrubbed_environment

    for name in list(environ):
        if name.startswith("AWS_") or name.lower().endswith("_proxy"):
            del environ[name]
    environ.update({name: value for name, value in scrubbed_environment({}).items() if name.startswith("AWS_")})


def _of_demo(loaded: Loaded) -> Settings:
    """How the operator likes the dashboard to look and what they choose to see, and nothing about where to look."""
    chosen = loaded.settings
    return Settings(
        filters=chosen.filters,
        tags=chosen.tags,
        read_only=chosen.read_only,
        theme=chosen.theme,
        window=chosen.window,
        panels=chosen.panels,
        bell=chosen.bell,
        redrive=chosen.redrive,
        keymap=chosen.keymap,
        # Looking costs nothing here, and shows what sampling is.
        sample_dlqs=True,
        demo=True,
    )


@asynccontextmanager
async def _live_demo(settings: Settings, aws: EmbeddedAws) -> AsyncIterator[Session]:
    async with aws:
        # Metrics are read once a minute, so the first reading waits until their past is there.
        await aws.complete()
        where = ContextRequest("demo", region=aws.region, endpoint_url=aws.endpoint_url, read_only=settings.read_only)
        async with live(replace(settings, contexts=(where,))) as session:
            yield session
