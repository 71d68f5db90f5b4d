"""How long the first complete flow of a large account takes, and whether the event loop stands still meanwhile.

    python -m tests.benchmarks.discovery

A stub stands for an account of 2,000 queues, 500 alarms, 300 rules, 300 functions and 200 topics, 50 ms away. With
eight calls in flight no reading can be quicker than calls x latency / 8. The goal: 1.5 times that, and stalls of at
most 50 ms at the 99th percentile.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from urllib.parse import parse_qs

from aiohttp import web

from evwatch.aws.client_set import CALLS_IN_FLIGHT
from evwatch.config import ContextRequest, Settings
from evwatch.session import Session
from tests.benchmarks.served import served
from tests.benchmarks.stalls import measured
from tests.benchmarks.stub_aws import ACCOUNT, REGION, StubAws, serve
from tests.benchmarks.table import Row

QUEUES, ALARMS, RULES, FUNCTIONS, TOPICS = 2000, 500, 300, 300, 200
LATENCY_SECONDS = 0.05
GOAL_TIMES = 1.5
GOAL_STALL_MS = 50.0
_JSON = {"Content-Type": "application/x-amz-json-1.0"}
_SNS = "http://sns.amazonaws.com/doc/2010-03-31/"
_PAGE = 100


class FlowStub(StubAws):
    """Answers for rules, functions and topics too: each rule feeds a queue, each function reads one, and so on."""

    def __init__(self) -> None:
        super().__init__(QUEUES, ALARMS, LATENCY_SECONDS)

    async def __call__(self, request: web.BaseRequest) -> web.Response:
        """Answer one request."""
        found = self._of_the_flow(request, await request.read())
        if found is None:
            return await super().__call__(request)
        await asyncio.sleep(self.latency)
        return found

    def _of_the_flow(self, request: web.BaseRequest, body: bytes) -> web.Response | None:
        target = request.headers.get("X-Amz-Target", "").rpartition(".")[2]
        asked = json.loads(body) if target and body else {}
        match target:
            case "ListEventBuses":
                return _json({"EventBuses": [{"Name": "default", "Arn": arn("events", "event-bus/default")}]})
            case "ListRules":
                return _json(_page("Rules", [_rule(number) for number in range(RULES)], asked.get("NextToken")))
            case "ListTargetsByRule":
                number = int(asked["Rule"].rsplit("-", 1)[1])
                queue = arn("sqs", f"queue-{number:05}")
                return _json({"Targets": [{"Id": "t", "Arn": queue, "DeadLetterConfig": {"Arn": queue}}]})
        if target:
            return None
        if request.path.startswith("/2015-03-31/functions"):
            functions = [_function(number) for number in range(FUNCTIONS)]
            return _json(_page("Functions", functions, request.query.get("Marker"), "NextMarker", 50))
        if request.path.startswith("/2015-03-31/event-source-mappings"):
            mappings = [_mapping(number) for number in range(FUNCTIONS)]
            return _json(_page("EventSourceMappings", mappings, request.query.get("Marker"), "NextMarker"))
        if request.path.endswith("/event-invoke-config/list"):
            return _json({"FunctionEventInvokeConfigs": []})
        form = {name: values[0] for name, values in parse_qs(body.decode(errors="replace")).items()}
        return _sns(form) if form.get("Action") in _SNS_ANSWERS else None


def arn(service: str, resource: str) -> str:
    """An ARN of the stub's account."""
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}"


def _page(key: str, items: list[object], token: object, out: str = "NextToken", size: int = _PAGE) -> dict[str, object]:
    start = int(str(token or 0))
    page: dict[str, object] = {key: items[start : start + size]}
    if start + size < len(items):
        page[out] = str(start + size)
    return page


def _rule(number: int) -> object:
    name = f"rule-{number:03}"
    pattern = json.dumps({"source": [f"service-{number}"]})
    return {"Name": name, "Arn": arn("events", f"rule/{name}"), "State": "ENABLED", "EventPattern": pattern}


def _function(number: int) -> object:
    name = f"function-{number:03}"
    return {"FunctionName": name, "FunctionArn": arn("lambda", f"function:{name}"), "Timeout": 30}


def _mapping(number: int) -> object:
    return {
        "UUID": f"mapping-{number:03}",
        "EventSourceArn": arn("sqs", f"queue-{number:05}"),
        "FunctionArn": arn("lambda", f"function:function-{number:03}"),
        "State": "Enabled",
        "BatchSize": 10,
    }


