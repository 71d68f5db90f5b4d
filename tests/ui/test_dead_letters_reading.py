"""A look from the screen: asked for with its cost, followed while it reads, and released on every way out."""

from __future__ import annotations

import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from textual.pilot import Pilot

from evwatch.app import EvwatchApp
from evwatch.config import Settings
from evwatch.deadletters.guards import check
from evwatch.model.fault import EvwatchError, Fault
from evwatch.model.feed import Feed
from evwatch.model.look import LookRequest, Sample
from evwatch.model.snapshot import Snapshot
from evwatch.screens.wanted import DeadLettersWanted
from tests.ui import letter_scenes, scenes
from tests.ui.fakes import make_app
from tests.ui.letter_scenes import ReadableSession
from tests.ui.reading import lacks, shows, until, watching, whole

FIFO = (scenes.CONTEXT.name, scenes.arn("sqs", "offboarding-dlq.fifo"))
SOURCE = (scenes.CONTEXT.name, scenes.arn("sqs", "alerting-mail"))


def unread(messages: int = 40) -> ReadableSession:
    """Nothing was read yet."""
    return ReadableSession(scenes.trouble(), letter_scenes.mixed(messages))


@pytest.fixture
def session() -> ReadableSession:
    return unread()


@pytest.fixture
def app(session: ReadableSession) -> EvwatchApp:
    return make_app(session, settings=Settings(lease_seconds=25))


def wanted(app: EvwatchApp, key: tuple[str, str] = letter_scenes.KEY) -> None:
    """Open a queue's dead letters."""
    app.screen.post_message(DeadLettersWanted(key))


@asynccontextmanager
async def reading(app: EvwatchApp, session: ReadableSession) -> AsyncIterator[Pilot[None]]:
    """A look at all of it under way, with ten messages received; the next receive waits for leave."""
    session.hold()
    async with watching(app) as pilot:
        wanted(app)
        await shows(pilot, "Look into")
        await pilot.press("3")
        await shows(pilot, "asking AWS")
        await session.receive_once()
        yield pilot


def refusal(snapshot: Snapshot, key: tuple[str, str], request: LookRequest) -> EvwatchError:
    """What the session's own guard says."""
    with pytest.raises(EvwatchError) as refused:
        check(letter_scenes.queue_of(snapshot, key[1]), is_dlq=False, unseen=(), request=request)
    return refused.value


# Asking.


async def test_nothing_is_read_before_the_cost_was_told_and_a_look_chosen(
    app: EvwatchApp, session: ReadableSession
) -> None:
    async with watching(app) as pilot:
        wanted(app)
        await shows(
            pilot,
            "Look into order-events-dlq? It holds about 14 messages.",
            "counts as",
            "received once more",
            "25 s at a time",
            "Nothing is moved,",
            "123456789012 eu-central-1",
        )
        assert session.requests == []
        await pilot.press("2")
        await shows(pilot, "seen 49 of about 49, complete")
        ((found, request),) = session.requests
        assert (found.context, found.queue.arn) == letter_scenes.KEY
        assert request == LookRequest(limit=100, lease_seconds=25)


async def test_how_much_there_is_to_read_is_what_there_is_while_one_thinks(
    app: EvwatchApp, session: ReadableSession
) -> None:
    async with watching(app) as pilot:
        wanted(app)
        await shows(pilot, "It holds about 14 messages.", "read all, about 14")
        first = session.snapshot.contexts[0]
        depths = {**first.depths, letter_scenes.DLQ: scenes.depth(2_310)}
        session.put(replace(session.snapshot, contexts=(replace(first, depths=depths),)))
        await shows(pilot, "It holds about 2,310 messages.", "read all, about 2,310")
        await pilot.press("down", "down", "enter")
        await shows(pilot, "seen 49 of about 49, complete")


async def test_escape_means_no_and_leads_back(app: EvwatchApp, session: ReadableSession) -> None:
    async with watching(app) as pilot:
        wanted(app)
        await shows(pilot, "Look into order-events-dlq?")
        await pilot.press("escape")
        await shows(pilot, "Queues")
        assert session.requests == []


async def test_a_limited_look_says_that_it_is_not_complete(app: EvwatchApp, session: ReadableSession) -> None:
    async with watching(app) as pilot:
        wanted(app)
        await shows(pilot, "Look into")
        await pilot.press("enter")
        await shows(pilot, "seen 10 of about 49, not complete: only so many were asked for", "all released")


