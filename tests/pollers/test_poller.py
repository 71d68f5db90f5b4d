"""One source's cadence: never twice at once, awake when asked, patient while it fails, and loud about defects."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from random import Random

import pytest

from evwatch.aws.errors import AwsError
from evwatch.model.fault import Fault
from evwatch.pollers.poller import Poller
from tests.pollers.virtual_time import elapsed, in_virtual_time


class Source:
    """A source that notes when it was read."""

    def __init__(self) -> None:
        self.begun: list[float] = []
        self.under_way = 0
        self.takes = 0.0
        self.fails = False

    async def read(self) -> None:
        self.begun.append(elapsed())
        self.under_way += 1
        assert self.under_way == 1
        try:
            await asyncio.sleep(self.takes)
            if self.fails:
                raise AwsError(Fault("network", "no network"))
        finally:
            self.under_way -= 1

    @property
    def rests(self) -> list[float]:
        return [later - earlier for earlier, later in pairwise(self.begun)]


class Story:
    """A poller that runs, and the source it reads."""

    def __init__(self, every: float = 30.0) -> None:
        self.source = Source()
        self.poller = Poller("test", self.source.read, every, Random(7))

    async def __aenter__(self) -> Story:
        self.task = asyncio.create_task(self.poller.run())
        return self

    async def __aexit__(self, *_: object) -> None:
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)


def test_reads_at_once_and_then_at_its_cadence_with_jitter() -> None:
    async def story() -> None:
        async with Story(30) as it:
            await asyncio.sleep(3000)
        assert it.source.begun[0] == 0
        assert all(27 <= rest <= 33 for rest in it.source.rests)
        assert len({round(rest, 3) for rest in it.source.rests}) > 50
        assert 91 <= len(it.source.begun) <= 111

    in_virtual_time(story())


def test_the_next_reading_begins_only_after_the_last_has_ended() -> None:
    async def story() -> None:
        async with Story(5) as it:
            it.source.takes = 100
            for _ in range(50):
                it.poller.wake()  # however often it is asked
                await asyncio.sleep(10)
        assert len(it.source.rests) >= 3
        assert min(it.source.rests) >= 100

    in_virtual_time(story())


def test_a_wake_reads_at_once_and_one_during_a_reading_reads_once_more_after_it() -> None:
    async def story() -> None:
        async with Story(60) as it:
            it.source.takes = 2
            await asyncio.sleep(10)
            it.poller.wake()
            await asyncio.sleep(1)
            it.poller.wake()
            it.poller.wake()
            await asyncio.sleep(20)
        assert it.source.begun == [0, 10, 12]

    in_virtual_time(story())


def test_paused_it_reads_nothing_and_resumed_it_goes_on() -> None:
    async def story() -> None:
        async with Story(10) as it:
            await asyncio.sleep(1)
            it.poller.pause(True)
            it.poller.wake()
            await asyncio.sleep(1000)
            assert it.source.begun == [0]
            it.poller.pause(False)
            await asyncio.sleep(1)
            assert it.source.begun == [0, 1001]

    in_virtual_time(story())


@pytest.mark.parametrize(
    ("every", "rests"),
    [(60.0, [2, 4, 8, 16, 32, 60, 60]), (30.0, [2, 4, 8, 16, 30, 30]), (5.0, [2, 4, 8, 15, 15])],
)
def test_while_it_fails_it_waits_twice_as_long_each_time_up_to_a_limit(every: float, rests: list[float]) -> None:
    async def story() -> None:
        async with Story(every) as it:
            it.source.fails = True
            await asyncio.sleep(3000)
        for expected, rest in zip(rests, it.source.rests, strict=False):
            assert expected * 0.9 <= rest <= expected * 1.1

    in_virtual_time(story())


def test_once_it_succeeds_the_cadence_is_the_usual_one_and_the_patience_starts_anew() -> None:
    async def story() -> None:
        async with Story(60) as it:
            it.source.fails = True
            await asyncio.sleep(200)
            it.source.fails = False
            await asyncio.sleep(600)
            healthy = it.source.rests[-1]
            it.source.fails = True
            it.poller.wake()
            failed_at = elapsed()
            await asyncio.sleep(3)
            assert 54 <= healthy <= 66
            assert 1.7 <= it.source.begun[-1] - failed_at <= 2.3

    in_virtual_time(story())


def test_a_wake_cuts_the_wait_after_a_failure_short() -> None:
    async def story() -> None:
        async with Story(60) as it:
            it.source.fails = True
            await asyncio.sleep(130)
            count = len(it.source.begun)
            it.poller.wake()
            await asyncio.sleep(0.5)
            assert len(it.source.begun) == count + 1

    in_virtual_time(story())


def test_it_outlives_a_network_that_is_gone_for_days() -> None:
    async def story() -> None:
        async with Story(60) as it:
            it.source.fails = True
            await asyncio.sleep(3 * 86_400)
            assert not it.task.done()
            it.source.fails = False
            await asyncio.sleep(120)
            assert not it.task.done()

    in_virtual_time(story())


def test_a_defect_ends_it_loudly() -> None:
    async def defect() -> None:
        raise ZeroDivisionError

    async def story() -> None:
        with pytest.raises(ZeroDivisionError):
            await Poller("test", defect, 30, Random(7)).run()

    in_virtual_time(story())
