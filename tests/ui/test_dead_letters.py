"""Screen 3 on what was read: groups, messages, inspector, and what one takes out of them. Nothing is read from AWS."""

from __future__ import annotations

import json
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from evwatch.app import EvwatchApp
from evwatch.screens.dead_letters import DeadLettersScreen
from evwatch.screens.overview import OverviewScreen
from evwatch.screens.wanted import DeadLettersWanted
from tests.ui import letter_scenes, scenes
from tests.ui.fakes import make_app
from tests.ui.letter_scenes import ReadableSession, kept
from tests.ui.reading import lacks, screen_text, shows, until, watching, whole


@pytest.fixture
def session() -> ReadableSession:
    return kept()


@pytest.fixture
def app(session: ReadableSession) -> EvwatchApp:
    return make_app(session)


def wanted(app: EvwatchApp) -> None:
    """Open the DLQ of the order events."""
    app.screen.post_message(DeadLettersWanted(letter_scenes.KEY))


@asynccontextmanager
async def reading(app: EvwatchApp, *, size: tuple[int, int] = (120, 40)) -> AsyncIterator[Pilot[None]]:
    """The screen of its dead letters, with all that was read."""
    async with watching(app, size=size) as pilot:
        wanted(app)
        await shows(pilot, "─ Messages  49")
        yield pilot


def screen(app: EvwatchApp) -> DeadLettersScreen:
    """Screen 3."""
    assert isinstance(app.screen, DeadLettersScreen)
    return app.screen


# Coming and going.


async def test_d_on_a_queue_opens_its_dlq_with_what_was_read_and_reads_nothing(session: ReadableSession) -> None:
    app = make_app(session)
    async with watching(app) as pilot:
        await pilot.press("slash", *"order-events-queue", "enter", "d")
        await shows(
            pilot, "order-events-dlq  seen 49 of about 49, complete", "read 03:08:36, 4 m 4 s ago, nothing since"
        )
        assert session.requests == []
        await pilot.press("escape")
        await shows(pilot, "Queues", "Alarms")


async def test_3_on_an_alarm_opens_the_dlq_that_it_watches(session: ReadableSession) -> None:
    app = make_app(session)
    async with watching(app) as pilot:
        await pilot.press("slash", *"dlqmessages", "enter", "shift+tab", "3")
        await shows(pilot, "order-events-dlq  seen 49")


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["details", "chart"])
async def test_d_on_a_function_opens_where_the_queue_that_it_consumes_gives_up(
    session: ReadableSession, size: tuple[int, int]
) -> None:
    app = make_app(session)
    async with watching(app, size=size) as pilot:
        await pilot.press("colon", *"process-order", "enter")
        await until(pilot, lambda: "process-order" in whole(app) and "jump to" not in whole(app))
        await pilot.press("d")
        await shows(pilot, "order-events-dlq  seen 49")


async def test_one_panel_at_a_time_where_there_is_little_room_enter_goes_in_and_escape_out(app: EvwatchApp) -> None:
    async with watching(app, size=(80, 24)) as pilot:
        wanted(app)
        await shows(pilot, "Groups", "82%   TypeError in process-order")
        assert "Messages" not in whole(app)
        await pilot.press("j", "enter")
        await shows(pilot, "━ Messages  40, oldest first")
        assert "Groups" not in whole(app)
        await pilot.press("enter")
        await shows(pilot, "━ Message  5eed", "TypeError (RetriesExhausted)", "event, inside function-destination")
        await pilot.press("escape")
        await shows(pilot, "━ Messages  40")
        await pilot.press("escape")
        await shows(pilot, "━ Groups")
        await pilot.press("escape")
        await shows(pilot, "Queues")


async def test_all_three_panels_stand_together_on_a_large_screen(app: EvwatchApp) -> None:
    async with watching(app, size=(160, 50)) as pilot:
        wanted(app)
        await shows(
            pilot, "━ Groups  5", "─ Messages  49, oldest first", "─ Message  5eed", '"detail-type": "OrderCreated"'
        )


# Groups.


