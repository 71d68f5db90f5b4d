"""`evwatch config`: the effective settings, and where each came from."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from evwatch.cli import exits
from evwatch.cli.framework import Command, Invocation
from evwatch.cli.outcome import tell_done
from evwatch.cli.output import emit
from evwatch.cli.table import Column, table_lines
from evwatch.config import Effective, default_path
from evwatch.config.declared import CONFIG_VARIABLE
from evwatch.config.template import default_file
from evwatch.model.fault import EvwatchError, Fault

COLUMNS = (
    Column("SETTING", lambda row: row["key"]),
    Column("FROM", lambda row: row["place"] or row["origin"]),
    Column("VALUE", lambda row: _shown(row["value"])),
)


@click.command(cls=Command)
@click.option("--init", is_flag=True, help="Write a settings file with every setting explained and commented out.")
@click.pass_obj
def config(invocation: Invocation, init: bool) -> int:
    """The effective settings and where each came from: the default, a line of the file, a variable or a flag."""
    if init:
        written = str(_write(_path(invocation)))
        return tell_done(
            f"{written} is written",
            "`evwatch config` reads it",
            lambda: emit({"path": written}, [{"path": written}], lambda: [written], invocation.output),
        )
    loaded = invocation.load()
    rows = [_row(found) for found in loaded.effective]
    path = loaded.settings.path
    document = {
        "path": str(path) if path else None,
        "settings": rows,
        "contexts": [asdict(context) for context in loaded.settings.contexts],
    }
    emit(document, rows, lambda: table_lines(COLUMNS, rows), invocation.output)
    return exits.DONE


def _row(found: Effective) -> dict[str, Any]:
    value = found.value
    if found.key == "tags":
        value = [name if wanted is None else f"{name}={wanted}" for name, wanted in found.value]
    return {
        "key": found.key,
        "value": list(value) if isinstance(value, tuple) else value,
        "origin": found.origin.kind,
        "place": found.origin.place or None,
    }


def _shown(value: object) -> object:
    return ", ".join(map(str, value)) or None if isinstance(value, list) else value


def _path(invocation: Invocation) -> Path:
    named = invocation.environ.get(CONFIG_VARIABLE)
    return invocation.config or (Path(named).expanduser() if named else default_path())


def _write(path: Path) -> Path:
    """A new file, whole or not at all; one that is there is never touched. Raises EvwatchError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
                stream.write(default_file())
        except OSError:
            path.unlink()
            raise
    except FileExistsError:
        raise EvwatchError(
            Fault("refused", f"{path} exists already", "edit it, or name another file with --config")
        ) from None
    except OSError as error:
        raise EvwatchError(
            Fault("settings", f"cannot write {path} ({error.strerror})", "name another file with --config")
        ) from error
    return path
