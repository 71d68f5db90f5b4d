"""The tables of the journal, and how an older file becomes a newer one."""

from __future__ import annotations

import sqlite3

from evwatch.model.fault import EvwatchError, Fault

VERSION = 2

_RUNS = """
CREATE TABLE runs (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    engine TEXT NOT NULL,
    queue_arn TEXT NOT NULL,
    queue_url TEXT NOT NULL,
    queue_name TEXT NOT NULL,
    context TEXT NOT NULL,
    endpoint_url TEXT,
    caller_arn TEXT NOT NULL,
    host TEXT NOT NULL,
    reason TEXT NOT NULL,
    request TEXT NOT NULL,
    started_at REAL NOT NULL,
    incarnation INTEGER NOT NULL DEFAULT 1,  -- 1, and one more with each resume
    status TEXT NOT NULL DEFAULT 'running',
    cancel INTEGER NOT NULL DEFAULT 0,       -- somebody asked from another process
    ended_at REAL,
    verdict TEXT,
    proven INTEGER NOT NULL DEFAULT 0,       -- it was watched for as long as a bounce takes
    remaining INTEGER,
    probably_bounced INTEGER NOT NULL DEFAULT 0,
    task_handle TEXT,                        -- of a move task of SQS
    moved INTEGER NOT NULL DEFAULT 0,        -- by that task, as SQS counts
    moved_before INTEGER NOT NULL DEFAULT 0, -- by earlier tasks of the run
    fault TEXT,                              -- JSON
    before TEXT NOT NULL DEFAULT '',         -- of a switch: its state, in the service's word
    after TEXT NOT NULL DEFAULT '',
    forgotten INTEGER NOT NULL DEFAULT 0
) STRICT
"""

_MESSAGES = """
CREATE TABLE messages (
    number INTEGER PRIMARY KEY,
    run TEXT NOT NULL REFERENCES runs (id),
    queue_arn TEXT NOT NULL,
    message_id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('planned', 'sending', 'sent', 'undecided', 'failed', 'skipped', 'withdrawn',
        'discarded')),
    incarnation INTEGER NOT NULL,            -- of the run that last touched it
    code TEXT NOT NULL DEFAULT '',
    said TEXT NOT NULL DEFAULT '',
    target_arn TEXT NOT NULL DEFAULT '',
    failure_group TEXT NOT NULL DEFAULT '',
    body_sha256 TEXT NOT NULL DEFAULT '',
    content BLOB,
    doubt INTEGER NOT NULL DEFAULT 0,        -- an earlier attempt may have succeeded
    first_tried_at REAL,
    settled_at REAL,
    sent_id TEXT,                            -- what the target calls it
    deleted_at REAL,
    gone_at REAL,                            -- a complete reading of the queue did not meet it
    bounced_as TEXT,                         -- MessageId under which it came back
    UNIQUE (run, message_id)
) STRICT
"""

_INDEXES = (
    "CREATE INDEX messages_by_id ON messages (queue_arn, message_id)",
    "CREATE INDEX messages_by_sent_id ON messages (sent_id) WHERE sent_id IS NOT NULL",
    "CREATE INDEX runs_by_queue ON runs (queue_arn)",
)

_LATER = {2: ("before", "after")}
"""The columns of `runs` that each version added to the one before it. The last files of version 1 had these already."""


def prepare(connection: sqlite3.Connection) -> None:
    """Make the tables where there are none, and bring those of an older evwatch up to date.

    Raises EvwatchError where a newer one wrote the file.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        (found,) = connection.execute("PRAGMA user_version").fetchone()
        if found > VERSION:
            raise EvwatchError(
                Fault(
                    "journal",
                    f"the journal was written by a newer evwatch (its version {found}, known here {VERSION})",
                    "use that evwatch, or another state folder",
                )
            )
        made = (_RUNS, _MESSAGES, *_INDEXES)
        for statement in made if found == 0 else _later(connection, found):
            connection.execute(statement)
        if found != VERSION:
            connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def _later(connection: sqlite3.Connection, found: int) -> list[str]:
    """What brings the tables of this version up to date."""
    there = {name for _, name, *_ in connection.execute("PRAGMA table_info (runs)")}
    wanted = [name for version in range(found + 1, VERSION + 1) for name in _LATER.get(version, ())]
    return [f"ALTER TABLE runs ADD COLUMN {name} TEXT NOT NULL DEFAULT ''" for name in wanted if name not in there]