async def test_a_group_says_why_how_many_since_when_until_when_and_where_to(app: EvwatchApp) -> None:
    async with watching(app, size=(80, 30)) as pilot:
        wanted(app)
        await shows(
            pilot, "49  100%   all messages", "40   82%   TypeError in process-order", "5   10%   NO_PERMISSIONS"
        )
        await pilot.press("j", "j")
        await shows(
            pilot,
            "why      NO_PERMISSIONS calling process-order, rule order-created",
            "expires  first in 1 d 6 h",
            "redrive  → process-order: the one target that failed",
            "gave up  rule order-created",
        )


async def test_the_messages_of_the_group_under_the_cursor_are_listed(app: EvwatchApp) -> None:
    async with reading(app) as pilot:
        await pilot.press("j", "j")
        await shows(pilot, "─ Messages  5, oldest first  NO_PERMISSIONS", "expires  in 1 d 6 h")


# Messages.


async def test_messages_are_sorted_by_age_expiry_receives_and_group(app: EvwatchApp) -> None:
    async with watching(app) as pilot:
        wanted(app)
        for words, first in (
            ("oldest first", "NO_PERMISSIONS"),
            ("first to expire first", "NO_PERMISSIONS"),
            ("most received first", "OrderCreated"),
            ("by group", "TypeError"),
        ):
            await shows(pilot, f"Messages  49, {words}")
            assert screen(app).panels.messages.rows[0].why.startswith(first)
            await pilot.press("s")
        await shows(pilot, "oldest first")


async def test_plain_words_narrow_groups_and_messages_while_one_types(app: EvwatchApp) -> None:
    async with reading(app) as pilot:
        await pilot.press("slash", *"PERFORM", "enter")
        await shows(pilot, "seen 49 of about 49, complete  5 match", "Messages  5, oldest first  /PERFORM", "━ Groups")
        assert "TypeError in" not in whole(app)
        await pilot.press("escape")
        await shows(pilot, "Messages  49, oldest first", "TypeError in")


async def test_an_expression_chooses_and_a_wrong_one_is_said_under_it_and_hides_nothing(app: EvwatchApp) -> None:
    async with reading(app) as pilot:
        await pilot.press("slash")
        app.screen.query_one(Input).value = "receive_count >= `4`"
        await shows(pilot, "Messages  3, oldest first")
        app.screen.query_one(Input).value = "receive_count >= `4` && error.type == x"
        await shows(pilot, "column 39: a dead letter has no field x; was 'x' meant?", "Messages  3")
        await pilot.press("escape")
        await shows(pilot, "Messages  49")
        await lacks(pilot, "has no field")


async def test_what_matches_nothing_says_so(app: EvwatchApp) -> None:
    async with reading(app) as pilot:
        await pilot.press("slash")
        app.screen.query_one(Input).value = "nowhere at all"
        await shows(pilot, "0 match", "nothing matches")


async def test_marks_are_set_one_by_one_and_by_group_and_last_while_evwatch_does(app: EvwatchApp) -> None:
    async with reading(app) as pilot:
        await pilot.press("j", "j", "enter", "space", "space")
        await shows(pilot, "2 marked")
        await pilot.press("asterisk")
        await shows(pilot, "5 marked")
        await pilot.press("asterisk")
        await lacks(pilot, "marked")
        await pilot.press("space", "1")
        await shows(pilot, "Queues")
        wanted(app)
        await shows(pilot, "1 marked")


# The inspector.


async def test_a_message_is_peeled_from_its_raw_body_to_its_event(app: EvwatchApp) -> None:
    async with reading(app, size=(160, 50)) as pilot:
        screen(app).go_to(letter_scenes.given_up(80).id)
        await shows(pilot, "4 of 4, x peels", "event, inside sns, base64+gzip", '"orderId": "ORD-000080"')
        await pilot.press("x")
        await shows(pilot, "raw body", "1 of 4", '{"Type": "Notification", "MessageId"', "H4sI")
        await pilot.press("x")
        await shows(pilot, "── body ", "2 of 4", '  "Type": "Notification",')
        await pilot.press("x", "x")
        await shows(pilot, "4 of 4", '"orderId": "ORD-000080"')
        await pilot.press("X")
        await shows(pilot, "3 of 4")


