"""Resource Groups Tagging API: the tags of every resource in a few calls."""

from __future__ import annotations

from collections.abc import Mapping

from evwatch.aws.clients import Caller
from evwatch.aws.service import Call, Paging, Service, Trial

GET_RESOURCES = Call(
    "resourcegroupstaggingapi",
    "GetResources",
    action="tag:GetResources",
    paging=Paging("PaginationToken", "PaginationToken", "ResourcesPerPage", 100),
    why="read tags, for --tag and the details of a resource",
    trial=Trial({"ResourcesPerPage": 1}),
)
SERVICE = Service("resourcegroupstaggingapi", (GET_RESOURCES,), requests_per_second=5, burst=10)

Tags = tuple[tuple[str, str], ...]


async def queue_tags(caller: Caller) -> Mapping[str, Tags]:
    """Tags by ARN of every queue that has or had some; a queue that never had any is absent. Raises AwsError."""
    found: dict[str, Tags] = {}
    for item in await caller.items(GET_RESOURCES, "ResourceTagMappingList", ResourceTypeFilters=["sqs"]):
        pairs = ((str(tag.get("Key")), str(tag.get("Value") or "")) for tag in item.get("Tags") or ())
        found[str(item.get("ResourceARN"))] = tuple(sorted(pairs))
    return found
