"""The event that SNS gives a function: one record around the message.

https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html
"""

from __future__ import annotations

import base64
import json
from typing import Any

from evwatch.deadletters.decode import sns
from evwatch.deadletters.decode.opening import open_message
from evwatch.model.deadletter import DeadLetter, MessageAttribute
from evwatch.model.timestamp import timestamp

_RENAMED = {"SigningCertURL": "SigningCertUrl", "UnsubscribeURL": "UnsubscribeUrl"}


def sns_records(letter: DeadLetter) -> str:
    """The event for a letter that a topic could not deliver to a function."""
    opened = open_message(letter.message)
    envelope = sns.envelope(opened)
    if envelope is None:
        message: dict[str, Any] = {
            "Type": "Notification",
            "MessageId": letter.id,
            "TopicArn": letter.source_arn or "",
            "Subject": None,
            "Message": letter.message.body,
            "Timestamp": timestamp(letter.sent_at),
            "MessageAttributes": {name: _attribute(found) for name, found in letter.message.attributes.items()},
        }
        subscription = ""
    else:
        message = {_RENAMED.get(name, name): value for name, value in envelope.items()}
        message.setdefault("Subject", None)
        message.setdefault("MessageAttributes", {})
        subscription = sns.subscription_arn(envelope) or ""
    record = {"EventSource": "aws:sns", "EventVersion": "1.0", "EventSubscriptionArn": subscription, "Sns": message}
    return json.dumps({"Records": [record]}, ensure_ascii=False)


def _attribute(attribute: MessageAttribute) -> dict[str, str]:
    value = attribute.value
    coded = base64.b64encode(value).decode("ascii") if isinstance(value, bytes) else value
    return {"Type": attribute.type, "Value": coded}
