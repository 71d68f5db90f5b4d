"""What somebody sees on the overview."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from evwatch.config import Settings
from evwatch.model.fault import Fault
from evwatch.model.feed import Feed
from evwatch.widgets.keys import KeyHints
from tests.ui import scenes
from tests.ui.fakes import FakeSession, HeldClock, make_app
from tests.ui.reading import lacks, panel, screen_text, shows, until, watching, whole


async def test_what_fires_stands_on_top_with_since_when_and_why() -> None:
    app = make_app(FakeSession(scenes.trouble()))
    async with watching(app):
        lines = screen_text(app)
        assert "123456789012 eu-central-1  profile orders" in lines[0]
        assert lines[1].split("  ")[:4] == [
            " ▲ 3 alarms firing",
            "▲ 17 dead letters in 2 DLQs",
            "■ 1 queue stuck",
            "↗ 1 growing",
        ]
        firing = [line.split() for line in lines if line.startswith("▲ ALARM")]
        assert [words[2] for words in firing] == ["OrderProcessingLatency", "OrderSystem", "OrderEventsDLQMessages"]
        assert " ".join(firing[2][3:7]) == "31 m 12 s"
        assert " ".join(firing[2][-3:]) == "12 > 1"


@pytest.mark.parametrize("fault", [None, Fault("permission", "no permission: cloudwatch:DescribeAlarms")])
async def test_what_was_not_read_does_not_pass_for_none(fault: Fault | None) -> None:
    first = scenes.well().contexts[0]
    session = FakeSession(scenes.snapshot(replace(first, alarms=Feed(fault=fault))))
    app = make_app(session)
    async with watching(app) as pilot:
        title, said, *_ = panel(app, "Alarms")
        assert title.startswith("─ Alarms ─")
        assert said.strip() == ("not read: no permission: cloudwatch:DescribeAlarms" if fault else "not read yet")
        session.put(scenes.snapshot(replace(first, alarms=Feed((), scenes.NOW))))
        await shows(pilot, "Alarms  none", "no alarms")


async def test_queues_in_trouble_stand_above_the_others_with_their_outlook_and_dlq() -> None:
    app = make_app(FakeSession(scenes.trouble()))
    async with watching(app):
        rows = [line.split() for line in panel(app, "Queues")[2:] if line]
        assert [row[1] for row in rows[:4]] == [
            "offboarding.fifo",
            "order-events-queue",
            "offboarding-dlq.fifo",
            "order-events-dlq",
        ]
        text = whole(app)
        assert "grows 40 a minute" in text
        assert "stuck for 3 h" in text
        assert "drains in 16 min" in text
        growing = next(row for row in rows if row[1] == "order-events-queue")
        assert growing[2:5] == ["1284", "40", "0"]
        assert growing[-1] == "14"


async def test_a_filled_dlq_says_what_arrived_and_when_the_first_is_gone_at_the_latest() -> None:
    app = make_app(FakeSession(scenes.trouble()))
    async with watching(app, size=(200, 50)) as pilot:
        await shows(pilot, "17 in 2 queues", "+9 in 5 m", "≤ 14 d", "not known")


async def test_all_clear_says_as_of_when_and_how_much_was_not_permitted() -> None:
    app = make_app(FakeSession(scenes.denied()))
    async with watching(app):
        assert screen_text(app)[1] == " ✓ all clear as of 03:12:36; 3 of 14 sources not permitted"


async def test_all_clear_is_not_said_while_a_queue_was_not_read() -> None:
    base = scenes.well().contexts[0]
    some = dict(list(base.depths.items())[:5])
    app = make_app(FakeSession(scenes.snapshot(replace(base, depths=some))))
    async with watching(app):
        assert screen_text(app)[1] == " nothing wrong in what was read  5 of 12 queues read so far"
        assert "not read yet" in whole(app)


async def test_what_was_never_read_is_a_dash_and_not_a_zero() -> None:
    base = scenes.well().contexts[0]
    app = make_app(FakeSession(scenes.snapshot(replace(base, depths={}, series={}))))
    async with watching(app):
        row = next(line for line in screen_text(app) if "alerting-mail" in line)
        assert "0" not in row
        assert row.split()[:5] == ["?", "alerting-mail", "–", "–", "–"]  # noqa: RUF001 - this dash is meant


async def test_time_alone_makes_a_reading_stale() -> None:
    clock = HeldClock()
    app = make_app(FakeSession(scenes.well()), clock)
    async with watching(app) as pilot:
        assert "● live" in whole(app)
        clock.now += timedelta(minutes=4)
        await shows(pilot, "◌ stale", "stale, 4 m 4 s ago", "? was clear as of 03:12:36, 4 m 4 s ago")
        row = next(line for line in screen_text(app) if "order-events-queue" in line)
        assert row.endswith("4m")


async def test_figures_of_a_stale_row_do_not_look_like_those_of_a_fresh_one() -> None:
    app = make_app(FakeSession(scenes.trouble()))
    async with watching(app):
        styles = {
            name: next(
                segment.style
                for line in app.screen._compositor.render_strips()
                if f" {name} " in line.text
                for segment in line
                if segment.text.strip() == figure
            )
            for name, figure in (("notifications", "6"), ("offboarding.fifo", "31"))
        }
        assert styles["notifications"] != styles["offboarding.fifo"]
        assert styles["notifications"] is not None
        assert styles["notifications"].italic


async def test_what_a_dlq_held_long_ago_is_marked_in_the_rows_of_its_sources_until_it_is_read_again() -> None:
    clock = HeldClock()
    session = FakeSession(scenes.trouble())
    first = session.snapshot.contexts[0]
    queue = next(each for each in first.queues.value or () if each.name == "order-events-queue")
    assert queue.dlq_arn
    app = make_app(session, clock)
    async with watching(app, size=(160, 50)) as pilot:
        clock.now += timedelta(seconds=60)
        fresh = {arn: feed.succeeded(feed.value, clock.now) for arn, feed in first.depths.items() if feed.value}
        old = fresh | {queue.dlq_arn: first.depths[queue.dlq_arn]}
        session.put(scenes.snapshot(replace(first, depths=old)))
        await until(pilot, lambda: re.search(r". order-events-queue .* 14\? ", whole(app)) is not None)
        session.put(scenes.snapshot(replace(first, depths=fresh)))
        await until(pilot, lambda: re.search(r". order-events-queue .* 14 ", whole(app)) is not None)


async def test_equal_rows_read_again_later_are_fresh_again() -> None:
    clock = HeldClock()
    session = FakeSession(scenes.well())
    app = make_app(session, clock)
    async with watching(app) as pilot:
        clock.now += timedelta(seconds=60)
        await shows(pilot, "stale, 1 m 2 s ago")
        first = session.snapshot.contexts[0]
        depths = {arn: feed.succeeded(feed.value, clock.now) for arn, feed in first.depths.items() if feed.value}
        again = replace(first, depths=depths, alarms=replace(first.alarms, taken_at=clock.now))
        session.put(replace(session.snapshot, contexts=(again,), taken_at=clock.now))
        await shows(pilot, "● live", "✓ all clear as of 03:13:40")
        await lacks(pilot, "stale")


async def test_a_source_that_fails_keeps_its_last_good_value_and_says_why() -> None:
    session = FakeSession(scenes.trouble())
    app = make_app(session)
    async with watching(app) as pilot:
        first = session.snapshot.contexts[0]
        fault = Fault("permission", "no permission: cloudwatch:DescribeAlarms")
        session.put(scenes.snapshot(replace(first, alarms=first.alarms.failed(fault), faults=(fault,))))
        await shows(pilot, "stale, 4 s ago: no permission: cloudwatch:DescribeAlarms", "▲ ALARM", "1 of 14 sources")


async def test_no_credentials_fill_the_screen_with_what_to_do_and_give_way_by_themselves() -> None:
    session = FakeSession(scenes.no_credentials())
    app = make_app(session)
    async with watching(app, size=(80, 24), shown="No valid AWS credentials") as pilot:
        await shows(pilot, "The SSO session of profile orders has expired.", "aws sso login --profile orders")
        assert "▲ not reading" in whole(app)
        session.put(scenes.well())
        await shows(pilot, "✓ all clear", "order-events-queue")
        assert "SSO" not in whole(app)


async def test_before_the_first_answer_it_says_that_it_connects() -> None:
    session = FakeSession(scenes.nothing())
    app = make_app(session)
    async with watching(app, size=(80, 24), shown="connecting to AWS") as pilot:
        await shows(pilot, "eu-central-1", "○ connecting")


async def test_several_contexts_are_told_apart_in_every_row() -> None:
    app = make_app(FakeSession(scenes.many_contexts()))
    async with watching(app, size=(160, 50)) as pilot:
        await shows(pilot, "PRODUCTION", "CUSTOM ENDPOINT", "prd/eu-central-1", "eng/us-east-1")
        rows = [line for line in screen_text(app) if " alerting-mail " in line]
        assert sorted(row.split()[2] for row in rows) == ["eng/us-east-1", "prd/eu-central-1"]


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (120, 40), (160, 50), (200, 50), (20, 5), (300, 80)])
async def test_the_worst_stands_on_the_screen_at_any_size(size: tuple[int, int]) -> None:
    app = make_app(FakeSession(scenes.trouble()))
    async with watching(app, size=size, shown="firing") as pilot:
        await shows(pilot, "▲ 3 alarms firing"[: size[0] - 4])
        assert all(len(line) <= size[0] for line in screen_text(app))
        assert len(screen_text(app)) == size[1]


async def test_at_80_by_24_alarms_queues_and_dead_letters_all_have_their_lines() -> None:
    app = make_app(FakeSession(scenes.trouble()))
    async with watching(app, size=(80, 24)):
        assert sum(line.startswith("▲ ALARM") for line in screen_text(app)) == 3
        text = whole(app)
        assert "grows 40/m" in text
        assert "17 in 2 queues" in text


async def test_the_terminal_may_change_its_size_meanwhile() -> None:
    app = make_app(FakeSession(scenes.trouble()))
    async with watching(app) as pilot:
        for size in ((20, 5), (200, 50), (80, 24)):
            await pilot.resize_terminal(*size)
            await until(pilot, lambda size=size: len(screen_text(app)) == size[1])  # type: ignore[misc]  # mypy cannot type a default that binds the loop's value
        await shows(pilot, "grows 40/m")


async def test_settings_filters_choose_what_is_listed_but_not_what_is_known() -> None:
    app = make_app(FakeSession(scenes.trouble()), settings=Settings(filters=("order-events-dlq",)))
    async with watching(app) as pilot:
        await shows(pilot, "order-events-dlq")
        listed = [line.split()[1] for line in panel(app, "Queues")[2:] if line]
        assert listed == ["order-events-dlq"]
        assert "▲ dead letters" in whole(app)


async def test_a_key_that_does_nothing_in_a_read_only_place_is_no_link_at_the_bottom() -> None:
    for read_only in (False, True):
        app = make_app(FakeSession(scenes.well()), settings=Settings(read_only=read_only))
        async with watching(app):
            (action,) = (action for _, words, action in app.screen.query_one(KeyHints).hints if words == "redrive")
            assert (action == "") is read_only


async def test_the_demo_and_read_only_are_said_on_top() -> None:
    app = make_app(FakeSession(scenes.well()), settings=Settings(demo=True, read_only=True))
    async with watching(app):
        assert "DEMO" in screen_text(app)[0]
        assert "READ-ONLY" in screen_text(app)[0]
