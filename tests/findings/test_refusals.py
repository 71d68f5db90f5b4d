"""Links that will be refused, and alarms that tell nobody or cannot fire."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evwatch.model.access import Access, Key, Request
from evwatch.model.alarm import AlarmMetric
from evwatch.model.findings.policy import judge
from evwatch.model.flow import Edge, EdgeKind
from evwatch.model.metric import Metric
from tests.findings.making import ACCOUNT, alarm, arn, dlq_of, edge, evidence, node, queue, told, watches

RULE, QUEUE = arn("rule", "paid"), arn("queue", "orders")
REQUEST = Request("events.amazonaws.com", "sqs:SendMessage", QUEUE, RULE, ACCOUNT)


def policy(**statement: object) -> str:
    """One statement that allows, with these parts changed."""
    usual = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": QUEUE,
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [usual | statement]})


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("", "refuses"),
        (policy(), "allows"),
        (policy(Principal="*"), "allows"),
        (policy(Principal={"AWS": "*"}), "allows"),
        (policy(Principal={"Service": ["sns.amazonaws.com", "events.amazonaws.com"]}), "allows"),
        (policy(Principal={"Service": "sns.amazonaws.com"}), "refuses"),
        (policy(Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"}), "refuses"),
        (policy(Action=["SQS:*"]), "allows"),
        (policy(Action="sqs:ReceiveMessage"), "refuses"),
        (policy(Resource="*"), "allows"),
        (policy(Resource=arn("queue", "other")), "refuses"),
        (policy(Condition={"ArnEquals": {"aws:SourceArn": RULE}}), "allows"),
        (policy(Condition={"ArnLike": {"aws:SourceArn": "arn:aws:events:*:*:rule/*"}}), "allows"),
        (policy(Condition={"ArnEquals": {"aws:SourceArn": arn("rule", "other")}}), "refuses"),
        (policy(Condition={"StringEquals": {"aws:SourceAccount": ACCOUNT}}), "allows"),
        (policy(Condition={"StringEquals": {"aws:SourceAccount": "999999999999"}}), "refuses"),
        (policy(Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}}), "unknown"),
        (policy(Condition={"Bool": {"aws:SecureTransport": "true"}}), "unknown"),
        (policy(NotPrincipal={"AWS": "*"}, Principal=None), "unknown"),
        ("{ no JSON", "unknown"),
        (policy(Principal={"Service": "events.eu-south-1.amazonaws.com"}), "unknown"),
        (policy(Principal={"Service": "events.amazonaws.com.cn"}), "unknown"),
        (policy(Principal={"Service": "eventsource.amazonaws.com"}), "refuses"),
        (policy(Condition={"StringEquals": {"aws:SourceArn": "arn:aws:events:*:*:rule/*"}}), "refuses"),
        (policy(Condition={"StringLike": {"aws:SourceArn": "arn:aws:events:*:*:rule/*"}}), "allows"),
        (policy(Condition={"ArnLikeIfExists": {"AWS:SourceArn": [arn("rule", "x"), RULE]}}), "allows"),
        (policy(Condition={"ArnNotEquals": {"aws:SourceArn": RULE}}), "refuses"),
        (policy(Condition={"StringNotEquals": {"aws:SourceAccount": "999999999999"}}), "allows"),
        (policy(Condition={"StringEquals": {"aws:SourceOrgID": "o-1"}}), "unknown"),
        (policy(Condition={"ForAnyValue:StringLike": {"aws:SourceOrgPaths": "o-1/*"}}), "unknown"),
    ],
)
def test_a_policy_is_judged_only_as_far_as_it_is_sure(text: str, answer: str) -> None:
    assert judge(text, REQUEST) == answer


def test_a_denial_goes_over_an_allowance_and_one_for_unencrypted_calls_does_not_touch_aws() -> None:
    def both(deny: dict[str, object]) -> str:
        allow = json.loads(policy())["Statement"]
        return json.dumps({"Statement": [*allow, {"Effect": "Deny", "Principal": "*", "Action": "sqs:*"} | deny]})

    assert judge(both({}), REQUEST) == "refuses"
    assert judge(both({"Condition": {"Bool": {"aws:SecureTransport": "false"}}}), REQUEST) == "allows"


@given(
    st.recursive(
        st.none() | st.booleans() | st.text(max_size=5),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_whatever_stands_in_a_policy_there_is_an_answer(document: object) -> None:
    assert judge(json.dumps(document), REQUEST) in ("allows", "refuses", "unknown")
    assert judge(json.dumps({"Statement": document}), REQUEST) in ("allows", "refuses", "unknown")


def test_a_queue_that_does_not_let_its_sender_in() -> None:
    nodes = [node("rule", "paid"), node("topic", "orders")]
    into = edge("rule paid", "targets", "queue orders", target="t1")
    closed = queue("orders", policy=None)
    assert told("policy-refuses", evidence(nodes, [into], [closed])) == [
        "rule paid: the policy of orders does not let events.amazonaws.com call sqs:SendMessage"
    ]
    assert told("policy-refuses", evidence(nodes, [into], [queue("orders", policy=policy())])) == []
    with_role = edge("rule paid", "targets", "queue orders", target="t1", role=f"arn:aws:iam::{ACCOUNT}:role/x")
    assert told("policy-refuses", evidence(nodes, [with_role], [closed])) == []
    subscribed = edge("topic orders", "subscribes", "queue orders", protocol="sqs", subscription="s1")
    assert len(told("policy-refuses", evidence(nodes, [subscribed], [closed]))) == 1
    gives_up = edge("rule paid", "dead-letters", "queue orders", target="t1")
    assert told("policy-refuses", evidence(nodes, [gives_up], [closed])) == [
        "rule paid: the policy of its DLQ orders does not let events.amazonaws.com call sqs:SendMessage"
    ]


def test_a_policy_that_was_not_read_refuses_nobody_nor_does_one_of_another_account() -> None:
    into = edge("rule paid", "targets", "queue orders", target="t1")
    assert told("policy-refuses", evidence([node("rule", "paid")], [into])) == []


def test_a_queue_under_the_key_of_aws_lets_no_other_service_in() -> None:
    nodes = [node("topic", "orders")]
    into = edge("topic orders", "subscribes", "queue billing", protocol="sqs", subscription="s1")
    assert len(told("key-refuses", evidence(nodes, [into], [queue("billing", kms_key_id="alias/aws/sqs")]))) == 1
    assert told("key-refuses", evidence(nodes, [into], [queue("billing", kms_key_id="alias/orders")])) == []
    assert told("key-refuses", evidence(nodes, [into], [queue("billing")])) == []


FUNCTION, KEY = arn("function", "bill"), f"arn:aws:kms:eu-central-1:{ACCOUNT}:key/0f3c"


@pytest.mark.parametrize(
    ("source", "principal"),
    [
        ("rule paid", "events.amazonaws.com"),
        ("topic orders", "sns.amazonaws.com"),
        ("bucket files", "s3.amazonaws.com"),
        ("alarm full", "lambda.alarms.cloudwatch.amazonaws.com"),
    ],
)
def test_a_function_that_does_not_let_in_what_is_to_invoke_it(source: str, principal: str) -> None:
    kinds: dict[str, EdgeKind] = {"rule": "targets", "topic": "subscribes"}
    into = edge(source, kinds.get(source.split()[0], "notifies"), "function bill", target="t1")
    nodes = [node(*source.split()), node("function", "bill")]
    shut = evidence(nodes, [into], access=Access({FUNCTION: ""}))
    assert told("policy-refuses", shut) == [
        f"{source}: the policy of bill does not let {principal} call lambda:InvokeFunction"
    ]
    lets_in = policy(Principal={"Service": principal}, Action="lambda:InvokeFunction", Resource=FUNCTION)
    assert told("policy-refuses", evidence(nodes, [into], access=Access({FUNCTION: lets_in}))) == []
    assert told("policy-refuses", evidence(nodes, [into])) == [], "what was not read refuses nobody"


def test_an_alias_has_a_policy_of_its_own() -> None:
    into = edge("rule paid", "targets", "function bill", target="t1, t2", qualifier="live, $LATEST")
    nodes = [node("rule", "paid"), node("function", "bill")]
    whole = policy(Action="lambda:InvokeFunction", Resource=FUNCTION)
    alias = policy(Action="lambda:InvokeFunction", Resource=f"{FUNCTION}:live")
    shut = evidence(nodes, [into], access=Access({FUNCTION: whole, f"{FUNCTION}:live": ""}))
    assert told("policy-refuses", shut) == [
        "rule paid: the policy of bill:live does not let events.amazonaws.com call lambda:InvokeFunction"
    ]
    assert told("policy-refuses", evidence(nodes, [into], access=Access({f"{FUNCTION}:live": alias}))) == []
    by_alias = edge("rule paid", "targets", "function bill", target="t1", qualifier="live")
    whole_one = edge("rule paid", "targets", "function bill", target="t2")
    both = evidence(nodes, [by_alias, whole_one], access=Access({FUNCTION: "", f"{FUNCTION}:live": alias}))
    assert told("policy-refuses", both) == [
        "rule paid: the policy of bill does not let events.amazonaws.com call lambda:InvokeFunction"
    ]


def test_a_key_of_ones_own_lets_in_whom_its_policy_names() -> None:
    into = edge("rule paid", "targets", "queue orders", target="t1")
    sealed = queue("orders", kms_key_id="alias/orders")

    def found(key: Key | None, link: Edge = into) -> list[str]:
        access = Access({}, {sealed.arn: key} if key else {})
        return told("key-refuses", evidence([node("rule", "paid")], [link], [sealed], access=access))

    of_the_account = policy(Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, Action="kms:*", Resource="*")
    said = "rule paid: the policy of the key of orders does not let events.amazonaws.com call"
    assert found(Key(KEY, policy=of_the_account)) == [f"{said} kms:GenerateDataKey and kms:Decrypt"]
    assert found(Key(KEY, policy=policy(Action="kms:Decrypt", Resource="*"))) == [f"{said} kms:GenerateDataKey"]
    assert found(Key(KEY, policy=policy(Action=["kms:GenerateDataKey*", "kms:Decrypt"], Resource="*"))) == []
    elsewhere = policy(Action="kms:*", Resource="*", Condition={"ArnLike": {"aws:SourceArn": arn("rule", "other")}})
    assert len(found(Key(KEY, policy=elsewhere))) == 1
    through = policy(Action="kms:*", Resource="*", Condition={"StringEquals": {"kms:ViaService": "sqs.amazonaws.com"}})
    assert found(Key(KEY, policy=through)) == []
    assert found(Key(KEY, policy=None)) == found(None) == [], "what was not read refuses nobody"
    assert len(found(Key(KEY, managed=True))) == 1
    role = edge("rule paid", "targets", "queue orders", target="t1", role=f"arn:aws:iam::{ACCOUNT}:role/x")
    assert found(Key(KEY, policy=of_the_account), role) == []


@pytest.mark.parametrize(("state", "found"), [("Enabled", 0), ("Disabled", 1), ("PendingDeletion", 1), ("New", 0)])
def test_a_queue_under_a_key_that_cannot_be_used(state: str, found: int) -> None:
    sealed = queue("orders", kms_key_id="alias/orders")
    of = evidence(queues=[sealed], access=Access({}, {sealed.arn: Key(KEY, state)}))
    assert len(told("key-unusable", of)) == found


def test_an_alarms_topic_under_the_key_of_aws_is_never_told() -> None:
    shut = node("topic", "on-call", kms_key="alias/aws/sns", policy=policy(Principal="*", Action="*", Resource="*"))
    found = told("key-refuses", evidence([shut], queues=[queue("a")], alarms=[alarm("full", watches("a"))]))
    assert found == [
        "alarm full: on-call is encrypted with alias/aws/sns, which does not let cloudwatch.amazonaws.com in"
    ]


@pytest.mark.parametrize(
    ("permission", "sources", "found"),
    [
        (None, (), False),
        ("allowAll", (), False),
        ("denyAll", (), True),
        ("byQueue", (), True),
        ("byQueue", ("orders",), False),
    ],
)
def test_a_dlq_that_does_not_let_its_source_in(permission: str | None, sources: tuple[str, ...], found: bool) -> None:
    allowed = tuple(arn("queue", name) for name in sources)
    dlq = queue("dead", redrive_permission=permission, redrive_source_arns=allowed)
    of = evidence(queues=[dlq_of("orders", "dead"), dlq])
    assert bool(told("redrive-allow-policy-refuses", of)) == found


def test_a_dlq_that_does_not_exist_and_one_of_another_account() -> None:
    gone = evidence(queues=[dlq_of("orders", "deleted")])
    assert told("dlq-does-not-exist", gone) == ["queue orders gives up into queue deleted, which does not exist"]
    elsewhere = arn("queue", "theirs", account="999999999999")
    assert told("dlq-does-not-exist", evidence(queues=[queue("orders", dlq_arn=elsewhere)])) == []
    unlisted = evidence(queues=[dlq_of("orders", "deleted")], unread=["sqs:ListQueues"])
    assert told("dlq-does-not-exist", unlisted) == []


def test_links_that_lead_nowhere() -> None:
    nodes = [node("rule", "paid"), node("function", "bill")]
    into = edge("rule paid", "targets", "function gone", target="t1")
    reads = edge("queue gone", "consumes", "function bill", mapping="m1")
    assert sorted(told("end-does-not-exist", evidence(nodes, [into, reads]))) == [
        "function bill reads queue gone, which does not exist",
        "rule paid leads to function gone, which does not exist",
    ]
    kept = edge("rule paid", "targets", "function bill", target="t1")
    assert told("end-does-not-exist", evidence(nodes, [kept])) == []


def test_an_alarm_without_action_unless_a_composite_one_tells_for_it() -> None:
    silent = alarm("full", watches("orders"), action_arns=())
    off = alarm("late", watches("orders"), actions_enabled=False)
    assert told("alarm-without-action", evidence(alarms=[silent, off, alarm("well", watches("orders"))])) == [
        "alarm full has no action; nobody is told when it fires",
        "alarm late has its actions switched off; nobody is told when it fires",
    ]
    whole = alarm("any", type="composite", expression='ALARM("full") OR ALARM(late)')
    assert told("alarm-without-action", evidence(alarms=[silent, off, whole])) == []


def test_an_alarm_that_only_suppresses_or_that_a_rule_hears_of_needs_no_action() -> None:
    holds = alarm("deploying", watches("orders"), action_arns=())
    whole = alarm("any", type="composite", expression="ALARM(full)", suppressor=arn("alarm", "deploying"))
    assert told("alarm-without-action", evidence(alarms=[holds, whole])) == []
    hears = node("rule", "tell", "ENABLED", pattern='{"source": ["aws.cloudwatch"]}')
    assert told("alarm-without-action", evidence([hears], alarms=[holds])) == []
    off = node("rule", "tell", "DISABLED", pattern='{"source": ["aws.cloudwatch"]}')
    assert len(told("alarm-without-action", evidence([off], alarms=[holds]))) == 1
    assert told("alarm-without-action", evidence(alarms=[holds], unread=["events:ListRules"])) == []


def test_a_metric_of_a_linked_account_may_exist_though_nothing_here_has_its_name() -> None:
    linked = AlarmMetric(watches("theirs"), "Maximum", 60, account="999999999999")
    assert told("alarm-on-missing-metric", evidence(queues=[queue("a")], alarms=[alarm("x", metrics=(linked,))])) == []


@pytest.mark.parametrize(
    ("metric", "why"),
    [
        (watches("orders"), ""),
        (watches("gone"), "gone does not exist"),
        (
            watches("orders", "ApproximateNumberOfMessageVisible"),
            "AWS/SQS has no metric ApproximateNumberOfMessageVisible; "
            "ApproximateNumberOfMessagesVisible is probably meant",
        ),
        (watches("orders", "SomethingNewThatAwsAdded"), ""),
        (watches("orders", "ApproximateNumberOfMessagesNotVisibleInQuietGroups"), ""),
        (Metric.of("AWS/Lambda", "ProvisionedConcurrencyInvocations", {"FunctionName": "bill"}), ""),
        (Metric.of("AWS/Events", "IngestiontoInvocationStartLatency", {"EventBusName": "default"}), ""),
        (Metric.of("AWS/SQS", "ApproximateAgeOfOldestMessage", {"QueueUrl": "x"}), "AWS/SQS has no dimension QueueUrl"),
        (Metric.of("AWS/SQS", "ApproximateAgeOfOldestMessage"), "AWS/SQS has no metric without a QueueName"),
        (Metric.of("AWS/Lambda", "Errors", {"FunctionName": "bill"}), ""),
        (Metric.of("AWS/Lambda", "Errors", {"FunctionName": "gone"}), "gone does not exist"),
        (Metric.of("AWS/Lambda", "Errors"), ""),
        (Metric.of("OrderService", "Anything", {"Queue": "gone"}), ""),
    ],
)
def test_an_alarm_on_a_metric_that_cannot_exist(metric: Metric, why: str) -> None:
    of = evidence([node("function", "bill")], queues=[queue("orders")], alarms=[alarm("a", metric)])
    assert told("alarm-on-missing-metric", of) == ([f"alarm a can never fire: {why}"] if why else [])


def test_a_metrics_resource_that_may_not_be_listed_is_not_called_gone() -> None:
    of = evidence(queues=[queue("orders")], alarms=[alarm("a", watches("gone"))], unread=["sqs:ListQueues"])
    assert told("alarm-on-missing-metric", of) == []
