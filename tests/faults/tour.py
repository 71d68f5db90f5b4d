"""`python -m tests.faults tour`: every key of every screen pressed on the real dashboard, over hostile texts.

Keys come from the live bindings: whatever a key opens is explored in the same way before one comes back. Ways lead to
where a key has something to do. Read-only first, where nothing but reading may arrive at AWS, whatever is pressed; then
those that act. What no tour presses is told, so a key that is new is pressed too, or named as one that is not.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from unittest import mock

from evwatch.app import EvwatchApp
from evwatch.cli.appearance import binding_ids
from evwatch.cli.dashboard import live
from evwatch.cli.elsewhere import Places
from evwatch.cli.entry import read_once
from evwatch.cli.invocation import Invocation
from evwatch.config import ContextRequest, Settings
from evwatch.demo.emulator import Emulator
from tests.emulator.account import Account
from tests.emulator.recording import Recording
from tests.faults.hostile import act_before, create, depths
from tests.faults.keys import READING
from tests.faults.trying import say
from tests.faults.walker import Tour, Walker, Way
from tests.faults.ways import ACTING_ALONE, ACTING_WAYS, ACTS, ELSEWHERE_PROVED, LOOK, READING_WAYS
from tests.ui.reading import shows


def read_only_tour(aws: Account, folder: Path) -> Tour:
    """Every key that read-only has, those that act among them; what must not be called then is in `wrong`."""
    dead = create(aws)
    act_before(aws, folder)
    wanted, recording = binding_ids() - ELSEWHERE_PROVED.keys() - ACTING_ALONE, Recording()
    before = depths(dead)
    tour = _toured(aws, folder, READING_WAYS, wanted, recording, read_only=True)
    if strange := set(recording.names) - READING:
        tour.wrong.append(f"called although it is read-only: {sorted(strange)}")
    looked = {call.parameters["QueueUrl"] for call in recording.of("sqs:ReceiveMessage")}
    if not looked:
        tour.wrong.append("no look was taken")
    if strange := {url for url in looked if not url.endswith("-dlq")}:
        tour.wrong.append(f"looked into although they are no dead-letter queues: {sorted(strange)}")
    if before != (after := depths(dead)):
        tour.wrong.append(f"visible and in flight were, and are: {sorted(before.items() ^ after.items())}")
    tour.wrong += [f"never pressed: {name}" for name in sorted(wanted - tour.pressed.keys())]
    tour.wrong += [f"not for acting alone: {name}" for name in sorted(ACTING_ALONE & tour.pressed.keys())]
    return tour


def acting_tour(aws: Account, folder: Path) -> Tour:
    """Every key that read-only lacks or says no to."""
    create(aws)
    act_before(aws, folder)
    wanted = ACTING_ALONE | ACTS
    tour = _toured(aws, folder, ACTING_WAYS, wanted, Recording(), read_only=False)
    tour.wrong += [f"never pressed: {name}" for name in sorted(wanted - tour.pressed.keys())]
    return tour


def _toured(
    aws: Account, folder: Path, ways: dict[str, Way], wanted: set[str], recording: Recording, *, read_only: bool
) -> Tour:
    home = {name: str(folder) for name in ("HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME")}
    keys = {"AWS_ACCESS_KEY_ID": aws.number, "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": aws.region}
    with (
        mock.patch.dict("os.environ", {**home, **keys, "EDITOR": "true", "PAGER": "true"}),
        mock.patch("textual.constants.TEXTUAL_ANIMATIONS", "none"),
        aws.threaded_gateway(recording) as url,
    ):
        request = ContextRequest(region=aws.region, endpoint_url=url, read_only=read_only)
        settings = Settings(contexts=(request,), read_only=read_only, state_folder=str(folder))
        return asyncio.run(_walked(settings, ways, wanted))


async def _walked(settings: Settings, ways: dict[str, Way], wanted: set[str]) -> Tour:
    def elsewhere() -> Places:
        return Places(Invocation({}, read_once), settings, live)

    app = EvwatchApp(settings, lambda: live(settings), elsewhere=elsewhere)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await shows(pilot, "▲ dead letters")
        walker = Walker(app, pilot, wanted - {"quit"})
        await walker.follow("a look", LOOK)
        for name, way in ways.items():
            if not walker.tour.wrong:
                await walker.go(name, way)
        await walker.go("quit", (("1", "Queues"),))
        await walker.press("q")
        walker.tour.pressed["quit"] += 1
        if app.is_running:
            walker.tour.wrong.append("q does not quit")
    return walker.tour


def main(arguments: Sequence[str]) -> int:
    """Both tours; returns 1 where a key was pressed in neither, or something was wrong."""
    argparse.ArgumentParser(prog="python -m tests.faults tour", description=__doc__).parse_args(arguments)
    wrong = 0
    with Emulator() as emulator, tempfile.TemporaryDirectory() as name:
        for number, toured in enumerate((read_only_tour, acting_tour), 1):
            account, began = Account(f"40000000000{number}", emulator.url), time.monotonic()
            tour = toured(account, Path(name) / str(number))
            account.close()
            wrong += len(tour.wrong)
            took = f"{time.monotonic() - began:.0f} s"
            say(f"{toured.__name__}: {len(tour.pressed)} keys on {len(tour.screens)} screens in {took}", *tour.wrong)
    return 1 if wrong else 0
