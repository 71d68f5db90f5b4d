"""AWS STS: who the caller is."""

from __future__ import annotations

from evwatch.aws.clients import Caller
from evwatch.aws.errors import AwsError
from evwatch.aws.service import Call, Service, Trial
from evwatch.model.context import Identity
from evwatch.model.fault import Fault

WHO_AM_I = Call(
    "sts",
    "GetCallerIdentity",
    why="show the account and the caller",
    trial=Trial(),
)
SERVICE = Service("sts", (WHO_AM_I,))


async def identity(caller: Caller) -> Identity:
    """The account and ARN of these credentials. Raises AwsError."""
    answer = await caller.call(WHO_AM_I)
    account, arn = answer.get("Account"), answer.get("Arn")
    if not isinstance(account, str) or not isinstance(arn, str):
        raise AwsError(Fault("aws", "sts:GetCallerIdentity gave no account", "check the endpoint", WHO_AM_I.iam_action))
    return Identity(account, arn)
