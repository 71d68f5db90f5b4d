"""Events and notifications as AWS wraps them, for what the demo must put in a queue as if AWS had."""

from __future__ import annotations

import json
import random
import uuid
from datetime import UTC, datetime
from typing import Any

from evwatch.demo.environment import ACCOUNT, REGION
from evwatch.demo.system import names
from evwatch.demo.system.orders import Event


class Ids:
    """Ids as AWS gives them, the same for a seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def uuid(self) -> str:
        """A random UUID."""
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def hex(self, digits: int) -> str:
        """Hexadecimal digits."""
        return f"{self._random.getrandbits(digits * 4):0{digits}x}"

    def digits(self, length: int) -> str:
        """Decimal digits, the first not zero."""
        return str(self._random.randrange(10 ** (length - 1), 10**length))


def timestamp(at: float, *, millis: bool = False) -> str:
    """RFC 3339 in UTC, as AWS writes it."""
    moment = datetime.fromtimestamp(at, UTC)
    return moment.isoformat(timespec="milliseconds" if millis else "seconds").replace("+00:00", "Z")


def eventbridge(ids: Ids, event: Event, at: float, resources: tuple[str, ...] = ()) -> dict[str, Any]:
    """The EventBridge event, as a target gets it."""
    return {
        "version": "0",
        "id": ids.uuid(),
        "detail-type": event.detail_type,
        "source": event.source,
        "account": ACCOUNT,
        "time": timestamp(at),
        "region": REGION,
        "resources": list(resources),
        "detail": event.detail,
    }


def object_created(ids: Ids, bucket: str, key: str, size: int, at: float) -> dict[str, Any]:
    """S3's "Object Created" event.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
    """
    detail = {
        "version": "0",
        "bucket": {"name": bucket},
        "object": {"key": key, "size": size, "etag": ids.hex(32), "sequencer": ids.hex(18).upper()},
        "request-id": ids.hex(16).upper(),
        "requester": ACCOUNT,
        "source-ip-address": "10.0.12.7",
        "reason": "PutObject",
    }
    return eventbridge(ids, Event("aws.s3", "Object Created", detail, 0), at, (f"arn:aws:s3:::{bucket}",))


def notification(ids: Ids, topic: str, message: str, at: float, subscription_arn: str) -> str:
    """What SNS delivers to a queue without raw message delivery.

    https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
    """
    host = f"https://sns.{REGION}.amazonaws.com"
    return json.dumps(
        {
            "Type": "Notification",
            "MessageId": ids.uuid(),
            "TopicArn": names.topic_arn(topic),
            "Message": message,
            "Timestamp": timestamp(at, millis=True),
            "SignatureVersion": "1",
            "Signature": ids.hex(64),
            "SigningCertURL": f"{host}/SimpleNotificationService-{ids.hex(32)}.pem",
            "UnsubscribeURL": f"{host}/?Action=Unsubscribe&SubscriptionArn={subscription_arn}",
        }
    )
