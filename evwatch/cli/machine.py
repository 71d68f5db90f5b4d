"""What `evwatch doctor` says of this machine: versions, terminal, settings and the folder of the journal."""

from __future__ import annotations

import importlib.metadata
import locale
import os
import platform
import shutil
import sqlite3
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from evwatch import __version__
from evwatch.model.diagnosis import Diagnosis

_LIBRARIES = ("textual", "rich", "aiobotocore", "botocore", "click")
_SMALLEST = (80, 24)
_PROXIES = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy", "AWS_CA_BUNDLE")
_LEAST_FREE_MIB = 64


def versions() -> Diagnosis:
    """evwatch, Python and what it stands on."""
    said = [f"evwatch {__version__}", f"Python {platform.python_version()} on {platform.system()} {platform.machine()}"]
    return Diagnosis("versions", "ok", ", ".join([*said, *(f"{name} {_version(name)}" for name in _LIBRARIES)]))


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "missing"


def terminal(environ: Mapping[str, str]) -> Diagnosis:
    """What draws the dashboard: where it does not suffice, that is said."""
    kind = environ.get("TERM", "")
    size = _size()
    encoding = locale.getpreferredencoding(False)
    said = [f"TERM={kind or '-'}", f"{size.columns}x{size.lines}" if size.columns else "no size", encoding]
    said += [f"{name}={environ[name]}" for name in ("COLORTERM", "TERM_PROGRAM", "TMUX", "NO_COLOR") if name in environ]
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        hint = "the dashboard needs one; every other command does without"
        return Diagnosis("terminal", "untried", f"this is no terminal ({', '.join(said)})", hint)
    if kind in ("dumb", "unknown"):
        hint = "set TERM to what your terminal is, xterm-256color for most"
        return Diagnosis("terminal", "wrong", f"{', '.join(said)}: the dashboard cannot be drawn on it", hint)
    if 0 < size.columns < _SMALLEST[0] or 0 < size.lines < _SMALLEST[1]:
        return Diagnosis("terminal", "ok", ", ".join(said), "it works best from 80x24 up")
    return Diagnosis("terminal", "ok", ", ".join(said))


def _size() -> os.terminal_size:
    """Of whichever standard stream is a terminal: the result itself may go to a file."""
    for stream in (1, 2, 0):
        with suppress(OSError):
            return os.get_terminal_size(stream)
    return os.terminal_size((0, 0))


def settings_file(path: Path | None, usual: Path) -> Diagnosis:
    """Which file was read."""
    if path:
        return Diagnosis("settings", "ok", str(path))
    return Diagnosis("settings", "ok", f"defaults: there is no {usual}", "`evwatch config --init` writes one")


def state_folder(folder: Path) -> Diagnosis:
    """Whether a redrive could keep its journal there; nothing is written to find that out."""
    there = next(each for each in (folder, *folder.parents) if each.exists())
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        hint = "make it writable, or name another with EVWATCH_STATE_FOLDER: nothing is redriven without a journal"
        return Diagnosis("state folder", "wrong", f"{folder} cannot be written", hint)
    free = shutil.disk_usage(there).free // 2**20
    if free < _LEAST_FREE_MIB:
        return Diagnosis("state folder", "wrong", f"{folder} has {free} MiB left", "make room there before a redrive")
    from evwatch.redrive.folder import journal_file

    journal = journal_file(folder)
    if not journal.exists():
        return Diagnosis("state folder", "ok", f"{folder}: no runs yet, {free:,} MiB free")
    try:
        with sqlite3.connect(f"{journal.as_uri()}?mode=ro", uri=True) as connection:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            (sound,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        hint = "it may be of a newer evwatch, or damaged; keep a copy of it before anything else"
        return Diagnosis("journal", "wrong", f"{journal} cannot be read ({error})", hint)
    if sound != "ok":
        return Diagnosis("journal", "wrong", f"{journal} is damaged: {sound}", "keep a copy of it before anything else")
    return Diagnosis("state folder", "ok", f"{journal}: version {version}, {free:,} MiB free")


def network(environ: Mapping[str, str]) -> Iterator[Diagnosis]:
    """What of the environment changes the way to AWS."""
    names = sorted(name for name in environ if name in _PROXIES or name.startswith("AWS_ENDPOINT_URL"))
    if names:
        yield Diagnosis("environment", "ok", " ".join(f"{name}={environ[name]}" for name in names))