async def test_reading_again_asks_again_and_no_keeps_what_is_there(app: EvwatchApp, session: ReadableSession) -> None:
    async with watching(app) as pilot:
        wanted(app)
        await shows(pilot, "Look into")
        await pilot.press("1")
        await shows(pilot, "seen 10 of about 49")
        await pilot.press("ctrl+r")
        await shows(pilot, "Look into")
        await pilot.press("escape")
        await lacks(pilot, "Look into")
        assert "seen 10 of about 49" in whole(app)
        await pilot.press("ctrl+r", "a")
        await shows(pilot, "seen 49 of about 49, complete")
        assert [request.limit for _, request in session.requests] == [10, None]


async def test_what_a_sample_told_stands_in_the_question(session: ReadableSession) -> None:
    from evwatch.deadletters.group import grouped

    queue = letter_scenes.queue_of(session.snapshot)
    letters = letter_scenes.letters([letter_scenes.failed_order(number) for number in range(9)], queue)
    feed = Feed(Sample(grouped(letters), 9, 14), scenes.NOW)
    first = session.snapshot.contexts[0]
    session.put(replace(session.snapshot, contexts=(replace(first, samples={queue.arn: feed}),)))
    app = make_app(session)
    async with watching(app) as pilot:
        wanted(app)
        await shows(pilot, "A short look at 9 messages 0 s ago: mostly TypeError in", "process-order")


# Guards.


async def test_a_fifo_queue_asks_with_the_reason_and_enter_alone_is_no_yes(
    app: EvwatchApp, session: ReadableSession
) -> None:
    async with watching(app) as pilot:
        wanted(app, FIFO)
        await shows(
            pilot, "▲ It is FIFO: reading locks its message groups meanwhile", "read the first 10, all the same"
        )
        await pilot.press("enter")
        await pilot.pause()
        assert session.requests == []
        await pilot.press("down", "enter")
        await shows(pilot, "offboarding-dlq.fifo  seen 10")
        assert session.requests[0][1] == LookRequest(10, 25, fifo=True)


async def test_a_queue_that_is_no_dlq_asks_with_the_reason(app: EvwatchApp, session: ReadableSession) -> None:
    async with watching(app) as pilot:
        wanted(app, SOURCE)
        await shows(pilot, "Nothing is known that gives up into this queue", "a live consumer")
        await pilot.press("1")
        await until(pilot, lambda: bool(session.requests))
        assert session.requests[0][1] == LookRequest(10, 25, source_queue_too=True)


async def test_a_dlq_with_a_redrive_policy_asks_with_the_reason(session: ReadableSession) -> None:
    first = session.snapshot.contexts[0]
    queues = tuple(
        replace(each, dlq_arn=scenes.arn("sqs", "audit-copy-dlq"), max_receive_count=5)
        if each.arn == letter_scenes.DLQ
        else each
        for each in first.queues.value or ()
    )
    session.put(replace(session.snapshot, contexts=(replace(first, queues=Feed(queues, scenes.NOW)),)))
    app = make_app(session)
    async with watching(app) as pilot:
        wanted(app)
        await shows(pilot, "after 5 receives a message", "and a look is one", "Nothing is changed or")
        await pilot.press("1")
        await until(pilot, lambda: bool(session.requests))
        assert session.requests[0][1].may_move_on


async def test_a_guard_that_only_the_session_knows_of_is_asked_about_and_then_lifted(
    app: EvwatchApp, session: ReadableSession
) -> None:
    session.refusals = [refusal(session.snapshot, letter_scenes.KEY, LookRequest())]
    async with watching(app) as pilot:
        wanted(app)
        await shows(pilot, "Look into order-events-dlq?")
        assert "live consumer" not in whole(app)
        await pilot.press("1")
        await shows(pilot, "a live consumer")
        await pilot.press("1")
        await shows(pilot, "seen 10 of about 49")
        assert [request.source_queue_too for _, request in session.requests] == [False, True]


