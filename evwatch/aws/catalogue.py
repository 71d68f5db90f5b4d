"""Every service that evwatch speaks to, and what follows from their declarations."""

from __future__ import annotations

from evwatch.aws import (
    cloudwatch,
    dynamodb,
    events,
    functions,
    kinesis,
    kms,
    logs,
    pipes,
    s3,
    scheduler,
    sns,
    sqs,
    stepfunctions,
    sts,
    tagging,
)
from evwatch.aws.service import TIERS, Call, Service, Tier

SERVICES: tuple[Service, ...] = (
    sts.SERVICE,
    sqs.SERVICE,
    cloudwatch.SERVICE,
    events.SERVICE,
    sns.SERVICE,
    functions.SERVICE,
    scheduler.SERVICE,
    pipes.SERVICE,
    stepfunctions.SERVICE,
    kinesis.SERVICE,
    dynamodb.SERVICE,
    s3.SERVICE,
    kms.SERVICE,
    logs.SERVICE,
    tagging.SERVICE,
)
CALLS: tuple[Call, ...] = tuple(call for service in SERVICES for call in service.calls)

DISCOVERERS = (
    events.discover,
    sns.discover,
    functions.discover,
    scheduler.discover,
    pipes.discover,
    stepfunctions.discover,
    kinesis.discover,
    dynamodb.discover,
    s3.discover,
)
"""What reads the flow; queues bring their own links with their attributes."""


def actions(tier: Tier) -> tuple[str, ...]:
    """The IAM actions that a tier needs, those of the lower tiers included, sorted."""
    wanted = TIERS[: TIERS.index(tier) + 1]
    return tuple(sorted({call.iam_action for call in CALLS if call.tier in wanted}))
