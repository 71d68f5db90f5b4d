"""Screen 5: the lines around a failure, filtered, wrapped, copied; whatever they hold, they are only text."""

from __future__ import annotations

from datetime import timedelta

import pytest
from textual.app import App
from textual.pilot import Pilot

from evwatch.app import EvwatchApp
from evwatch.model.deadletter import FailureError
from evwatch.model.fault import EvwatchError, Fault
from evwatch.model.log_lines import LogLine, LogReading, LogRequest, LogSearch
from evwatch.screens.log_subject import log_request
from evwatch.screens.targets import AlarmTarget, QueueTarget, ResourceTarget
from evwatch.screens.wanted import DeadLettersWanted
from tests.ui import letter_scenes, scenes
from tests.ui.fakes import FakeSession, HeldClock, make_app
from tests.ui.letter_scenes import ReadableSession
from tests.ui.reading import lacks, shows, until, watching, whole
from tests.ui.scenes import FLOW, NOW

GROUP = "/aws/lambda/process-order"
LONG = "payload " + "0123456789 " * 30 + "THE-END"


class LoggingSession(FakeSession):
    """Answers with the lines that it was given."""

    def __init__(self, texts: tuple[str, ...], fault: Fault | None = None) -> None:
        super().__init__(scenes.trouble())
        self.texts = texts
        self.fault = fault
        self.requests: list[LogRequest] = []

    async def logs(self, request: LogRequest) -> LogReading:
        self.requests.append(request)
        if self.fault:
            raise EvwatchError(self.fault)
        lines = tuple(LogLine(NOW + timedelta(seconds=n), text, "s", GROUP) for n, text in enumerate(self.texts))
        search = LogSearch(GROUP, request.start, request.end, complete=False)
        return LogReading(
            ("arn:aws:lambda:r:1:function:process-order",), lines, (search,), reason=FailureError("E", "m")
        )


def open_logs(session: LoggingSession) -> EvwatchApp:
    return make_app(session)


async def at_logs(pilot: Pilot[None]) -> None:
    await pilot.press("l")
    await shows(pilot, "searched")


async def test_lines_are_shown_with_their_time_what_was_searched_and_that_it_stopped_early() -> None:
    session = LoggingSession(("START RequestId: x", "hello", "[ERROR] KeyError: 'amount'\n  File x"))
    async with watching(open_logs(session)) as pilot:
        await at_logs(pilot)
        await shows(pilot, "03:12:41.000 hello", "KeyError", "File x", f"searched {GROUP}", "stopped early", "why")


async def test_a_filter_leaves_the_lines_that_hold_its_words_and_esc_takes_it_away_before_leaving() -> None:
    session = LoggingSession(("paid order one", "paid order two", "shipped"))
    async with watching(open_logs(session)) as pilot:
        await at_logs(pilot)
        await pilot.press("slash", *"Paid two", "enter")
        await shows(pilot, "1 of 3 lines", "paid order two", "filter: Paid two")
        await lacks(pilot, "shipped")
        await pilot.press("escape")
        await shows(pilot, "shipped")
        await pilot.press("escape")
        await shows(pilot, "Queues")


async def test_a_long_line_is_cut_or_wrapped_and_nothing_of_it_is_lost() -> None:
    async with watching(open_logs(LoggingSession((LONG,))), size=(80, 24)) as pilot:
        await at_logs(pilot)
        await lacks(pilot, "THE-END")
        await pilot.press("w")
        await until(pilot, lambda: "THE-END" in _joined(pilot.app))
        await pilot.press("w")
        await lacks(pilot, "THE-END")


async def test_a_line_and_all_that_are_shown_are_copied_exactly() -> None:
    session = LoggingSession(("one\twith tab", "[ERROR] KeyError: x", "three"))
    async with watching(open_logs(session)) as pilot:
        await at_logs(pilot)
        await shows(pilot, "three")
        await pilot.press("g", "c")
        await until(pilot, lambda: pilot.app.clipboard == "one\twith tab")
        await pilot.press("C")
        await until(pilot, lambda: pilot.app.clipboard == "one\twith tab\n[ERROR] KeyError: x\nthree")


async def test_it_opens_at_the_failure_and_n_goes_on_to_the_next() -> None:
    texts = tuple("[ERROR] KeyError: here" if number in (20, 150) else f"line {number}" for number in range(200))
    async with watching(open_logs(LoggingSession(texts))) as pilot:
        await at_logs(pilot)
        await shows(pilot, "KeyError: here", "line 149")
        await pilot.press("N")
        await shows(pilot, "line 19", "line 21")


