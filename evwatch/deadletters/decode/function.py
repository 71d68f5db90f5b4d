"""Given up by a function that was invoked asynchronously and has a dead-letter queue (or topic) of its own."""

from __future__ import annotations

from evwatch.deadletters.decode import sns
from evwatch.deadletters.decode.form import Opened, Verdict, attribute, failure
from evwatch.deadletters.decode.surroundings import Surroundings
from evwatch.model.arn import arn_name
from evwatch.model.error_type import error_type

_NAMED = 3


def recognise(opened: Opened, surroundings: Surroundings) -> Verdict | None:
    """By the attributes `RequestID` and `ErrorCode` (Lambda developer guide, asynchronous invocation).

    They say nothing of the function. Where the DLQ is a topic, they travel in SNS's envelope.
    """
    attributes = opened.message.attributes
    functions = surroundings.functions
    if "RequestID" not in attributes or "ErrorCode" not in attributes:
        envelope = sns.envelope(opened)
        if envelope is None:
            return None
        attributes = sns.attributes(envelope)
        if "RequestID" not in attributes or "ErrorCode" not in attributes:
            return None
        functions = surroundings.functions_of_topic(str(envelope["TopicArn"]))
    message = attribute(attributes, "ErrorMessage")
    error = failure(attribute(attributes, "ErrorCode"), error_type(message), message)
    if len(functions) == 1:
        return Verdict("function", functions[0], functions[0], "the only function that uses this DLQ", error)
    if functions:
        listed = ", ".join(arn_name(arn) for arn in functions[:_NAMED])
        more = ", ..." if len(functions) > _NAMED else ""
        reason = f"not known: {len(functions)} functions use this DLQ ({listed}{more}), and Lambda does not say which"
    else:
        reason = "not known: Lambda does not name the function, and none is known to use this DLQ"
    return Verdict("function", None, None, reason, error)
