"""An AWS that answers at once, or as late as it is told, and costs little itself: for measuring what reading costs.

    python -m tests.benchmarks.stub_aws --queues 2000 --latency 0.02

prints one line, `{"endpoint_url": "..."}`, and serves on the loopback until its standard input ends. Queues, alarms and
datapoints are made up and always the same; whatever else is asked for is empty.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import sys
from collections import Counter
from contextlib import AbstractContextManager
from functools import cache, lru_cache
from typing import Any

from aiohttp import web

from tests.benchmarks.served import served

ACCOUNT = "123456789012"
REGION = "eu-central-1"
COUNTS = "/_counts"
"""Asked for this path the stub says how often each operation was called."""
_PAGE = 1000
_REQUEST_ID = {"x-amzn-RequestId": "00000000-0000-4000-8000-000000000000"}
_JSON = _REQUEST_ID | {"Content-Type": "application/x-amz-json-1.0"}
_XML = _REQUEST_ID | {"Content-Type": "text/xml"}
_ACTION = re.compile(rb"Action=(\w+)")
_NAMESPACES = {
    "GetCallerIdentity": "https://sts.amazonaws.com/doc/2011-06-15/",
    "ListTopics": "http://sns.amazonaws.com/doc/2010-03-31/",
    "ListSubscriptions": "http://sns.amazonaws.com/doc/2010-03-31/",
}
_IDENTITY = f"<Account>{ACCOUNT}</Account><Arn>arn:aws:iam::{ACCOUNT}:user/u</Arn><UserId>u</UserId>"


class StubAws:
    """Answers for an account with so many queues and alarms, each answer so many seconds late."""

    def __init__(self, queues: int, alarms: int, latency: float) -> None:
        self.latency = latency
        self._names = [f"queue-{number:05}" for number in range(queues)]
        self._alarms = [_alarm(number) for number in range(alarms)]
        self.counts: Counter[str] = Counter()

    async def __call__(self, request: web.BaseRequest) -> web.Response:
        """Answer one request."""
        if request.path == COUNTS:
            return _answer(json.dumps(self.counts).encode())
        body = await request.read()
        target = request.headers.get("X-Amz-Target", "").rpartition(".")[2]
        self.counts[target or "other"] += 1
        if self.latency:
            await asyncio.sleep(self.latency)
        match target:
            case "GetQueueAttributes":
                return _answer(_attributes(json.loads(body)["QueueUrl"]))
            case "ListQueues":
                return _answer(self._list(json.loads(body), f"{request.scheme}://{request.host}"))
            case "DescribeAlarms":
                return _answer(self._describe(json.loads(body)))
            case "GetMetricData":
                return _answer(_metric_data(json.loads(body)))
        if not target and (action := _ACTION.search(body)):
            return _query(action[1].decode())
        if not target and request.path == "/" and request.method == "GET":  # S3 lists its buckets
            return web.Response(body=b"<ListAllMyBucketsResult><Buckets/></ListAllMyBucketsResult>", headers=_XML)
        return _answer(b"{}")

    def _list(self, asked: dict[str, Any], host: str) -> bytes:
        start = int(asked.get("NextToken") or 0)
        page = self._names[start : start + _PAGE]
        document: dict[str, Any] = {"QueueUrls": [f"{host}/{ACCOUNT}/{name}" for name in page]}
        if start + _PAGE < len(self._names):
            document["NextToken"] = str(start + _PAGE)
        return json.dumps(document).encode()

    def _describe(self, asked: dict[str, Any]) -> bytes:
        start, most = int(asked.get("NextToken") or 0), int(asked.get("MaxRecords") or 50)
        document: dict[str, Any] = {"MetricAlarms": self._alarms[start : start + most]}
        if start + most < len(self._alarms):
            document["NextToken"] = str(start + most)
        return json.dumps(document).encode()


def _answer(body: bytes) -> web.Response:
    return web.Response(body=body, headers=_JSON)


def _query(action: str) -> web.Response:
    result = f"<{action}Result>{_IDENTITY if action == 'GetCallerIdentity' else ''}</{action}Result>"
    namespace = _NAMESPACES.get(action, "")
    return web.Response(
        text=f'<{action}Response xmlns="{namespace}">{result}</{action}Response>',
        headers=_REQUEST_ID,
        content_type="text/xml",
    )


@cache
def _attributes(url: str) -> bytes:
    name = url.rsplit("/", 1)[-1]
    number = sum(map(ord, name))
    attributes = {
        "QueueArn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}",
        "ApproximateNumberOfMessages": str(number % 7),
        "ApproximateNumberOfMessagesNotVisible": "0",
        "ApproximateNumberOfMessagesDelayed": "0",
        "CreatedTimestamp": "1700000000",
        "LastModifiedTimestamp": "1700000000",
        "VisibilityTimeout": "30",
        "MaximumMessageSize": "1048576",
        "MessageRetentionPeriod": "345600",
        "DelaySeconds": "0",
        "ReceiveMessageWaitTimeSeconds": "0",
        "SqsManagedSseEnabled": "true",
    }
    if not name.endswith("0"):  # every tenth is the DLQ of the nine after it
        dlq = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name[:-1]}0"
        attributes["RedrivePolicy"] = json.dumps({"deadLetterTargetArn": dlq, "maxReceiveCount": 3})
    return json.dumps({"Attributes": attributes}).encode()


def _alarm(number: int) -> dict[str, Any]:
    name = f"alarm-{number:03}"
    return {
        "AlarmName": name,
        "AlarmArn": f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:{name}",
        "StateValue": "ALARM" if number < 3 else "OK",
        "StateReason": "Threshold Crossed: 1 datapoint [12.0] was greater than the threshold (1.0).",
        "StateUpdatedTimestamp": 1700000000.0,
        "StateTransitionedTimestamp": 1700000000.0,
        "ActionsEnabled": True,
        "Namespace": "AWS/SQS",
        "MetricName": "ApproximateNumberOfMessagesVisible",
        "Dimensions": [{"Name": "QueueName", "Value": f"queue-{number:05}"}],
        "Statistic": "Sum",
        "Period": 300,
        "EvaluationPeriods": 1,
        "Threshold": 1.0,
        "ComparisonOperator": "GreaterThanThreshold",
    }


def _metric_data(asked: dict[str, Any]) -> bytes:
    queries = asked["MetricDataQueries"]
    period = queries[0]["MetricStat"]["Period"]
    points = _points(float(asked["StartTime"]), float(asked["EndTime"]), int(period))
    results = ",".join(f'{{"Id":"{query["Id"]}","Label":"x",{points},"StatusCode":"Complete"}}' for query in queries)
    return f'{{"MetricDataResults":[{results}]}}'.encode()


@lru_cache(maxsize=64)
def _points(start: float, end: float, period: int) -> str:
    times = [float(at) for at in range(int(start), int(end), period)]
    values = [at / 60 % 97 for at in times]
    return f'"Timestamps":{json.dumps(times)},"Values":{json.dumps(values)}'


async def serve(stub: StubAws) -> None:
    """Serve until standard input ends; the first line of standard output says where."""
    runner = web.ServerRunner(web.Server(stub, access_log=None))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    print(json.dumps({"endpoint_url": f"http://{host}:{port}"}), flush=True)  # noqa: T201 - it is the contract
    await asyncio.to_thread(sys.stdin.read)
    await runner.cleanup()


def stub_aws(queues: int, alarms: int = 50, latency: float = 0.0) -> AbstractContextManager[str]:
    """The stub in a process of its own, so that its time is not counted; gives its URL."""
    module = __spec__.name if __name__ == "__main__" else __name__
    return served(module, "--queues", str(queues), "--alarms", str(alarms), "--latency", str(latency))


def main() -> None:
    """Serve until standard input ends."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--queues", type=int, default=200)
    parser.add_argument("--alarms", type=int, default=50)
    parser.add_argument("--latency", type=float, default=0.0)
    options = parser.parse_args()
    asyncio.run(serve(StubAws(options.queues, options.alarms, options.latency)))


if __name__ == "__main__":
    main()
