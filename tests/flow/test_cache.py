"""The flow on disk between starts: shown with its age, never trusted more than that, never in the way."""

from __future__ import annotations

import asyncio
import json
import stat
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.typedefs import Handler
from hypothesis import given
from hypothesis import strategies as st

from evwatch.model.flow import Edge, Flow, Node
from evwatch.model.snapshot import Snapshot
from evwatch.pollers.flow_cache import FlowCache, Remembered
from evwatch.pollers.place import Place
from tests.emulator.account import Account
from tests.emulator.denying import Denying
from tests.flow.reading import session

PLACE = Place("123456789012", "eu-central-1", None)
TAKEN = datetime(2026, 10, 7, 3, 12, 40, tzinfo=UTC)
FLOW = Flow(
    (Node("arn:aws:sqs:eu-central-1:1:q", "queue", "q", "1", "eu-central-1", None, (("a", "b"),)),),
    (Edge("x", "y", "consumes", False, (("mapping", "m1"),)),),
)


def test_what_was_saved_comes_back_for_the_same_place_alone(tmp_path: Path) -> None:
    cache = FlowCache(tmp_path / "new" / "folder")
    assert cache.load(PLACE) is None
    cache.save(PLACE, Remembered({"events": FLOW}, TAKEN))
    assert cache.load(PLACE) == Remembered({"events": FLOW}, TAKEN)
    for other in (
        replace(PLACE, account="2"),
        replace(PLACE, region="us-east-1"),
        replace(PLACE, endpoint_url="http://x"),
    ):
        assert cache.load(other) is None


def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    FlowCache(tmp_path / "flow").save(PLACE, Remembered({"events": FLOW}, TAKEN))
    (path,) = (tmp_path / "flow").iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def saved(tmp_path: Path) -> tuple[FlowCache, Path, dict[str, Any]]:
    cache = FlowCache(tmp_path)
    cache.save(PLACE, Remembered({"events": FLOW}, TAKEN))
    path = tmp_path / PLACE.file_name
    return cache, path, json.loads(path.read_text())


@pytest.mark.parametrize(
    "damage",
    [
        {"version": 2},
        {"version": "1"},
        {"taken_at": "yesterday"},
        {"taken_at": "2026-10-07T03:12:40"},
        {"account": "2"},
        {"parts": []},
        {"parts": {"events": {"nodes": [["arn", "spaceship", "n", "", "", None, []]], "edges": []}}},
        {"parts": {"events": {"nodes": [["arn", "queue", 1, "", "", None, []]], "edges": []}}},
        {"parts": {"events": {"nodes": [], "edges": [["a", "b", "consumes", "yes", []]]}}},
        {"parts": {"events": {"nodes": []}}},
    ],
)
def test_a_file_of_another_version_or_a_damaged_one_is_ignored(tmp_path: Path, damage: dict[str, Any]) -> None:
    cache, path, document = saved(tmp_path)
    path.write_text(json.dumps(document | damage))
    assert cache.load(PLACE) is None


@given(
    content=st.binary(max_size=200)
    | st.recursive(st.none() | st.integers(), st.lists).map(lambda x: json.dumps(x).encode())
)
def test_whatever_is_in_the_file_it_does_no_harm(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    folder = tmp_path_factory.mktemp("cache")
    (folder / PLACE.file_name).write_bytes(content)
    assert FlowCache(folder).load(PLACE) is None


def test_a_folder_that_cannot_be_written_is_left_at_that(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    cache = FlowCache(blocked / "flow")
    cache.save(PLACE, Remembered({"events": FLOW}, TAKEN))
    assert cache.load(PLACE) is None


def test_a_file_for_each_of_many_endpoints_does_not_pile_up(tmp_path: Path) -> None:
    cache = FlowCache(tmp_path)
    for port in range(70):
        cache.save(replace(PLACE, endpoint_url=f"http://127.0.0.1:{port}"), Remembered({}, TAKEN))
    assert len(list(tmp_path.glob("*.json"))) == 64
    assert cache.load(replace(PLACE, endpoint_url="http://127.0.0.1:69"))


async def test_the_first_picture_is_the_last_known_flow_with_its_age_and_then_the_new_one(
    aws: Account, tmp_path: Path
) -> None:
    events = aws.boto("events")
    events.put_rule(Name="paid", EventPattern='{"source": ["shop"]}')
    events.put_targets(Rule="paid", Targets=[{"Id": "t", "Arn": aws.arn("sqs", "orders")}])
    held = asyncio.Event()
    held.set()

    @web.middleware
    async def hold(request: web.Request, handler: Handler) -> web.StreamResponse:
        target = request.headers.get("X-Amz-Target", "")
        if target.endswith("ListRules"):
            await held.wait()
        return await handler(request)

    async with aws.gateway(hold) as url:
        async with session(aws, url, tmp_path) as live:
            before = (await live.read()).contexts[0].flow
        events.put_targets(Rule="paid", Targets=[{"Id": "u", "Arn": aws.arn("sqs", "more")}])
        held.clear()
        async with session(aws, url, tmp_path) as live:
            shown: asyncio.Queue[Snapshot] = asyncio.Queue()
            live.subscribe(shown.put_nowait)
            running = asyncio.create_task(live.run())
            first = await until(shown, lambda feed: feed.value is not None and feed.taken_at is not None)
            assert first.value == before.value
            assert first.taken_at == before.taken_at
            held.set()
            newest = await until(shown, lambda feed: feed.taken_at != before.taken_at)
            assert {edge.target for edge in newest.value.edges} >= {aws.arn("sqs", "more")}
            running.cancel()


async def until(shown: asyncio.Queue[Snapshot], wanted: Any) -> Any:
    """The flow of the first snapshot that is as wanted."""
    async with asyncio.timeout(20):
        while True:
            feed = (await shown.get()).contexts[0].flow
            if wanted(feed):
                return feed


async def test_a_service_that_fails_once_keeps_what_it_said_last(aws: Account, tmp_path: Path) -> None:
    events = aws.boto("events")
    events.put_rule(Name="paid", EventPattern='{"source": ["shop"]}')
    denying = Denying()
    async with aws.gateway(denying) as url, session(aws, url, tmp_path) as live:
        before = (await live.read()).contexts[0].flow
        denying.patterns = {"events:ListRules"}
        after = (await live.read()).contexts[0]
        assert after.flow.value == before.value
        assert after.flow.taken_at == before.taken_at, "what is shown of it is as old as before"
        assert after.flow.fault
        assert [fault.source for fault in after.faults] == ["events:ListRules"]
        denying.patterns = set()
        events.delete_rule(Name="paid")
        gone = (await live.read()).contexts[0].flow
        assert gone.value is not None
        assert not any(node.kind == "rule" for node in gone.value.nodes)
        assert before.taken_at
        assert gone.taken_at
        assert gone.taken_at > before.taken_at
        assert gone.fault is None


@pytest.mark.parametrize("account", ["../../../tmp/x", "nul\x00", "/etc", "1" * 5_000, "\ud83d"])
def test_an_account_that_an_endpoint_makes_up_leads_to_no_other_folder(account: str) -> None:
    name = Place(account, "eu-central-1", None).file_name
    assert name.startswith("-eu-central-1-")
    assert name != Place("", "eu-central-1", None).file_name
    assert len(name) < 64
    assert not set(name) & {"/", "\0"}