async def test_what_a_line_holds_does_nothing_to_the_screen() -> None:
    session = LoggingSession(
        ("\x1b[31mred\x1b]8;;http://evil\x07", "[bold]markup[/bold] [@click=app.quit]x[/]", "\u202eback")
    )
    async with watching(open_logs(session)) as pilot:
        await at_logs(pilot)
        await shows(pilot, "[bold]markup[/bold]", "red")
        assert "\x1b" not in whole(_evwatch(pilot.app))
        assert "\u202e" not in whole(_evwatch(pilot.app))


async def test_a_longer_time_is_read_when_asked_for() -> None:
    session = LoggingSession(("hello",))
    async with watching(open_logs(session)) as pilot:
        await at_logs(pilot)
        await pilot.press("right_square_bracket")
        await until(pilot, lambda: len(session.requests) == 2)
        first, second = session.requests
        assert second.end - second.start > first.end - first.start


async def test_what_may_not_be_read_is_told() -> None:
    session = LoggingSession((), Fault("permission", "no permission: logs:FilterLogEvents", "allow it"))
    async with watching(open_logs(session)) as pilot:
        await pilot.press("l")
        await shows(pilot, "no permission: logs:FilterLogEvents", "nothing was read")


@pytest.mark.parametrize("kind", ["alarm", "queue", "function", "rule"])
def test_what_the_cursor_is_on_says_whose_lines_are_meant(kind: str) -> None:
    from evwatch.present.picture import PictureMaker

    picture = PictureMaker().picture(scenes.trouble())
    context = scenes.CONTEXT.name
    if kind == "alarm":
        row = next(row for row in picture.alarms if row.alarm.name == "OrderProcessingLatency")
        found = log_request(picture, AlarmTarget(row.key, row.alarm.name), NOW)
        assert found
        assert found.subject.endswith("function:process-order")
        assert row.alarm.since
        assert found.start < row.alarm.since < found.end
    elif kind == "queue":
        found = log_request(picture, QueueTarget((context, "arn:aws:sqs:r:1:q"), "q"), NOW)
        assert found
        assert (found.subject, found.end) == ("arn:aws:sqs:r:1:q", NOW)
    else:
        node = next(node for node in FLOW.nodes if node.kind == kind)
        found = log_request(picture, ResourceTarget((context, node.arn), node), NOW)
        assert (found is None) or found.subject.split(":")[2] in ("lambda", "sqs")


def _evwatch(app: App[None]) -> EvwatchApp:
    assert isinstance(app, EvwatchApp)
    return app


def _joined(app: App[None]) -> str:
    return "".join(line[14:].strip() for line in whole(_evwatch(app)).splitlines())


class ReadableLoggingSession(ReadableSession):
    """Holds dead letters, and has logs."""

    asked: LogRequest | None = None

    async def logs(self, request: LogRequest) -> LogReading:
        self.asked = request
        line = LogLine(NOW, "[ERROR] KeyError: 'customerId'", "s", GROUP, matched=True)
        return LogReading(
            ("arn:aws:lambda:r:1:function:f",), (line,), (), "message-id", "m", reason=FailureError("KeyError")
        )


async def test_from_a_dead_letter_one_comes_to_the_invocation_that_failed_on_it_and_back() -> None:
    base = scenes.trouble()
    letters = letter_scenes.mixed(4)
    looked = letter_scenes.with_look(base, letter_scenes.look(letters, letter_scenes.queue_of(base)))
    session = ReadableLoggingSession(looked, letters)
    app = make_app(session)
    async with watching(app) as pilot:
        app.screen.post_message(DeadLettersWanted(letter_scenes.KEY))
        await shows(pilot, "order-events-dlq  seen")
        await pilot.press("l")
        await shows(pilot, "found by its message id", "KeyError: 'customerId'")
        assert session.asked
        assert session.asked.letter
        assert session.asked.letter.message in letters
        assert session.asked.context == letter_scenes.KEY[0]
        await pilot.press("escape")
        await shows(pilot, "order-events-dlq  seen")


async def test_a_search_is_made_by_cloudwatch_once_and_reading_again_goes_up_to_now() -> None:
    session = LoggingSession(("paid order one",))
    clock = HeldClock()
    async with watching(make_app(session, clock)) as pilot:
        await at_logs(pilot)
        await pilot.press("s", *"ORD-7", "enter")
        await until(pilot, lambda: len(session.requests) == 2)
        assert session.requests[1].term == "ORD-7"
        clock.now += timedelta(minutes=3)
        await pilot.press("ctrl+r")
        await until(pilot, lambda: len(session.requests) == 3)
        assert session.requests[2].end - session.requests[1].end == timedelta(minutes=3)
        assert session.requests[2].start - session.requests[1].start == timedelta(minutes=3)
