"""The declarations as text: the default settings file, and the README's table."""

from __future__ import annotations

from collections.abc import Iterator

from evwatch.config.declared import KEYMAP, TABLES, THRESHOLDS, TOP, Setting, Table, variable
from evwatch.model.threshold import THRESHOLD_METRICS


def default_file() -> str:
    """A settings file with every setting explained and commented out, so that it changes nothing until edited."""
    return "\n".join(_file_lines()) + "\n"


def _file_lines() -> Iterator[str]:
    yield "# Settings of evwatch. What stands here goes over the defaults; the environment (EVWATCH_THEME and so on,"
    yield "# lists with commas) goes over this file, and flags go over both. `evwatch config` shows what took effect."
    for table in TABLES:
        yield ""
        if table is TOP:
            yield from (line for setting in table.settings for line in _setting_lines(setting))
            continue
        yield f"# {table.about}."
        yield f"# {table.heading}"
        yield from (line for setting in table.settings for line in _setting_lines(setting))
        if table is KEYMAP:
            yield '# refresh = "f5"'
    yield ""
    yield from (f"# Metrics of a {subject}: {', '.join(metrics)}." for subject, metrics in THRESHOLD_METRICS.items())


def _setting_lines(setting: Setting) -> Iterator[str]:
    shown = setting.example if setting.example is not None else setting.default
    yield f"# {setting.about}"
    yield f"# {setting.key} = {'...' if shown is None else setting.kind.show(shown)}"


def settings_table() -> str:
    """The README's tables of settings, in Markdown."""
    return "\n\n".join(_markdown(table) for table in TABLES)


def _markdown(table: Table) -> str:
    top = table is TOP
    if table is KEYMAP:
        return f'`{table.heading}`: {_lowered(table.about)}, such as `refresh = "f5"`.'
    head = ["| key | allowed | default | meaning |", "| --- | --- | --- | --- |"]
    rows = [
        f"| `{setting.key}` | {setting.kind.words} | {_default(setting)} | {setting.about}"
        + (f" `{setting.flag}`, `{variable(setting.key)}`" if top and setting.flag else "")
        + (f" `{variable(setting.key)}`" if top and not setting.flag else "")
        + " |"
        for setting in table.settings
    ]
    title = [] if top else [f"`{table.heading}`: {_lowered(table.about)}", ""]
    return "\n".join([*title, *head, *rows, *(_metrics() if table is THRESHOLDS else ())])


def _metrics() -> Iterator[str]:
    yield ""
    for subject, metrics in THRESHOLD_METRICS.items():
        yield f"- Metrics of a {subject}: {' '.join(f'`{metric}`' for metric in metrics)}."


def _default(setting: Setting) -> str:
    return f"`{setting.kind.show(setting.default)}`" if setting.default not in (None, ()) else ""


def _lowered(text: str) -> str:
    return text[0].lower() + text[1:]