def _topics(start: int) -> str:
    return "".join(
        f"<member><TopicArn>{arn('sns', f'topic-{number:03}')}</TopicArn></member>"
        for number in range(start, min(start + _PAGE, TOPICS))
    )


def _subscriptions(start: int) -> str:
    return "".join(
        f"<member><SubscriptionArn>{arn('sns', f'topic-{number:03}:s')}</SubscriptionArn><Owner>{ACCOUNT}</Owner>"
        f"<Protocol>sqs</Protocol><Endpoint>{arn('sqs', f'queue-{number:05}')}</Endpoint>"
        f"<TopicArn>{arn('sns', f'topic-{number:03}')}</TopicArn></member>"
        for number in range(start, min(start + _PAGE, TOPICS))
    )


_SNS_ANSWERS = {
    "ListTopics": ("Topics", _topics),
    "ListSubscriptions": ("Subscriptions", _subscriptions),
    "GetTopicAttributes": (
        "Attributes",
        lambda _: "<entry><key>SubscriptionsConfirmed</key><value>1</value></entry>",
    ),
    "GetSubscriptionAttributes": (
        "Attributes",
        lambda _: "<entry><key>RawMessageDelivery</key><value>true</value></entry>",
    ),
}


def _sns(form: dict[str, str]) -> web.Response:
    action = form["Action"]
    key, members = _SNS_ANSWERS[action]
    start = int(form.get("NextToken") or 0)
    more = f"<NextToken>{start + _PAGE}</NextToken>" if action.startswith("List") and start + _PAGE < TOPICS else ""
    result = f"<{action}Result><{key}>{members(start)}</{key}>{more}</{action}Result>"
    return web.Response(text=f'<{action}Response xmlns="{_SNS}">{result}</{action}Response>', content_type="text/xml")


def _json(document: object) -> web.Response:
    return web.Response(text=json.dumps(document), headers=_JSON)


def flow_stub() -> AbstractContextManager[str]:
    """The stub in a process of its own; gives its URL."""
    return served("tests.benchmarks.discovery", "--serve")


async def first_flow(url: str) -> tuple[float, int, float, int]:
    """Seconds, calls, the 99th percentile of stalls in ms, and edges found."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(contexts=(ContextRequest(region=REGION, endpoint_url=url),), state_folder=folder)
        session = Session(settings, environment={}, cache_folder=Path(folder) / "cache")
        async with session, measured() as stalls:
            begun = time.perf_counter()
            snapshot = await session.read()
            took = time.perf_counter() - begun
    calls = sum(count for _, count in snapshot.usage.calls)
    flow = snapshot.contexts[0].flow.value
    assert flow
    assert not snapshot.contexts[0].faults, snapshot.contexts[0].faults
    return took, calls, stalls.p99, len(flow.edges)


def rows(*, quick: bool) -> Iterator[Row]:
    """The first complete reading of everything, against what no reading can be quicker than."""
    with flow_stub() as url:
        took, calls, stall, _ = asyncio.run(first_flow(url))
    least = calls * LATENCY_SECONDS / CALLS_IN_FLIGHT
    yield Row("first complete reading, x calls x latency / calls in flight", took / least, GOAL_TIMES)
    yield Row("first complete reading, stalls p99", stall, GOAL_STALL_MS, "ms")


def main() -> int:
    """Measure and print; 1 where a goal is missed."""
    os.environ.update(AWS_ACCESS_KEY_ID="bench", AWS_SECRET_ACCESS_KEY="bench", AWS_EC2_METADATA_DISABLED="true")
    with flow_stub() as url:
        took, calls, stall, edges = asyncio.run(first_flow(url))
    least = calls * LATENCY_SECONDS / CALLS_IN_FLIGHT
    _say(f"first complete flow: {took:.1f} s for {calls:,} calls and {edges:,} links")
    _say(f"calls x latency / {CALLS_IN_FLIGHT}: {least:.1f} s; {took / least:.2f} times that, goal {GOAL_TIMES}")
    _say(f"stalls of the loop, 99th percentile: {stall:.0f} ms, goal {GOAL_STALL_MS:.0f}")
    return 0 if took <= GOAL_TIMES * least and stall <= GOAL_STALL_MS else 1


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - a benchmark prints


if __name__ == "__main__":
    if "--serve" in sys.argv:
        asyncio.run(serve(FlowStub()))
    else:
        sys.exit(main())
