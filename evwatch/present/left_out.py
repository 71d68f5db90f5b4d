"""Why a run left a message out: its code, and what to do about it."""

from __future__ import annotations

LEFT_OUT = {
    "cancelled": "the run was ended before it was reached",
    "changed": "its body is another than when it was chosen; choose it again",
    "deleted-before": "an earlier run deleted it",
    "expired": "its retention ran out before it was reached",
    "gone": "it was in the queue no more",
    "group-stopped": "one before it in its FIFO group failed, and order must hold; redrive again once that is mended",
    "hidden": "others held it; try again when they have let go",
    "input-unknown": "what its target makes of an event could not be read; --to sends it to a queue",
    "lease-ran-out": "there was no time left to send and delete it; redrive again",
    "no-group": "the target is FIFO and the message has no group; send it to a standard queue",
    "no-payload": "it holds a record of the failure and not what failed; the records are in their stream",
    "no-target": "where it should go is not known; --to sends it to a queue",
    "not-reached": "the run ended before it; resume the run",
    "other-region": "its target is in another region than its DLQ; --to sends it to a queue",
    "run-ended": "the run ended before it was sent; resume the run",
    "sent-before": "an earlier run sent it, so it was not sent again",
    "target-missing": "its target exists no more, or cannot be seen; --to sends it to a queue",
    "target-refuses": "its target refuses all that it is sent; mend that and resume the run",
    "too-large": "it is larger than its target takes",
    "truncated": "it holds a part of its payload only, so sending it would send that part",
}
"""The codes stay the same, so that scripts can rely on them. Others are of faults, and say themselves."""


def why_left_out(code: str) -> str:
    """What the code means; empty where it says all there is."""
    return LEFT_OUT.get(code, "")
