"""The bus, its rules and their targets, and which of them an event goes to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from evwatch.demo.api import Api
from evwatch.demo.system import names


@dataclass(frozen=True, slots=True)
class Target:
    """Where a rule sends an event."""

    id: str
    arn: str
    group_id: str | None = None
    dlq_arn: str | None = None
    retries: int | None = None
    role_arn: str | None = None

    @property
    def described(self) -> dict[str, Any]:
        """What PutTargets takes."""
        given: dict[str, Any] = {"Id": self.id, "Arn": self.arn}
        if self.group_id:
            given["SqsParameters"] = {"MessageGroupId": self.group_id}
        if self.dlq_arn:
            given["DeadLetterConfig"] = {"Arn": self.dlq_arn}
        if self.retries is not None:
            given["RetryPolicy"] = {"MaximumRetryAttempts": self.retries, "MaximumEventAgeInSeconds": 3600}
        if self.role_arn:
            given["RoleArn"] = self.role_arn
        return given


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule on a bus: by pattern, or by schedule."""

    name: str
    bus: str
    description: str
    targets: tuple[Target, ...]
    pattern: Mapping[str, Any] | None = None
    schedule: str | None = None

    def matches(self, source: str, detail_type: str, detail: Mapping[str, Any]) -> bool:
        """Whether an event triggers it. Patterns of the demo hold plain values, and prefixes in the detail."""
        if self.pattern is None:
            return False
        event = {"source": source, "detail-type": detail_type, "detail": detail}
        return _matches(self.pattern, event)


def _matches(pattern: Mapping[str, Any], event: Mapping[str, Any]) -> bool:
    for key, wanted in pattern.items():
        value = event.get(key)
        if isinstance(wanted, Mapping):
            if not isinstance(value, Mapping) or not _matches(wanted, value):
                return False
        elif not any(_is(value, alternative) for alternative in wanted):
            return False
    return True


def _is(value: object, alternative: object) -> bool:
    if isinstance(alternative, Mapping):
        return str(value).startswith(alternative["prefix"])
    return value == alternative


def _queue(name: str, group_id: str | None = None) -> Target:
    return Target(name.removesuffix(".fifo"), names.queue_arn(name), group_id)


ORDER_CREATED = Rule(
    "order-created",
    names.BUS,
    "New orders to the order processor",
    (_queue(names.ORDER_EVENTS),),
    {"source": [names.ORDER_SERVICE], "detail-type": ["OrderCreated"]},
)
ORDER_CHANGED = Rule(
    "order-changed",
    names.BUS,
    "Updates and cancellations to the order processor",
    (_queue(names.ORDER_EVENTS),),
    {"source": [names.ORDER_SERVICE], "detail-type": ["OrderUpdated", "OrderCancelled"]},
)
ORDER_CONFIRMATION = Rule(
    "order-confirmation",
    names.BUS,
    "A new order reserves its stock and is confirmed to the customer",
    (
        _queue(names.INVENTORY),
        Target(
            names.SEND_CONFIRMATION,
            names.function_arn(names.SEND_CONFIRMATION),
            dlq_arn=names.queue_arn(names.CONFIRMATION_TARGET_DLQ),
            retries=4,
        ),
    ),
    {"source": [names.ORDER_SERVICE], "detail-type": ["OrderCreated"]},
)
PAYMENT_PROCESSED = Rule(
    "payment-processed",
    names.BUS,
    "Payments to whoever wants to know",
    (Target(names.TOPIC, names.topic_arn(names.TOPIC)),),
    {"source": [names.PAYMENT_SERVICE], "detail-type": ["PaymentProcessed"]},
)
FULFIL_PARTNER_ORDER = Rule(
    "fulfil-partner-order",
    names.BUS,
    "A captured payment of a partner starts fulfilment",
    (Target(names.FULFIL_ORDER, names.state_machine_arn(names.FULFIL_ORDER), role_arn=names.ROLE),),
    {
        "source": [names.PAYMENT_SERVICE],
        "detail-type": ["PaymentProcessed"],
        "detail": {"status": ["captured"], "channel": ["partner"]},
    },
)
OFFBOARDING_CREATED = Rule(
    "offboarding-file-created",
    "default",
    "Files that arrive for offboarding, one after the other",
    (_queue(names.OFFBOARDING, group_id="offboarding"),),
    {
        "source": ["aws.s3"],
        "detail-type": ["Object Created"],
        "detail": {"bucket": {"name": [names.OFFBOARDING_BUCKET]}, "object": {"key": [{"prefix": "source/"}]}},
    },
)
RECONCILE_NIGHTLY = Rule(
    "reconcile-payments-nightly",
    "default",
    "Compares payments with the ledger",
    (Target(names.RECONCILE_PAYMENTS, names.function_arn(names.RECONCILE_PAYMENTS)),),
    schedule="cron(15 3 * * ? *)",
)
RULES = (
    ORDER_CREATED,
    ORDER_CHANGED,
    ORDER_CONFIRMATION,
    PAYMENT_PROCESSED,
    FULFIL_PARTNER_ORDER,
    OFFBOARDING_CREATED,
    RECONCILE_NIGHTLY,
)


def create(api: Api) -> None:
    """Create the bus, its archive, the rules and their targets, which must exist by now."""
    events = api.client("events")
    events.create_event_bus(Name=names.BUS, Tags=names.LISTED_TAGS)
    events.create_archive(
        ArchiveName=names.ARCHIVE, EventSourceArn=names.arn("events", f"event-bus/{names.BUS}"), RetentionDays=7
    )
    for rule in RULES:
        when = {"ScheduleExpression": rule.schedule} if rule.schedule else {"EventPattern": json.dumps(rule.pattern)}
        events.put_rule(
            Name=rule.name, EventBusName=rule.bus, Description=rule.description, Tags=names.LISTED_TAGS, **when
        )
        events.put_targets(Rule=rule.name, EventBusName=rule.bus, Targets=[target.described for target in rule.targets])
