"""Amazon SQS: queues, their attributes and depths."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlsplit

from evwatch.aws.clients import Caller
from evwatch.aws.errors import AwsError
from evwatch.aws.service import Call, Paging, Service, Trial
from evwatch.aws.survey import details
from evwatch.model.fault import LATER, Fault
from evwatch.model.flow import Edge, Flow, Node
from evwatch.model.json_object import json_object
from evwatch.model.queue import Depth, Queue

_USD = 0.40 / 1_000_000
_COUNTS = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed")
"""Visible, in flight, delayed."""
_USUAL_RECEIVES = 10
"""The maxReceiveCount of a redrive policy that names none (SetQueueAttributes, API reference)."""
_NO_COUNT = 2**53
"""What is larger counts nothing that AWS has, and some who are told of it cannot hold it (JSON's readers, SQLite)."""

# Without MaxResults SQS gives at most 1,000 queues and no token, so that the rest is silently missing.
LIST_QUEUES = Call(
    "sqs",
    "ListQueues",
    paging=Paging("NextToken", "NextToken", "MaxResults", 1000),
    usd=_USD,
    why="find queues",
    trial=Trial({"MaxResults": 1000}, {"queue": "(QueueUrls[?ends_with(@, 'dlq')] || QueueUrls)[0]"}),
)
GET_QUEUE_URL = Call(
    "sqs",
    "GetQueueUrl",
    usd=_USD,
    why="find the queue that a command names",
    trial=Trial({"QueueName": "$queue_name"}),
)
GET_QUEUE_ATTRIBUTES = Call(
    "sqs",
    "GetQueueAttributes",
    usd=_USD,
    why="read depths, policies and redrive relations",
    trial=Trial({"QueueUrl": "$queue", "AttributeNames": ["QueueArn"]}, {"queue_arn": "Attributes.QueueArn"}),
)

LIST_SOURCES = Call(
    "sqs",
    "ListDeadLetterSourceQueues",
    paging=Paging("NextToken", "NextToken", "MaxResults", 1000),
    usd=_USD,
    why="see whose DLQ a queue is before looking into it",
    trial=Trial({"QueueUrl": "$queue", "MaxResults": 1}),
)
RECEIVE_MESSAGE = Call(
    "sqs",
    "ReceiveMessage",
    tier="inspect",
    paced=False,
    usd=_USD,
    on_dlqs=True,
    also=("kms:Decrypt",),
    why="look into a DLQ",
)
CHANGE_VISIBILITY = Call(
    "sqs",
    "ChangeMessageVisibilityBatch",
    action="sqs:ChangeMessageVisibility",
    tier="inspect",
    paced=False,
    usd=_USD,
    on_dlqs=True,
    why="keep messages hidden while they are read, and show them again at once after",
    trial=Trial({"QueueUrl": "$queue", "Entries": [{"Id": "0", "ReceiptHandle": "fits-none", "VisibilityTimeout": 0}]}),
)
SEND_MESSAGE_BATCH = Call(
    "sqs",
    "SendMessageBatch",
    action="sqs:SendMessage",
    tier="redrive",
    reads=False,
    sends=True,
    paced=False,
    usd=_USD,
    also=("kms:Decrypt", "kms:GenerateDataKey"),
    why="put dead letters back",
)
DELETE_MESSAGE_BATCH = Call(
    "sqs",
    "DeleteMessageBatch",
    action="sqs:DeleteMessage",
    tier="redrive",
    reads=False,
    paced=False,
    usd=_USD,
    on_dlqs=True,
    why="take out of a DLQ what its target has accepted",
)
LIST_MOVE_TASKS = Call(
    "sqs",
    "ListMessageMoveTasks",
    tier="redrive",
    usd=_USD,
    on_dlqs=True,
    why="see whether SQS itself is redriving, and how far",
    trial=Trial({"SourceArn": "$queue_arn", "MaxResults": 1}),
)
START_MOVE_TASK = Call(
    "sqs",
    "StartMessageMoveTask",
    tier="redrive",
    reads=False,
    sends=True,
    usd=_USD,
    on_dlqs=True,
    also=("kms:Decrypt", "kms:GenerateDataKey"),
    why="let SQS redrive a whole DLQ",
)
CANCEL_MOVE_TASK = Call(
    "sqs",
    "CancelMessageMoveTask",
    tier="redrive",
    reads=False,
    usd=_USD,
    on_dlqs=True,
    why="end a redrive that SQS does",
)

SERVICE = Service(
    "sqs",
    (
        LIST_QUEUES,
        GET_QUEUE_URL,
        GET_QUEUE_ATTRIBUTES,
        LIST_SOURCES,
        RECEIVE_MESSAGE,
        CHANGE_VISIBILITY,
        SEND_MESSAGE_BATCH,
        DELETE_MESSAGE_BATCH,
        LIST_MOVE_TASKS,
        START_MOVE_TASK,
        CANCEL_MOVE_TASK,
    ),
    # AWS publishes no limit (every operation may be throttled); the depth budget and the lease keep their own pace.
    requests_per_second=300,
    burst=300,
)


async def queue_urls(caller: Caller) -> tuple[str, ...]:
    """The URL of every queue of the context, sorted. Raises AwsError."""
    return tuple(sorted(url for url in await caller.items(LIST_QUEUES, "QueueUrls") if isinstance(url, str)))


async def find_queue(caller: Caller, name: str, account: str = "") -> Queue | None:
    """The queue of this name, in the caller's own account unless another is named, known by its URL alone.

    None where there is none. Raises AwsError.
    """
    owner = {"QueueOwnerAWSAccountId": account} if account else {}
    try:
        answer = await caller.call(GET_QUEUE_URL, QueueName=name, **owner)
    except AwsError as error:
        if error.fault.code == "not-found":
            return None
        raise
    url = answer.get("QueueUrl")
    return unread_queue(url, "", caller.context.region, caller.partition) if isinstance(url, str) else None


async def source_arns(caller: Caller, queue_url: str, region: str, partition: str) -> tuple[str, ...]:
    """ARNs of the queues whose redrive policy names this one. Raises AwsError."""
    urls = await caller.items(LIST_SOURCES, "queueUrls", QueueUrl=queue_url)
    return tuple(unread_queue(str(url), "", region, partition).arn for url in urls)


def unread_queue(url: str, account: str, region: str, partition: str) -> Queue:
    """A queue of which only the URL is known. Its path ends in the account and the name."""
    parts = [part for part in urlsplit(url).path.split("/") if part]
    name = parts[-1] if parts else url
    owner = parts[-2] if len(parts) > 1 and parts[-2].isdigit() else account
    arn = f"arn:{partition}:sqs:{region}:{owner}:{name}"
    return Queue(arn=arn, url=url, name=name, account=owner, region=region, fifo=name.endswith(".fifo"))


async def read_queue(caller: Caller, queue: Queue, now: datetime) -> tuple[Queue, Depth]:
    """The queue's configuration and depth, which SQS gives in one answer. Raises AwsError."""
    answer = await caller.call(GET_QUEUE_ATTRIBUTES, QueueUrl=queue.url, AttributeNames=["All"])
    attributes = answer.get("Attributes") or {}
    visible, in_flight, delayed = (_number(attributes, name) for name in _COUNTS)
    if visible is None or in_flight is None or delayed is None or min(visible, in_flight, delayed) < 0:
        source = GET_QUEUE_ATTRIBUTES.iam_action
        said = f"{source}: the answer does not say how many messages there are"
        raise AwsError(Fault("aws", said, LATER, source, caller.context.name))
    return _queue(queue, attributes), Depth(visible, in_flight, delayed, taken_at=now)


def flow(queues: tuple[Queue, ...]) -> Flow:
    """Queues and the links of their redrive policies."""
    nodes = tuple(
        Node(queue.arn, "queue", queue.name, queue.account, queue.region, detail=_shown(queue)) for queue in queues
    )
    edges = tuple(
        Edge(queue.arn, queue.dlq_arn, "dead-letters", detail=details(maxReceiveCount=queue.max_receive_count))
        for queue in queues
        if queue.dlq_arn
    )
    return Flow(nodes, edges)


def _shown(queue: Queue) -> tuple[tuple[str, str], ...]:
    return details(
        fifo="yes" if queue.fifo else "",
        visibility_timeout_seconds=queue.visibility_timeout_seconds,
        retention_seconds=queue.retention_seconds,
        delay_seconds=queue.delay_seconds or "",
        redrive_allow=queue.redrive_permission,
        redrive_allow_sources=" ".join(queue.redrive_source_arns),
        kms_key=queue.kms_key_id,
    )


def _queue(known: Queue, attributes: Mapping[str, str]) -> Queue:
    redrive = json_object(attributes.get("RedrivePolicy"))
    allowed = json_object(attributes.get("RedriveAllowPolicy"))
    dlq = redrive.get("deadLetterTargetArn")
    dlq_arn = dlq if isinstance(dlq, str) and dlq else None
    sources = allowed.get("sourceQueueArns")
    return Queue(
        arn=attributes.get("QueueArn") or known.arn,
        url=known.url,
        name=known.name,
        account=known.account,
        region=known.region,
        fifo=attributes.get("FifoQueue") == "true" or known.name.endswith(".fifo"),
        retention_seconds=_number(attributes, "MessageRetentionPeriod"),
        visibility_timeout_seconds=_number(attributes, "VisibilityTimeout"),
        delay_seconds=_number(attributes, "DelaySeconds"),
        maximum_message_bytes=_number(attributes, "MaximumMessageSize"),
        max_receive_count=_whole(redrive.get("maxReceiveCount", _USUAL_RECEIVES if dlq_arn else None)),
        dlq_arn=dlq_arn,
        redrive_permission=str(allowed["redrivePermission"]) if "redrivePermission" in allowed else None,
        redrive_source_arns=tuple(map(str, sources)) if isinstance(sources, list) else (),
        kms_key_id=attributes.get("KmsMasterKeyId") or None,
        policy=attributes.get("Policy") or None,
        tags=known.tags,
    )


def _whole(value: object) -> int | None:
    """AWS takes maxReceiveCount as a number and as a text, and gives back what it was given: 3, `"3"` or 3.0."""
    try:
        number = float(str(value))
    except ValueError:
        return None
    return int(number) if number.is_integer() and number > 0 else None


def _number(attributes: Mapping[str, str], name: str) -> int | None:
    try:
        number = int(attributes[name])
    except (KeyError, TypeError, ValueError):
        return None
    return number if abs(number) < _NO_COUNT else None
