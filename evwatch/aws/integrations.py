"""Which resource a service integration acts on, as its parameters say.

Step Functions (`arn:aws:states:::sqs:sendMessage`) and Scheduler (`arn:aws:scheduler:::aws-sdk:sqs:sendMessage`) name
an API, and the resource only among what that is called with. AWS: "Integrating services with Step Functions" and
"Using universal targets in EventBridge Scheduler".
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from evwatch.model.arn import parse_arn
from evwatch.model.flow_kinds import canonical


@dataclass(frozen=True, slots=True)
class Where:
    """What a name alone leaves open: it means a resource of the caller's own account and region."""

    partition: str
    region: str
    account: str

    @staticmethod
    def of(arn: str) -> Where:
        """Where the resource of this ARN is."""
        parts = parse_arn(arn)
        return Where(parts.partition, parts.region, parts.account) if parts else Where("aws", "", "")

    def arn(self, service: str, resource: str) -> str:
        """The ARN of a resource beside it."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"


# Service of the integration -> the parameter that says which resource, the service and beginning of its ARN.
_NAMED: dict[str, tuple[tuple[str, str, str], ...]] = {
    "lambda": (("FunctionName", "lambda", "function:"),),
    "sns": (("TopicArn", "sns", ""), ("TargetArn", "sns", "")),
    "states": (("StateMachineArn", "states", "stateMachine:"),),
    "sfn": (("StateMachineArn", "states", "stateMachine:"),),
    "dynamodb": (("TableName", "dynamodb", "table/"),),
    "kinesis": (("StreamARN", "kinesis", "stream/"), ("StreamName", "kinesis", "stream/")),
    "firehose": (("DeliveryStreamName", "firehose", "deliverystream/"),),
}


def resources(integration: str, parameters: Mapping[str, Any], where: Where) -> tuple[str, ...]:
    """The ARNs that an integration acts on; its own ARN where its parameters do not say, or say it only as it runs."""
    parts = parse_arn(integration)
    if parts is None:
        return ()
    if parts.account or parts.region:
        return (canonical(integration),)
    words = parts.resource.split(":")
    service = words[1] if words[0] == "aws-sdk" and len(words) > 1 else words[0]
    found = _found(service, parameters, where)
    return found or (integration,)


def _found(service: str, parameters: Mapping[str, Any], where: Where) -> tuple[str, ...]:
    if service == "sqs":
        url = _known(parameters.get("QueueUrl"))
        with suppress(ValueError):  # no URL at all
            return (_queue(url, where),) if url else ()
        return ()
    if service in ("events", "eventbridge"):
        return _buses(parameters.get("Entries"), where)
    if service == "s3":
        bucket = _known(parameters.get("Bucket"))
        return (f"arn:{where.partition}:s3:::{bucket}",) if bucket else ()
    if service in ("http", "apigateway"):
        url = _known(parameters.get("ApiEndpoint"))
        return (url,) if url else ()
    for parameter, owner, prefix in _NAMED.get(service, ()):
        name = _known(parameters.get(parameter))
        if name:
            return (canonical(name if parse_arn(name) else _beside(name, where, owner, prefix)),)
    return ()


def _beside(name: str, where: Where, owner: str, prefix: str) -> str:
    """The ARN of a name. Lambda also takes a part of an ARN, `123456789012:function:bill`."""
    account, divider, rest = name.partition(f":{prefix}")
    if divider and account.isdigit():
        return replace(where, account=account).arn(owner, prefix + rest)
    return where.arn(owner, prefix + name)


def _known(value: object) -> str:
    """The text of a parameter that is fixed: neither a path into the input nor an expression (JSONata)."""
    return value if isinstance(value, str) and not value.startswith(("$", "{%")) else ""


def _queue(url: str, where: Where) -> str:
    """A queue's URL ends in its account and name; its host may name the region."""
    parts = [part for part in urlsplit(url).path.split("/") if part]
    account = parts[-2] if len(parts) > 1 and parts[-2].isdigit() else where.account
    host = urlsplit(url).netloc.split(".")
    region = host[1] if len(host) > 3 and host[0] == "sqs" else where.region
    name = parts[-1] if parts else url
    return f"arn:{where.partition}:sqs:{region}:{account}:{name}"


def _buses(entries: object, where: Where) -> tuple[str, ...]:
    """The buses of PutEvents; an entry that names none goes to the default bus."""
    if not isinstance(entries, list):
        return ()
    found: dict[str, None] = {}
    for entry in entries:
        if not isinstance(entry, Mapping) or "EventBusName.$" in entry:
            continue
        name = entry.get("EventBusName", "default")
        if known := _known(name):
            found[known if parse_arn(known) else where.arn("events", f"event-bus/{known}")] = None
    return tuple(found)