async def test_the_inspector_says_why_who_where_to_when_and_what_came_with_it(app: EvwatchApp) -> None:
    async with reading(app, size=(160, 50)) as pilot:
        screen(app).go_to(letter_scenes.given_up(80).id)
        await shows(
            pilot,
            "why      a redrive policy of SQS carries no reason",
            "gave up  queue order-events-queue",
            "redrive  → order-events-queue",
            "received 4 times, first 2026-10-06",
            "SQS leaves it out of the age of the oldest message",
            "expires  in 12 d 22 h",
            "encoded  base64 of gzip",
        )
        await pilot.press("a")
        await shows(
            pilot,
            "2 attributes",
            "tenant  String  acme",
            "hex 00 01 fe ff",
            "base64 AAH+/wAB/v8AAf7/AAH+/wAB/v8=",
            "DeadLetterQueueSourceArn",
        )
        await pilot.press("a")
        await shows(pilot, "gave up  queue order-events-queue")


async def test_numbers_are_shown_as_they_were_sent() -> None:
    base = scenes.trouble()
    exact = '{"price": 10.10, "id": 12345678901234567890, "n": 1e400}'
    look = letter_scenes.look([letter_scenes.message(1, exact)], letter_scenes.queue_of(base))
    app = make_app(ReadableSession(letter_scenes.with_look(base, look)))
    async with watching(app) as pilot:
        wanted(app)
        await shows(pilot, '"price": 10.10,', '"id": 12345678901234567890,', '"n": 1e400')


async def test_times_are_local_and_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import timedelta, timezone

    from tests.ui.fakes import HeldClock

    app = make_app(kept(), HeldClock(scenes.NOW.astimezone(timezone(timedelta(hours=9), "JST"))))
    async with reading(app, size=(160, 50)) as pilot:
        screen(app).go_to(letter_scenes.failed_order(0).id)
        await shows(pilot, "sent     2026-10-07 11:42:40 JST = 02:42:40 UTC, 30 m ago")


# Finding.


async def test_an_id_is_found_in_every_queue_that_was_read_and_opened_there() -> None:
    base = scenes.trouble()
    here = letter_scenes.look(letter_scenes.mixed(4), letter_scenes.queue_of(base))
    other = scenes.arn("sqs", "notifications-dlq")
    there = letter_scenes.look([letter_scenes.undelivered(1)], letter_scenes.queue_of(base, other))
    app = make_app(ReadableSession(letter_scenes.with_look(base, here, there)))
    async with watching(app, size=(160, 50)) as pilot:
        wanted(app)
        await shows(pilot, "order-events-dlq  seen")
        screen(app).go_to(letter_scenes.failed_order(0).id)
        await shows(pilot, '"orderId": "ORD-000000"')
        await pilot.press("i")
        await shows(pilot, "2 of 8 messages read in 2 queues share an id with the one under the cursor")
        await pilot.press(*"ORD-000001")
        await shows(pilot, "2 of 8 messages read in 2 queues", "notifications-dlq")
        await pilot.press("up", "up")
        found = [row for row in screen_text(app) if "notifications-dlq" in row]
        assert found
        await pilot.press("enter")
        await shows(pilot, "notifications-dlq  seen 1 of about 1", '"orderId": "ORD-000001"')


# Taking out.


async def test_what_the_cursor_is_on_is_copied_and_the_body_exactly(app: EvwatchApp) -> None:
    async with reading(app) as pilot:
        await pilot.press("j", "c")
        letter = screen(app).letter
        assert letter
        assert app.clipboard == letter.group
        await pilot.press("enter", "c")
        assert app.clipboard == letter.id
        await pilot.press("C")
        assert app.clipboard == letter.message.body
        await pilot.press("enter", "c")
        assert json.loads(app.clipboard) == letter.event
        await shows(pilot, "copied the event, inside function-destination")


async def test_y_shows_the_message_as_the_document_that_the_command_prints(app: EvwatchApp) -> None:
    async with reading(app) as pilot:
        await pilot.press("j", "enter", "y")
        await shows(pilot, "order-events-dlq  as JSON", '"origin": "function-destination",', '"receive_count": 1,')
        await pilot.press("c")
        assert json.loads(app.clipboard)["origin"] == "function-destination"
        await pilot.press("escape")
        await shows(pilot, "━ Messages")


