"""Who switched what off and on, and when: a line before AWS is asked, and one for what came of it."""

from __future__ import annotations

import json
import os
from datetime import UTC
from pathlib import Path
from typing import Any
from uuid import uuid4

from evwatch.model.clock import Clock
from evwatch.model.fault import EvwatchError, Fault
from evwatch.model.switch import Switch

_NAME = "switches.jsonl"


class SwitchLog:
    """JSON Lines in the folder of the runs, only ever added to, readable by its owner alone."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self.path = folder / _NAME
        self._clock = clock

    def intend(self, switch: Switch, *, on: bool, caller_arn: str, host: str, endpoint_url: str | None) -> str:
        """Write down what is about to be asked for; returns the id of the record.

        Raises EvwatchError (`journal`) where that cannot be written: then nothing is to be done.
        """
        record = uuid4().hex[:12]
        self._write(
            {
                "id": record,
                "action": "resume" if on else "pause",
                "kind": switch.kind,
                "arn": switch.arn,
                "name": switch.name,
                "context": switch.context,
                "endpoint_url": endpoint_url,
                "caller": caller_arn,
                "host": host,
                "before": switch.state,
            }
        )
        return record

    def outcome(self, record: str, state: str, fault: Fault | None = None) -> None:
        """Write down what came of it. Raises EvwatchError (`journal`)."""
        self._write({"id": record, "after": state, "error": str(fault) if fault else None})

    def _write(self, line: dict[str, Any]) -> None:
        at = self._clock.now().astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        text = json.dumps({"at": at} | line, ensure_ascii=True) + "\n"
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW
            descriptor = os.open(self.path, flags, 0o600)
            try:
                os.write(descriptor, text.encode())
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        except OSError as error:
            hint = "make the folder writable, or set state_folder; nothing is switched that is not recorded"
            raise EvwatchError(Fault("journal", f"cannot write {self.path} ({error.strerror})", hint)) from error
