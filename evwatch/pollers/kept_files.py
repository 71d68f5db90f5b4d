"""A folder of JSON files that are kept for the next start, readable by their owner alone.

Nothing of AWS or of the model is imported here: whoever presses tab waits for it.
"""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any


def write(file: Path, document: Any, most: int) -> None:
    """Replace a file as a whole, and keep the newest so many of its folder. Blocks; raises OSError."""
    folder = file.parent
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, part = tempfile.mkstemp(dir=folder, prefix=".", suffix=".part")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as out:
            json.dump(document, out, separators=(",", ":"))
        Path(part).replace(file)
    except BaseException:
        with suppress(OSError):
            Path(part).unlink()
        raise
    for path in newest_first(folder)[most:]:
        path.unlink(missing_ok=True)


def newest_first(folder: Path) -> list[Path]:
    """The files of a folder, the one that was written last first. Raises OSError."""
    return sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
