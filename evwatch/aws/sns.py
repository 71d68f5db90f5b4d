"""Amazon SNS: topics, their subscriptions, and the subscriptions' DLQs."""

from __future__ import annotations

import asyncio
from typing import Any

from evwatch.aws.service import Call, Paging, Service, Trial
from evwatch.aws.survey import Survey, details, text
from evwatch.model.arn import parse_arn
from evwatch.model.flow import Edge, Flow, Node
from evwatch.model.flow_kinds import canonical, qualifier
from evwatch.model.json_object import json_object

_PAGES = Paging("NextToken", "NextToken")
_LISTS = 20.0
"""Each list is allowed thirty times a second (API reference). Where subscriptions may not be listed, every topic is
asked for its own."""
LIST_TOPICS = Call(
    "sns",
    "ListTopics",
    own_pace=_LISTS,
    paging=_PAGES,
    why="find topics",
    trial=Trial({}, {"topic_arn": "Topics[0].TopicArn"}),
)
LIST_SUBSCRIPTIONS = Call(
    "sns",
    "ListSubscriptions",
    own_pace=_LISTS,
    paging=_PAGES,
    why="see who is subscribed",
    trial=Trial({}, {"subscription": "Subscriptions[?starts_with(SubscriptionArn, 'arn:')] | [0].SubscriptionArn"}),
)
GET_TOPIC_ATTRIBUTES = Call(
    "sns",
    "GetTopicAttributes",
    why="see a topic's policy, key, and how many are subscribed",
    trial=Trial({"TopicArn": "$topic_arn"}),
)
LIST_SUBSCRIPTIONS_BY_TOPIC = Call(
    "sns",
    "ListSubscriptionsByTopic",
    own_pace=_LISTS,
    paging=_PAGES,
    why="see subscriptions that other accounts made",
    trial=Trial({"TopicArn": "$topic_arn"}),
)
GET_SUBSCRIPTION_ATTRIBUTES = Call(
    "sns",
    "GetSubscriptionAttributes",
    why="see a subscription's filter, delivery and DLQ",
    trial=Trial({"SubscriptionArn": "$subscription"}),
)
PUBLISH = Call(
    "sns",
    "Publish",
    tier="redrive",
    reads=False,
    sends=True,
    paced=False,
    usd=0.50 / 1_000_000,
    why="give a topic the event again that a rule could not deliver to it",
)
SERVICE = Service(
    "sns",
    (
        LIST_TOPICS,
        LIST_SUBSCRIPTIONS,
        GET_TOPIC_ATTRIBUTES,
        LIST_SUBSCRIPTIONS_BY_TOPIC,
        GET_SUBSCRIPTION_ATTRIBUTES,
        PUBLISH,
    ),
    # The lists keep a pace of their own; for the attributes AWS publishes no limit.
    requests_per_second=40,
    burst=60,
)

_KEEP_SECONDS = 900.0
Attributes = dict[str, Any]


async def discover(survey: Survey) -> Flow:
    """Topics and subscriptions.

    An account's list holds the subscriptions that it made itself. Where a topic counts more than that list shows,
    others subscribed to it (or the list may not be read), and the topic's own list is read too. Attributes are read of
    confirmed subscriptions of the caller's own: an unconfirmed one has no ARN, and another account's may not be read.
    """
    topics, listed = await asyncio.gather(
        survey.items(LIST_TOPICS, "Topics"), survey.items(LIST_SUBSCRIPTIONS, "Subscriptions")
    )
    arns = [arn for topic in topics if (arn := text(topic, "TopicArn"))]
    of_topics = await survey.each(arns, lambda arn: _topic_attributes(survey, arn))
    subscriptions = [item for item in listed if text(item, "TopicArn")]
    subscriptions += await _of_others(survey, dict(of_topics), subscriptions)
    read = await survey.each(_own(subscriptions, survey.account), lambda item: _attributes(survey, item))
    known = {text(item, "SubscriptionArn"): answer for item, answer in read}
    nodes = [_topic(arn, attributes) for arn, attributes in of_topics]
    nodes += [_address(item) for item in subscriptions if not parse_arn(text(item, "Endpoint"))]
    edges = [edge for item in subscriptions for edge in _edges(item, known.get(text(item, "SubscriptionArn"), {}))]
    return Flow(tuple(dict.fromkeys(nodes)), tuple(edges))


