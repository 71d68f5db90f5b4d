"""Resource Groups Tagging API: the tags of every resource of the flow in a few calls."""

from __future__ import annotations

from collections.abc import Mapping

from evwatch.aws.clients import Caller
from evwatch.aws.errors import AwsError
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
_KINDS = (
    "sqs",
    "sns",
    "lambda:function",
    "events:rule",
    "events:event-bus",
    "states:stateMachine",
    "kinesis:stream",
    "dynamodb:table",
    "s3",
    "cloudwatch:alarm",
    "pipes:pipe",
)
"""What of the flow bears tags. Schedules bear none: their groups do."""
_UNKNOWN = "InvalidParameterException"


async def tags(caller: Caller) -> Mapping[str, Tags]:
    """Tags by ARN of whatever of the flow has or had some; what never had any is absent. Raises AwsError.

    A word that the endpoint does not know spoils the whole call: then each kind is asked for by itself.
    """
    if _UNKNOWN not in caller.lacking:
        try:
            return await _tags(caller, _KINDS)
        except AwsError as error:
            if _UNKNOWN not in error.codes:
                raise
            caller.lacking.add(_UNKNOWN)
    found: dict[str, Tags] = {}
    for kind in _KINDS:
        try:
            found |= await _tags(caller, (kind,))
        except AwsError as error:
            if _UNKNOWN not in error.codes:
                raise
    return found


async def _tags(caller: Caller, kinds: tuple[str, ...]) -> Mapping[str, Tags]:
    found: dict[str, Tags] = {}
    for item in await caller.items(GET_RESOURCES, "ResourceTagMappingList", ResourceTypeFilters=list(kinds)):
        pairs = ((str(tag.get("Key")), str(tag.get("Value") or "")) for tag in item.get("Tags") or ())
        found[str(item.get("ResourceARN"))] = tuple(sorted(pairs))
    return found
