"""The topics and who listens to them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from evwatch.demo.api import Api
from evwatch.demo.system import names


@dataclass(frozen=True, slots=True)
class Subscription:
    """A listener of the topic of payments."""

    protocol: str
    endpoint: str
    statuses: tuple[str, ...] = ()
    """Only payments with one of these; empty takes all."""
    raw: bool = False
    dlq: str | None = None

    @property
    def attributes(self) -> dict[str, str]:
        """What Subscribe takes."""
        given = {}
        if self.statuses:
            given["FilterPolicyScope"] = "MessageBody"
            given["FilterPolicy"] = json.dumps({"detail": {"status": list(self.statuses)}})
        if self.raw:
            given["RawMessageDelivery"] = "true"
        if self.dlq:
            given["RedrivePolicy"] = json.dumps({"deadLetterTargetArn": names.queue_arn(self.dlq)})
        return given

    def takes(self, detail: Mapping[str, Any]) -> bool:
        """Whether an event of this detail is delivered to it."""
        return not self.statuses or detail.get("status") in self.statuses


SUBSCRIPTIONS = (
    Subscription("sqs", names.queue_arn(names.NOTIFICATIONS)),
    Subscription("sqs", names.queue_arn(names.PAYMENT_LEDGER), raw=True, dlq=names.NOTIFICATIONS_DLQ),
    Subscription("lambda", names.function_arn(names.FLAG_DECLINED), statuses=("declined",)),
    Subscription("lambda", names.function_arn(names.SEND_RECEIPT), statuses=("captured",), dlq=names.NOTIFICATIONS_DLQ),
)


def create(api: Api) -> dict[str, str]:
    """Create the topics and subscribe. Gives the ARN of the subscription of each endpoint."""
    sns = api.client("sns")
    topic = sns.create_topic(Name=names.TOPIC, Tags=names.LISTED_TAGS)["TopicArn"]
    alerting = sns.create_topic(Name=names.ALERTING, Tags=names.LISTED_TAGS)["TopicArn"]
    sns.subscribe(TopicArn=alerting, Protocol="email", Endpoint="on-call@example.com")
    return {
        subscription.endpoint: sns.subscribe(
            TopicArn=topic,
            Protocol=subscription.protocol,
            Endpoint=subscription.endpoint,
            Attributes=subscription.attributes,
            ReturnSubscriptionArn=True,
        )["SubscriptionArn"]
        for subscription in SUBSCRIPTIONS
    }
