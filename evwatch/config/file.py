"""The settings file: read, checked against the declarations, with the line of everything in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from evwatch.config.declared import CADENCE, CONTEXT, KEYMAP, LINES, REDRIVE, THRESHOLDS, TOP, Table
from evwatch.config.kinds import Keys, WrongValueError
from evwatch.config.origin import Origin
from evwatch.config.spelling import meant
from evwatch.model.fault import EvwatchError, Fault
from evwatch.model.threshold import THRESHOLD_METRICS, Subject, Threshold

if TYPE_CHECKING:
    from evwatch.config.positions import KeyPath


@dataclass(frozen=True, slots=True)
class SettingsFile:
    """What a settings file says. Each key's origin is its line."""

    path: Path | None = None
    top: Mapping[str, Any] = field(default_factory=dict)
    cadence: Mapping[str, Any] = field(default_factory=dict)
    redrive: Mapping[str, Any] = field(default_factory=dict)
    panel_lines: Mapping[str, Any] = field(default_factory=dict)
    contexts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    thresholds: tuple[Threshold, ...] = ()
    keymap: Mapping[str, str] = field(default_factory=dict)
    lines: Mapping[KeyPath, int] = field(default_factory=dict)

    def origin(self, *path: str | int) -> Origin:
        """Where a key stands; the nearest table around it where it is not written out."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.lines:
                return Origin("file", f"{self.path}:{self.lines[path[:length]]}")
        return Origin("file", str(self.path))

    def refuse(self, path: KeyPath, what: str, allowed: str) -> NoReturn:
        """Raise the error about one place of the file."""
        raise EvwatchError(Fault("settings", f"{self.origin(*path)}: {what}", allowed))


def read_file(path: Path) -> SettingsFile:
    """Read and check a settings file. Raises EvwatchError with the line of the first thing that is wrong."""
    import tomllib  # here, because many have no settings file, and the dashboard's first frame waits for this module

    from evwatch.config import positions

    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise EvwatchError(
            Fault("settings", f"there is no settings file {path}", "`evwatch config --init` writes one")
        ) from None
    except OSError as error:
        raise EvwatchError(
            Fault(
                "settings", f"cannot read {path} ({error.strerror})", "make it readable, or name another with --config"
            )
        ) from error
    except UnicodeDecodeError as error:
        raise EvwatchError(Fault("settings", f"{path} is not UTF-8 at byte {error.start}", "TOML is UTF-8")) from error
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise EvwatchError(_not_toml(path, text, str(error))) from error
    return _check(SettingsFile(path, lines=positions.lines(text.replace("\r\n", "\n"))), data)


def _not_toml(path: Path, text: str, error: str) -> Fault:
    """tomllib says where only in its words: `Invalid value (at line 3, column 5)`."""
    import re

    found = re.search(r" \(at line (\d+), column \d+\)$", error)
    line = int(found.group(1)) if found else text.count("\n") + 1
    what = re.sub(r" \(at .*\)$", "", error)
    return Fault(
        "settings", f"{path}:{line}: this is not TOML ({what})", 'write key = "value", and [table] on its own line'
    )


def _check(file: SettingsFile, data: dict[str, Any]) -> SettingsFile:
    tables = {"cadence", "redrive", "panel_lines", "contexts", "thresholds", "keymap"}
    _known_keys(file, data, (), (*TOP.known, *tables))
    contexts = _table(file, data, "contexts")
    entries = data.get("thresholds", [])
    if not isinstance(entries, list):
        file.refuse(("thresholds",), "thresholds is not a list of tables", "write [[thresholds]], with two brackets")
    return SettingsFile(
        path=file.path,
        top=_values(file, TOP, {key: value for key, value in data.items() if key not in tables}, ()),
        cadence=_values(file, CADENCE, _table(file, data, "cadence"), ("cadence",)),
        redrive=_values(file, REDRIVE, _table(file, data, "redrive"), ("redrive",)),
        panel_lines=_values(file, LINES, _table(file, data, "panel_lines"), ("panel_lines",)),
        contexts={
            name: _values(file, CONTEXT, _table(file, contexts, name, "contexts"), ("contexts", name))
            for name in contexts
        },
        thresholds=tuple(_threshold(file, entry, index) for index, entry in enumerate(entries)),
        keymap=_keymap(file, _table(file, data, KEYMAP.name)),
        lines=file.lines,
    )


def _known_keys(file: SettingsFile, given: Iterable[str], path: KeyPath, known: Iterable[str]) -> None:
    known = tuple(known)
    for key in given:
        if key not in known:
            hint = f"{meant(key, known).removeprefix('; ')} known here: {' '.join(known)}".strip()
            file.refuse((*path, key), f'unknown setting "{key}"', hint)


def _table(file: SettingsFile, data: Mapping[str, Any], key: str, *above: str) -> dict[str, Any]:
    found = data.get(key, {})
    if not isinstance(found, dict):
        name = ".".join((*above, key))
        file.refuse((*above, key), f"{name} = {_shown(found)} is not a table", f"write [{name}], and its keys below it")
    return found


def _values(file: SettingsFile, table: Table, data: Mapping[str, Any], path: KeyPath) -> dict[str, Any]:
    known = table.known
    _known_keys(file, data, path, known)
    found = {}
    for key, value in data.items():
        try:
            found[key] = known[key].kind.read(value)
        except WrongValueError as error:
            file.refuse((*path, key), f"{key} = {_shown(value)} is not allowed", str(error))
    return found


def _threshold(file: SettingsFile, entry: object, index: int) -> Threshold:
    path: KeyPath = (THRESHOLDS.name, index)
    if not isinstance(entry, dict):
        file.refuse(path, f"{_shown(entry)} is not a threshold", "write [[thresholds]], and its keys below it")
    values = _values(file, THRESHOLDS, entry, path)
    subjects = [subject for subject in THRESHOLD_METRICS if subject in values]
    if len(subjects) != 1:
        file.refuse(path, "a threshold is about one kind of resource", "give one of queue, rule and function")
    subject: Subject = subjects[0]
    allowed = THRESHOLD_METRICS[subject]
    if "metric" not in values:
        file.refuse(path, "this threshold has no metric", f"for a {subject} it is one of {' '.join(allowed)}")
    if values["metric"] not in allowed:
        hint = f"for a {subject} it is one of {' '.join(allowed)}{meant(values['metric'], allowed)}"
        file.refuse((*path, "metric"), f"metric = {_shown(values['metric'])} is not allowed", hint)
    if ("above" in values) == ("below" in values):
        file.refuse(path, "a threshold has one limit", "give either above or below")
    return Threshold(
        subject,
        values[subject],
        values["metric"],
        above=values.get("above"),
        below=values.get("below"),
        name=values.get("name", ""),
    )


def _keymap(file: SettingsFile, data: Mapping[str, Any], above: tuple[str, ...] = ()) -> dict[str, str]:
    """Ids have dots in them, which TOML takes for tables unless they are quoted; both ways of writing mean the same."""
    found = {}
    for name, keys in data.items():
        path = (*above, name)
        if isinstance(keys, dict):
            found.update(_keymap(file, keys, path))
            continue
        try:
            found[".".join(path)] = Keys().read(keys)
        except WrongValueError as error:
            file.refuse((KEYMAP.name, *path), f"{'.'.join(path)} = {_shown(keys)} is not allowed", str(error))
    return found


def _shown(value: object) -> str:
    """The value as written, short enough for one line."""
    import json

    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else text[:57] + "..."
