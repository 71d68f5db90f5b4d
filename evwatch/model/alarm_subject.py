"""Which resources an alarm is about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from evwatch.model.alarm import Alarm
from evwatch.model.arn import parse_arn
from evwatch.model.metric import Metric

_STATE = r"(?:ALARM|OK|INSUFFICIENT_DATA)"
_QUOTED = r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'"
# ALARM(name), and AT_LEAST(2, ALARM, (name, name)) or AT_LEAST(60%, NOT OK, (...)).
_CHILD = re.compile(
    rf"{_STATE}\s*\(\s*({_QUOTED}|[^)]+?)\s*\)"
    rf"|AT_LEAST\s*\([^,()]*,\s*(?:NOT\s+)?{_STATE}\s*,\s*\(((?:{_QUOTED}|[^\"'()])*)\)",
    re.IGNORECASE,
)
_FUNCTION_GROUP = "/aws/lambda/"
_LISTED = re.compile(rf"{_QUOTED}|[^\s,\"'][^,]*")


def metric_subject(metric: Metric, partition: str, region: str, account: str) -> str | None:
    """The ARN of the resource that a metric of AWS's own namespaces belongs to; None where it cannot be told."""
    found = dict(metric.dimensions)

    def arn(service: str, resource: str) -> str:
        return f"arn:{partition}:{service}:{region}:{account}:{resource}"

    match metric.namespace:
        case "AWS/SQS" if name := found.get("QueueName"):
            return arn("sqs", name)
        case "AWS/Lambda" if name := found.get("FunctionName"):
            return arn("lambda", f"function:{name}")
        case "AWS/SNS" if name := found.get("TopicName"):
            return arn("sns", name)
        case "AWS/Events" if name := found.get("RuleName"):
            bus = found.get("EventBusName")
            return arn("events", f"rule/{bus}/{name}" if bus and bus != "default" else f"rule/{name}")
        case "AWS/States" if name := found.get("StateMachineArn"):
            return name
        case "AWS/Kinesis" if name := found.get("StreamName"):
            return arn("kinesis", f"stream/{name}")
        case "AWS/DynamoDB" if name := found.get("TableName"):
            return arn("dynamodb", f"table/{name}")
        case "AWS/EventBridge/Pipes" if name := found.get("PipeName"):
            return arn("pipes", f"pipe/{name}")
        case "AWS/S3" if name := found.get("BucketName"):
            return f"arn:{partition}:s3:::{name}"
        case "AWS/Logs" if name := found.get("LogGroupName"):
            return log_subject(name, partition, region, account)
    return None


def log_subject(group: str, partition: str, region: str, account: str) -> str:
    """The ARN of what writes to a log group, by its name or ARN: the function where it is one's, else the group."""
    arn = parse_arn(group)
    name = arn.resource.removeprefix("log-group:").removesuffix(":*") if arn else group
    region, account = (arn.region, arn.account) if arn else (region, account)
    if name.startswith(_FUNCTION_GROUP):
        return f"arn:{partition}:lambda:{region}:{account}:function:{name.removeprefix(_FUNCTION_GROUP)}"
    return f"arn:{partition}:logs:{region}:{account}:log-group:{name}"


def children(rule: str) -> tuple[str, ...]:
    """Names (or ARNs) of the alarms in a composite alarm's rule, in order, each once."""
    found: dict[str, None] = {}
    for match in _CHILD.finditer(rule):
        for name in [match[1]] if match[1] else _LISTED.findall(match[2]):
            found[name.strip("\"' ")] = None
    return tuple(found)


def alarm_subjects(alarms: Sequence[Alarm]) -> list[Alarm]:
    """The alarms with the resources that they are about; a composite's are those of the alarms in its rule."""
    found: dict[str, Alarm] = {}
    for alarm in alarms:
        if alarm.type != "composite":
            found[alarm.name] = replace(alarm, resource_arns=_own(alarm))
    composites = {alarm.name: alarm for alarm in alarms if alarm.type == "composite"}

    def resources(name: str, above: frozenset[str]) -> tuple[str, ...]:
        name = name.rsplit(":alarm:", 1)[-1]
        if name in found:
            return found[name].resource_arns
        if name in above or name not in composites:
            return ()
        below = (resources(child, above | {name}) for child in children(composites[name].expression))
        return tuple(dict.fromkeys(arn for arns in below for arn in arns))

    return [
        replace(alarm, resource_arns=resources(alarm.name, frozenset()))
        if alarm.type == "composite"
        else found[alarm.name]
        for alarm in alarms
    ]


def _own(alarm: Alarm) -> tuple[str, ...]:
    arn = parse_arn(alarm.arn or "")
    partition = arn.partition if arn else "aws"
    subjects = [
        metric_subject(part.metric, partition, alarm.region, part.account or alarm.account) for part in alarm.metrics
    ]
    subjects += [log_subject(group, partition, alarm.region, alarm.account) for group in alarm.log_groups]
    return tuple(dict.fromkeys(subject for subject in subjects if subject))
