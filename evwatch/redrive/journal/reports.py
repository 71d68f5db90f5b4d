"""Runs read back from the journal."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from evwatch.model.fault import Fault
from evwatch.model.report import Failed, GroupOutcome, Report, Skipped
from evwatch.model.run import Run, Verdict
from evwatch.redrive.journal.entries import Memory


@dataclass(frozen=True, slots=True)
class Record:
    """A run as the journal has it."""

    run: Run
    report: Report
    cancel_asked: bool
    task_handle: str | None
    """Of the move task of SQS, where that does the work."""
    moved_before: int
    """Messages that earlier tasks of the run have moved."""


def records(db: sqlite3.Connection, path: Path, run_id: str | None = None) -> list[Record]:
    """Every run that was not forgotten, newest first; or one."""
    rows = db.execute(
        "SELECT * FROM runs WHERE forgotten = 0 AND (? IS NULL OR id = ?) ORDER BY started_at DESC, id DESC",
        (run_id, run_id),
    ).fetchall()
    return [_record(db, row, path) for row in rows]


def messages(db: sqlite3.Connection, run_id: str) -> list[dict[str, Any]]:
    """What came of each message."""
    rows = db.execute("SELECT * FROM messages WHERE run = ? ORDER BY number", (run_id,))
    return [
        {
            "id": row["message_id"],
            "outcome": row["state"],
            "code": row["code"] or None,
            "message": row["said"] or None,
            "target_arn": row["target_arn"] or None,
            "group": row["failure_group"] or None,
            "body_sha256": row["body_sha256"] or None,
            "sent_id": row["sent_id"],
            "sent_at": _moment(row["settled_at"]) if row["state"] == "sent" else None,
            "deleted_at": _moment(row["deleted_at"]),
            "bounced_as": row["bounced_as"],
        }
        for row in rows
    ]


def memory(db: sqlite3.Connection, queue_arn: str) -> Memory:
    """What earlier runs left behind on a queue. A message that any run sent is not undecided any more."""
    undecided, not_deleted = db.execute(
        "SELECT coalesce(sum(undecided AND NOT sent), 0), coalesce(sum(sent AND NOT deleted), 0)"
        " FROM (SELECT"
        " max(state IN ('undecided', 'sending') AND gone_at IS NULL) AS undecided, max(state = 'sent') AS sent,"
        " max(deleted_at IS NOT NULL OR gone_at IS NOT NULL) AS deleted"
        " FROM messages WHERE queue_arn = ? AND run IN (SELECT id FROM runs WHERE kind IN ('redrive', 'edit'))"
        " GROUP BY message_id)",
        (queue_arn,),
    ).fetchone()
    (put_back,) = db.execute(
        "SELECT count(*) FROM messages AS put WHERE queue_arn = ? AND state = 'sent' AND run IN"
        " (SELECT id FROM runs WHERE kind IN ('undo', 'import')) AND NOT EXISTS"
        " (SELECT 1 FROM messages WHERE queue_arn = put.queue_arn AND message_id = put.sent_id"
        " AND deleted_at IS NOT NULL)",
        (queue_arn,),
    ).fetchone()
    bounced = db.execute(
        "SELECT bounced_as FROM messages AS sent WHERE queue_arn = ? AND bounced_as IS NOT NULL AND NOT EXISTS"
        " (SELECT 1 FROM messages WHERE queue_arn = sent.queue_arn AND message_id = sent.bounced_as"
        " AND (deleted_at IS NOT NULL OR gone_at IS NOT NULL))",
        (queue_arn,),
    )
    came_back = frozenset(str(row["bounced_as"]) for row in bounced)
    rows = db.execute(
        "SELECT id FROM runs WHERE queue_arn = ? AND status IN ('running', 'interrupted') AND forgotten = 0"
        " ORDER BY started_at DESC",
        (queue_arn,),
    )
    return Memory(undecided, not_deleted, tuple(row["id"] for row in rows), came_back, put_back)


def _record(db: sqlite3.Connection, row: sqlite3.Row, path: Path) -> Record:
    run = Run(
        id=row["id"],
        kind=row["kind"],
        engine=row["engine"],
        queue_arn=row["queue_arn"],
        queue_url=row["queue_url"],
        queue_name=row["queue_name"],
        context=row["context"],
        endpoint_url=row["endpoint_url"],
        started_at=_moment(row["started_at"]) or datetime.now(UTC),
        caller_arn=row["caller_arn"],
        host=row["host"],
        reason=row["reason"],
        request=row["request"],
    )
    return Record(run, _report(db, run, row, path), bool(row["cancel"]), row["task_handle"], row["moved_before"])


def _report(db: sqlite3.Connection, run: Run, row: sqlite3.Row, path: Path) -> Report:
    counts = {
        found["state"]: found["n"]
        for found in db.execute("SELECT state, count(*) AS n FROM messages WHERE run = ? GROUP BY state", (run.id,))
    }
    deleted, discarded = db.execute(
        "SELECT coalesce(sum(deleted_at IS NOT NULL), 0), coalesce(sum(state = 'discarded' AND"
        " (deleted_at IS NOT NULL OR gone_at IS NOT NULL)), 0) FROM messages WHERE run = ?",
        (run.id,),
    ).fetchone()
    failed = tuple(Failed(each["message_id"], each["code"], each["said"]) for each in _in(db, run.id, "failed"))
    failed += tuple(
        Failed(name, "not-deleted", "it is still in the queue, as far as is known")
        for name in _column(db, run.id, "message_id", "state = 'discarded' AND deleted_at IS NULL AND gone_at IS NULL")
    )
    skipped = tuple(Skipped(each["message_id"], each["code"]) for each in _in(db, run.id, "skipped", "withdrawn"))
    skipped += tuple(Skipped(each["message_id"], "not-reached") for each in _in(db, run.id, "planned"))
    undecided = tuple(each["message_id"] for each in _in(db, run.id, "undecided", "sending"))
    moved = row["moved"] + row["moved_before"]
    sent = counts.get("sent", 0) + moved + discarded
    return Report(
        run=run.id,
        kind=run.kind,
        queue=run.queue_name,
        queue_arn=run.queue_arn,
        context=run.context,
        engine=run.engine,
        status=row["status"],
        planned=sent + len(failed) + len(skipped) + len(undecided),
        sent=sent,
        deleted=deleted + moved,
        failed=failed,
        skipped=skipped,
        undecided=undecided,
        bounced=_column(db, run.id, "bounced_as", "bounced_as IS NOT NULL"),
        probably_bounced=row["probably_bounced"],
        verdict=row["verdict"],
        remaining=row["remaining"],
        started_at=run.started_at,
        ended_at=_moment(row["ended_at"]),
        journal=str(path),
        groups=tuple(_groups(db, run.id, row["verdict"], bool(row["proven"]))),
        not_deleted=()
        if run.kind in ("undo", "import")
        else _column(db, run.id, "message_id", "state = 'sent' AND deleted_at IS NULL AND gone_at IS NULL"),
        reason=run.reason,
        caller_arn=run.caller_arn,
        host=run.host,
        fault=Fault(**json.loads(row["fault"])) if row["fault"] else None,
        before=row["before"],
        after=row["after"],
    )


def _groups(db: sqlite3.Connection, run_id: str, verdict: Verdict | None, proven: bool) -> Iterator[GroupOutcome]:
    """What the watch says of each failure group, largest first; nothing where nothing was watched for."""
    if verdict is None:
        return
    rows = db.execute(
        "SELECT failure_group, count(*) AS sent, sum(bounced_as IS NOT NULL) AS bounced FROM messages"
        " WHERE run = ? AND state = 'sent' GROUP BY failure_group ORDER BY sent DESC, failure_group",
        (run_id,),
    )
    for row in rows:
        rest: Verdict = "passed" if proven else "unproven"
        yield GroupOutcome(row["failure_group"], row["sent"], row["bounced"], "bounced" if row["bounced"] else rest)


def _in(db: sqlite3.Connection, run_id: str, *states: str) -> Iterator[sqlite3.Row]:
    marks = ", ".join("?" for _ in states)
    return db.execute(
        f"SELECT message_id, code, said FROM messages WHERE run = ? AND state IN ({marks}) ORDER BY number",
        (run_id, *states),
    )


def _column(db: sqlite3.Connection, run_id: str, column: str, where: str) -> tuple[str, ...]:
    rows = db.execute(f"SELECT {column} FROM messages WHERE run = ? AND {where} ORDER BY number", (run_id,))
    return tuple(str(row[0]) for row in rows)


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
