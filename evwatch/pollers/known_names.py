"""Names that were seen last, on disk, so that a shell can complete them without asking AWS.

Nothing of AWS or of the model is imported here: whoever presses tab waits for it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from evwatch.pollers import kept_files

_MOST_FILES = 32
_MOST_BYTES = 4 * 1024 * 1024
_MOST_NAMES = 5_000


@dataclass(slots=True)
class Names:
    """What can be named on a command line, of one place or of several."""

    dlqs: list[str] = field(default_factory=list)
    queues: list[str] = field(default_factory=list)
    """Those that are no DLQ."""
    functions: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    """Names of the rest of the flow."""
    switches: list[str] = field(default_factory=list)
    """ARNs of rules, UUIDs of event source mappings."""
    groups: dict[str, dict[str, str]] = field(default_factory=dict)
    """Titles of failure groups by queue and fingerprint."""


def default_folder() -> Path:
    """`names` in the user's cache folder."""
    from platformdirs import user_cache_path

    return user_cache_path("evwatch", appauthor=False) / "names"


class KnownNames:
    """One file for each place, readable by its owner alone. Losing it costs nothing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def save(self, file_name: str, names: Names) -> None:
        """Replace what was known of a place; groups of queues that were not looked into now stay. Blocks."""
        with suppress(OSError):
            names.groups = _read(self._folder / file_name).groups | names.groups
            self._write(file_name, names)

    def add_groups(self, file_name: str, queue: str, groups: Mapping[str, str]) -> None:
        """A queue was looked into. Blocks."""
        with suppress(OSError):
            names = _read(self._folder / file_name)
            names.groups[queue] = dict(groups)
            self._write(file_name, names)

    def all(self) -> Names:
        """What is known of every place, the one that was read last first. Blocks."""
        found = Names()
        for path in kept_files.newest_first(self._folder):
            names = _read(path)
            for key in ("dlqs", "queues", "functions", "others", "switches"):
                mine: list[str] = getattr(found, key)
                mine.extend(getattr(names, key))
            found.groups = names.groups | found.groups
        return found

    def _write(self, file_name: str, names: Names) -> None:
        kept_files.write(self._folder / file_name, asdict(names), _MOST_FILES)


def _read(path: Path) -> Names:
    """What a file says; nothing where it is not there, or is something else."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            return Names()
        document = json.loads(path.read_bytes())
        lists = {key: _texts(document[key]) for key in ("dlqs", "queues", "functions", "others", "switches")}
        groups = {str(queue): _titles(found) for queue, found in document["groups"].items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return Names()
    return Names(**lists, groups=groups)


def _texts(found: Iterable[Any]) -> list[str]:
    return [each for each in found if isinstance(each, str)][:_MOST_NAMES]


def _titles(found: Mapping[Any, Any]) -> dict[str, str]:
    return {str(name): str(title) for name, title in found.items()}
