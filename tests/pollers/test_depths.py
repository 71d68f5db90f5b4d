"""Depths: what matters is read every few seconds, all others in turn, within a budget, whatever goes wrong."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from random import Random

import pytest

from evwatch.model.alarm import Alarm
from evwatch.model.fault import FaultCode
from evwatch.model.feed import Feed
from evwatch.model.flow import Edge, Flow
from evwatch.model.interest import Interest
from evwatch.pollers.depths import OTHERS_SECONDS, WORKERS, DepthReader
from tests.pollers.fake_sqs import FakeSqs
from tests.pollers.virtual_time import elapsed, in_virtual_time, virtual_clock


class Story:
    """A depth reader that runs over a fake SQS."""

    def __init__(self, fake: FakeSqs, *hot: str, per_second: float = 20.0, every: float = 5.0) -> None:
        self.fake = fake
        self.look_at(*hot)
        self.reader = DepthReader(fake.caller, fake.state, virtual_clock(), Random(7), every, per_second)

    def look_at(self, *names: str) -> None:
        """These are on screen."""
        self.fake.state.interest = Interest(queues=frozenset(map(self.fake.arn, names)))

    async def __aenter__(self) -> Story:
        self.task = asyncio.create_task(self.reader.run())
        return self

    async def __aexit__(self, *_: object) -> None:
        assert not self.task.done(), self.task
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)


def names(count: int, prefix: str = "queue") -> list[str]:
    return [f"{prefix}-{number:04}" for number in range(count)]


def gaps(times: list[float]) -> list[float]:
    return [later - earlier for earlier, later in pairwise(times)]


def test_what_is_on_screen_is_read_every_five_seconds_and_all_others_in_turn() -> None:
    async def story() -> None:
        every = names(200)
        hot = every[:20]
        async with Story(FakeSqs(*every), *hot) as it:
            await asyncio.sleep(300)
        for name in hot:
            assert max(gaps(it.fake.times(name))) <= 7.0
            assert min(gaps(it.fake.times(name))) >= 4.9
        for name in every[20:]:
            assert max(gaps(it.fake.times(name))) <= OTHERS_SECONDS * 1.3, name
            assert min(gaps(it.fake.times(name))[1:]) >= OTHERS_SECONDS * 0.9, name
        per_second = Counter(int(at) for at, _ in it.fake.reads if at > OTHERS_SECONDS)
        assert max(per_second.values()) <= 32  # no burst of all that were read together at the start

    in_virtual_time(story())


def test_two_thousand_queues_are_read_completely_within_two_minutes_and_the_budget_is_kept() -> None:
    async def story() -> None:
        every = names(2000)
        hot = every[100:130]
        async with Story(FakeSqs(*every), *hot) as it:
            await asyncio.sleep(150)
            assert {name for _, name in it.fake.reads} == set(every)
            first = {name: it.fake.times(name)[0] for name in every}
            assert max(first.values()) <= 130
            await asyncio.sleep(450)
        counts = Counter(int(at // 10) for at, _ in it.fake.reads)
        assert counts[0] <= 200 + 20 * 10 + WORKERS  # what was saved up at the start, and the budget
        assert all(counts[ten] <= 20 * 10 + WORKERS for ten in range(2, 60))
        for name in hot:
            assert max(gaps(it.fake.times(name))) <= 8.0

    in_virtual_time(story())


def test_dlqs_and_queues_in_alarm_count_as_wanted_without_being_on_screen() -> None:
    async def story() -> None:
        fake = FakeSqs(*names(50), "source", "dlq-of-queue", "dlq-of-topic", "in-alarm", "was-in-alarm")
        fake.dlqs["source"] = "dlq-of-queue"
        fake.state.flow = Feed(Flow(edges=(Edge("arn:topic", fake.arn("dlq-of-topic"), "dead-letters"),)))
        alarm = Alarm("a", "a", "metric", "ALARM", "1", "r", resource_arns=(fake.arn("in-alarm"),))
        over = replace(alarm, id="b", state="OK", resource_arns=(fake.arn("was-in-alarm"),))
        fake.state.cloudwatch_alarms = Feed((alarm, over))
        async with Story(fake) as it:
            await asyncio.sleep(120)
        often = {name for name, count in Counter(name for _, name in it.fake.reads).items() if count > 15}
        assert often == {"dlq-of-queue", "dlq-of-topic", "in-alarm"}

    in_virtual_time(story())


def test_a_queue_on_screen_does_not_keep_the_others_waiting() -> None:
    async def story() -> None:
        every = names(30)
        async with Story(FakeSqs(*every), every[0]) as it:
            await asyncio.sleep(600)
        for name in every[1:]:
            assert len(it.fake.times(name)) >= 600 / (OTHERS_SECONDS * 1.3), name

    in_virtual_time(story())


def test_however_many_queues_are_wanted_every_fourth_read_goes_to_the_others() -> None:
    async def story() -> None:
        hot, others = names(400, "hot"), names(400, "other")
        async with Story(FakeSqs(*hot, *others), *hot) as it:
            await asyncio.sleep(300)
        late = [name for at, name in it.fake.reads if at > 60]
        share = sum(name.startswith("other") for name in late) / len(late)
        assert 0.2 <= share <= 0.35
        read = {name for _, name in it.fake.reads}
        assert set(hot) <= read
        assert set(others) <= read

    in_virtual_time(story())


def test_never_more_reads_at_once_than_there_are_places_for_them() -> None:
    async def story() -> None:
        async with Story(FakeSqs(*names(100), takes=3.0)) as it:
            await asyncio.sleep(60)
        assert it.fake.most_under_way == WORKERS

    in_virtual_time(story())


def test_a_queue_that_comes_on_screen_is_read_at_once() -> None:
    async def story() -> None:
        every = names(100)
        async with Story(FakeSqs(*every)) as it:
            await asyncio.sleep(62)
            wanted = min(every, key=lambda name: -it.fake.times(name)[-1])  # the one that was read last
            await asyncio.sleep(6)
            it.look_at(wanted)
            it.reader.wake()
            await asyncio.sleep(0.1)
            assert it.fake.times(wanted)[-1] >= elapsed() - 0.1

    in_virtual_time(story())


def test_a_new_queue_is_read_at_once() -> None:
    async def story() -> None:
        async with Story(FakeSqs(*names(100))) as it:
            await asyncio.sleep(62)
            it.fake.add("new")
            it.reader.wake()
            await asyncio.sleep(0.2)
            assert len(it.fake.times("new")) == 1

    in_virtual_time(story())


def test_asked_to_read_again_it_reads_everything_again() -> None:
    async def story() -> None:
        async with Story(FakeSqs(*names(100))) as it:
            await asyncio.sleep(45)
            it.fake.reads.clear()
            it.reader.wake(again=True)
            await asyncio.sleep(2)
            assert {name for _, name in it.fake.reads} == set(names(100))

    in_virtual_time(story())


def test_paused_it_reads_nothing_and_resumed_it_goes_on() -> None:
    async def story() -> None:
        async with Story(FakeSqs(*names(50))) as it:
            await asyncio.sleep(40)
            it.reader.pause(True)
            await asyncio.sleep(1)
            it.fake.reads.clear()
            await asyncio.sleep(600)
            assert it.fake.reads == []
            it.reader.pause(False)
            await asyncio.sleep(5)
            assert len(it.fake.reads) == 50

    in_virtual_time(story())


def test_a_queue_that_is_gone_vanishes_and_so_does_what_was_said_of_it() -> None:
    async def story() -> None:
        async with Story(FakeSqs("stays", "goes"), "stays", "goes") as it:
            it.fake.failing["goes"] = "permission"
            await asyncio.sleep(10)
            assert len(it.fake.state.faults()) == 1
            it.fake.failing["goes"] = "not-found"
            await asyncio.sleep(10)
            assert [queue.name for queue in it.fake.state.queues.values()] == ["stays"]
            assert set(it.fake.state.depths) == {it.fake.arn("stays")}
            assert it.fake.state.faults() == ()

    in_virtual_time(story())


def test_a_denied_queue_that_is_no_longer_listed_is_no_longer_told() -> None:
    async def story() -> None:
        async with Story(FakeSqs("stays", "goes"), "stays", "goes") as it:
            it.fake.failing["goes"] = "permission"
            await asyncio.sleep(10)
            assert len(it.fake.state.faults()) == 1
            del it.fake.state.queues["http://sqs/123456789012/goes"]
            it.fake.state.depths.pop(it.fake.arn("goes"))
            it.reader.wake()
            await asyncio.sleep(10)
            assert it.fake.state.faults() == ()
            assert set(it.fake.state.depths) == {it.fake.arn("stays")}

    in_virtual_time(story())


def test_a_reading_of_a_queue_that_left_the_list_meanwhile_leaves_no_trace() -> None:
    async def story() -> None:
        async with Story(FakeSqs("goes", takes=5.0)) as it:
            it.fake.failing["goes"] = "permission"
            await asyncio.sleep(2)
            it.fake.state.queues.clear()
            await asyncio.sleep(30)
            assert it.fake.state.depths == {}
            assert it.fake.state.faults() == ()

    in_virtual_time(story())


def test_queues_that_may_not_be_read_are_counted_and_slow_nobody_down() -> None:
    async def story() -> None:
        every = names(20)
        async with Story(FakeSqs(*every), *every) as it:
            it.fake.failing = dict.fromkeys(every[:3], "permission")
            await asyncio.sleep(60)
            (fault,) = it.fake.state.faults()
            assert fault.message == "no permission: sqs:GetQueueAttributes on 3 of 20 queues"
            assert fault.source == "sqs:GetQueueAttributes"
            assert max(max(gaps(it.fake.times(name))) for name in every) < 7
            feed = it.fake.state.depths[it.fake.arn(every[0])]
            assert (feed.value, feed.fault is not None) == (None, True)
            it.fake.failing = {}
            await asyncio.sleep(10)
            assert it.fake.state.faults() == ()
            it.fake.failing = dict.fromkeys(every, "permission")
            await asyncio.sleep(10)
            (fault,) = it.fake.state.faults()
            assert fault.message == "no permission: sqs:GetQueueAttributes"

    in_virtual_time(story())


@pytest.mark.parametrize("code", ["throttled", "network", "credentials"])
def test_trouble_with_all_is_met_with_patience_and_the_last_good_value_stays(code: FaultCode) -> None:
    async def story() -> None:
        every = names(20)
        async with Story(FakeSqs(*every), *every) as it:
            await asyncio.sleep(20)
            it.fake.reads.clear()
            it.fake.all_fail = code
            begun = elapsed()
            await asyncio.sleep(600)
            per_minute = Counter(int((at - begun) // 60) for at, _ in it.fake.reads)
            assert per_minute[0] <= 60
            assert per_minute[9] <= 2 * WORKERS + 1
            feed = it.fake.state.depths[it.fake.arn(every[0])]
            assert feed.value is not None
            assert feed.fault is not None
            assert feed.fault.code == code
            it.fake.all_fail = None
            await asyncio.sleep(32)
            it.fake.reads.clear()
            await asyncio.sleep(10)
            assert len(it.fake.reads) >= 30

    in_virtual_time(story())


@pytest.mark.parametrize("code", ["aws", "network"])
def test_a_failure_that_meets_one_queue_alone_slows_no_other_down(code: FaultCode) -> None:
    async def story() -> None:
        every = names(20)
        async with Story(FakeSqs(*every), *every) as it:
            it.fake.failing = {every[0]: code}
            await asyncio.sleep(60)
            assert max(max(gaps(it.fake.times(name))) for name in every[1:]) < 7

    in_virtual_time(story())


def test_it_outlives_a_network_that_is_gone_for_days() -> None:
    async def story() -> None:
        async with Story(FakeSqs(*names(20), takes=1.0), *names(20)) as it:
            it.fake.all_fail = "network"
            await asyncio.sleep(86_400)
            it.fake.all_fail = None
            tried = len(it.fake.reads)
            await asyncio.sleep(60)
            back = {name for _, name in it.fake.reads[tried:]}
        assert back == set(names(20)), "it goes on by itself, and soon"

    in_virtual_time(story())


def test_one_complete_reading_reads_every_queue_once() -> None:
    async def story() -> None:
        fake = FakeSqs(*names(100))
        reader = DepthReader(fake.caller, fake.state, virtual_clock(), Random(7), 5.0, 20.0)
        fake.failing[names(100)[5]] = "permission"
        await reader.read_all()
        assert sorted(name for _, name in fake.reads) == names(100)
        values = [feed.value is not None for feed in fake.state.depths.values()]
        assert (values.count(True), values.count(False)) == (99, 1)

    in_virtual_time(story())


def test_while_depths_alone_change_a_snapshot_holds_the_same_queues_and_alarms() -> None:
    async def story() -> None:
        fake = FakeSqs(*names(30))
        fake.state.queue_list = Feed(tuple(fake.state.queues))
        async with Story(fake, "queue-0001") as it:
            await asyncio.sleep(70)
            first, reads = fake.state.snapshot(None), len(fake.reads)
            await asyncio.sleep(70)
            later = fake.state.snapshot(None)
            assert len(it.fake.reads) > reads
            assert later.queues.value is first.queues.value
            assert later.alarms.value is first.alarms.value
            assert later.series is first.series
            fake.add("new")
            assert fake.state.snapshot(None).queues.value is not first.queues.value

    in_virtual_time(story())
