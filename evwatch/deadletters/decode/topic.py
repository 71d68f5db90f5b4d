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
    """A message without an envelope: whose it is follows from the subscriptions that use the DLQ, if from anything."""
    topics = sorted({edge.source for edge in surroundings.undelivered})
    if not topics:
        return None
    dead = [edge for topic in topics for edge in surroundings.subscriptions(topic)]
    # Only raw delivery leaves the envelope out, so the others cannot have left this one.
    dead = [edge for edge in dead if edge.details.get("raw") == "yes"] or dead
    sources = sorted({edge.source for edge in dead}) or topics
    source = sources[0] if len(sources) == 1 else None
    if len(dead) == 1:
        return Verdict("topic", source, dead[0].target, f"{_SUBSCRIBER}; no other one's raw messages come to this DLQ")
    if source is None:
        listed = ", ".join(arn_name(topic) for topic in sources[:3])
        reason = f"not known: subscriptions of several topics use this DLQ ({listed}), and a raw message names none"
    elif dead:
        reason = f"not known: several subscriptions of {arn_name(source)} use this DLQ, and a raw message names none"
    else:
        reason = f"not known: the subscription of {arn_name(source)} that uses this DLQ could not be read"
    return Verdict("topic", source, None, reason)
