"""Settings put together: defaults < file < environment < flags."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from evwatch.config.declared import CADENCE, CONFIG_VARIABLE, LINES, REDRIVE, TOP, Setting, Table, variable
from evwatch.config.file import SettingsFile, read_file
from evwatch.config.kinds import WrongValueError
from evwatch.config.origin import Effective, Origin
from evwatch.config.settings import Cadence, PanelLines, RedriveDefaults, Settings
from evwatch.config.spelling import meant
from evwatch.config.where import where_to_look
from evwatch.model.fault import EvwatchError, Fault


@dataclass(frozen=True, slots=True)
class Loaded:
    """The settings, and where each came from."""

    settings: Settings
    effective: tuple[Effective, ...]
    file: SettingsFile


def default_path() -> Path:
    """`config.toml` in the user's config folder."""
    from platformdirs import user_config_path

    return user_config_path("evwatch", appauthor=False) / "config.toml"


def load(
    environ: Mapping[str, str],
    flags: Mapping[str, object] | None = None,
    *,
    path: Path | None = None,
    default: Path | None = None,
) -> Loaded:
    """Read every source of settings and put them together.

    `flags` holds what the command line gave, by setting key; `path` is `--config`. A file that was named must exist;
    `default`, the one that is read otherwise, need not. Raises EvwatchError (`settings`, or `usage` for a flag).
    """
    _misspelt(environ)
    named = path or (Path(environ[CONFIG_VARIABLE]).expanduser() if environ.get(CONFIG_VARIABLE) else None)
    standard = default or default_path()
    file = read_file(named) if named else read_file(standard) if standard.exists() else SettingsFile()
    top = {setting.key: _top(setting, file, environ, flags or {}) for setting in TOP.settings}
    cadence, redrive, lines = (_of_table(table, file) for table in (CADENCE, REDRIVE, LINES))
    values = {key: found.value for key, found in top.items()}
    wanted = {field.name for field in fields(Settings)} & set(values)
    settings = Settings(
        **{key: values[key] for key in wanted},
        contexts=where_to_look(top, file, write=bool((flags or {}).get("write"))),
        cadence=Cadence(**{key: found.value for key, found in cadence.items()}),
        redrive=RedriveDefaults(**{key: found.value for key, found in redrive.items()}),
        panel_lines=PanelLines(**{key: found.value for key, found in lines.items()}),
        thresholds=file.thresholds,
        keymap=dict(file.keymap),
        path=file.path,
    )
    tables = {"cadence": cadence, "redrive": redrive, LINES.name: lines}
    below = (each for name, found in tables.items() for each in _prefixed(name, found))
    return Loaded(settings, (*top.values(), *below, *_rest(file)), file)


def _misspelt(environ: Mapping[str, str]) -> None:
    """A variable that is nearly one of ours was meant: one letter wrong in a guard must not be passed over."""
    known = [variable(setting.key) for setting in TOP.settings] + [CONFIG_VARIABLE]
    by_flag = {variable(setting.flag.strip("-").replace("-", "_")): variable(setting.key) for setting in TOP.settings}
    for name in environ:
        if not name.startswith("EVWATCH_") or name in known:
            continue
        near = meant(by_flag.get(name, name), known, alike=0.88)
        if near:
            raise EvwatchError(Fault("settings", f"{name} in the environment is no setting", near.removeprefix("; ")))


def _top(setting: Setting, file: SettingsFile, environ: Mapping[str, str], flags: Mapping[str, object]) -> Effective:
    name = variable(setting.key)
    if flags.get(setting.key):
        origin = Origin("flag", setting.flag)
        try:
            return Effective(setting.key, setting.kind.read(flags[setting.key]), origin)
        except WrongValueError as error:
            given = flags[setting.key]
            values = given if isinstance(given, tuple) else (given,)
            what = "an empty value" if any(not str(value).strip() for value in values) else "this value"
            raise EvwatchError(Fault("usage", f"{setting.flag} does not take {what}", str(error))) from None
    if text := environ.get(name, "").strip():
        try:
            return Effective(setting.key, setting.kind.parse(text), Origin("environment", name))
        except WrongValueError as error:
            raise EvwatchError(Fault("settings", f"{name}={text} is not allowed", str(error))) from None
    if setting.key in file.top:
        return Effective(setting.key, file.top[setting.key], file.origin(setting.key))
    return Effective(setting.key, setting.default)


def _of_table(table: Table, file: SettingsFile) -> dict[str, Effective]:
    """The settings of a table that only a file can set."""
    given: Mapping[str, object] = getattr(file, table.name)
    return {
        key: Effective(key, given[key], file.origin(table.name, key))
        if key in given
        else Effective(key, setting.default)
        for key, setting in table.known.items()
    }


def _prefixed(table: str, found: Mapping[str, Effective]) -> Iterator[Effective]:
    for key, setting in found.items():
        yield Effective(f"{table}.{key}", setting.value, setting.origin)


def _rest(file: SettingsFile) -> Iterator[Effective]:
    """What only a file can set: it is listed where it is set."""
    for name, context in file.contexts.items():
        for key, value in context.items():
            yield Effective(f"contexts.{name}.{key}", value, file.origin("contexts", name, key))
    for index, threshold in enumerate(file.thresholds):
        yield Effective(f"thresholds[{index}]", threshold.title, file.origin("thresholds", index))
    for binding, keys in file.keymap.items():
        quoted = ("keymap", binding)
        path = quoted if quoted in file.lines else ("keymap", *binding.split("."))
        yield Effective(f"keymap.{binding}", keys, file.origin(*path))
