"""What an ARN says, how links meet, and what stands in the flow without having been read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evwatch.aws.integrations import Where, resources
from evwatch.model.arn import parse_arn
from evwatch.model.flow import DlqSource, Edge, Flow, Node, dlq_sources, merge
from evwatch.model.flow_kinds import Home, canonical, completed, kind_of, qualifier

HERE = "eu-central-1:123456789012"


@pytest.mark.parametrize(
    ("arn", "kind"),
    [
        (f"arn:aws:sqs:{HERE}:orders", "queue"),
        (f"arn:aws:sns:{HERE}:orders", "topic"),
        (f"arn:aws:sns:{HERE}:endpoint/GCM/app/5e3e9847", "other"),
        (f"arn:aws:lambda:{HERE}:function:bill", "function"),
        (f"arn:aws:lambda:{HERE}:event-source-mapping:1", "other"),
        (f"arn:aws:states:{HERE}:stateMachine:fulfil", "state-machine"),
        (f"arn:aws:states:{HERE}:activity:pack", "other"),
        (f"arn:aws:events:{HERE}:event-bus/aws.partner/shop.example/1/x", "event-bus"),
        (f"arn:aws:events:{HERE}:rule/orders/paid", "rule"),
        (f"arn:aws:events:{HERE}:archive/all", "archive"),
        (f"arn:aws:events:{HERE}:api-destination/crm/0f3c", "api-destination"),
        (f"arn:aws:events:{HERE}:connection/crm/0f3c", "other"),
        (f"arn:aws:kinesis:{HERE}:stream/clicks", "stream"),
        (f"arn:aws:firehose:{HERE}:deliverystream/lake", "other"),
        (f"arn:aws:dynamodb:{HERE}:table/orders", "table"),
        ("arn:aws:s3:::files", "bucket"),
        (f"arn:aws:logs:{HERE}:log-group:/aws/events/all", "log-group"),
        (f"arn:aws:cloudwatch:{HERE}:alarm:full", "alarm"),
        (f"arn:aws:pipes:{HERE}:pipe/keep", "pipe"),
        (f"arn:aws:scheduler:{HERE}:schedule/default/nightly", "schedule"),
        (f"arn:aws:ecs:{HERE}:cluster/web", "other"),
        (f"arn:aws-cn:newservice:{HERE}:thing/x", "other"),
        ("https://example.com/hook", "external"),
    ],
)
def test_an_arn_says_its_kind_and_one_that_is_not_known_is_other(arn: str, kind: str) -> None:
    assert kind_of(arn) == kind


@pytest.mark.parametrize(
    ("named", "whole", "rest"),
    [
        (f"arn:aws:lambda:{HERE}:function:bill:live", f"arn:aws:lambda:{HERE}:function:bill", "live"),
        (f"arn:aws:lambda:{HERE}:function:bill:$LATEST", f"arn:aws:lambda:{HERE}:function:bill", "$LATEST"),
        (f"arn:aws:states:{HERE}:stateMachine:fulfil:7", f"arn:aws:states:{HERE}:stateMachine:fulfil", "7"),
        (
            f"arn:aws:dynamodb:{HERE}:table/orders/stream/2026-01-01T00:00:00.000",
            f"arn:aws:dynamodb:{HERE}:table/orders",
            "stream/2026-01-01T00:00:00.000",
        ),
        (f"arn:aws:kinesis:{HERE}:stream/clicks/consumer/x:1", f"arn:aws:kinesis:{HERE}:stream/clicks", "consumer/x:1"),
        (f"arn:aws:logs:{HERE}:log-group:/a/b:*", f"arn:aws:logs:{HERE}:log-group:/a/b", "*"),
        (f"arn:aws:sqs:{HERE}:orders", f"arn:aws:sqs:{HERE}:orders", ""),
        ("mailto", "mailto", ""),
    ],
)
def test_links_to_a_part_meet_at_the_whole(named: str, whole: str, rest: str) -> None:
    assert canonical(named) == whole
    assert qualifier(named) == rest
    assert canonical(whole) == whole


@given(st.text(max_size=60) | st.text(max_size=40).map(lambda rest: f"arn:aws:lambda:{HERE}:{rest}"))
def test_no_text_breaks_the_reading_of_an_arn(text: str) -> None:
    whole = canonical(text)
    assert canonical(whole) == whole
    assert kind_of(text) == kind_of(whole)
    parse_arn(whole)


def test_ends_that_were_not_met_are_shown_for_what_they_are() -> None:
    rule = f"arn:aws:events:{HERE}:rule/paid"
    ends = {
        f"arn:aws:sqs:{HERE}:orders": "queue",
        f"arn:aws:ecs:{HERE}:cluster/web": "other",
        "arn:aws:sqs:eu-central-1:999999999999:theirs": "external",
        "arn:aws:sqs:us-east-1:123456789012:there": "external",
        "arn:aws:s3:::files": "bucket",
        "https://example.com": "external",
    }
    flow = Flow((Node.of(rule, "rule"),), tuple(Edge(rule, end, "targets") for end in ends))
    whole = completed(flow, [Home("123456789012", "eu-central-1")])
    assert {arn: node.kind for arn, node in whole.by_arn.items() if arn != rule} == ends
    assert not any(node.met for arn, node in whole.by_arn.items() if arn != rule)
    theirs = whole.by_arn["arn:aws:sqs:eu-central-1:999999999999:theirs"]
    assert (theirs.name, theirs.account, theirs.region) == ("theirs", "999999999999", "eu-central-1")


def test_what_one_context_only_points_to_another_has_read() -> None:
    queue = f"arn:aws:sqs:{HERE}:orders"
    pointed = completed(Flow(edges=(Edge("a", queue, "targets"),)), [Home("1", "us-east-1")])
    read = Flow((Node.of(queue, "queue"),))
    assert merge((pointed, read)).by_arn[queue].kind == "queue"
    assert merge((read, pointed)).by_arn[queue].kind == "queue"


def test_links_of_one_kind_between_two_are_one_and_name_all_that_make_it() -> None:
    first = Edge("r", "q", "targets", False, (("target", "a"), ("input", '{"x": 1, "y": 2}')))
    second = Edge("r", "q", "targets", True, (("target", "b"), ("input", "{}")))
    (joined,) = merge((Flow(edges=(first,)), Flow(edges=(second,)))).edges
    assert joined.named("target") == ("a", "b")
    assert joined.details["input"] == '{"x": 1, "y": 2}, {}'
    assert joined.enabled
    assert merge((Flow(edges=(joined,)), Flow(edges=(joined,)))).edges == (joined,)


def test_a_function_and_its_mapping_may_both_give_up_into_one_queue() -> None:
    function, queue = f"arn:aws:lambda:{HERE}:function:bill", f"arn:aws:sqs:{HERE}:dead"
    edges = (
        Edge(function, queue, "on-failure", detail=(("mapping", "m1"),)),
        Edge(function, queue, "on-failure", detail=(("invoke-config", "$LATEST"),)),
    )
    flow = merge((Flow((Node.of(function, "function"),), edges),))
    assert dlq_sources(flow, queue) == (DlqSource(function, "event-source-mapping"), DlqSource(function, "function"))


@pytest.mark.parametrize(
    ("integration", "parameters", "expected"),
    [
        (
            "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
            {"QueueUrl": "https://sqs.eu-west-1.amazonaws.com/1/q"},
            "arn:aws:sqs:eu-west-1:1:q",
        ),
        (
            "arn:aws:states:::aws-sdk:sqs:sendMessage",
            {"QueueUrl": "http://127.0.0.1:4566/000000000000/q"},
            "arn:aws:sqs:eu-central-1:000000000000:q",
        ),
        ("arn:aws:scheduler:::aws-sdk:lambda:invoke", {"FunctionName": "bill"}, f"arn:aws:lambda:{HERE}:function:bill"),
        (
            "arn:aws:states:::lambda:invoke",
            {"FunctionName": f"arn:aws:lambda:{HERE}:function:bill:live"},
            f"arn:aws:lambda:{HERE}:function:bill",
        ),
        (
            "arn:aws:states:::lambda:invoke.waitForTaskToken",
            {"FunctionName": "999999999999:function:bill:live"},
            "arn:aws:lambda:eu-central-1:999999999999:function:bill",
        ),
        ("arn:aws:states:::lambda:invoke", {"FunctionName": "bill:live"}, f"arn:aws:lambda:{HERE}:function:bill"),
        ("arn:aws:states:::apigateway:invoke", {"ApiEndpoint": "x.example.com", "Method": "GET"}, "x.example.com"),
        ("arn:aws:states:::lambda:invoke", {"FunctionName.$": "$.function"}, "arn:aws:states:::lambda:invoke"),
        ("arn:aws:states:::lambda:invoke", {"FunctionName": "{% $f %}"}, "arn:aws:states:::lambda:invoke"),
        (
            "arn:aws:states:::states:startExecution.sync:2",
            {"StateMachineArn": f"arn:aws:states:{HERE}:stateMachine:m"},
            f"arn:aws:states:{HERE}:stateMachine:m",
        ),
        (
            "arn:aws:states:::events:putEvents",
            {"Entries": [{"Source": "x"}]},
            f"arn:aws:events:{HERE}:event-bus/default",
        ),
        ("arn:aws:states:::dynamodb:updateItem", {"TableName": "orders"}, f"arn:aws:dynamodb:{HERE}:table/orders"),
        ("arn:aws:states:::aws-sdk:kinesis:putRecord", {"StreamName": "c"}, f"arn:aws:kinesis:{HERE}:stream/c"),
        ("arn:aws:states:::s3:getObject", {"Bucket": "files"}, "arn:aws:s3:::files"),
        ("arn:aws:states:::http:invoke", {"ApiEndpoint": "https://api.example.com"}, "https://api.example.com"),
        ("arn:aws:states:::ecs:runTask.sync", {"Cluster": "web"}, "arn:aws:states:::ecs:runTask.sync"),
        (f"arn:aws:states:{HERE}:activity:pack", {}, f"arn:aws:states:{HERE}:activity:pack"),
    ],
)
def test_an_integration_names_its_resource_in_its_parameters(
    integration: str, parameters: dict[str, object], expected: str
) -> None:
    assert resources(integration, parameters, Where("aws", "eu-central-1", "123456789012")) == (expected,)
