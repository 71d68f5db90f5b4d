"""Screen 2: where it is stuck is seen at once, and from there to its figures, its cause and its consumer's switch."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from textual.pilot import Pilot

from evwatch.app import EvwatchApp
from evwatch.model.fault import EvwatchError, Fault
from evwatch.model.feed import Feed
from evwatch.model.flow import Edge, Flow, Node
from evwatch.model.flow_figures import queries
from evwatch.model.snapshot import Snapshot
from evwatch.model.switch import Switch, Switched
from tests.ui import flow_scenes, scenes
from tests.ui.fakes import FakeSession, make_app
from tests.ui.reading import lacks, panel, shows, until, watching, whole
from tests.ui.scenes import NOW, arn

BROKEN = frozenset({3, 77})
WIDE = (160, 50)


async def flow_screen(pilot: Pilot[None]) -> list[str]:
    """Go to screen 2, with the cursor on its first line."""
    await pilot.press("2")
    await shows(pilot, "Findings")
    await pilot.press("g")
    await pilot.pause()
    return ways(pilot)


def ways(pilot: Pilot[None]) -> list[str]:
    """The lines of the flow, headings left out."""
    assert isinstance(pilot.app, EvwatchApp)
    return [line for line in panel(pilot.app, "Flow")[2:] if line.strip()]


def names(pilot: Pilot[None]) -> list[str]:
    """What stands in the first column, without figures."""
    assert isinstance(pilot.app, EvwatchApp)
    figures = panel(pilot.app, "Flow")[1].index("in/out")
    return [line[:figures].rstrip() for line in ways(pilot)]


async def test_where_there_is_room_for_one_chart_one_is_shown_and_the_next_comes_by_m() -> None:
    session = FakeSession(flow_scenes.ways(3, broken=frozenset({1})))
    async with watching(make_app(session), size=(80, 24)) as pilot:
        await flow_screen(pilot)
        await pilot.press("j", "j", "j", "enter")
        await shows(pilot, "function  part-001", "Chart  1/")
        await lacks(pilot, "Chart  2/")
        assert pilot.app.screen.query_one("#resource-chart-0").size.height >= 7
        await pilot.press("m")
        await shows(pilot, "Chart  2/")


async def test_of_a_thousand_resources_only_the_ways_in_trouble_are_open() -> None:
    app = make_app(FakeSession(flow_scenes.ways(200, broken=BROKEN)))
    async with watching(app) as pilot:
        await flow_screen(pilot)
        assert names(pilot) == [
            "● bus shop",
            "├─ ● rule part-003",
            "│  └─ ● queue part-003-work",
            "│     ├─ ▸ ● function part-003 +1",
            "│     └─ ▲ gives up to part-003-dead",
            "├─ ● rule part-077",
            "│  └─ ● queue part-077-work",
            "│     ├─ ▸ ● function part-077 +1",
            "│     └─ ▲ gives up to part-077-dead",
            "└─ ▸ 198 more, all well",
        ]
        assert "1001 resources, 2 in trouble" in whole(app)
        dead = next(line for line in ways(pilot) if "part-003-dead" in line)
        assert "▲ 3" in dead


async def test_what_is_folded_can_be_opened_and_folded_again() -> None:
    app = make_app(FakeSession(flow_scenes.ways(200, broken=BROKEN)))
    async with watching(app) as pilot:
        await flow_screen(pilot)
        await pilot.press("G", "right")
        await until(pilot, lambda: "▸ ● rule part-000 +4" in whole(app))
        await pilot.press("g", "j", "left")
        await until(pilot, lambda: "├─ ▸ ● rule part-003 +4" in names(pilot))
        await pilot.press("space")
        await until(pilot, lambda: "│  └─ ● queue part-003-work" in names(pilot))
        await pilot.press("g", "left")
        await until(pilot, lambda: names(pilot) == ["▸ ● bus shop +1000"])
        await pilot.press("E")
        await until(pilot, lambda: "├─ ● rule part-000" in whole(app))


async def test_a_way_that_breaks_opens_by_itself_and_the_cursor_stays_where_it_is() -> None:
    session = FakeSession(flow_scenes.ways(200, broken=BROKEN))
    app = make_app(session)
    async with watching(app) as pilot:
        await flow_screen(pilot)
        await pilot.press("j", "j", "j", "j")
        session.put(flow_scenes.ways(200, broken=BROKEN | {1}))
        await shows(pilot, "part-001-dead", "3 in trouble")
        await shows(pilot, "Chart  part-003-dead")


async def test_up_and_downstream_of_one_resource_alone_and_back() -> None:
    app = make_app(FakeSession(flow_scenes.ways(30, broken=BROKEN)))
    async with watching(app) as pilot:
        await flow_screen(pilot)
        await pilot.press("j", "j")
        await pilot.press("a")
        await shows(pilot, "around part-003-work")
        assert [line.split()[-1] for line in names(pilot)] == [
            "shop", "part-003", "part-003-work", "part-003", "part-003", "part-003-dead",
        ]  # fmt: skip
        await pilot.press("escape")
        await lacks(pilot, "around part-003-work")
        await shows(pilot, "more, all well")
        await pilot.press("escape")
        await shows(pilot, "Queues")


async def test_plain_words_find_resources_and_keep_what_leads_to_them() -> None:
    app = make_app(FakeSession(flow_scenes.ways(200)))
    async with watching(app) as pilot:
        await flow_screen(pilot)
        await pilot.press("slash", *"queue 199")
        await until(pilot, lambda: len(names(pilot)) == 4)
        assert [line.split()[-1] for line in names(pilot)] == ["shop", "part-199", "part-199-work", "part-199-dead"]
        await pilot.press("enter", "escape")
        await shows(pilot, "▸ ● bus shop +1000")


async def test_figures_stand_beside_the_hops_and_failures_are_marked() -> None:
    before = flow_scenes.ways(1)
    flow = before.contexts[0].flow.value
    assert flow
    function = next(node for node in flow.nodes if node.kind == "function")
    feeds = {query: scenes.series(query, [12.0] * 20) for query in queries(function, flow)}
    quiet = flow_scenes.changed(before, series={q: f for q, f in feeds.items() if q.metric.name == "Invocations"})
    session = FakeSession(quiet)
    app = make_app(session)
    async with watching(app, size=WIDE) as pilot:
        await flow_screen(pilot)
        line = next(line for line in ways(pilot) if "function part-000" in line)
        assert "● function" in line
        assert line.split()[-1] == "12"
        session.put(flow_scenes.changed(before, series=feeds))
        await shows(pilot, "◆ function part-000")
        line = next(line for line in ways(pilot) if "function part-000" in line)
        assert " 60 " in line, "errors, throttles, dropped events and what no DLQ or destination took are failures"


async def test_a_link_that_is_off_is_marked_at_its_consumer() -> None:
    before = flow_scenes.ways(1)
    flow = before.contexts[0].flow.value
    assert flow
    edges = tuple(replace(edge, enabled=edge.kind != "consumes") for edge in flow.edges)
    app = make_app(FakeSession(flow_scenes.changed(before, flow=Feed(Flow(flow.nodes, edges), NOW))))
    async with watching(app) as pilot:
        await flow_screen(pilot)
        assert any(name.endswith("‖ function part-000 paused") for name in names(pilot))
        await shows(pilot, "mapping-disabled")


async def test_figures_are_asked_for_what_is_on_screen_and_the_overview_gets_its_own_back() -> None:
    session = FakeSession(flow_scenes.ways(200, broken=BROKEN))
    async with watching(make_app(session)) as pilot:
        await flow_screen(pilot)
        await until(pilot, lambda: arn("lambda", "function:part-003") in session.interests[-1].resources)
        seen = session.interests[-1]
        assert len(seen.resources) < 40
        assert arn("lambda", "function:part-150") not in seen.resources
        assert arn("sqs", "part-077-dead") in seen.queues
        await pilot.press("1")
        await shows(pilot, "Queues")
        await until(pilot, lambda: arn("lambda", "function:part-003") not in session.interests[-1].resources)


async def test_a_finding_leads_to_its_resource_and_tells_what_to_do() -> None:
    app = make_app(FakeSession(flow_scenes.ways(200, broken=BROKEN)))
    async with watching(app, size=WIDE) as pilot:
        await flow_screen(pilot)
        await shows(pilot, "▸ 200 alike  DLQ part-000-dead keeps", "▸ 200 alike  no alarm watches DLQ part-000-dead")
        await pilot.press("tab", "enter")
        await lacks(pilot, "▸ 200 alike  DLQ part-000-dead keeps")
        await pilot.press("j", "j")
        await until(pilot, lambda: "part-002-dead" in "\n".join(ways(pilot)))
        await pilot.press("enter")
        await shows(pilot, "dlq-retention-too-short", "raise the DLQ's retention", "https://docs.aws.amazon.com/")
        await pilot.press("escape")
        await shows(pilot, "Findings")
        await pilot.press("space")
        await shows(pilot, "▸ 200 alike  DLQ part-000-dead keeps")


async def test_a_resource_opens_with_its_figures_charts_findings_and_links() -> None:
    session = FakeSession(flow_scenes.ways(3, broken=frozenset({1})))
    app = make_app(session)
    async with watching(app, size=WIDE) as pilot:
        await flow_screen(pilot)
        await pilot.press("j", "j", "j", "enter")
        await shows(pilot, "function  part-001", "comes from", "goes to", "queue part-001-work", "topic part-001")
        await shows(pilot, "Invocations", "Duration p99")
        await until(pilot, lambda: session.interests[-1].resources == {arn("lambda", "function:part-001")})
        asked = session.interests[-1]
        assert {query.metric.name for query in asked.chart} >= {"Invocations", "Errors", "Duration"}
        await pilot.press("escape")
        await shows(pilot, "Findings")
        await until(pilot, lambda: len(session.interests[-1].resources) > 5)
        await pilot.press("j", "j", "enter")
        await shows(pilot, "DLQ part-001-dead keeps", "visibility timeout", "comes from")


async def test_what_could_not_be_read_is_named_and_an_old_flow_says_how_old_it_is() -> None:
    fault = Fault("permission", "no permission: events:ListRules", "allow it", "events:ListRules")
    old = flow_scenes.changed(
        flow_scenes.ways(2),
        faults=(fault,),
        sources=20,
        flow=replace(flow_scenes.ways(2).contexts[0].flow, taken_at=NOW - timedelta(hours=9)),
    )
    async with watching(make_app(FakeSession(old))) as pilot:
        await flow_screen(pilot)
        await shows(pilot, "1 of 20 sources not permitted: events:ListRules", "stale, 9 h ago")
        await pilot.press("exclamation_mark")
        await shows(pilot, "no permission: events:ListRules")


async def test_it_works_on_a_small_terminal() -> None:
    app = make_app(FakeSession(flow_scenes.ways(200, broken=BROKEN)))
    async with watching(app, size=(80, 24)) as pilot:
        await flow_screen(pilot)
        dead = next(line for line in ways(pilot) if "part-003-dead" in line)
        assert "▲ 3" in dead
        assert max(map(len, ways(pilot))) <= 80
        await pilot.press("enter")
        await shows(pilot, "bus  shop")


async def test_no_name_of_a_resource_does_anything_to_the_screen() -> None:
    evil = "\x1b[31m[bold]x\u202e\n" + "y" * 3000
    rule, queue = arn("events", f"rule/{evil}"), arn("sqs", evil)
    nodes = (
        Node.of(rule, "rule", evil, "ENABLED", ((evil, evil), ("pattern", evil))),
        Node(queue, "queue", evil, "1", "r", None),
        Node(evil, "external", evil),
    )
    edges = (
        Edge(rule, queue, "targets", True, (("target", evil), ("input", evil))),
        Edge(rule, evil, "targets", False, (("target", "b"),)),
    )
    made = scenes.queue(evil)
    app = make_app(FakeSession(flow_scenes.of(Flow(nodes, edges), (made,), {made.arn: scenes.depth(1)})))
    async with watching(app, size=WIDE) as pilot:
        for keys in ((), ("enter",), ("escape", "a"), ("escape", "tab", "enter")):
            await (flow_screen(pilot) if not keys else pilot.press(*keys))
            await pilot.pause()
            seen = whole(app)
            assert "\x1b" not in seen
            assert "\u202e" not in seen
            assert all(len(line) <= WIDE[0] for line in seen.splitlines())


class SwitchingSession(FakeSession):
    """Switches what it is told to, if it is not refused."""

    def __init__(self, snapshot: Snapshot, refusal: Fault | None = None) -> None:
        super().__init__(snapshot)
        self.refusal = refusal
        self.asked: list[str] = []
        self.switched: list[tuple[str, bool]] = []
        self.state = "Enabled"

    @property
    def switcher(self) -> SwitchingSession:
        return self

    async def find(self, text: str) -> Switch:  # type: ignore[override]  # of a switcher, not of a session
        await asyncio.sleep(0)
        self.asked.append(text)
        function, queue = arn("lambda", "function:part-001"), arn("sqs", "part-001-work")
        return Switch("mapping", text, text, "part-001", "orders/eu-central-1", self.state, queue, function)

    def require_acting(self, switch: Switch, *, on: bool) -> None:
        if self.refusal:
            raise EvwatchError(self.refusal)

    async def switch(self, switch: Switch, *, on: bool) -> Switched:
        self.switched.append((switch.id, on))
        return Switched(switch, replace(switch, state="Disabled"), changed=True)


MAPPING = "00000000-0000-4000-8000-000000000001"


@pytest.fixture
def switching() -> SwitchingSession:
    return SwitchingSession(flow_scenes.ways(3, broken=frozenset({1})))


async def test_a_consumer_is_paused_once_its_name_is_typed(switching: SwitchingSession) -> None:
    async with watching(make_app(switching)) as pilot:
        await flow_screen(pilot)
        await pilot.press("j", "j", "j", "o")
        await shows(pilot, "Pause part-001?", "Enabled", "part-001 stops", "reading part-001-work", "123456789012")
        assert switching.asked == [MAPPING], "its state is read before anybody is asked"
        await pilot.press(*"part-00", "enter")
        await shows(pilot, "that is not its name")
        assert switching.switched == []
        await pilot.press("1", "enter")
        await shows(pilot, "part-001 is Disabled")
        assert switching.switched == [(MAPPING, False)]


async def test_whoever_thinks_better_of_it_changes_nothing(switching: SwitchingSession) -> None:
    async with watching(make_app(switching)) as pilot:
        await flow_screen(pilot)
        await pilot.press("j", "j", "j", "o")
        await shows(pilot, "Pause part-001?")
        await pilot.press("escape")
        await shows(pilot, "Findings")
        assert switching.switched == []


async def test_a_refusal_is_told_and_nobody_is_asked(switching: SwitchingSession) -> None:
    switching.refusal = Fault("refused", "read-only: nothing was sent", "start without --read-only")
    async with watching(make_app(switching)) as pilot:
        await flow_screen(pilot)
        await pilot.press("j", "j", "j", "o")
        await shows(pilot, "read-only: nothing was sent")
        assert switching.switched == []


async def test_what_cannot_be_paused_says_so(switching: SwitchingSession) -> None:
    async with watching(make_app(switching)) as pilot:
        await flow_screen(pilot)
        await pilot.press("o")
        await shows(pilot, "what can be paused is a rule")
        assert switching.asked == []
