"""Where a resource stands in the AWS console.

The console's addresses are not documented; these are the ones that the console itself shows (2026).
"""

from __future__ import annotations

from urllib.parse import quote

from evwatch.model.arn import Arn, parse_arn

_HOSTS = {"aws-cn": "console.amazonaws.cn", "aws-us-gov": "console.amazonaws-us-gov.com"}
_SQS_SUFFIX = {"aws-cn": "amazonaws.com.cn"}


def console_url(arn: str) -> str | None:
    """The page of this resource; None where it has none, or none is known (an isolated partition, say).

    Nothing but what a URL may hold unescaped is in it, whatever the name was made of.
    """
    parts = parse_arn(arn)
    if parts is None or parts.partition not in ("aws", *_HOSTS):
        return None
    path = _page(parts)
    if path is None:
        return None
    region = quote(parts.region or _HOME[parts.partition], safe="")
    host = _HOSTS.get(parts.partition, f"{region}.console.aws.amazon.com")
    return f"https://{host}/{path.replace('{region}', region)}"


_HOME = {"aws": "us-east-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}


def _page(arn: Arn) -> str | None:
    kind, _, rest = arn.resource.partition("/" if "/" in arn.resource.split(":")[0] else ":")
    name = _escaped(arn.name)
    match arn.service, kind:
        case "sqs", _:
            suffix = _SQS_SUFFIX.get(arn.partition, "amazonaws.com")
            url = f"https://sqs.{arn.region}.{suffix}/{arn.account}/{arn.resource}"
            return f"sqs/v3/home?region={{region}}#/queues/{_escaped(url)}"
        case "lambda", "function":
            return f"lambda/home?region={{region}}#/functions/{_escaped(rest.split(':')[0])}"
        case "sns", _:
            return f"sns/v3/home?region={{region}}#/topic/{_escaped(str(arn), ':')}"
        case "events", "event-bus":
            return f"events/home?region={{region}}#/eventbus/{_escaped(rest)}"
        case "events", "rule":
            bus, _, rule = rest.rpartition("/")
            return f"events/home?region={{region}}#/eventbus/{_escaped(bus or 'default')}/rules/{_escaped(rule)}"
        case "events", "archive":
            return f"events/home?region={{region}}#/archive/{_escaped(rest)}"
        case "events", "api-destination":
            return f"events/home?region={{region}}#/apidestination/{_escaped(rest.split('/')[0])}"
        case "states", "stateMachine":
            return f"states/home?region={{region}}#/statemachines/view/{_escaped(str(arn), ':')}"
        case "pipes", "pipe":
            return f"events/home?region={{region}}#/pipes/{_escaped(rest)}"
        case "scheduler", "schedule":
            return f"scheduler/home?region={{region}}#schedules/{_escaped(rest, '/')}"
        case "kinesis", "stream":
            return f"kinesis/home?region={{region}}#/streams/details/{_escaped(rest.split('/')[0])}/monitoring"
        case "dynamodb", "table":
            return f"dynamodbv2/home?region={{region}}#table?name={_escaped(rest.split('/')[0])}"
        case "s3", _:
            return f"s3/buckets/{name}"
        case "cloudwatch", "alarm":
            return f"cloudwatch/home?region={{region}}#alarmsV2:alarm/{_escaped(rest)}"
        case "logs", "log-group":
            group = _escaped(_escaped(rest.removesuffix(":*"))).replace("%", "$")
            return f"cloudwatch/home?region={{region}}#logsV2:log-groups/log-group/{group}"
    return None


def _escaped(text: str, safe: str = "") -> str:
    return quote(text.encode("utf-8", "replace"), safe=safe)
