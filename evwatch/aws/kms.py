"""AWS KMS: whether the keys of queues and topics can be used, and by which services."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from evwatch.aws.service import Call, Service, Trial
from evwatch.aws.survey import Survey, text
from evwatch.model.access import ENABLED, MANAGED_KEYS, Key
from evwatch.model.arn import parse_arn

_USD = 0.03 / 10_000
_EVERYBODYS = "alias/aws/sqs"
"""Made by AWS in each account that encrypted a queue once."""
DESCRIBE_KEY = Call(
    "kms",
    "DescribeKey",
    usd=_USD,
    why="see whether the key of a queue or topic can be used",
    trial=Trial({"KeyId": _EVERYBODYS}, {"key": "KeyMetadata.Arn"}),
)
GET_KEY_POLICY = Call(
    "kms",
    "GetKeyPolicy",
    usd=_USD,
    why="see whether a key lets in the services that send to a queue or topic",
    trial=Trial({"KeyId": "$key", "PolicyName": "default"}),
)
# DescribeKey allows two thousand a second, GetKeyPolicy one thousand; an account has few keys.
SERVICE = Service("kms", (DESCRIBE_KEY, GET_KEY_POLICY), requests_per_second=50, burst=50)

_KEEP_SECONDS = 1800.0


async def keys(survey: Survey, named: Mapping[str, str], entered: Iterable[str]) -> dict[str, Key]:
    """The key of each queue and topic, by its ARN; `named` says by which id, ARN or alias it calls the key.

    The policy is read where a service enters the queue or topic on its own behalf (`entered`): for whoever comes with
    a role it decides nothing by itself. A key of another account cannot be read from here.
    """
    wanted = {name for arn, name in named.items() if not _is_managed(name) and not _elsewhere(survey, name)}
    decided = {named[arn] for arn in entered if arn in named}
    read = dict(await survey.each(sorted(wanted), lambda name: _key(survey, name, name in decided)))
    return {arn: key for arn, name in named.items() if (key := read.get(name))}


async def _key(survey: Survey, name: str, decides: bool) -> Key | None:
    answer = await survey.kept(DESCRIBE_KEY, name, _KEEP_SECONDS, KeyId=name)
    described = (answer or {}).get("KeyMetadata") or {}
    arn = text(described, "Arn")
    if not arn:
        return None
    managed = text(described, "KeyManager") == "AWS"
    policy: str | None = None
    if decides and not managed:
        found = await survey.kept(GET_KEY_POLICY, arn, _KEEP_SECONDS, KeyId=arn, PolicyName="default")
        policy = text(found or {}, "Policy") or None
    return Key(arn, text(described, "KeyState") or ENABLED, managed, policy)


def _is_managed(name: str) -> bool:
    return name.endswith(MANAGED_KEYS)


def _elsewhere(survey: Survey, name: str) -> bool:
    parts = parse_arn(name)
    return parts is not None and bool(survey.account) and parts.account != survey.account
