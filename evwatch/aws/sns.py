"""Amazon SNS: topics, their subscriptions, and the subscriptions' DLQs."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from evwatch.aws.service import Call, Paging, Service
from evwatch.aws.survey import Survey, details, text
from evwatch.model.arn import parse_arn
from evwatch.model.flow import Edge, Flow, Node

_PAGES = Paging("NextToken", "NextToken")
LIST_TOPICS = Call("sns", "ListTopics", paging=_PAGES, why="find topics")
LIST_SUBSCRIPTIONS = Call("sns", "ListSubscriptions", paging=_PAGES, why="see who is subscribed")
GET_SUBSCRIPTION_ATTRIBUTES = Call(
    "sns", "GetSubscriptionAttributes", why="see a subscription's filter, delivery and DLQ"
)
SERVICE = Service(
    "sns",
    (LIST_TOPICS, LIST_SUBSCRIPTIONS, GET_SUBSCRIPTION_ATTRIBUTES),
    # The list operations allow thirty a second each.
    requests_per_second=20,
    burst=30,
)


async def discover(survey: Survey) -> Flow:
    """Topics and subscriptions; attributes only of confirmed subscriptions (an unconfirmed one has no ARN)."""
    topics, subscriptions = await asyncio.gather(
        survey.items(LIST_TOPICS, "Topics"), survey.items(LIST_SUBSCRIPTIONS, "Subscriptions")
    )
    confirmed = [item for item in subscriptions if parse_arn(text(item, "SubscriptionArn"))]
    read = await survey.each(
        confirmed,
        lambda item: survey.one(GET_SUBSCRIPTION_ATTRIBUTES, SubscriptionArn=text(item, "SubscriptionArn")),
    )
    attributes = {text(item, "SubscriptionArn"): (answer or {}).get("Attributes") or {} for item, answer in read}
    nodes = [Node.of(text(topic, "TopicArn"), "topic") for topic in topics if text(topic, "TopicArn")]
    nodes += [_endpoint(item) for item in subscriptions if not parse_arn(text(item, "Endpoint"))]
    edges = [edge for item in subscriptions for edge in _edges(item, attributes.get(text(item, "SubscriptionArn"), {}))]
    return Flow(tuple(dict.fromkeys(nodes)), tuple(edges))


def _endpoint(item: dict[str, Any]) -> Node:
    """An address outside AWS, such as a mail address or a web hook."""
    name = f"{text(item, 'Protocol')}:{text(item, 'Endpoint')}"
    return Node(name, "external", name)


def _edges(item: dict[str, Any], attributes: dict[str, Any]) -> list[Edge]:
    topic, endpoint = text(item, "TopicArn"), text(item, "Endpoint")
    subscription = text(item, "SubscriptionArn")
    to = endpoint if parse_arn(endpoint) else f"{text(item, 'Protocol')}:{endpoint}"
    shown = details(
        subscription=subscription,
        protocol=text(item, "Protocol"),
        raw="yes" if text(attributes, "RawMessageDelivery") == "true" else "",
        filter=text(attributes, "FilterPolicy"),
    )
    confirmed = parse_arn(subscription) is not None and text(attributes, "PendingConfirmation") != "true"
    edges = [Edge(topic, to, "subscribes", confirmed, shown)]
    if dlq := _dlq(text(attributes, "RedrivePolicy")):
        edges.append(Edge(topic, dlq, "dead-letters", detail=details(subscription=subscription, endpoint=to)))
    return edges


def _dlq(policy: str) -> str:
    try:
        found = json.loads(policy or "{}")
    except ValueError:
        return ""
    return text(found, "deadLetterTargetArn") if isinstance(found, dict) else ""
