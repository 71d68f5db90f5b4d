"""What an ARN alone says of a resource: its kind, and the one ARN under which all of its links meet."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from evwatch.model.arn import Arn, parse_arn
from evwatch.model.flow import Flow, Node, NodeKind

_WHOLE_SERVICE: dict[str, NodeKind] = {"sqs": "queue", "s3": "bucket", "pipes": "pipe", "scheduler": "schedule"}
_BY_PREFIX: tuple[tuple[str, str, NodeKind], ...] = (
    ("lambda", "function:", "function"),
    ("states", "stateMachine:", "state-machine"),
    ("events", "event-bus/", "event-bus"),
    ("events", "rule/", "rule"),
    ("events", "archive/", "archive"),
    ("events", "api-destination/", "api-destination"),
    ("kinesis", "stream/", "stream"),
    ("dynamodb", "table/", "table"),
    ("logs", "log-group:", "log-group"),
    ("cloudwatch", "alarm:", "alarm"),
)


def canonical(arn: str) -> str:
    """The ARN by which people know the resource.

    A link may name a version or alias of a function or state machine, one stream of a table (which gets a new ARN each
    time it is switched on), a consumer of a stream, or all streams of a log group; each stands for the whole.
    """
    parts = parse_arn(arn)
    if parts is None:
        return arn
    resource = parts.resource
    match parts.service:
        case "lambda" if resource.startswith("function:"):
            resource = ":".join(resource.split(":")[:2])
        case "states" if resource.startswith("stateMachine:"):
            resource = ":".join(resource.split(":")[:2])
        case "dynamodb" if resource.startswith("table/"):
            resource = "/".join(resource.split("/")[:2])
        case "kinesis" if resource.startswith("stream/"):
            resource = "/".join(resource.split("/")[:2])
        case "logs":
            resource = resource.removesuffix(":*")
    return arn if resource == parts.resource else str(Arn(*_place(parts), resource))


def qualifier(arn: str) -> str:
    """What `canonical` cut off: a version, an alias, the label of a stream; empty where it was the whole."""
    return arn.removeprefix(canonical(arn)).lstrip(":/")


def kind_of(arn: str) -> NodeKind:
    """The kind of resource that an ARN names; `external` where it is no ARN, `other` where evwatch does not know it."""
    parts = parse_arn(arn)
    if parts is None:
        return "external"
    if parts.service in _WHOLE_SERVICE:
        return _WHOLE_SERVICE[parts.service]
    if parts.service == "sns":
        return "topic" if "/" not in parts.resource and ":" not in parts.resource else "other"
    for service, prefix, kind in _BY_PREFIX:
        if parts.service == service and parts.resource.startswith(prefix):
            return kind
    return "other"


@dataclass(frozen=True, slots=True)
class Home:
    """What is watched: an account in a region. `account` is empty while it is not known."""

    account: str
    region: str

    def holds(self, arn: Arn) -> bool:
        """Whether the resource is here as far as its ARN says; S3 leaves both out, and some ARNs the account."""
        here = not arn.account or not self.account or arn.account == self.account
        return here and (not arn.region or arn.region == self.region)


def completed(flow: Flow, homes: Collection[Home]) -> Flow:
    """The flow with a node for every end of an edge that discovery did not meet.

    One of another account or region is `external`. One of here is of the kind that its ARN says: it was deleted, or may
    not be listed, and the links to it are there all the same.
    """
    known = flow.by_arn
    missing = dict.fromkeys(arn for edge in flow.edges for arn in (edge.source, edge.target) if arn not in known)
    if not missing:
        return flow
    return Flow((*flow.nodes, *(_unmet(arn, homes) for arn in missing)), flow.edges)


def _unmet(arn: str, homes: Iterable[Home]) -> Node:
    parts = parse_arn(arn)
    if parts is None or not any(home.holds(parts) for home in homes):
        return replace(Node.of(arn, "external", _name(parts) if parts else ""), met=False)
    return replace(Node.of(arn, kind_of(arn), _name(parts)), met=False)


def _name(parts: Arn) -> str:
    """An API destination's ARN ends in a number of its own, and a schedule's begins with its group."""
    if parts.service == "events" and parts.resource.startswith("api-destination/"):
        return parts.resource.split("/")[1]
    if parts.service == "logs":
        return parts.resource.removeprefix("log-group:")
    return parts.name


def _place(arn: Arn) -> tuple[str, str, str, str]:
    return arn.partition, arn.service, arn.region, arn.account
