"""Amazon DynamoDB: the tables whose changes can be followed."""

from __future__ import annotations

from evwatch.aws.service import Call, Paging, Service, Trial
from evwatch.aws.survey import Survey, details, text
from evwatch.model.flow import Flow, Node
from evwatch.model.flow_kinds import canonical

LIST_STREAMS = Call(
    "dynamodbstreams",
    "ListStreams",
    action="dynamodb:ListStreams",
    paging=Paging("ExclusiveStartStreamArn", "LastEvaluatedStreamArn", "Limit", 100),
    why="find tables that have a stream",
    trial=Trial({"Limit": 1}),
)
SERVICE = Service("dynamodbstreams", (LIST_STREAMS,), requests_per_second=5, burst=10)


async def discover(survey: Survey) -> Flow:
    """Tables that have a stream: the list of streams names them all, where each table would have to be asked.

    A stream that was switched off stays in the list for a day, and a new one has an ARN of its own.
    """
    streams = await survey.items(LIST_STREAMS, "Streams")
    newest: dict[str, str] = {}
    for stream in streams:
        if arn := text(stream, "StreamArn"):
            newest[canonical(arn)] = max(newest.get(canonical(arn), ""), text(stream, "StreamLabel"))
    return Flow(tuple(Node.of(arn, "table", detail=details(stream=label)) for arn, label in newest.items()))
