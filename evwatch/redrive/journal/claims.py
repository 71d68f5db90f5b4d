"""Who may be sent: the one decision that keeps a message from being sent twice."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from evwatch.deadletters.document import body_sha256
from evwatch.model.deadletter import Message
from evwatch.model.report import SkipCode
from evwatch.redrive.journal.entries import Claim, Claimed, Met, Settled, packed, undone_id

_KEPT = "state IN ('sending', 'sent', 'undecided', 'discarded')"
REPEATABLE_SECONDS = 240.0
"""SQS recognises a repeated deduplication id for five minutes; a minute of that is for clocks and slow answers."""


@dataclass(frozen=True, slots=True)
class Asking:
    """Which run asks, and when."""

    run: str
    incarnation: int
    queue_arn: str
    now: float
    send_undecided: bool = False


def claim(db: sqlite3.Connection, asking: Asking, wanted: Claim) -> Claimed:
    """Decide on one message by all that any run ever wrote of it; where it may be sent, the intent is written."""
    message = wanted.message
    if sent := came_back(db, asking.run, message.id, wanted.known_as):
        return Claimed("bounce", bounce_of=sent)
    rows = _rows(db, asking.queue_arn, message.id)
    own = next((row for row in rows if row["run"] == asking.run), None)
    if any(row["state"] == "sent" for row in rows):
        if own is not None and own["state"] == "sent":
            _touch(db, asking, message.id)
            return Claimed("delete")
        leave_out(db, asking, message.id, "sent-before", wanted.group)
        return Claimed("delete", by_other_run=True)
    if any(row["state"] == "discarded" and row["deleted_at"] for row in rows):
        leave_out(db, asking, message.id, "deleted-before", wanted.group)  # SQS may show once more what it has deleted
        return Claimed("delete", by_other_run=True)
    if own is not None and own["incarnation"] == asking.incarnation and own["state"] != "withdrawn":
        return Claimed("leave")  # dealt with, or handed out twice, as SQS may
    if own is not None and own["body_sha256"] and own["body_sha256"] != body_sha256(message.body):
        leave_out(db, asking, message.id, "changed", wanted.group)
        return Claimed("changed")
    before = _in_doubt(_rows_before_undo(db, asking.queue_arn, message.id))
    doubted = before + _in_doubt(rows)
    if doubted and not _may_repeat(db, asking, wanted, doubted, own, known_there=not before):
        _undecided(db, asking, wanted, doubted)
        return Claimed("undecided")
    if wanted.refuse:
        leave_out(db, asking, message.id, wanted.refuse, wanted.group)
        return Claimed("refused")
    tried = [row["first_tried_at"] for row in doubted if row["first_tried_at"] is not None]
    first = min(tried, default=asking.now)
    _write(db, asking, wanted, "sending", bool(doubted), first)
    return Claimed("send", repeat_seconds=REPEATABLE_SECONDS - (asking.now - first))


def _rows(db: sqlite3.Connection, queue_arn: str, message_id: str) -> list[sqlite3.Row]:
    """All that any run ever wrote of a message."""
    return db.execute(
        "SELECT run, kind, state, messages.incarnation, doubt, first_tried_at, target_arn, body_sha256, deleted_at"
        " FROM messages JOIN runs ON runs.id = messages.run WHERE messages.queue_arn = ? AND message_id = ?",
        (queue_arn, message_id),
    ).fetchall()


def _rows_before_undo(db: sqlite3.Connection, queue_arn: str, message_id: str) -> list[sqlite3.Row]:
    """What was written of a message under the ids that it had before it was deleted and put back, however often."""
    found: list[sqlite3.Row] = []
    while undo := db.execute(
        "SELECT message_id FROM messages WHERE sent_id = ? AND queue_arn = ?"
        " AND run IN (SELECT id FROM runs WHERE kind = 'undo')",
        (message_id, queue_arn),
    ).fetchone():
        message_id = undone_id(undo["message_id"])
        found += _rows(db, queue_arn, message_id)
    return found


def _in_doubt(rows: Sequence[sqlite3.Row]) -> list[sqlite3.Row]:
    return [row for row in rows if row["doubt"] or row["state"] in ("sending", "undecided")]


def came_back(db: sqlite3.Connection, run: str, message_id: str, known_as: Sequence[str]) -> str | None:
    """The MessageId under which this run sent what is in the queue now, by what the target had called it."""
    for name in known_as:
        row = db.execute("SELECT message_id FROM messages WHERE sent_id = ? AND run = ?", (name, run)).fetchone()
        if row and row["message_id"] != message_id:
            db.execute(
                "UPDATE messages SET bounced_as = ? WHERE run = ? AND message_id = ?",
                (message_id, run, row["message_id"]),
            )
            return str(row["message_id"])
    return None


def met_again(db: sqlite3.Connection, run: str, met: Sequence[Met]) -> tuple[set[str], set[str]]:
    """Of what is in the queue now: what this run has sent for sure, and what failed the same way as it."""
    proved = {each.id for each in met if came_back(db, run, each.id, each.known_as)}
    probable = set()
    for each in met:
        if each.id in proved:
            continue
        own = "SELECT 1 FROM messages WHERE run = ? AND message_id = ?"
        sent = "SELECT 1 FROM messages WHERE run = ? AND failure_group = ? AND state = 'sent' LIMIT 1"
        known = db.execute(own, (run, each.id)).fetchone()
        if not known and db.execute(sent, (run, each.group)).fetchone():
            probable.add(each.id)
    return proved, probable


def settle(db: sqlite3.Connection, run: str, outcome: Settled, now: float) -> str:
    """Write how sending one message ended; returns the state that it is in by that."""
    state, code = outcome.state, outcome.code
    if state in ("failed", "withdrawn"):
        row = db.execute(
            "SELECT doubt FROM messages WHERE run = ? AND message_id = ?", (run, outcome.message_id)
        ).fetchone()
        if row and row["doubt"]:
            state = "undecided"
    db.execute(
        "UPDATE messages SET state = ?, code = ?, said = ?, sent_id = ?, settled_at = ?, doubt = max(doubt, ?)"
        " WHERE run = ? AND message_id = ?",
        (state, code, outcome.said, outcome.sent_id, now, state == "undecided", run, outcome.message_id),
    )
    return state


def discard(db: sqlite3.Connection, asking: Asking, message: Message, group: str) -> bool:
    """Save a message that is to be deleted; False where it is not what was chosen.

    What an earlier run has sent or deleted is not saved: put back, it would be there twice.
    """
    rows = _rows(db, asking.queue_arn, message.id)
    own = next((row for row in rows if row["run"] == asking.run), None)
    if any(row["state"] == "sent" for row in rows):
        leave_out(db, asking, message.id, "sent-before", group)
        return True
    if any(row["state"] == "discarded" and row["deleted_at"] and row["run"] != asking.run for row in rows):
        leave_out(db, asking, message.id, "deleted-before", group)
        return True
    if own is not None and own["body_sha256"] and own["body_sha256"] != body_sha256(message.body):
        leave_out(db, asking, message.id, "changed", group)
        return False
    _write(db, asking, Claim(message, "", group, False), "discarded", False, asking.now)
    return True


def leave_out(db: sqlite3.Connection, asking: Asking, message_id: str, code: SkipCode, group: str) -> None:
    """Write that a message is not sent by this run; one that it has sent already, or may have, stays what it is."""
    db.execute(
        "INSERT INTO messages (run, queue_arn, message_id, state, incarnation, code, failure_group, settled_at)"
        " VALUES (?, ?, ?, 'skipped', ?, ?, ?, ?) ON CONFLICT (run, message_id) DO UPDATE SET"
        f" state = iif({_KEPT}, state, 'skipped'), code = iif({_KEPT}, code, excluded.code),"
        f" failure_group = iif({_KEPT}, failure_group, excluded.failure_group),"
        f" settled_at = iif({_KEPT}, settled_at, excluded.settled_at), incarnation = excluded.incarnation",
        (asking.run, asking.queue_arn, message_id, asking.incarnation, code, group, asking.now),
    )


def _may_repeat(
    db: sqlite3.Connection,
    asking: Asking,
    wanted: Claim,
    doubted: list[sqlite3.Row],
    own: sqlite3.Row | None,
    *,
    known_there: bool,
) -> bool:
    """Whether sending once more is safe, because the target would recognise it, or was asked for by name.

    It recognises what comes under the same name alone: neither what was edited meanwhile, nor what was put back under
    another id, which is not `known_there`.
    """
    if asking.send_undecided and own is not None:
        return True
    if not (wanted.repeatable and known_there):
        return False
    (kind,) = db.execute("SELECT kind FROM runs WHERE id = ?", (asking.run,)).fetchone()
    return all(
        row["target_arn"] == wanted.target_arn
        and (row["run"] == asking.run or "edit" not in (row["kind"], kind))
        and row["first_tried_at"] is not None
        and 0 <= asking.now - row["first_tried_at"] < REPEATABLE_SECONDS
        for row in doubted
    )


def _undecided(db: sqlite3.Connection, asking: Asking, wanted: Claim, doubted: list[sqlite3.Row]) -> None:
    tried = [row["first_tried_at"] for row in doubted if row["first_tried_at"] is not None]
    _write(db, asking, wanted, "undecided", True, min(tried, default=asking.now))
    db.execute(
        "UPDATE messages SET code = 'tried-before', settled_at = ? WHERE run = ? AND message_id = ?",
        (asking.now, asking.run, wanted.message.id),
    )


def _write(
    db: sqlite3.Connection, asking: Asking, wanted: Claim, state: str, doubt: bool, first_tried_at: float
) -> None:
    message = wanted.message
    db.execute(
        "INSERT INTO messages (run, queue_arn, message_id, state, incarnation, target_arn, failure_group, body_sha256,"
        " content, doubt, first_tried_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (run, message_id) DO UPDATE SET state = excluded.state, incarnation = excluded.incarnation,"
        " code = '', said = '', target_arn = excluded.target_arn, failure_group = excluded.failure_group,"
        " body_sha256 = excluded.body_sha256, content = excluded.content, doubt = excluded.doubt,"
        " first_tried_at = excluded.first_tried_at, settled_at = NULL",
        (
            *(asking.run, asking.queue_arn, message.id, state, asking.incarnation, wanted.target_arn, wanted.group),
            *(body_sha256(message.body), packed(message), int(doubt), first_tried_at),
        ),
    )


def _touch(db: sqlite3.Connection, asking: Asking, message_id: str) -> None:
    db.execute(
        "UPDATE messages SET incarnation = ? WHERE run = ? AND message_id = ?",
        (asking.incarnation, asking.run, message_id),
    )
