"""What the keys do, and what they tell the session."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from textual.pilot import Pilot

from evwatch.app import EvwatchApp
from evwatch.config import Settings
from evwatch.config.settings import PanelLines
from evwatch.model import catalogue
from evwatch.model.feed import Feed
from evwatch.model.metric import Metric
from evwatch.model.snapshot import ContextSnapshot
from evwatch.model.usage import Usage
from evwatch.widgets.overview import OverviewPanels
from evwatch.widgets.queues import QueueList
from tests.ui import scenes
from tests.ui.fakes import FakeSession, HeldClock, make_app
from tests.ui.reading import lacks, panel, screen_text, shows, until, watching, whole


def listed(app: EvwatchApp) -> list[str]:
    """Names in the list of queues."""
    return [line.split()[1] for line in panel(app, "Queues")[2:] if line]


@pytest.fixture
def session() -> FakeSession:
    return FakeSession(scenes.trouble())


@pytest.fixture
def app(session: FakeSession) -> EvwatchApp:
    return make_app(session)


async def test_a_filter_narrows_all_lists_while_one_types_and_escape_clears_it(app: EvwatchApp) -> None:
    async with watching(app) as pilot:
        await pilot.press("slash", *"OFF board")
        await shows(pilot, "2 of 12")
        assert listed(app) == ["offboarding.fifo", "offboarding-dlq.fifo"]
        assert "▲ ALARM" not in whole(app)
        await pilot.press("enter")
        await shows(pilot, "/OFF board", "? help")
        await pilot.press("escape")
        await shows(pilot, "12, problems first", "▲ ALARM")


async def test_escape_while_typing_a_filter_takes_it_back(app: EvwatchApp) -> None:
    async with watching(app) as pilot:
        await pilot.press("slash", *"ledger")
        await shows(pilot, "2 of 12")
        await pilot.press("escape")
        await shows(pilot, "12, problems first", "? help")


async def test_sorting_goes_through_problems_name_visible_and_oldest(app: EvwatchApp) -> None:
    async with watching(app) as pilot:
        await pilot.press("s")
        await shows(pilot, "by name")
        assert listed(app)[0] == "alerting-mail"
        await pilot.press("s")
        await shows(pilot, "by visible")
        assert listed(app)[:2] == ["payments-ledger", "order-events-queue"]
        await pilot.press("s")
        await shows(pilot, "by oldest")
        assert listed(app)[:2] == ["order-events-dlq", "offboarding.fifo"]
        await pilot.press("s")
        await shows(pilot, "problems first")


async def test_pause_holds_the_session_and_says_so(app: EvwatchApp, session: FakeSession) -> None:
    async with watching(app) as pilot:
        await pilot.press("p")
        await shows(pilot, "‖ paused")
        assert session.paused == [True]
        await pilot.press("p")
        await shows(pilot, "● live")
        assert session.paused == [True, False]


async def test_refresh_reaches_the_session(app: EvwatchApp, session: FakeSession) -> None:
    async with watching(app) as pilot:
        await pilot.press("ctrl+r")
        await until(pilot, lambda: session.refreshes == 1)


async def test_the_cursor_stays_on_its_queue_while_rows_come_go_and_move(app: EvwatchApp, session: FakeSession) -> None:
    async with watching(app) as pilot:
        await pilot.press("j")
        await shows(pilot, "Chart  order-events-queue")
        first = session.snapshot.contexts[0]
        fewer = tuple(each for each in scenes.QUEUES if not each.name.startswith(("offboarding", "order-events-dlq")))
        more = (scenes.queue("aaa-new"), *fewer)
        depths = {**first.depths, scenes.arn("sqs", "aaa-new"): scenes.depth(1)}
        session.put(scenes.snapshot(replace(first, queues=replace(first.queues, value=more), depths=depths)))
        await shows(pilot, "aaa-new")
        await pilot.press("enter")
        await shows(pilot, "queue  order-events-queue", "visibility timeout")


async def test_until_it_is_moved_the_cursor_follows_the_most_urgent(session: FakeSession) -> None:
    session = FakeSession(scenes.well())
    app = make_app(session)
    async with watching(app) as pilot:
        await shows(pilot, "Chart  alerting-mail")
        session.put(scenes.trouble())
        await shows(pilot, "Chart  offboarding.fifo")


async def test_a_cursor_whose_queue_is_gone_goes_to_its_neighbour(app: EvwatchApp, session: FakeSession) -> None:
    async with watching(app) as pilot:
        await pilot.press("G")
        await shows(pilot, "Chart  stream-failures")
        first = session.snapshot.contexts[0]
        session.put(scenes.snapshot(replace(first, queues=replace(first.queues, value=scenes.QUEUES[:-1]))))
        await shows(pilot, "Chart  payments-ledger-dlq")


async def test_the_session_is_told_what_is_on_screen_and_what_is_charted(app: EvwatchApp, session: FakeSession) -> None:
    async with watching(app) as pilot:
        name = "offboarding.fifo"
        await until(pilot, lambda: bool(session.interests) and bool(session.interests[-1].chart))
        interest = session.interests[-1]
        assert scenes.arn("sqs", name) in interest.queues
        assert interest.chart == (catalogue.visible(name), catalogue.in_flight(name))
        assert interest.chart_context == "orders/eu-central-1"
        assert interest.window.label == "3h"
        assert not interest.custom_metrics
        await pilot.press("m")
        await until(pilot, lambda: session.interests[-1].chart == (catalogue.sent(name), catalogue.deleted(name)))
        await pilot.press("right_square_bracket")
        await until(pilot, lambda: session.interests[-1].window.label == "6h")
        await pilot.press("left_square_bracket", "left_square_bracket")
        await until(pilot, lambda: session.interests[-1].window.label == "1h")
        await shows(pilot, "1h by 1 m")


async def test_an_alarm_is_charted_with_its_limit_in_its_own_period(app: EvwatchApp, session: FakeSession) -> None:
    async with watching(app) as pilot:
        await pilot.press("shift+tab", "j", "j")
        await until(
            pilot, lambda: session.interests[-1].chart[:1] != () and "Sum" in session.interests[-1].chart[0].label
        )
        session.put(scenes.charted(session.snapshot, session.interests[-1].chart))
        await shows(pilot, "Chart  OrderEvent…QMessages  1/9  3h by 5 m", "─ limit 1", "── limit 1")


async def test_only_the_rows_on_screen_are_asked_for(session: FakeSession) -> None:
    session = FakeSession(scenes.large(500))
    app = make_app(session)
    async with watching(app, size=(80, 24)) as pilot:
        await until(pilot, lambda: bool(session.interests) and 5 < len(session.interests[-1].queues) < 20)
        first = session.interests[-1].queues
        await pilot.press("G")
        await until(pilot, lambda: scenes.arn("sqs", "service-0498-events") in session.interests[-1].queues)
        assert not first & session.interests[-1].queues


async def test_details_show_all_attributes_and_follow_what_is_learnt(app: EvwatchApp, session: FakeSession) -> None:
    async with watching(app) as pilot:
        await pilot.press("j", "enter")
        await shows(
            pilot,
            "queue  order-events-queue",
            "arn:aws:sqs:eu-central-1:123456789012:order-events-queue",
            "arn:aws:sqs:eu-central-1:123456789012:order-events-dlq, holds 14",
            "team                  orders",
            "123456789012 eu-central-1",
        )
        session.put(scenes.well())
        await shows(pilot, "steady")
        await pilot.press("escape")
        await shows(pilot, "✓ all clear")


async def test_an_alarms_details_give_its_condition_and_a_link_to_its_runbook(app: EvwatchApp) -> None:
    async with watching(app, size=(170, 60)) as pilot:
        await pilot.press("shift+tab", "j", "j", "enter")
        await shows(
            pilot,
            "ApproximateNumberOfMessagesVisible Sum > 1, for 5 m",
            "https://wiki.example.com/runbooks/orders",
            "who listens there was not read",
        )
        links = {
            segment.style.link
            for line in app.screen._compositor.render_strips()
            for segment in line
            if segment.style and segment.style.link
        }
        console = "https://eu-central-1.console.aws.amazon.com/cloudwatch/home?region=eu-central-1#alarmsV2:alarm/"
        assert links == {"https://wiki.example.com/runbooks/orders", f"{console}OrderEventsDLQMessages"}


async def test_json_of_a_queue_has_the_keys_of_the_command_line(app: EvwatchApp) -> None:
    async with watching(app, size=(120, 50)) as pilot:
        await pilot.press("j", "y")
        await shows(pilot, '"visible": 1284,', '"dlq_arn": "arn:aws:sqs:eu-central-1:123456789012:order-events-dlq"')
        await pilot.press("y")
        await shows(pilot, "visibility timeout")


async def test_copy_puts_the_arn_or_the_name_on_the_clipboard_and_says_which(app: EvwatchApp) -> None:
    async with watching(app) as pilot:
        await pilot.press("c")
        assert app.clipboard == "arn:aws:sqs:eu-central-1:123456789012:offboarding.fifo"
        await shows(pilot, "copied", "arn:aws:sqs:eu-central-1:123456789012:offboarding")
        await pilot.press("C")
        assert app.clipboard == "offboarding.fifo"


async def test_jump_finds_a_queue_by_a_few_letters_and_puts_the_cursor_on_it(app: EvwatchApp) -> None:
    async with watching(app) as pilot:
        await pilot.press("colon", *"ledg-d")
        await lacks(pilot, "alarm    ")
        await pilot.press("backspace", "backspace", *"er dlq")
        await pilot.press("enter")
        await shows(pilot, "Chart  payments-ledger-dlq")


async def test_jump_finds_any_resource_and_charts_it(app: EvwatchApp, session: FakeSession) -> None:
    async with watching(app) as pilot:
        await pilot.press("colon", *"process", "enter")
        await shows(pilot, "Chart  process-order", "◉ process-order")
        await until(pilot, lambda: session.interests[-1].chart[0].metric.namespace == "AWS/Lambda")
        await pilot.press("enter")
        await shows(pilot, "function  process-order", "arn:aws:lambda:eu-central-1:123456789012:function:process-order")


async def test_jump_opens_what_there_is_no_room_to_chart_and_the_list_keeps_the_keys(app: EvwatchApp) -> None:
    async with watching(app, size=(80, 24)) as pilot:
        await pilot.press("j")
        await pilot.press("colon", *"process", "enter")
        await shows(pilot, "function  process-order")
        await pilot.press("escape")
        await shows(pilot, "Queues")
        before = app.screen.query_one(QueueList).cursor
        await pilot.press("j")
        await until(pilot, lambda: app.screen.query_one(QueueList).cursor not in (None, before))


async def test_jump_asks_for_custom_metrics_and_charts_one_by_name(app: EvwatchApp, session: FakeSession) -> None:
    async with watching(app) as pilot:
        await pilot.press("colon")
        await until(pilot, lambda: session.interests[-1].custom_metrics)
        metric = Metric.of("OrderService", "OrdersPlaced", {"Country": "DE"})
        first = session.snapshot.contexts[0]
        others = tuple(Metric.of("OrderService", "OrdersPlaced", {"Country": each}) for each in ("FR", "PL", "ES"))
        strange = Metric.of("OrderService", "OrdersPlaced", {"Channel": "web"})
        session.put(scenes.snapshot(replace(first, custom_metrics=Feed((metric, *others, strange), scenes.NOW))))
        await pilot.press(*"orderspl DE")
        await shows(pilot, "OrderService OrdersPlaced Country=DE")
        await pilot.press("enter")
        await until(
            pilot, lambda: session.interests[-1].chart[:1] != () and session.interests[-1].chart[0].metric == metric
        )
        await shows(pilot, "Chart  OrderServi…ersPlaced  1/9")
        await pilot.press("m", "m", "m", "m", "m")
        await shows(pilot, "━ DE Average", "━ FR Average", "━ PL Average")
        await pilot.press("m")
        await until(pilot, lambda: [query.label for query in session.interests[-1].chart] == ["ES Average"])


async def test_jump_can_be_left_without_going_anywhere(app: EvwatchApp) -> None:
    async with watching(app) as pilot:
        await pilot.press("colon", *"zzz")
        await shows(pilot, "nothing is called that")
        await pilot.press("escape")
        await shows(pilot, "Chart  offboarding.fifo")


async def test_tab_goes_from_panel_to_panel_and_zoom_shows_one_alone(app: EvwatchApp) -> None:
    async with watching(app) as pilot:
        await pilot.press("shift+tab", "z")
        await lacks(pilot, "Queues")
        assert "▲ ALARM" in whole(app)
        await pilot.press("escape")
        await shows(pilot, "Queues")
        await pilot.press("tab", "tab", "z")
        await lacks(pilot, "Queues")
        assert "17 in 2 queues" in whole(app)


async def test_calls_that_failed_are_named_where_one_sees_what_could_not_be_read() -> None:
    usage = Usage(failed=2, troubled=(("sqs:GetQueueUrl", "denied", 2),))
    async with watching(make_app(FakeSession(replace(scenes.trouble(), usage=usage)))) as pilot:
        await shows(pilot, "2 failed")
        await pilot.press("exclamation_mark")
        await shows(pilot, "sqs:GetQueueUrl: 2 calls denied")


async def test_a_window_that_is_changed_where_no_chart_fits_is_told(app: EvwatchApp) -> None:
    async with watching(app, size=(80, 24)) as pilot:
        await pilot.press("[")
        await shows(pilot, "charts show 1h; v opens the chart")


async def test_panels_have_the_lines_that_the_settings_want_as_far_as_there_is_room(session: FakeSession) -> None:
    wanted = PanelLines(alarms=2, dead=1, chart=9)
    app = make_app(session, settings=Settings(panel_lines=wanted))
    async with watching(app, size=(120, 40)):
        panels = app.screen.query_one(OverviewPanels)
        assert (panels.alarms.size.height, panels.chart.size.height) == (2, 9)
        assert panels.dead.size.height == 1 + 1  # and its header
    greedy = make_app(session, settings=Settings(panel_lines=PanelLines(alarms=100, dead=100, chart=100)))
    async with watching(greedy, size=(120, 40)):
        assert greedy.screen.query_one(OverviewPanels).queues.size.height >= 4


@pytest.mark.parametrize("size", [(120, 40), (200, 50)])
async def test_lines_that_few_queues_leave_empty_go_to_the_panels_below(size: tuple[int, int]) -> None:
    many = make_app(FakeSession(scenes.large(60)))
    async with watching(many, size=size, shown="service-"):
        usual = many.screen.query_one(OverviewPanels).chart.size.height
    few = make_app(FakeSession(scenes.trouble()))
    async with watching(few, size=size) as pilot:
        panels = few.screen.query_one(OverviewPanels)
        assert panels.chart.size.height > usual
        assert panels.queues.max_scroll_y == 0
        before = panels.queues.size
        await pilot.press("slash", *"payments", "enter")
        await shows(pilot, "2 of 12")
        assert panels.queues.size == before  # a filter moves nothing


async def test_on_a_tall_narrow_terminal_the_dead_letters_have_what_the_queues_leave() -> None:
    names = [f"orders-{number}" for number in range(8)]
    queues = [scenes.queue(name, dlq=f"{name}-dlq") for name in names] + [scenes.queue(f"{name}-dlq") for name in names]
    context = ContextSnapshot(
        scenes.CONTEXT,
        queues=Feed(tuple(queues), scenes.NOW),
        depths={each.arn: scenes.depth(3 if each.name.endswith("dlq") else 0) for each in queues},
        alarms=Feed((), scenes.NOW),
    )
    app = make_app(FakeSession(scenes.snapshot(context)))
    async with watching(app, size=(80, 60), shown="Queues") as pilot:
        await shows(pilot, "24 in 8 queues")
        assert app.screen.query_one(OverviewPanels).dead.max_scroll_y == 0


async def test_the_panels_are_those_of_the_settings_in_their_order(session: FakeSession) -> None:
    app = make_app(session, settings=Settings(panels=("dead", "alarms")))
    async with watching(app, shown="Dead letters") as pilot:
        await shows(pilot, "Dead letters", "Alarms")
        assert whole(app).index("─ Alarms") > whole(app).index("Dead letters  ")
        assert "Queues" not in whole(app)
        assert "Chart" not in whole(app)
        focused = app.screen.focused
        assert focused is not None
        assert focused.id == "dead"
        await pilot.press("v")
        await shows(pilot, "Chart")
        await pilot.press("v")
        await shows(pilot, "Dead letters", "Alarms")


async def test_the_chart_can_be_seen_alone_on_a_small_terminal(app: EvwatchApp, session: FakeSession) -> None:
    async with watching(app, size=(80, 24)) as pilot:
        await until(pilot, lambda: bool(session.interests) and bool(session.interests[-1].chart))
        session.put(scenes.charted(session.snapshot, session.interests[-1].chart))
        assert "Chart" not in whole(app)
        await pilot.press("v")
        await shows(pilot, "Chart  offboarding.fifo", "━ visible", "02:00")
        await pilot.press("v")
        await shows(pilot, "Queues")
        await pilot.press("j")
        await until(pilot, lambda: session.interests[-1].chart[0] == catalogue.visible("order-events-queue"))


async def test_help_lists_the_keys_as_they_are_bound_now(session: FakeSession) -> None:
    app = make_app(session, settings=Settings(keymap={"sort": "o", "pause": "space"}))
    async with watching(app, size=(80, 24)) as pilot:
        await pilot.press("question_mark")
        await shows(pilot, "look closer", "Copy ARN", "Longer window", "Quit", "space  Pause", "o  Sort")
        assert all(len(line) <= 80 for line in screen_text(app))
        await pilot.press("escape")
        await shows(pilot, "Queues")
        await pilot.press("o")
        await shows(pilot, "by name", "o sort")
        await pilot.press("s")
        await pilot.press("space")
        await until(pilot, lambda: session.paused == [True])
        assert "by name" in whole(app)


async def test_every_action_stands_in_the_palette(app: EvwatchApp) -> None:
    async with watching(app):
        offered = {command.title for command in app.get_system_commands(app.screen)}
        assert {
            "Filter",
            "Jump to",
            "Pause",
            "Refresh",
            "Sort",
            "Copy ARN",
            "Details",
            "JSON",
            "Help",
            "Quit",
        } <= offered
        assert {"Theme", "Longer window", "Not read", "Zoom", "Next chart"} <= offered


async def test_the_palette_runs_an_action_on_the_screen_below(app: EvwatchApp) -> None:
    async with watching(app) as pilot:
        await pilot.press("ctrl+p", *"sort")
        await shows(pilot, "Problems, name, visible, oldest")
        assert "\N{RIGHT-POINTING MAGNIFYING GLASS}" not in whole(app), "its width is each terminal's own"
        await pilot.press("enter")
        await shows(pilot, "by name")


async def test_what_could_not_be_read_is_listed_with_what_to_do() -> None:
    app = make_app(FakeSession(scenes.denied()))
    async with watching(app) as pilot:
        await pilot.press("exclamation_mark")
        await shows(pilot, "What could not be read", "no permission: sns:ListTopics", "allow pipes:ListPipes")


async def test_a_click_moves_the_cursor_and_two_open(app: EvwatchApp) -> None:
    async with watching(app) as pilot:
        await pilot.click("#queues", offset=(5, 2))
        await shows(pilot, "Chart  order-events-queue")
        await pilot.click("#queues", offset=(5, 1), times=2)
        await shows(pilot, "queue  offboarding.fifo")


async def test_q_quits_and_lets_the_session_stop(app: EvwatchApp, session: FakeSession) -> None:
    async with watching(app) as pilot:
        await pilot.press("q")
    assert session.closed


@pytest.mark.parametrize(
    "way",
    [("y",), ("H",), ("enter",), ("2", "tab", "enter"), ("2", "y"), ("4", "y"), ("6",), ("!",)],
    ids=lambda way: " ".join(way),
)
async def test_the_clock_goes_on_whatever_lies_over_the_overview(way: tuple[str, ...]) -> None:
    clock = HeldClock()
    app = make_app(FakeSession(scenes.trouble(faults=scenes.denied().contexts[0].faults)), clock)
    async with watching(app) as pilot:
        overview = app.screen
        for key in way:
            await _press(pilot, app, key)
        assert app.screen is not overview
        clock.now += timedelta(seconds=7)
        await until(pilot, lambda: "03:12:47" in screen_text(app)[0])


async def _press(pilot: Pilot[None], app: EvwatchApp, key: str) -> None:
    """Press it, and wait for the screen that it opens."""
    before = app.screen
    await pilot.press(key)
    if key != "tab":
        await until(pilot, lambda: app.screen is not before)
