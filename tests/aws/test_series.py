"""Datapoints: asked for in as few calls as CloudWatch allows, joined whatever way they come, gaps left as gaps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from evwatch.aws import cloudwatch
from evwatch.aws.errors import AwsError
from evwatch.model import catalogue
from evwatch.model.metric import Metric, MetricQuery, Series
from tests.aws.answering import Answering
from tests.aws.calling import calling
from tests.emulator.account import Account
from tests.emulator.faults import Faults, refused
from tests.emulator.recording import Recording

NOW = datetime.now(UTC).replace(second=0, microsecond=0)
START = (NOW - timedelta(minutes=10)).timestamp()
END = NOW.timestamp()


def minute(number: int) -> datetime:
    return datetime.fromtimestamp(START + number * 60, UTC)


def queries(count: int) -> list[MetricQuery]:
    return [catalogue.visible(f"queue-{number}") for number in range(count)]


async def read(
    aws: Account, *pages: dict[str, Any], count: int = 1
) -> tuple[dict[MetricQuery, Series], list[dict[str, Any]]]:
    """The series of so many queries where GetMetricData answers with these pages, and what it was asked."""
    answering = Answering("cloudwatch:GetMetricData", *pages)
    async with calling(aws, answering) as caller:
        found = await cloudwatch.read_series(caller, queries(count), START, END, 60, NOW)
    return found, [call.parameters for call in answering.calls]


def result(name: str, points: dict[int, float], **more: Any) -> dict[str, Any]:
    at = [minute(number) for number in points]
    return {
        "Id": name,
        "Label": "x",
        "Timestamps": at,
        "Values": list(points.values()),
        "StatusCode": "Complete",
    } | more


async def test_what_was_published_is_what_is_read(aws: Account) -> None:
    metric = catalogue.visible("orders").metric
    dimensions = [{"Name": name, "Value": value} for name, value in metric.dimensions]
    aws.boto("cloudwatch").put_metric_data(
        Namespace=metric.namespace,
        MetricData=[
            {"MetricName": metric.name, "Dimensions": dimensions, "Timestamp": minute(number), "Value": value}
            for number, value in ((1, 4.0), (1, 7.0), (3, 5.0))
        ],
    )
    highest, total = catalogue.visible("orders"), MetricQuery(metric, "Sum")
    async with calling(aws) as caller:
        found = await cloudwatch.read_series(caller, [highest, total, highest], START, END, 60, NOW)
    assert found[highest].times == (START + 60, START + 180)  # the minute between them stays a gap
    assert found[highest].values == (7.0, 5.0)
    assert found[total].values == (11.0, 5.0)
    assert (found[highest].start, found[highest].end, found[highest].period_seconds) == (START, END, 60)
    assert (found[highest].complete, found[highest].message, found[highest].taken_at) == (True, "", NOW)


async def test_a_query_without_data_is_an_empty_series_and_one_not_mentioned_is_absent(aws: Account) -> None:
    found, _ = await read(aws, {"MetricDataResults": [result("q0", {})]}, count=2)
    nothing, absent = queries(2)
    assert found[nothing].values == ()
    assert absent not in found


async def test_points_that_come_newest_first_and_in_pages_are_joined_in_order(aws: Account) -> None:
    found, asked = await read(
        aws,
        {"MetricDataResults": [result("q1", {5: 50.0, 4: 40.0}), result("q0", {9: 9.0, 8: 8.0})], "NextToken": "two"},
        {"MetricDataResults": [result("q0", {2: 2.0, 1: 1.0})], "NextToken": "three"},
        {"MetricDataResults": [result("q0", {7: 7.0, 8: 8.5}), result("q1", {0: 0.0})]},
        count=2,
    )
    first, second = queries(2)
    assert found[first].times == tuple(START + number * 60 for number in (1, 2, 7, 8, 9))
    assert found[first].values == (1.0, 2.0, 7.0, 8.5, 9.0)
    assert found[second].values == (0.0, 40.0, 50.0)
    assert [call.get("NextToken") for call in asked] == [None, "two", "three"]


async def test_what_cloudwatch_says_of_a_query_it_could_not_answer_is_kept(aws: Account) -> None:
    found, _ = await read(
        aws,
        {
            "MetricDataResults": [
                result("q0", {1: 1.0}, StatusCode="PartialData"),
                result("q1", {}, StatusCode="Forbidden", Messages=[{"Code": "Denied", "Value": "not yours"}]),
                result("q2", {}, StatusCode="InternalError"),
                result("q3", {1: 1.0}),
            ],
        },
        count=4,
    )
    assert [(found[query].complete, found[query].message) for query in queries(4)] == [
        (False, ""),
        (False, "not yours"),
        (False, "InternalError"),
        (True, ""),
    ]


async def test_a_series_that_a_later_page_completes_is_complete(aws: Account) -> None:
    found, _ = await read(
        aws,
        {"MetricDataResults": [result("q0", {1: 1.0}, StatusCode="PartialData")], "NextToken": "two"},
        {"MetricDataResults": [result("q0", {2: 2.0})]},
    )
    assert found[queries(1)[0]].complete


@pytest.mark.parametrize(
    ("count", "minutes", "sizes"),
    [
        (500, 180, [500]),
        (501, 180, [500, 1]),
        (1200, 180, [500, 500, 200]),
        (500, 360, [280, 220]),  # 100,800 points a call: 280 series of six hours
        (30, 14 * 1440, [5, 5, 5, 5, 5, 5]),
        (2, 100_801, [1, 1]),
    ],
)
async def test_queries_are_split_by_what_one_call_may_ask_and_answer(
    aws: Account, count: int, minutes: int, sizes: list[int]
) -> None:
    answering = Answering("cloudwatch:GetMetricData", {"MetricDataResults": []})
    async with calling(aws, answering) as caller:
        await cloudwatch.read_series(caller, queries(count), END - minutes * 60, END, 60, NOW)
    asked = [call.parameters["MetricDataQueries"] for call in answering.calls]
    assert list(map(len, asked)) == sizes
    names = {query["MetricStat"]["Metric"]["Dimensions"][0]["Value"] for call in asked for query in call}
    assert len(names) == count


async def test_after_a_call_that_fails_no_other_is_made(aws: Account) -> None:
    recording = Recording()
    faults = Faults().on("cloudwatch:GetMetricData", refused("denied"), after=1)
    async with calling(aws, recording, faults) as caller:
        with pytest.raises(AwsError) as raised:
            await cloudwatch.read_series(caller, queries(1500), START, END, 60, NOW)
    assert raised.value.fault.code == "permission"
    assert recording.names == ["cloudwatch:GetMetricData"] * 2


async def test_custom_metrics_are_listed_without_those_of_aws(aws: Account) -> None:
    boto = aws.boto("cloudwatch")
    for namespace, name, dimensions in (
        ("OrderService", "OrdersShipped", {"Region": "north", "Kind": "express"}),
        ("OrderService", "OrdersLost", {}),
        ("AWS/SQS", "NumberOfMessagesSent", {"QueueName": "q"}),
        ("Billing", "Invoices", {}),
    ):
        shown = [{"Name": key, "Value": value} for key, value in dimensions.items()]
        boto.put_metric_data(Namespace=namespace, MetricData=[{"MetricName": name, "Dimensions": shown, "Value": 1.0}])
    async with calling(aws) as caller:
        found = await cloudwatch.custom_metrics(caller)
    assert found == (
        Metric("Billing", "Invoices"),
        Metric("OrderService", "OrdersLost"),
        Metric("OrderService", "OrdersShipped", (("Kind", "express"), ("Region", "north"))),
    )


async def test_custom_metrics_come_in_pages(aws: Account) -> None:
    answering = Answering(
        "cloudwatch:ListMetrics",
        {"Metrics": [{"Namespace": "A", "MetricName": "one", "Dimensions": []}], "NextToken": "more"},
        {"Metrics": [{"Namespace": "A", "MetricName": "two", "Dimensions": []}]},
    )
    async with calling(aws, answering) as caller:
        assert await cloudwatch.custom_metrics(caller) == (Metric("A", "one"), Metric("A", "two"))
    assert [call.parameters["RecentlyActive"] for call in answering.calls] == ["PT3H", "PT3H"]
