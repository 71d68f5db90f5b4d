"""Runs every command of an installed evwatch against a demo that is served: `python -m tests.installed EVWATCH FOLDER`.

The environment leads to `evwatch demo --serve --frozen`. FOLDER is where it runs and writes, so that what is imported
is what was installed. It ends at the first command that does not do as it should.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.readme import every_command

DLQ = "order-events-dlq"
_SECONDS = 60.0


@dataclass
class Installed:
    """An installed command, and what was run of it."""

    program: str
    folder: Path
    ran: set[str] = field(default_factory=set)

    def __call__(
        self, line: str, holds: Callable[[Any], Any] = bool, *, codes: tuple[int, ...] = (0,), json_too: bool = True
    ) -> Any:
        """Run one line; what it prints must satisfy `holds`. Returns that, parsed where it is JSON."""
        words = line.split()
        self.ran.add(" ".join(words[: 2 if words[0] == "dlq" else 1]))
        began = time.monotonic()
        done = subprocess.run(
            [self.program, *words, *(["-o", "json"] if json_too else [])],
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
        document = json.loads(done.stdout) if json_too and done.stdout.startswith(("{", "[")) else done.stdout
        if done.returncode not in codes or not holds(document):
            raise SystemExit(f"evwatch {line}: exit {done.returncode}\n{done.stdout}\n{done.stderr}")
        sys.stdout.write(
            f"evwatch {line}: as it should be (exit {done.returncode}, {time.monotonic() - began:.1f} s)\n"
        )
        sys.stdout.flush()
        return document


def read(evwatch: Installed) -> None:
    """What only reads."""
    evwatch("status", lambda it: it["contexts"][0]["account"] and not it["faults"] and len(it["queues"]) > 5)
    evwatch("queues", lambda it: any(one["name"] == "order-events-queue" and not one["is_dlq"] for one in it))
    evwatch("alarms", lambda it: any(one["name"] == "OrderEventsDLQMessages" for one in it))
    evwatch("check", lambda it: "attention" in it, codes=(0, 1))
    evwatch("flow order-events-queue", lambda it: len(it["edges"]) > 2)
    evwatch("flow -o mermaid", lambda it: it.startswith("flowchart"), json_too=False)
    evwatch("logs process-order --since 1h", lambda it: it is not None)
    evwatch("report", lambda it: "OrderEventsDLQMessages" in str(it), json_too=False)
    evwatch("doctor", lambda it: it["ok"])


def dead_letters(evwatch: Installed) -> None:
    """Looking, and everything that is done to dead letters."""
    evwatch("dlq list", lambda it: any(one["name"] == DLQ and one["sources"] for one in it))
    letters = evwatch(f"dlq show {DLQ} --limit all", lambda it: it["complete"] and it["released"])["messages"]
    evwatch(f"dlq groups {DLQ}", lambda it: it["groups"])
    evwatch(f"dlq export {DLQ} letters.jsonl --limit 3", lambda _: (evwatch.folder / "letters.jsonl").exists())
    evwatch(f"dlq redrive {DLQ} --dry-run", lambda it: it["plan"]["messages"] == len(letters))
    moved, gone = letters[0]["id"], letters[1]["id"]
    evwatch(f"dlq redrive {DLQ} --id {moved} --watch 0 --yes", lambda it: it["sent"] == it["deleted"] == 1)
    run = evwatch(f"dlq delete {DLQ} --id {gone} --reason checked --yes", lambda it: it["deleted"] == 1)["run"]
    evwatch(f"dlq undo {run} --yes", lambda it: it["sent"] == 1)
    evwatch(f"dlq import letters.jsonl --to {DLQ} --yes", lambda it: it["sent"] == 3)
    evwatch("dlq runs", lambda it: len(it) == 4)
    evwatch(f"dlq run {run}", lambda it: gone in json.dumps(it))
    evwatch(f"dlq resume {run} --yes", lambda it: it["status"] == "completed")
    evwatch(f"dlq cancel {run}", lambda it: it["status"] == "completed")


def operate(evwatch: Installed) -> None:
    """Switching, and what asks nothing of AWS."""
    flow = evwatch("flow", lambda it: it["nodes"])
    rule = next(node["arn"] for node in flow["nodes"] if node["kind"] == "rule" and node["state"] == "ENABLED")
    evwatch(f"pause {rule} --yes")
    evwatch(f"resume {rule} --yes")
    evwatch("iam-policy --tier operate", lambda it: it["Statement"])
    evwatch("config", lambda it: it["settings"])
    evwatch("config --init", lambda it: Path(it["path"]).exists())
    evwatch("demo --help", lambda it: "--serve" in it, json_too=False)
    evwatch("--version", lambda it: it.startswith("evwatch "), json_too=False)


def main() -> None:
    """Everything, and nothing left out."""
    evwatch = Installed(sys.argv[1], Path(sys.argv[2]))
    for part in (read, dead_letters, operate):
        part(evwatch)
    known = {name.removeprefix("evwatch").strip() for name, _ in every_command()} - {"", "dlq"}
    if missed := known - evwatch.ran:
        raise SystemExit(f"never run: {sorted(missed)}")


if __name__ == "__main__":
    main()
