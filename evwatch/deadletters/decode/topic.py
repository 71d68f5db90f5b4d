"""Given up by an SNS subscription: the message as the subscriber would have got it, and not a word on why."""

from __future__ import annotations

from evwatch.deadletters.decode import sns
from evwatch.deadletters.decode.form import Opened, Verdict
from evwatch.deadletters.decode.surroundings import Surroundings
from evwatch.model.arn import arn_name

_SUBSCRIBER = "the subscriber that it did not reach; the topic's other subscribers had it"


def recognise(opened: Opened, surroundings: Surroundings) -> Verdict | None:
    """By SNS's envelope; a raw message by being in a DLQ of subscriptions while nobody else lays claim to it."""
    envelope = sns.envelope(opened)
    if envelope is None:
        return _raw(surroundings)
    topic = str(envelope["TopicArn"])
    subscription = sns.subscription_arn(envelope)
    named = (topic, subscription or "")
    endpoint = surroundings.endpoint(topic, subscription) if subscription else None
    if endpoint == surroundings.queue.arn:
        reason = f"not known: {arn_name(topic)} delivers to this queue as to any subscriber, so nobody gave up on it"
        return Verdict("unknown", None, None, reason, named=named)
    if endpoint is None:
        dead = surroundings.subscriptions(topic)
        endpoint = dead[0].target if len(dead) == 1 and subscription is None else None
    if endpoint is None:
        reason = f"not known: no subscriber of {arn_name(topic)} could be matched with it"
        return Verdict("topic", topic, None, reason, named=named)
    return Verdict("topic", topic, endpoint, _SUBSCRIBER, named=named)


def _raw(surroundings: Surroundings) -> Verdict | None:
    topics = sorted({edge.source for edge in surroundings.undelivered})
    if not topics:
        return None
    if len(topics) > 1:
        listed = ", ".join(arn_name(topic) for topic in topics[:3])
        reason = f"not known: subscriptions of several topics use this DLQ ({listed}), and a raw message names none"
        return Verdict("topic", None, None, reason)
    topic = topics[0]
    dead = surroundings.subscriptions(topic)
    if len(dead) == 1:
        return Verdict("topic", topic, dead[0].target, f"{_SUBSCRIBER}; it is the only one that uses this DLQ")
    reason = f"not known: several subscriptions of {arn_name(topic)} use this DLQ, and a raw message names none"
    if not dead:
        reason = f"not known: the subscription of {arn_name(topic)} that uses this DLQ could not be read"
    return Verdict("topic", topic, None, reason)
