"""What evwatch works out of series is what CloudWatch's arithmetic gives; what it does not know it leaves alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evwatch.model.charts import charts
from evwatch.model.flow import Edge, Flow, Node, NodeKind
from evwatch.model.metric import Metric, MetricQuery, Series
from evwatch.model.metric_math import Computed, asked

A = MetricQuery(Metric("N", "a"), "Sum", counts=True)
B = MetricQuery(Metric("N", "b"), "Sum", counts=True)
GAUGE = MetricQuery(Metric("N", "g"), "Maximum")


def series(query: MetricQuery, points: dict[float, float]) -> Series:
    return Series(query, 60, 0, 600, tuple(points), tuple(points.values()))


def computed(expression: str, **terms: MetricQuery | str) -> Computed:
    return Computed("x", "", expression, tuple(terms.items()))


def test_a_share_is_worked_out_at_each_time_and_dividing_by_zero_gives_nothing() -> None:
    rate = computed("100 * a / b", a=A, b=B)
    found = {A: series(A, {0: 1.0, 120: 2.0, 180: 3.0}), B: series(B, {0: 4.0, 60: 5.0, 120: 8.0, 180: 0.0})}
    assert rate.points(found) == ((0, 25.0), (60, 0.0), (120, 25.0))


def test_a_gauge_that_says_nothing_is_unknown_and_not_zero() -> None:
    found = {A: series(A, {0: 1.0, 60: 2.0}), GAUGE: series(GAUGE, {60: 4.0})}
    assert computed("a + g", a=A, g=GAUGE).points(found) == ((60, 6.0),)
    assert computed("a + FILL(g, 1)", a=A, g=GAUGE).points(found) == ((0, 2.0), (60, 6.0))


def test_an_expression_may_stand_on_others() -> None:
    found = {A: series(A, {0: 3.0}), B: series(B, {0: 2.0})}
    assert computed("e1 ^ 2 - -b", e1="a + b", a=A, b=B).points(found) == ((0, 27.0),)
    assert computed("e1", e1="e2", e2="e1").points(found) == ()
    assert not computed("e1", e1="e2", e2="e1").understood


@pytest.mark.parametrize(
    "expression",
    [
        "ANOMALY_DETECTION_BAND(a, 2)",
        "SEARCH('x', 'Sum')",
        "METRICS()",
        "a if b else 1",
        "a.real",
        "c + 1",
        "",
        "True",
        "__import__('os')",
        "a[0]",
        "(" * 300,
        "9" * 2_000,
        "IF(a > 1, a)",
    ],
)
def test_what_is_not_arithmetic_is_left_to_cloudwatch(expression: str) -> None:
    it = computed(expression, a=A, b=B)
    assert not it.understood
    assert it.points({A: series(A, {0: 1.0}), B: series(B, {0: 1.0})}) == ()


@given(st.text(alphabet="ab+-*/^()0123456789. ,FILe", max_size=40))
def test_no_expression_breaks_it(expression: str) -> None:
    it = computed(expression, a=A, b=B)
    points = it.points({A: series(A, {0: 7.0, 60: 1e300}), B: series(B, {0: 0.0, 60: 1e300})})
    assert len(points) <= 2


KINDS: dict[NodeKind, str] = {
    "queue": "arn:aws:sqs:r:1:q",
    "function": "arn:aws:lambda:r:1:function:f",
    "rule": "arn:aws:events:r:1:rule/bus/x",
    "event-bus": "arn:aws:events:r:1:event-bus/bus",
    "topic": "arn:aws:sns:r:1:t",
    "state-machine": "arn:aws:states:r:1:stateMachine:m",
    "pipe": "arn:aws:pipes:r:1:pipe/p",
    "schedule": "arn:aws:scheduler:r:1:schedule/group/s",
    "stream": "arn:aws:kinesis:r:1:stream/s",
    "table": "arn:aws:dynamodb:r:1:table/t",
    "log-group": "arn:aws:logs:r:1:log-group:/aws/lambda/f",
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_that_cloudwatch_measures_has_charts_of_one_unit_each(kind: NodeKind) -> None:
    node = Node.of(KINDS[kind], kind)
    found = charts(node)
    assert found
    for chart in found:
        assert chart
        assert len({each.unit for each in chart}) == 1
        assert len(chart) <= 3, "more cannot be told apart by colour"
        assert all(not isinstance(each, Computed) or each.understood for each in chart)
        assert all(query.metric.dimensions or kind == "event-bus" for each in chart for query in asked(each))


def test_a_function_has_the_metrics_of_the_mappings_that_feed_it() -> None:
    function, queue = KINDS["function"], KINDS["queue"]
    flow = Flow((), (Edge(queue, function, "consumes", detail=(("mapping", "u-1"),)),))
    series = [each for chart in charts(Node.of(function, "function"), flow) for each in chart]
    found = {query.metric for each in series for query in asked(each)}
    assert Metric.of("AWS/Lambda", "PolledEventCount", {"EventSourceMappingUUID": "u-1"}) in found
