"""Amazon Kinesis Data Streams: the streams."""

from __future__ import annotations

from evwatch.aws.service import Call, Paging, Service, Trial
from evwatch.aws.survey import Survey, details, text
from evwatch.model.flow import Flow, Node

LIST_STREAMS = Call(
    "kinesis",
    "ListStreams",
    paging=Paging("NextToken", "NextToken", "Limit", 1000),
    why="find streams",
    trial=Trial({"Limit": 1}),
)
# ListStreams allows five a second for the account.
SERVICE = Service("kinesis", (LIST_STREAMS,), requests_per_second=3, burst=4)


async def discover(survey: Survey) -> Flow:
    """Streams with their state; who reads them is told by the readers."""
    streams = await survey.items(LIST_STREAMS, "StreamSummaries")
    return Flow(
        tuple(
            Node.of(
                text(stream, "StreamARN"),
                "stream",
                text(stream, "StreamName"),
                text(stream, "StreamStatus") or None,
                details(mode=text(stream, "StreamModeDetails", "StreamMode")),
            )
            for stream in streams
            if text(stream, "StreamARN")
        )
    )
