"""Whole messages that were saved, as they are read back."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from evwatch.model.deadletter import Message
from evwatch.redrive.journal.entries import unpacked


def content(db: sqlite3.Connection, run_id: str, message_id: str) -> Message | None:
    """One message of a run; None where it was not saved, or was forgotten."""
    row = db.execute("SELECT content FROM messages WHERE run = ? AND message_id = ?", (run_id, message_id)).fetchone()
    return unpacked(row["content"]) if row else None


def deleted(db: sqlite3.Connection, run_id: str, after: int, most: int) -> list[tuple[int, Message]]:
    """Messages that a run has deleted for sure, some at a time: those numbered above `after`.

    What it failed to delete, and another run took out of the queue later, is for that one to put back, if it is not at
    its target.
    """
    rows = db.execute(
        "SELECT number, content FROM messages AS own WHERE run = ? AND number > ? AND state = 'discarded'"
        " AND (deleted_at IS NOT NULL OR gone_at IS NOT NULL) AND content IS NOT NULL AND NOT EXISTS"
        " (SELECT 1 FROM messages AS other WHERE other.queue_arn = own.queue_arn"
        " AND other.message_id = own.message_id AND other.run != own.run AND (other.state = 'sent'"
        " OR other.state = 'discarded' AND own.deleted_at IS NULL AND (other.deleted_at IS NOT NULL"
        " OR other.gone_at IS NOT NULL AND other.number > own.number))) ORDER BY number LIMIT ?",
        (run_id, after, most),
    )
    found = [(row["number"], unpacked(row["content"])) for row in rows]
    return [(number, message) for number, message in found if message is not None]


def originals(db: sqlite3.Connection, queue_arn: str, message_ids: Sequence[str]) -> dict[str, Message]:
    """What messages were before an undo or import put them into this queue, by their MessageId now."""
    found: dict[str, Message] = {}
    for name in message_ids:
        row = db.execute(
            "SELECT content FROM messages WHERE sent_id = ? AND queue_arn = ? AND content IS NOT NULL"
            " AND run IN (SELECT id FROM runs WHERE kind IN ('undo', 'import'))",
            (name, queue_arn),
        ).fetchone()
        if row and (message := unpacked(row["content"])):
            found[name] = message
    return found
