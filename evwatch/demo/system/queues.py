"""The queues, and which of them take the dead letters of which."""

from __future__ import annotations

import json
from dataclasses import dataclass

from evwatch.demo.api import Api
from evwatch.demo.environment import ACCOUNT
from evwatch.demo.system import names
from evwatch.demo.system.durations import DAY


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue as it is created. Durations are seconds."""

    name: str
    retention: int = 4 * DAY
    visibility_timeout: int = 30
    dlq: str | None = None
    max_receive_count: int = 3

    @property
    def fifo(self) -> bool:
        """Named so."""
        return self.name.endswith(".fifo")

    @property
    def attributes(self) -> dict[str, str]:
        """What CreateQueue takes."""
        given = {
            "MessageRetentionPeriod": str(self.retention),
            "VisibilityTimeout": str(self.visibility_timeout),
            "Policy": json.dumps(self._policy),
        }
        if self.fifo:
            given |= {"FifoQueue": "true", "ContentBasedDeduplication": "true"}
        if self.dlq:
            policy = {"deadLetterTargetArn": names.queue_arn(self.dlq), "maxReceiveCount": self.max_receive_count}
            given["RedrivePolicy"] = json.dumps(policy)
        return given

    @property
    def _policy(self) -> dict[str, object]:
        """Lets the services of the same account send, as AWS would require it of rules, schedules and topics."""
        return {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": ["events.amazonaws.com", "scheduler.amazonaws.com", "sns.amazonaws.com"]},
                    "Action": "sqs:SendMessage",
                    "Resource": names.queue_arn(self.name),
                    "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
                }
            ],
        }


DLQS = (
    Queue(names.ORDER_EVENTS_DLQ, retention=14 * DAY),
    Queue(names.INVENTORY_DLQ, retention=14 * DAY),
    Queue(names.CONFIRMATION_TARGET_DLQ, retention=14 * DAY),
    Queue(names.SEND_CONFIRMATION_DLQ, retention=14 * DAY),
    Queue(names.NOTIFICATIONS_DLQ, retention=14 * DAY),
    Queue(names.CONSUMERS_DLQ, retention=14 * DAY),
    Queue(names.OFFBOARDING_DLQ, retention=14 * DAY),
    Queue(names.PROJECTION_FAILURES, retention=14 * DAY),
    Queue(names.AUDIT_FAILURES, retention=14 * DAY),
    Queue(names.RECONCILE_FAILURES, retention=14 * DAY),
    Queue(names.SCHEDULES_DLQ, retention=14 * DAY),
    Queue(names.AUDIT_ARCHIVE_DLQ, retention=4 * DAY),
)
SOURCES = (
    Queue(names.ORDER_EVENTS, retention=14 * DAY, dlq=names.ORDER_EVENTS_DLQ),
    Queue(names.INVENTORY, dlq=names.INVENTORY_DLQ, max_receive_count=5),
    Queue(names.NOTIFICATIONS, dlq=names.CONSUMERS_DLQ),
    Queue(names.PAYMENT_LEDGER, dlq=names.CONSUMERS_DLQ, max_receive_count=4),
    Queue(names.OFFBOARDING, visibility_timeout=930, dlq=names.OFFBOARDING_DLQ, max_receive_count=2),
    Queue(names.AUDIT_ARCHIVE),
)
QUEUES = (*DLQS, *SOURCES)


def queue_url(endpoint_url: str, name: str) -> str:
    """Where SQS says that a queue of the demo's account is."""
    return f"{endpoint_url}/{ACCOUNT}/{name}"


def create(api: Api) -> None:
    """Create them all, DLQs first: a redrive policy must name one that exists."""
    for queue in QUEUES:
        api.client("sqs").create_queue(QueueName=queue.name, Attributes=queue.attributes, tags=names.TAGS)
