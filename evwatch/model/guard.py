"""Why a queue must not be looked into as a dead-letter queue: looking at a source queue can kill its messages."""

from __future__ import annotations

import re
from collections.abc import Sequence

from evwatch.model.assessment import AssessedQueue
from evwatch.model.fault import Fault

_TELLING_SERVICES = ("sqs", "sns", "events", "lambda", "scheduler", "pipes")
"""Services whose lists name dead-letter queues."""

_DLQ_NAME = re.compile(
    r"(?:^|[-_.])(?:dlq|dlx|dead-?_?letters?(?:-?_?queue)?)(?:\.fifo)?$|dlq(?:\.fifo)?$", re.IGNORECASE
)


def looks_like_a_dlq(name: str) -> bool:
    """Whether a queue's name ends as those of dead-letter queues do. A name proves nothing; it is only told."""
    return _DLQ_NAME.search(name) is not None


def no_dlq(found: AssessedQueue, faults: Sequence[Fault], flag: str) -> Fault | None:
    """The refusal to look into a queue that nothing names as its DLQ; None where something does.

    `faults` are those of the queue's context: a list that was denied might have told. `flag` lifts the guard.
    """
    if found.is_dlq:
        return None
    name = found.queue.name
    unseen = sorted({fault.source for fault in faults if fault.source.partition(":")[0] in _TELLING_SERVICES})
    if unseen:
        message = f"nothing that can be seen names {name} as its DLQ, and {', '.join(unseen)} could not be read"
    else:
        message = f"nothing names {name} as its DLQ"
    if looks_like_a_dlq(name):
        message += ", though its name ends like one's"
    risk = "each look counts as a receive, and can move a source queue's messages on"
    return Fault("refused", message, f"{flag} looks all the same; {risk}")
