"""Amazon S3: buckets that tell of what happens in them."""

from __future__ import annotations

from typing import Any

from evwatch.aws.service import Call, Paging, Service, Trial
from evwatch.aws.survey import Survey, details, text
from evwatch.model.flow import Edge, Flow, Node
from evwatch.model.flow_kinds import canonical

LIST_BUCKETS = Call(
    "s3",
    "ListBuckets",
    action="s3:ListAllMyBuckets",
    paging=Paging("ContinuationToken", "ContinuationToken", "MaxBuckets", 1000),
    usd=0.005 / 1000,
    why="find buckets of the region",
    trial=Trial({"MaxBuckets": 1, "BucketRegion": "$region"}, {"bucket": "Buckets[0].Name"}),
)
GET_NOTIFICATION = Call(
    "s3",
    "GetBucketNotificationConfiguration",
    action="s3:GetBucketNotification",
    usd=0.0004 / 1000,
    why="see whom a bucket tells of its objects",
    trial=Trial({"Bucket": "$bucket"}),
)
SERVICE = Service("s3", (LIST_BUCKETS, GET_NOTIFICATION), requests_per_second=50, burst=50)

_KEEP_SECONDS = 1200.0
_KINDS = (
    ("QueueConfigurations", "QueueArn"),
    ("TopicConfigurations", "TopicArn"),
    ("LambdaFunctionConfigurations", "LambdaFunctionArn"),
)


async def discover(survey: Survey) -> Flow:
    """The buckets of the region that notify someone; the others stand in no flow."""
    region = survey.caller.context.region
    listed = await survey.items(LIST_BUCKETS, "Buckets", BucketRegion=region)
    names = [text(item, "Name") for item in listed if text(item, "BucketRegion") in (region, "")]
    read = await survey.each(
        [name for name in names if name],
        lambda name: survey.kept(GET_NOTIFICATION, name, _KEEP_SECONDS, Bucket=name),
    )
    partition = survey.caller.partition
    nodes: list[Node] = []
    edges: list[Edge] = []
    for name, answer in read:
        arn = f"arn:{partition}:s3:::{name}"
        found = _notifies(arn, answer or {}, f"arn:{partition}:events:{region}:{survey.account}:event-bus/default")
        if found:
            nodes.append(Node(arn, "bucket", name, survey.account, region))
            edges.extend(found)
    return Flow(tuple(nodes), tuple(edges))


def _notifies(bucket: str, answer: dict[str, Any], default_bus: str) -> list[Edge]:
    edges = [
        Edge(bucket, canonical(text(item, target)), "notifies", detail=_shown(item))
        for key, target in _KINDS
        for item in answer.get(key) or ()
        if text(item, target)
    ]
    # Its presence says yes; it holds nothing.
    return edges + ([Edge(bucket, default_bus, "notifies")] if "EventBridgeConfiguration" in answer else [])


def _shown(item: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    rules = ((item.get("Filter") or {}).get("Key") or {}).get("FilterRules") or ()
    said = " ".join(f"{text(rule, 'Name').lower()}={text(rule, 'Value')}" for rule in rules)
    return details(notification=text(item, "Id"), events=" ".join(map(str, item.get("Events") or ())), filter=said)