async def test_what_aws_refuses_is_said_and_what_was_read_before_stays(
    app: EvwatchApp, session: ReadableSession
) -> None:
    async with watching(app) as pilot:
        wanted(app)
        await shows(pilot, "Look into")
        await pilot.press("1")
        await shows(pilot, "seen 10 of about 49")
        fault = Fault("permission", "no permission: sqs:ReceiveMessage", "allow sqs:ReceiveMessage")
        session.refusals = [EvwatchError(fault)]
        await pilot.press("ctrl+r", "1")
        await shows(pilot, "▲ no permission: sqs:ReceiveMessage  allow sqs:ReceiveMessage", "seen 10 of about 49")


# While it reads.


async def test_progress_shows_count_and_rate_and_escape_keeps_what_was_read(
    app: EvwatchApp, session: ReadableSession
) -> None:
    session.hold()
    async with watching(app) as pilot:
        wanted(app)
        await shows(pilot, "Look into")
        await pilot.press("3")
        await shows(pilot, "asking AWS what this queue is")
        await session.receive_once()
        await session.receive_once()
        await shows(pilot, "reading 20 of about 49", "312/s", "esc stops; what was read stays on screen")
        await pilot.press("escape")
        await shows(pilot, "seen 20 of about 49, not complete: stopped", "all released")
        assert session.in_flight == 0


async def test_s_stops_a_look_and_sorts_again_once_that_has_ended(app: EvwatchApp, session: ReadableSession) -> None:
    async with reading(app, session) as pilot:
        await pilot.press("s")
        await shows(pilot, "seen 10 of about 49, not complete: stopped", "oldest first")
        await pilot.press("s")
        await shows(pilot, "first to expire first")


async def test_the_keys_are_heard_while_a_look_reads(app: EvwatchApp, session: ReadableSession) -> None:
    async with watching(app) as pilot:
        wanted(app)
        await shows(pilot, "Look into")
        await pilot.press("2")
        await shows(pilot, "seen 49 of about 49")
        session.hold()
        await pilot.press("ctrl+r", "3")
        await shows(pilot, "asking AWS")
        await pilot.press("j", "j")
        await shows(pilot, "why      NO_PERMISSIONS calling process-order")
        await pilot.press("escape")
        await shows(pilot, "seen 0 of about 49, not complete: stopped")


# Every way out releases.


async def test_leaving_the_screen_ends_the_look_which_is_released_and_kept(
    app: EvwatchApp, session: ReadableSession
) -> None:
    async with reading(app, session) as pilot:
        assert session.in_flight == 10
        await pilot.press("1")
        await shows(pilot, "Queues")
        await until(pilot, lambda: session.in_flight == 0)
        wanted(app)
        await shows(pilot, "seen 10 of about 49, not complete: stopped")


async def test_q_during_a_look_waits_for_the_release_before_evwatch_ends(
    app: EvwatchApp, session: ReadableSession
) -> None:
    session.releasing.clear()
    async with reading(app, session) as pilot:
        await pilot.press("q")
        await shows(pilot, "releasing what was read, then evwatch ends")
        assert app.is_running
        assert not session.closed
        session.releasing.set()
        await until(pilot, lambda: not app.is_running)
    assert session.in_flight_at_close == 0
    assert app.return_code == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
async def test_a_signal_during_a_look_ends_evwatch_through_the_release(
    app: EvwatchApp, session: ReadableSession, number: signal.Signals
) -> None:
    session.releasing.clear()
    async with reading(app, session) as pilot:
        os.kill(os.getpid(), number)
        await until(pilot, lambda: session.ending)
        assert not session.closed
        session.releasing.set()
        await until(pilot, lambda: not app.is_running)
    assert session.in_flight_at_close == 0
    assert app.return_code == 130


# What the overview learns.


async def test_the_overview_says_why_most_messages_failed_and_of_which_look_that_is_known(
    session: ReadableSession,
) -> None:
    from datetime import timedelta

    from evwatch.deadletters.group import grouped

    queue = letter_scenes.queue_of(session.snapshot)
    letters = letter_scenes.letters(letter_scenes.mixed(8), queue)
    feed = Feed(Sample(grouped(letters), 10, 14), scenes.NOW - timedelta(seconds=244))
    first = session.snapshot.contexts[0]
    session.put(replace(session.snapshot, contexts=(replace(first, samples={queue.arn: feed}),)))
    app = make_app(session)
    async with watching(app) as pilot:
        await shows(pilot, "mostly", "TypeError in")
        await pilot.press("tab", "z")
        await shows(pilot, "TypeError in process", "10 seen, 4m", "+9 in 5 m")
