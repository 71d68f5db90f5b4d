"""Links into the AWS console, by kind of resource and partition."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evwatch.model.console_link import console_url

A = "123456789012"
HOST = "https://eu-west-1.console.aws.amazon.com"


@pytest.mark.parametrize(
    ("arn", "url"),
    [
        (
            f"arn:aws:sqs:eu-west-1:{A}:orders.fifo",
            f"{HOST}/sqs/v3/home?region=eu-west-1#/queues/https%3A%2F%2Fsqs.eu-west-1.amazonaws.com%2F{A}%2Forders.fifo",
        ),
        (f"arn:aws:lambda:eu-west-1:{A}:function:pay:live", f"{HOST}/lambda/home?region=eu-west-1#/functions/pay"),
        (
            f"arn:aws:events:eu-west-1:{A}:rule/new",
            f"{HOST}/events/home?region=eu-west-1#/eventbus/default/rules/new",
        ),
        (
            f"arn:aws:events:eu-west-1:{A}:rule/orders/new",
            f"{HOST}/events/home?region=eu-west-1#/eventbus/orders/rules/new",
        ),
        (
            f"arn:aws:sns:eu-west-1:{A}:alerts",
            f"{HOST}/sns/v3/home?region=eu-west-1#/topic/arn:aws:sns:eu-west-1:{A}:alerts",
        ),
        (
            f"arn:aws:cloudwatch:eu-west-1:{A}:alarm:CPU high: 90%",
            f"{HOST}/cloudwatch/home?region=eu-west-1#alarmsV2:alarm/CPU%20high%3A%2090%25",
        ),
        (
            f"arn:aws:states:eu-west-1:{A}:stateMachine:ship",
            f"{HOST}/states/home?region=eu-west-1#/statemachines/view/arn:aws:states:eu-west-1:{A}:stateMachine:ship",
        ),
        ("arn:aws:s3:::bucket", "https://us-east-1.console.aws.amazon.com/s3/buckets/bucket"),
        (
            f"arn:aws-us-gov:lambda:us-gov-west-1:{A}:function:f",
            "https://console.amazonaws-us-gov.com/lambda/home?region=us-gov-west-1#/functions/f",
        ),
        (
            f"arn:aws-cn:sqs:cn-north-1:{A}:q",
            "https://console.amazonaws.cn/sqs/v3/home?region=cn-north-1#/queues/"
            f"https%3A%2F%2Fsqs.cn-north-1.amazonaws.com.cn%2F{A}%2Fq",
        ),
        (f"arn:aws-iso:sqs:us-iso-east-1:{A}:q", None),
        (f"arn:aws:iam::{A}:role/r", None),
        ("email:someone@example.com", None),
    ],
)
def test_each_kind_has_its_page(arn: str, url: str | None) -> None:
    assert console_url(arn) == url


def test_a_log_group_is_escaped_as_the_console_does() -> None:
    found = console_url(f"arn:aws:logs:eu-west-1:{A}:log-group:/aws/lambda/pay")
    assert found == f"{HOST}/cloudwatch/home?region=eu-west-1#logsV2:log-groups/log-group/$252Faws$252Flambda$252Fpay"


@given(
    st.sampled_from(
        ["sqs", "lambda", "events", "sns", "cloudwatch", "states", "s3", "kinesis", "dynamodb", "pipes", "logs"]
    ),
    st.sampled_from(
        ["", "function:", "rule/", "rule/b/", "alarm:", "stateMachine:", "stream/", "table/", "log-group:"]
    ),
    st.text(max_size=30),
    st.text(max_size=12),
)
def test_nothing_that_a_name_holds_gets_out_of_the_url(service: str, kind: str, name: str, region: str) -> None:
    url = console_url(f"arn:aws:{service}:{region}:{A}:{kind}{name}")
    if url is not None:
        assert url.isascii()
        assert url.isprintable()
        assert not set(" <>()[]\"'`|\\\n") & set(url)
        assert (urlsplit(url).hostname or "").endswith(".console.aws.amazon.com")