@pytest.mark.parametrize(
    ("keys", "what", "amount"),
    [
        (("j", "w"), "40 messages of group", 40),
        (("j", "j", "enter", "space", "space", "w"), "2 marked messages", 2),
        (("w",), "49 messages", 49),
    ],
)
async def test_what_is_marked_or_the_group_or_all_is_exported_to_a_private_file(
    app: EvwatchApp, tmp_path: Path, keys: tuple[str, ...], what: str, amount: int
) -> None:
    async with reading(app) as pilot:
        await pilot.press(*keys)
        await shows(pilot, f"Export {what}", "~/order-events-dlq-20261007-031240.jsonl")
        file = tmp_path / "out.jsonl"
        app.screen.query_one(Input).value = str(file)
        await pilot.press("enter")
        await shows(pilot, "written to")
        assert len(file.read_text().splitlines()) == amount
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


async def test_an_export_says_what_is_wrong_with_the_name_and_replaces_only_when_told_twice(
    app: EvwatchApp, tmp_path: Path
) -> None:
    async with reading(app) as pilot:
        await pilot.press("w")
        app.screen.query_one(Input).value = "/nowhere/x.jsonl"
        await pilot.press("enter")
        await shows(pilot, "cannot write to /nowhere")
        file = tmp_path / "x.jsonl"
        file.write_text("older")
        app.screen.query_one(Input).value = str(file)
        await pilot.press("enter")
        await shows(pilot, "it exists; enter once more replaces it")
        assert file.read_text() == "older"
        await pilot.press("enter")
        await until(pilot, lambda: len(file.read_text().splitlines()) == 49)


async def test_help_lists_the_keys_of_this_screen(app: EvwatchApp) -> None:
    async with reading(app, size=(160, 50)) as pilot:
        await pilot.press("question_mark")
        await shows(
            pilot, "Messages that failed the same way", "Mark group", "Find an id", "Export", "Read again", "Sort"
        )


async def test_two_thousand_messages_are_listed_without_a_stall(monkeypatch: pytest.MonkeyPatch) -> None:
    app = make_app(kept(2_000))
    async with watching(app) as pilot:
        wanted(app)
        await shows(pilot, "seen 2,417 of about 2,417", "Messages  2,417")
        await pilot.press("enter", "G")
        await until(pilot, lambda: screen(app).panels.messages.current is screen(app).panels.messages.rows[-1])


# What the logs say.


async def test_the_reason_found_in_the_log_goes_to_the_message_and_its_group_and_stays(
    session: ReadableSession, app: EvwatchApp
) -> None:
    async with watching(app) as pilot:
        wanted(app)
        await shows(pilot, "order-events-dlq  seen")
        shown = screen(app).shown
        assert shown is not None
        letter = next(each for each in shown.letters if each.origin == "queue")
        assert letter.error is None
        screen(app).go_to(letter.id)
        session.put(letter_scenes.with_log_reason(session.snapshot, letter, "message-id"))
        await shows(pilot, "log      from its log: KeyError: 'amount'", "process-order, found by its message id")
        await pilot.press("escape", "escape", "escape")
        await shows(pilot, "Queues")
        wanted(app)
        await shows(pilot, "2    4%   from its log: KeyError")
        session.put(letter_scenes.with_log_reason(session.snapshot, letter, "text"))
        await shows(pilot, "2    4%   likely, from its log")


@pytest.mark.parametrize(("key", "seen"), [("2", "Findings"), ("4", "its resource")])
async def test_digits_lead_to_the_other_screens_and_escape_to_the_overview(
    app: EvwatchApp, key: str, seen: str
) -> None:
    async with watching(app) as pilot:
        wanted(app)
        await shows(pilot, "Groups")
        await pilot.press("6")
        await shows(pilot, "Runs")
        await pilot.press(key)
        await shows(pilot, seen)
        await lacks(pilot, "Groups")
        again = app.screen
        await pilot.press(key, "escape")
        await until(pilot, lambda: isinstance(app.screen, OverviewScreen) and app.screen is not again)