async def _topic_attributes(survey: Survey, arn: str) -> Attributes:
    answer = await survey.kept(GET_TOPIC_ATTRIBUTES, arn, _KEEP_SECONDS, TopicArn=arn)
    return (answer or {}).get("Attributes") or {}


async def _attributes(survey: Survey, item: dict[str, Any]) -> Attributes:
    arn = text(item, "SubscriptionArn")
    answer = await survey.kept(GET_SUBSCRIPTION_ATTRIBUTES, arn, _KEEP_SECONDS, SubscriptionArn=arn)
    return (answer or {}).get("Attributes") or {}


def _own(subscriptions: list[dict[str, Any]], account: str) -> list[dict[str, Any]]:
    return [
        item
        for item in subscriptions
        if parse_arn(text(item, "SubscriptionArn")) and (not account or text(item, "Owner") in (account, ""))
    ]


async def _of_others(
    survey: Survey, topics: dict[str, Attributes], known: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    listed: dict[str, set[tuple[str, str]]] = {}
    for item in known:
        listed.setdefault(text(item, "TopicArn"), set()).add(_identity(item))
    more = [
        arn
        for arn, attributes in topics.items()
        if _count(attributes, "SubscriptionsConfirmed") > len(listed.get(arn, ()))
    ]
    read = await survey.each(more, lambda arn: survey.items(LIST_SUBSCRIPTIONS_BY_TOPIC, "Subscriptions", TopicArn=arn))
    return [item for arn, items in read for item in items if _identity(item) not in listed.get(arn, ())]


def _identity(item: dict[str, Any]) -> tuple[str, str]:
    return text(item, "Protocol"), text(item, "Endpoint")


def _count(attributes: Attributes, name: str) -> int:
    said = text(attributes, name)
    return int(said) if said.isdigit() else 0


def _topic(arn: str, attributes: Attributes) -> Node:
    shown = details(
        display_name=text(attributes, "DisplayName"),
        kms_key=text(attributes, "KmsMasterKeyId"),
        policy=text(attributes, "Policy"),
    )
    return Node.of(arn, "topic", detail=shown)


def _address(item: dict[str, Any]) -> Node:
    """An address outside AWS, such as a mail address or a web hook."""
    name = _to(item)
    return Node(name, "external", name)


def _to(item: dict[str, Any]) -> str:
    endpoint = text(item, "Endpoint")
    return canonical(endpoint) if parse_arn(endpoint) else f"{text(item, 'Protocol')}:{endpoint}"


def _edges(item: dict[str, Any], attributes: Attributes) -> list[Edge]:
    topic, to, subscription = text(item, "TopicArn"), _to(item), text(item, "SubscriptionArn")
    # Instead of an ARN it says PendingConfirmation, or Deleted.
    confirmed = parse_arn(subscription) is not None and text(attributes, "PendingConfirmation") != "true"
    shown = details(
        subscription=subscription,
        protocol=text(item, "Protocol"),
        qualifier=qualifier(text(item, "Endpoint")),
        raw="yes" if text(attributes, "RawMessageDelivery") == "true" else "",
        filter=text(attributes, "FilterPolicy"),
        filter_scope=text(attributes, "FilterPolicyScope"),
        owner=text(item, "Owner"),
    )
    edges = [Edge(topic, to, "subscribes", confirmed, shown)]
    if dlq := _dlq(text(attributes, "RedrivePolicy")):
        edges.append(Edge(topic, dlq, "dead-letters", detail=details(subscription=subscription, endpoint=to)))
    return edges


def _dlq(policy: str) -> str:
    return text(json_object(policy), "deadLetterTargetArn")
