"""Runs as they are written: begun, taken up, ended, forgotten."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import asdict

from evwatch.model.fault import Fault
from evwatch.model.run import Run, RunStatus, Verdict


def begin(db: sqlite3.Connection, run: Run, chosen: Mapping[str, str], before: str) -> None:
    """Write a new run, with what it chose (SHA-256 of the body by MessageId)."""
    db.execute(
        "INSERT INTO runs (id, kind, engine, queue_arn, queue_url, queue_name, context, endpoint_url,"
        " caller_arn, host, reason, request, started_at, before)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(run.id, run.kind, run.engine, run.queue_arn, run.queue_url, run.queue_name, run.context),
            *(run.endpoint_url, run.caller_arn, run.host, run.reason, run.request),
            *(run.started_at.timestamp(), before),
        ),
    )
    db.executemany(
        "INSERT INTO messages (run, queue_arn, message_id, state, incarnation, body_sha256)"
        " VALUES (?, ?, ?, 'planned', 0, ?)",
        ((run.id, run.queue_arn, name, sha) for name, sha in chosen.items()),
    )


def resume(db: sqlite3.Connection, run_id: str) -> int:
    """Take a run up again; returns its new incarnation."""
    db.execute(
        "UPDATE runs SET status = 'running', incarnation = incarnation + 1, cancel = 0, ended_at = NULL,"
        " fault = NULL WHERE id = ?",
        (run_id,),
    )
    (found,) = db.execute("SELECT incarnation FROM runs WHERE id = ?", (run_id,)).fetchone()
    return int(found)


def settle_the_dead(db: sqlite3.Connection, queue_arn: str) -> None:
    """Runs of this queue whose process died are interrupted, and what was on its way out is in doubt."""
    db.execute(
        "UPDATE messages SET state = 'undecided', doubt = 1, code = 'process-ended' "
        "WHERE queue_arn = ? AND state = 'sending'",
        (queue_arn,),
    )
    db.execute("UPDATE runs SET status = 'interrupted' WHERE queue_arn = ? AND status = 'running'", (queue_arn,))


def end(
    db: sqlite3.Connection,
    run_id: str,
    status: RunStatus,
    now: float,
    remaining: int | None,
    verdict: Verdict | None,
    fault: Fault | None,
) -> None:
    """Close a run."""
    told = json.dumps(asdict(fault)) if fault else None
    db.execute(
        "UPDATE runs SET status = ?, ended_at = ?, remaining = ?, verdict = ?, fault = ? WHERE id = ?",
        (status, now, remaining, verdict, told, run_id),
    )


def chosen(db: sqlite3.Connection, run_id: str) -> frozenset[str] | None:
    """MessageIds that a run was begun with, or None where that was the whole queue."""
    (request,) = db.execute("SELECT request FROM runs WHERE id = ?", (run_id,)).fetchone()
    if json.loads(request).get("whole", True):
        return None
    rows = db.execute("SELECT message_id FROM messages WHERE run = ?", (run_id,))
    return frozenset(str(row["message_id"]) for row in rows)


def undone_by(db: sqlite3.Connection, run_id: str) -> list[tuple[str, RunStatus]]:
    """The runs that put back what this one deleted, each with its status."""
    rows = db.execute("SELECT id, status, request FROM runs WHERE kind = 'undo'").fetchall()
    return [(row["id"], row["status"]) for row in rows if json.loads(row["request"]).get("of") == run_id]


def forget(db: sqlite3.Connection, run_id: str) -> None:
    """Overwrite all that a run holds of its messages, but that they were sent."""
    db.execute(
        "UPDATE messages SET content = NULL, said = '', failure_group = '', body_sha256 = '' WHERE run = ?",
        (run_id,),
    )
    db.execute("UPDATE runs SET forgotten = 1, reason = '', request = '{}' WHERE id = ?", (run_id,))


def drop_before(db: sqlite3.Connection, moment: float) -> None:
    """Drop the runs that were over by then."""
    old = "SELECT id FROM runs WHERE coalesce(ended_at, started_at) < ?"
    db.execute(f"DELETE FROM messages WHERE run IN ({old})", (moment,))
    db.execute(f"DELETE FROM runs WHERE id IN ({old})", (moment,))
